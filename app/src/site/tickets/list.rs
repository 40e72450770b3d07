//! A list of tickets: the requester's own, or the team's queue, which also says who asks, who has it and what is due.

use leptos::prelude::*;
use model::{
    case::{CaseStatus, Priority, Topic},
    party::Side,
    time::Timestamp,
    words::Words,
};
use ui::{Badge, Button, Empty, Erase, Erased, icon};

use super::{Due, due::due};
use crate::site::{case_words, written};

/// A ticket in a list.
#[derive(Clone, Debug)]
pub struct TicketLine {
    /// Its page.
    pub path: String,
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
    /// When something last happened: for machines, and as the clock on the reader's wall shows it.
    pub at: Timestamp,
    /// The same.
    pub on_the_wall: Timestamp,
    /// What its reader has not seen.
    pub unread: u32,
    /// For the team: who asks, who has it, and what is due.
    pub team: Option<(String, Option<String>, Option<Due>)>,
}

/// A requester's page.
#[derive(Clone, Debug, Default)]
pub struct TicketList {
    /// The last change first.
    pub lines: Vec<TicketLine>,
    /// The address of the older ones.
    pub older: Option<String>,
    /// Where the form that begins one is.
    pub new: String,
}

/// The page's content.
pub(super) fn list(words: &Words, page: &TicketList) -> Erased {
    let create = words.get("site.tickets.create");
    let shown = if page.lines.is_empty() {
        let (title, text) = (words.get("site.tickets.none"), words.get("site.tickets.none_explained"));
        view! { <Empty glyph=icon::life_buoy title=title text=text /> }.erase()
    } else {
        table(words, &page.lines)
    };
    view! {
        <div class="stack">
            <p class="muted measure">{words.get("site.tickets.explained")}</p>
            <form class="cluster" method="get" action=page.new.clone()>
                <Button submit=true>{create}</Button>
            </form>
            {shown}
            {older(words, page.older.as_ref())}
        </div>
    }
    .erase()
}

/// The link to the page behind this one.
pub(in crate::site) fn older(words: &Words, older: Option<&String>) -> Option<Erased> {
    older.map(|to| {
        view! {
            <p>
                <a class="button button--quiet" href=to.clone()>
                    {words.get("site.tickets.older")}
                </a>
            </p>
        }
        .erase()
    })
}

/// The table itself.
pub(in crate::site) fn table(words: &Words, lines: &[TicketLine]) -> Erased {
    let team = lines.iter().any(|line| line.team.is_some());
    let rows = lines.iter().map(|one| row(words, one)).collect_view();
    let heads: &[&str] = if team {
        &[
            "site.tickets.number",
            "site.tickets.subject",
            "site.tickets.due",
            "site.tickets.requester",
            "site.tickets.category",
            "site.tickets.priority",
            "site.tickets.status",
            "site.tickets.assignee",
            "site.tickets.date",
        ]
    } else {
        &[
            "site.tickets.number",
            "site.tickets.subject",
            "site.tickets.category",
            "site.tickets.priority",
            "site.tickets.status",
            "site.tickets.date",
        ]
    };
    let heads = heads
        .iter()
        .map(|key| view! { <th scope="col">{words.get(key)}</th> })
        .collect_view();
    // The team's queue stays a table on a telephone too: without the names of its columns nobody could tell them apart.
    let class = if team { "table tickets" } else { "table tickets cases" };
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.tickets.scrolled")>
            <table class=class aria-label=words.get("site.tickets.title")>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn row(words: &Words, line: &TicketLine) -> Erased {
    let me = if line.team.is_some() { Side::Desk } else { Side::Shopper };
    let theirs = match &line.team {
        Some((requester, ..)) => requester.clone(),
        None => words.get("site.tickets.the_marketplace"),
    };
    let label = words.count("site.tickets.unread", u64::from(line.unread));
    let (requester, assignee, clock) = match &line.team {
        Some((requester, assignee, clock)) => (Some(requester.clone()), Some(assignee.clone()), Some(*clock)),
        None => (None, None, None),
    };
    let requester = requester.map(|name| view! { <td dir="auto">{name}</td> }.erase());
    let assignee = assignee.map(|name| {
        let shown = name.unwrap_or_else(|| words.get("site.tickets.nobody"));
        view! { <td dir="auto">{shown}</td> }.erase()
    });
    let clock = clock.map(|clock| view! { <td>{clock.map(|clock| due(words, clock))}</td> }.erase());
    let date = written::moment(line.on_the_wall, words.language());
    view! {
        <tr data-unread=(line.unread > 0).then_some("")>
            <td class="no-wrap">{format!("#{}", line.number)}</td>
            <th scope="row">
                <a href=line.path.clone() dir="auto">
                    {line.subject.clone()}
                </a>
                " "
                <Badge count=Signal::stored(line.unread) label=Signal::stored(label) />
            </th>
            {clock}
            {requester}
            <td>{case_words::topic(words, line.topic)}</td>
            <td>{case_words::priority(words, line.priority)}</td>
            <td>{case_words::standing(words, line.status, line.awaiting, me, &theirs)}</td>
            {assignee}
            <td>
                <time class="no-wrap" datetime=line.at.rfc3339()>
                    {date}
                </time>
            </td>
        </tr>
    }
    .erase()
}
