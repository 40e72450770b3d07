//! What people said and were told, held against what the database has in the end.
//!
//! It knows neither the client's code nor the server's. Every message of a run has words of its own, so the words say which it is.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use model::{
    event::{Event, EventKind},
    id::{ClientId, Seq},
    refusal::Refusal,
};

/// Something that somebody saw.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// Somebody said something.
    Said { who: String, cid: ClientId, words: String },
    /// They were told that it is kept, under this number.
    Kept { who: String, cid: ClientId, seq: Seq },
    /// They were told that it is not taken, for good.
    Refused { who: String, cid: ClientId, why: Refusal },
    /// They were told an event.
    Told { who: String, seq: Seq, words: Option<String> },
    /// They were told something that cannot be.
    Strange { who: String, what: String },
}

/// Everything that everybody saw, in the order in which they saw it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book(Arc<Mutex<Vec<Entry>>>);

impl Book {
    pub(crate) fn write(&self, entry: Entry) {
        self.0.lock().expect("nobody panicked").push(entry);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0.lock().expect("nobody panicked").clone()
    }
}

/// How it ended for somebody.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) who: String,
    /// The last event they know.
    pub(crate) known: Seq,
    /// Whether they still wait for an answer.
    pub(crate) waits: bool,
}

/// The words of an event that has any.
pub(crate) fn words(event: &Event) -> Option<String> {
    match &event.kind {
        EventKind::Posted { body } => Some(body.as_str().to_owned()),
        _ => None,
    }
}

/// Everything that cannot be: lost, duplicate, phantom, skipped, reordered, refused, stuck, not converged.
pub(crate) fn findings(entries: &[Entry], log: &[Event], ends: &[End]) -> Vec<String> {
    let mut found = Vec::new();
    let mut places: HashMap<String, Seq> = HashMap::new();
    for (event, wanted) in log.iter().zip(1_i64..) {
        if event.seq != Seq(wanted) {
            found.push(format!("skip: the log has {} where {wanted} must be", event.seq));
        }
        if let Some(words) = words(event)
            && let Some(first) = places.insert(words.clone(), event.seq)
        {
            found.push(format!("duplicate: {words} stands at {first} and at {}", event.seq));
        }
    }
    let head = log.last().map_or(Seq::ZERO, |event| event.seq);
    let mut said: HashMap<ClientId, &str> = HashMap::new();
    let mut last: BTreeMap<&str, (Seq, &str)> = BTreeMap::new();
    let mut told: BTreeMap<&str, Seq> = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Said { who, cid, words } => {
                said.insert(*cid, words);
                let Some(seq) = places.get(words) else {
                    found.push(format!("lost: {words} is not in the log"));
                    continue;
                };
                if let Some((before, earlier)) = last.insert(who, (*seq, words.as_str()))
                    && before > *seq
                {
                    found.push(format!("reordered: {words} stands before {earlier}"));
                }
            }
            Entry::Kept { who, cid, seq } => {
                let words = said.get(cid).copied().unwrap_or("what nobody said");
                if places.get(words) != Some(seq) {
                    found.push(format!("lost: {who} was told that {words} is at {seq}"));
                }
            }
            Entry::Refused { who, cid, why } => found.push(format!("refused: {:?} of {who}, {why:?}", said.get(cid))),
            Entry::Told { who, seq, words: heard } => {
                let before = told.insert(who, *seq).unwrap_or(Seq::ZERO);
                if *seq != before.next() {
                    found.push(format!("nonmonotonic: {who} was told {seq} after {before}"));
                }
                let at = usize::try_from(seq.0 - 1).ok().and_then(|at| log.get(at));
                match at {
                    None => found.push(format!("phantom: {who} was told {seq}, which is not in the log")),
                    Some(event) if words(event) != *heard => found.push(format!("disagreement: {who} was told {heard:?} at {seq}")),
                    Some(_) => {}
                }
            }
            Entry::Strange { who, what } => found.push(format!("strange: {who} was told {what}")),
        }
    }
    for End { who, known, waits } in ends {
        if *waits {
            found.push(format!("stuck: {who} still waits for an answer"));
        }
        if *known != head {
            found.push(format!("unconverged: {who} knows {known} of {head}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use model::{party::Author, text::Body, time::Timestamp};
    use service::clock::new_id;

    use super::*;

    fn event(seq: i64, words: &str) -> Event {
        Event {
            seq: Seq(seq),
            at: Timestamp(seq),
            author: Author::Shopper,
            cid: None,
            kind: EventKind::Posted {
                body: Body::parse(words).expect("fine"),
            },
            via: None,
        }
    }

    fn said(cid: ClientId, words: &str) -> Entry {
        Entry::Said {
            who: "Jane".to_owned(),
            cid,
            words: words.to_owned(),
        }
    }

    fn kept(cid: ClientId, seq: i64) -> Entry {
        Entry::Kept {
            who: "Jane".to_owned(),
            cid,
            seq: Seq(seq),
        }
    }

    fn told(seq: i64, words: &str) -> Entry {
        Entry::Told {
            who: "Anna".to_owned(),
            seq: Seq(seq),
            words: Some(words.to_owned()),
        }
    }

    fn end(known: i64, waits: bool) -> End {
        End {
            who: "Anna".to_owned(),
            known: Seq(known),
            waits,
        }
    }

    /// The first word of each finding.
    fn kinds(entries: &[Entry], log: &[Event], ends: &[End]) -> Vec<String> {
        let first = |finding: String| finding.split(':').next().unwrap_or_default().to_owned();
        findings(entries, log, ends).into_iter().map(first).collect()
    }

    #[test]
    fn what_is_well_has_no_findings() {
        let (a, b) = (new_id(), new_id());
        let entries = [
            said(a, "one"),
            kept(a, 1),
            said(b, "two"),
            told(1, "one"),
            told(2, "two"),
            kept(b, 2),
        ];
        let found = findings(&entries, &[event(1, "one"), event(2, "two")], &[end(2, false)]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn each_thing_that_cannot_be_is_found() {
        let (a, b) = (new_id(), new_id());
        let one = [event(1, "one")];
        assert_eq!(kinds(&[said(a, "one"), kept(a, 1)], &[], &[]), ["lost", "lost"]);
        assert_eq!(kinds(&[said(a, "one"), kept(a, 2)], &one, &[]), ["lost"]);
        assert_eq!(kinds(&[], &[event(1, "one"), event(2, "one")], &[]), ["duplicate"]);
        assert_eq!(kinds(&[], &[event(1, "one"), event(3, "two")], &[]), ["skip"]);
        assert_eq!(kinds(&[told(1, "one"), told(2, "two")], &one, &[]), ["phantom"]);
        assert_eq!(kinds(&[told(1, "other")], &one, &[]), ["disagreement"]);
        assert_eq!(kinds(&[told(1, "one"), told(1, "one")], &one, &[]), ["nonmonotonic"]);
        assert_eq!(
            kinds(&[said(a, "one"), said(b, "two")], &[event(1, "two"), event(2, "one")], &[]),
            ["reordered"]
        );
        assert_eq!(kinds(&[], &one, &[end(0, true)]), ["stuck", "unconverged"]);
        let refused = Entry::Refused {
            who: "Jane".to_owned(),
            cid: a,
            why: Refusal::Closed,
        };
        assert_eq!(kinds(&[said(a, "one"), refused], &one, &[]), ["refused"]);
    }
}
