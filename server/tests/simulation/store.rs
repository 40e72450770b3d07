//! The truth of the simulation: what the database promises, as small as it can be said.
//!
//! [`Store`] is what the world needs of a database. [`Log`] is the fast one, and the one that mistakes can be planted into; the real one
//! is [`crate::database::Shelf`].

use std::{collections::BTreeMap, sync::Arc};

use model::{
    event::{Audience, Event, EventKind, Mark},
    id::{ClientId, ConversationId, Seq},
    panel::Posted,
    party::{Author, Principal, Side},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};

use crate::bug::Bug;

/// A message to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) conv: ConversationId,
    pub(crate) aud: Audience,
    pub(crate) who: Principal,
    pub(crate) author: Author,
    pub(crate) cid: ClientId,
    pub(crate) body: Body,
}

/// A message that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) conv: ConversationId,
    pub(crate) aud: Audience,
    pub(crate) who: Principal,
    pub(crate) event: Arc<Event>,
}

/// What survives a crash.
pub(crate) trait Store {
    /// One transaction of the send path; the event if it is a new one.
    fn post(&mut self, at: Timestamp, post: &Post) -> Result<(Posted, Option<Arc<Event>>), Refusal>;
    /// The same transaction, undone after all of its work was done: nobody is told, and no number is used up.
    fn undone(&mut self, at: Timestamp, post: &Post);
    /// What follows in a log, oldest first.
    fn after(&self, conv: ConversationId, aud: Audience, after: Seq, limit: usize) -> Vec<Arc<Event>>;
    /// The last event of a log.
    fn head(&self, conv: ConversationId, aud: Audience) -> Seq;
    /// Moves a side's mark; never back. What it is then.
    fn mark(&mut self, conv: ConversationId, side: Side, mark: Mark) -> Mark;
    /// How far a side has come.
    fn marked(&self, conv: ConversationId, side: Side) -> Mark;
    /// Everything, for the checker.
    fn rows(&self) -> Vec<Row>;
}

/// In memory.
#[derive(Debug, Default)]
pub(crate) struct Log {
    rows: Vec<Row>,
    heads: BTreeMap<(ConversationId, Audience), Seq>,
    marks: BTreeMap<(ConversationId, Side), Mark>,
    last_at: Timestamp,
    bug: Option<Bug>,
}

impl Log {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, ..Self::default() }
    }

    fn is_same(&self, row: &Row, post: &Post) -> bool {
        let whose = row.who == post.who || self.bug == Some(Bug::DedupeWithoutPrincipal);
        row.conv == post.conv && row.event.cid == Some(post.cid) && whose
    }
}

impl Store for Log {
    fn post(&mut self, at: Timestamp, post: &Post) -> Result<(Posted, Option<Arc<Event>>), Refusal> {
        let kind = EventKind::Posted { body: post.body.clone() };
        let kept = self.rows.iter().find(|row| self.is_same(row, post)).cloned();
        let kept = kept.filter(|_| self.bug != Some(Bug::NoDedupe));
        let head = self.heads.entry((post.conv, post.aud)).or_default();
        if let Some(row) = kept {
            if self.bug == Some(Bug::SeqFromASequence) {
                *head = head.next();
            }
            if (row.aud, &row.event.kind) != (post.aud, &kind) && self.bug != Some(Bug::DedupeWithoutPrincipal) {
                return Err(Refusal::ClientIdReused);
            }
            return Ok((
                Posted {
                    seq: row.event.seq,
                    at: row.event.at,
                    dup: true,
                },
                None,
            ));
        }
        *head = head.next();
        self.last_at = if self.bug == Some(Bug::ClockDecides) {
            at
        } else {
            self.last_at.max(at)
        };
        let event = Arc::new(Event {
            seq: *head,
            at: self.last_at,
            author: post.author.clone(),
            cid: Some(post.cid),
            kind,
            via: None,
        });
        self.rows.push(Row {
            conv: post.conv,
            aud: post.aud,
            who: post.who,
            event: Arc::clone(&event),
        });
        Ok((
            Posted {
                seq: event.seq,
                at: event.at,
                dup: false,
            },
            Some(event),
        ))
    }

    fn undone(&mut self, _at: Timestamp, post: &Post) {
        if self.bug == Some(Bug::SeqFromASequence) {
            let head = self.heads.entry((post.conv, post.aud)).or_default();
            *head = head.next();
        }
    }

    fn after(&self, conv: ConversationId, aud: Audience, after: Seq, limit: usize) -> Vec<Arc<Event>> {
        let log = self.rows.iter().filter(|r| r.conv == conv && r.aud == aud && r.event.seq > after);
        log.take(limit).map(|r| Arc::clone(&r.event)).collect()
    }

    fn head(&self, conv: ConversationId, aud: Audience) -> Seq {
        self.heads.get(&(conv, aud)).copied().unwrap_or_default()
    }

    fn mark(&mut self, conv: ConversationId, side: Side, mark: Mark) -> Mark {
        let place = self.marks.entry((conv, side)).or_default();
        *place = place.max(mark);
        *place
    }

    fn marked(&self, conv: ConversationId, side: Side) -> Mark {
        self.marks.get(&(conv, side)).copied().unwrap_or_default()
    }

    fn rows(&self) -> Vec<Row> {
        self.rows.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{Person, client_id, conversation};

    fn post(person: &Person, cid: u64, words: &str) -> Post {
        Post {
            conv: conversation(0),
            aud: Audience::All,
            who: person.principal,
            author: person.author.clone(),
            cid: client_id(cid),
            body: Body::parse(words).expect("fine"),
        }
    }

    #[test]
    fn the_same_message_is_kept_once_and_other_words_are_refused() {
        let (mut log, anna, jane) = (Log::new(None), Person::operator(0), Person::shopper(0));
        let at = Timestamp(5);
        assert_eq!(
            log.post(at, &post(&jane, 1, "Hello")).map(|(p, e)| (p.seq, p.dup, e.is_some())),
            Ok((Seq(1), false, true))
        );
        assert_eq!(
            log.post(at, &post(&jane, 1, "Hello")).map(|(p, e)| (p.seq, p.dup, e.is_some())),
            Ok((Seq(1), true, false))
        );
        assert_eq!(
            log.post(at, &post(&jane, 1, "Bye")).map(|(p, _)| p.seq),
            Err(Refusal::ClientIdReused)
        );
        assert_eq!(
            log.post(at, &post(&anna, 1, "Hello")).map(|(p, _)| p.seq),
            Ok(Seq(2)),
            "somebody else's id is no matter"
        );
        assert_eq!(log.after(conversation(0), Audience::All, Seq(1), 9).len(), 1);
    }
}
