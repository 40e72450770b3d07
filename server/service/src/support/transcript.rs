//! What was said in a conversation, as a text that goes along when it becomes a ticket. Notes of colleagues are not in it.

use std::fmt::Write as _;

use model::{
    event::{Audience, Event, EventKind},
    id::{ConversationId, Seq},
    limits::PAGE_EVENTS_MAX,
    party::Author,
    time::Timestamp,
    words::Words,
};
use storage::{Session, StorageError, StoreScope};

/// Events that one transcript holds: the last ones.
const EVENTS_MAX: usize = 2_000;

/// What everybody in a conversation could see, the first event first.
pub(super) async fn events(s: &mut Session, scope: StoreScope, id: ConversationId, head: Seq) -> Result<Vec<Event>, StorageError> {
    let most = i64::try_from(EVENTS_MAX).unwrap_or(i64::MAX);
    let mut after = Seq((head.0 - most).max(0));
    let mut events: Vec<Event> = Vec::new();
    while events.len() < EVENTS_MAX {
        let page = s.events_after(scope, id, Audience::All, after, PAGE_EVENTS_MAX).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        events.extend(page);
    }
    Ok(events)
}

/// The text, in the words of whoever hands it on. `shopper` is what the shopper is called in it.
pub(super) fn text(words: &Words, title: &str, shopper: &str, events: &[Event]) -> String {
    let mut out = format!("{title}\n");
    for event in events {
        let said = match &event.kind {
            EventKind::Posted { body } => body.to_string(),
            EventKind::Shared { file } => words.with("mail.file", &[("name", file.name.as_str())]),
            _ => continue,
        };
        let name = match &event.author {
            Author::Shopper => shopper,
            Author::Operator { name, .. } => name.as_str(),
            Author::System => continue,
        };
        // Writing to a string cannot fail.
        let _ = write!(out, "\n{name}, {}\n{said}\n", moment(event.at));
    }
    out
}

/// `2026-03-14 14:05 UTC`: whoever reads it may be anywhere.
fn moment(at: Timestamp) -> String {
    let whole = at.rfc3339();
    let (day, minute) = (whole.get(..10).unwrap_or_default(), whole.get(11..16).unwrap_or_default());
    format!("{day} {minute} UTC")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{language::Language, text::Body};

    use super::*;

    #[test]
    fn a_21_a_transcript_says_who_said_what_and_when() {
        let words = Words::new(Language::En, BTreeMap::new());
        let event = |author, kind| Event {
            seq: Seq(1),
            at: Timestamp(1_800_000_000_000),
            author,
            cid: None,
            kind,
            via: None,
        };
        let said = EventKind::Posted {
            body: Body::parse("It arrived\nbroken").expect("fine"),
        };
        let text = text(
            &words,
            "Kandelaar",
            "Jane",
            &[event(Author::Shopper, said), event(Author::System, EventKind::Missed)],
        );
        assert_eq!(text, "Kandelaar\n\nJane, 2027-01-15 08:00 UTC\nIt arrived\nbroken\n");
    }
}
