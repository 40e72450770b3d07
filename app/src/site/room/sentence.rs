//! What happened besides words, as a sentence: who did it stands beside it already.

use model::{
    case::{CaseStatus, Remedy, Statement},
    conversation::Money,
    event::EventKind,
    words::Words,
};

use crate::site::{case_words, written::money};

/// The sentence.
pub(super) fn of(words: &Words, kind: &EventKind) -> String {
    match kind {
        EventKind::Posted { .. } | EventKind::Shared { .. } => String::new(),
        EventKind::Taken => words.get("site.room.taken"),
        EventKind::DeskLeft | EventKind::Missed => words.get("site.room.by_letter"),
        EventKind::Closed => words.get("site.room.ended"),
        EventKind::Reopened { .. } => words.get("site.room.goes_on"),
        EventKind::Transferred { to } => words.with("site.room.transferred", &[("to", to.name.as_str())]),
        EventKind::Rated { stars, .. } => words.with("site.room.rated", &[("n", &stars.to_string())]),
        EventKind::Moved { number: Some(number), .. } => words.with("site.room.moved_to_order", &[("number", number)]),
        EventKind::Moved { number: None, .. } => words.get("site.room.moved"),
        EventKind::Stated { what } => stated(words, what),
    }
}

fn stated(words: &Words, what: &Statement) -> String {
    match what {
        Statement::Status { to: CaseStatus::New } => words.get("site.room.status_new"),
        Statement::Status { to: CaseStatus::Pending } => words.get("site.room.status_pending"),
        Statement::Status { to: CaseStatus::Resolved } => words.get("site.room.status_resolved"),
        Statement::Status { to: CaseStatus::Closed } => words.get("site.room.status_closed"),
        Statement::Assigned { to: Some(to) } => words.with("site.room.assigned", &[("to", to.name.as_str())]),
        Statement::Assigned { to: None } => words.get("site.room.unassigned"),
        Statement::Prioritised { to } => words.with("site.room.prioritised", &[("priority", &case_words::priority(words, *to))]),
        Statement::Merged { into } => words.with("site.room.merged", &[("number", &into.to_string())]),
        Statement::Escalated { number } => words.with("site.room.escalated", &[("number", &number.to_string())]),
        Statement::Overseen { by, reason } => words.with("site.room.overseen", &[("by", by.as_str()), ("reason", reason)]),
        Statement::Offered { remedy: offered } => words.with("site.room.offered", &[("remedy", &remedy(words, offered))]),
        Statement::Accepted => words.get("site.room.accepted"),
        Statement::Refused => words.get("site.room.refused"),
        Statement::MediatorAsked => words.get("site.room.mediator_asked"),
        Statement::Decided { remedy: decided, reason } => {
            words.with("site.room.decided", &[("remedy", &remedy(words, decided)), ("reason", reason)])
        }
        Statement::Appealed { reason } => words.with("site.room.appealed", &[("reason", reason)]),
        Statement::CarriedOut => words.get("site.room.carried_out"),
        Statement::Withdrawn => words.get("site.room.withdrawn"),
        Statement::TimedOut => words.get("site.room.timed_out"),
    }
}

/// What was offered, agreed or decided, in words.
pub(in crate::site) fn remedy(words: &Words, remedy: &Remedy) -> String {
    match remedy {
        Remedy::Refund { minor, currency } => {
            let amount = Money {
                minor: *minor,
                currency: currency.clone(),
            };
            words.with("site.room.refund", &[("amount", &money(&amount, words.language()))])
        }
        Remedy::Replace => words.get("site.room.replace"),
        Remedy::Return => words.get("site.room.return"),
        Remedy::Decline => words.get("site.room.decline"),
    }
}
