//! What a case is, in words: its status and whose turn it is, what it is about, and how soon it is to be answered.

use leptos::prelude::*;
use model::{
    case::{CaseStatus, Priority, Topic},
    party::Side,
    words::Words,
};
use ui::{Erase, Erased};

/// The column Status.
pub(super) fn status(words: &Words, status: CaseStatus) -> String {
    words.get(match status {
        CaseStatus::New => "site.case.status.new",
        CaseStatus::Pending => "site.case.status.pending",
        CaseStatus::Resolved => "site.case.status.resolved",
        CaseStatus::Closed => "site.case.status.closed",
    })
}

/// The column Type of a thread, the category of a ticket.
pub(super) fn topic(words: &Words, topic: Topic) -> String {
    words.get(match topic {
        Topic::Presale => "site.case.topic.presale",
        Topic::Support => "site.case.topic.support",
        Topic::Account => "site.case.topic.account",
        Topic::Technical => "site.case.topic.technical",
        Topic::Dispute => "site.case.topic.dispute",
        Topic::Order => "site.case.topic.order",
        Topic::Other => "site.case.topic.other",
    })
}

/// How soon it is to be answered.
pub(super) fn priority(words: &Words, priority: Priority) -> String {
    words.get(match priority {
        Priority::Low => "site.case.priority.low",
        Priority::Normal => "site.case.priority.normal",
        Priority::High => "site.case.priority.high",
        Priority::Urgent => "site.case.priority.urgent",
    })
}

/// Whose turn it is, as long as it is somebody's: said for a reader of this side. `theirs` is what the other side is called.
pub(super) fn turn(words: &Words, case: CaseStatus, awaiting: Option<Side>, me: Side, theirs: &str) -> Option<String> {
    let awaiting = awaiting.filter(|_| case.is_open())?;
    Some(if awaiting == me {
        words.get("site.case.your_turn")
    } else {
        words.with("site.case.their_turn", &[("name", theirs)])
    })
}

/// The status with whose turn it is below it; the sign's shape tells as much as its colour.
pub(super) fn standing(words: &Words, case: CaseStatus, awaiting: Option<Side>, me: Side, theirs: &str) -> Erased {
    let turn = turn(words, case, awaiting, me, theirs).map(|turn| view! { <span class="muted small case__turn">{turn}</span> }.erase());
    view! {
        <span class="case__status" data-status=case.code()>
            {status(words, case)}
        </span>
        {turn}
    }
    .erase()
}
