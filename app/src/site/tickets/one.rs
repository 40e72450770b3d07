//! One ticket: what it is, everything that was said in it, and what its reader can do.

use leptos::prelude::*;
use model::{
    case::{CaseStatus, Priority, Topic},
    party::Side,
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Look};

use super::{Due, due::due};
use crate::site::{
    RoomLine, RoomReply, case_words,
    room::{Room, room},
};

/// What a ticket is.
#[derive(Clone, Debug)]
pub struct TicketFacts {
    /// Counted by the team.
    pub number: i64,
    /// In one line.
    pub subject: String,
    /// What it is about.
    pub topic: Topic,
    /// How urgent it is.
    pub priority: Priority,
    /// How far it is.
    pub status: CaseStatus,
    /// Whose turn it is.
    pub awaiting: Option<Side>,
    /// Who asks, for the team; with the store from where.
    pub requester: Option<String>,
    /// Who of the team has it.
    pub assignee: Option<String>,
    /// What is due, for the team.
    pub due: Option<Due>,
    /// The ticket in which it goes on: its number and its page.
    pub merged: Option<(i64, String)>,
    /// The page of the conversation it came out of, where its reader has one.
    pub from: Option<String>,
    /// Whether it came out of one.
    pub escalated: bool,
}

/// A requester's page.
pub struct TicketPage<'a> {
    /// What it is.
    pub facts: TicketFacts,
    /// All tickets.
    pub back: String,
    /// What was said.
    pub lines: &'a [RoomLine],
    /// How one answers, as long as it is not over.
    pub reply: Option<RoomReply>,
    /// The address of what was said before.
    pub more: Option<String>,
    /// Where the requester says that it is done.
    pub resolve: Option<String>,
    /// What the clock on the reader's wall shows at a moment.
    pub wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync),
}

/// The page's content.
pub(super) fn page(words: &Words, page: &TicketPage<'_>) -> Erased {
    let done = words.get("site.tickets.resolve");
    let resolve = page.resolve.clone().map(|to| {
        view! {
            <form class="cluster" method="post" action=to>
                <Button look=Look::Quiet submit=true>{done}</Button>
            </form>
        }
        .erase()
    });
    let shown = Room {
        words,
        side: Side::Shopper,
        shopper: None,
        lines: page.lines,
        reply: page.reply.as_ref(),
        more: page.more.as_deref(),
        wall: page.wall,
    };
    view! {
        <div class="stack">
            <p>
                <a href=page.back.clone()>{words.get("site.tickets.back")}</a>
            </p>
            {facts(words, &page.facts, Side::Shopper)}
            {notices(words, &page.facts)}
            {room(&shown)}
            {resolve}
        </div>
    }
    .erase()
}

/// The room as the team sees it: both logs, and a button for notes.
pub(in crate::site) fn whole_room(
    words: &Words,
    requester: &str,
    lines: &[RoomLine],
    reply: Option<&RoomReply>,
    more: Option<&str>,
    wall: &(dyn Fn(Timestamp) -> Timestamp + Send + Sync),
) -> Erased {
    room(&Room {
        words,
        side: Side::Desk,
        shopper: Some(requester),
        lines,
        reply,
        more,
        wall,
    })
}

/// What it is, in a list. `me`: for whose eyes.
pub(in crate::site) fn facts(words: &Words, facts: &TicketFacts, me: Side) -> Erased {
    let theirs = facts.requester.clone().unwrap_or_else(|| words.get("site.tickets.the_marketplace"));
    let assignee = facts.assignee.clone().unwrap_or_else(|| words.get("site.tickets.nobody"));
    let mut rows: Vec<(&str, Erased)> = vec![
        ("site.tickets.number", format!("#{}", facts.number).erase()),
        (
            "site.tickets.status",
            case_words::standing(words, facts.status, facts.awaiting, me, &theirs),
        ),
    ];
    // The team has them as what can be changed, until nothing can.
    if me == Side::Shopper || facts.status == CaseStatus::Closed {
        rows.push(("site.tickets.category", case_words::topic(words, facts.topic).erase()));
        rows.push(("site.tickets.priority", case_words::priority(words, facts.priority).erase()));
    }
    if me == Side::Desk {
        rows.push(("site.tickets.requester", theirs.erase()));
        if facts.status == CaseStatus::Closed {
            rows.push(("site.tickets.assignee", assignee.erase()));
        }
        rows.extend(facts.due.map(|clock| ("site.tickets.due", due(words, clock))));
    }
    let rows = rows
        .into_iter()
        .map(|(key, value)| {
            view! {
                <div class="facts__row">
                    <dt>{words.get(key)}</dt>
                    <dd dir="auto">{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="facts ticket__facts">{rows}</dl> }.erase()
}

/// Where it came from, where it goes on, and that it is over.
pub(in crate::site) fn notices(words: &Words, facts: &TicketFacts) -> Erased {
    let from = facts.escalated.then(|| {
        let link = facts.from.clone().map(|to| {
            view! {
                " "
                <a href=to>{words.get("site.tickets.to_the_conversation")}</a>
            }
            .erase()
        });
        view! {
            <p class="muted small">
                {words.get("site.tickets.came_from")}
                {link}
            </p>
        }
        .erase()
    });
    let over = match &facts.merged {
        Some((number, path)) => {
            let said = words.with("site.tickets.goes_on", &[("number", &number.to_string())]);
            Some(
                view! {
                    <p class="notice">
                        <a href=path.clone()>{said}</a>
                    </p>
                }
                .erase(),
            )
        }
        None => (facts.status == CaseStatus::Closed).then(|| view! { <p class="notice">{words.get("site.tickets.over")}</p> }.erase()),
    };
    view! {
        {from}
        {over}
    }
    .erase()
}
