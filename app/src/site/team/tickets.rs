//! `/team/tickets`: the queue, what is due first on top; and one ticket with everything the team can do with it.

use leptos::prelude::*;
use model::{case::CaseStatus, party::Side, refusal::Refusal, time::Timestamp, words::Words};
use ui::{Button, Empty, Erase, Erased, Field, Look, icon};

use super::{TEAM_TICKETS, TeamFrame};
use crate::site::{
    RoomLine, RoomReply, TicketFacts, TicketLine,
    sign_in::{error_of, whole_form},
    tickets::{choice, facts, notices, older, priorities, table, topics, whole_room},
};

/// Which tickets are shown: the codes of the filters as they stand in the address.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct QueueShown {
    pub status: String,
    pub assignee: String,
    pub topic: String,
}

/// The queue.
#[derive(Clone, Debug, Default)]
pub struct QueuePage {
    /// What is due first on top.
    pub lines: Vec<TicketLine>,
    /// Which.
    pub shown: QueueShown,
    /// The address of those behind them.
    pub older: Option<String>,
}

/// One ticket.
pub struct TeamTicketPage<'a> {
    /// What it is.
    pub facts: TicketFacts,
    /// Where it is.
    pub path: String,
    /// Both logs.
    pub lines: &'a [RoomLine],
    /// How one answers, as long as it is not over.
    pub reply: Option<RoomReply>,
    /// The address of what was said before.
    pub more: Option<String>,
    /// Everybody who can have it: id and name.
    pub staff: Vec<(String, String)>,
    /// Who has it: an id, or nothing.
    pub assignee: String,
    /// Why the last change was refused, and the number that was typed to merge it into.
    pub refused: Option<(Refusal, String)>,
    /// What the clock on the team's wall shows at a moment.
    pub wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync),
}

/// The queue.
pub fn team_tickets(frame: TeamFrame<'_>, page: &QueuePage) -> String {
    let words = frame.words;
    frame.around(TEAM_TICKETS, &words.get("site.tickets.title"), || {
        let shown = if page.lines.is_empty() {
            let (title, text) = (
                words.get("site.tickets.queue_empty"),
                words.get("site.tickets.queue_empty_explained"),
            );
            view! { <Empty glyph=icon::inbox title=title text=text /> }.erase()
        } else {
            table(words, &page.lines)
        };
        view! {
            <div class="stack">{filters(words, &page.shown)} {shown} {older(words, page.older.as_ref())}</div>
        }
        .erase()
    })
}

fn filters(words: &Words, shown: &QueueShown) -> Erased {
    let pairs =
        |all: &[(&str, &str)]| -> Vec<(String, String)> { all.iter().map(|(code, key)| ((*code).to_owned(), words.get(key))).collect() };
    let status = pairs(&[
        ("open", "site.tickets.open"),
        ("resolved", "site.case.status.resolved"),
        ("closed", "site.case.status.closed"),
        ("all", "site.tickets.all"),
    ]);
    let assignee = pairs(&[
        ("all", "site.tickets.all"),
        ("nobody", "site.tickets.nobody"),
        ("mine", "site.tickets.me"),
    ]);
    let mut topic = pairs(&[("all", "site.tickets.all")]);
    topic.extend(topics(words));
    let show = words.get("site.tickets.show");
    view! {
        <form class="cluster queue__filters" method="get" action=TEAM_TICKETS>
            {choice("queue-status", "status", words.get("site.tickets.status"), status, &shown.status)}
            {choice("queue-assignee", "assignee", words.get("site.tickets.assignee"), assignee, &shown.assignee)}
            {choice("queue-topic", "topic", words.get("site.tickets.category"), topic, &shown.topic)}
            <Button look=Look::Quiet submit=true>{show}</Button>
        </form>
    }
    .erase()
}

/// One ticket.
pub fn team_ticket(frame: TeamFrame<'_>, page: &TeamTicketPage<'_>) -> String {
    let words = frame.words;
    frame.around(TEAM_TICKETS, &page.facts.subject, || {
        let requester = page.facts.requester.clone().unwrap_or_default();
        let said = whole_room(words, &requester, page.lines, page.reply.as_ref(), page.more.as_deref(), page.wall);
        view! {
            <p>
                <a href=TEAM_TICKETS>{words.get("site.tickets.back")}</a>
            </p>
            <div class="ticket__sides">
                <div class="stack">{notices(words, &page.facts)} {said}</div>
                <aside class="stack" aria-label=words.get("site.tickets.about")>
                    {facts(words, &page.facts, Side::Desk)} {deeds(words, page)}
                </aside>
            </div>
        }
        .erase()
    })
}

/// What the team can do with it, as long as it is not over.
fn deeds(words: &Words, page: &TeamTicketPage<'_>) -> Option<Erased> {
    if page.facts.status == CaseStatus::Closed {
        return None;
    }
    let answer = page.refused.as_ref().map(|(refusal, _)| *refusal);
    let typed = page.refused.as_ref().map(|(_, number)| number.clone()).unwrap_or_default();
    let which = model::refusal::Field::Number;
    let mut staff = vec![(String::new(), words.get("site.tickets.nobody"))];
    staff.extend(page.staff.iter().cloned());
    let (save, merge) = (words.get("site.tickets.save"), words.get("site.tickets.merge"));
    Some(
        view! {
            {whole_form(words, answer, &[which])}
            <form class="card stack" method="post" action=format!("{}/change", page.path)>
                {choice("ticket-assignee", "assignee", words.get("site.tickets.assignee"), staff, &page.assignee)}
                {choice(
                    "ticket-priority",
                    "priority",
                    words.get("site.tickets.priority"),
                    priorities(words),
                    page.facts.priority.code(),
                )}
                {choice("ticket-category", "topic", words.get("site.tickets.category"), topics(words), page.facts.topic.code())}
                <div class="cluster">
                    <Button look=Look::Quiet submit=true>{save}</Button>
                </div>
            </form>
            {statuses(words, page)}
            <form class="card stack" method="post" novalidate=true action=format!("{}/merge", page.path)>
                <Field
                    id="ticket-merge"
                    label=words.get("site.tickets.merge_into")
                    name="number"
                    text=RwSignal::new(typed)
                    hint=words.get("site.tickets.merge_hint")
                    error=Signal::stored(error_of(words, answer, which))
                />
                <div class="cluster">
                    <Button look=Look::Quiet submit=true>{merge}</Button>
                </div>
            </form>
        }
        .erase(),
    )
}

fn statuses(words: &Words, page: &TeamTicketPage<'_>) -> Erased {
    let button = |to: CaseStatus, key: &str| {
        view! {
            <button class="button button--quiet" type="submit" name="status" value=to.code()>
                {words.get(key)}
            </button>
        }
        .erase()
    };
    let first = if page.facts.status == CaseStatus::Resolved {
        button(CaseStatus::Pending, "site.tickets.reopen")
    } else {
        button(CaseStatus::Resolved, "site.tickets.resolve")
    };
    view! {
        <form class="cluster" method="post" action=format!("{}/status", page.path)>
            {first} {button(CaseStatus::Closed, "site.tickets.close")}
        </form>
    }
    .erase()
}
