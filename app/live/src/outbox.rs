//! What was said here and is not known to be in the database: kept until it is, in order, and one at a time in each conversation.
//!
//! It decides what may go now; how it goes and what the person is told is the link's part.

use model::{
    event::{Audience, Event, EventKind},
    id::{ClientId, ConversationId},
    party::Side,
    text::Body,
    time::Timestamp,
};
use serde::Serialize;

use crate::traffic::Attempt;

/// A device that does not answer must not hold up a message.
const KEEP_MS: i64 = 1_000;
/// Without an answer on the socket for this long, the same message is sent again.
const SOCKET_ANSWER_MS: i64 = 10_000;
/// The same for HTTP, where a slow connection is more likely than a lost answer.
const HTTP_ANSWER_MS: i64 = 30_000;
/// After this long a message is not on its way any more: the person has to decide.
const GIVE_UP_MS: i64 = 24 * 3_600_000;
/// In different conversations; well below what the server takes from one connection.
const IN_FLIGHT_MAX: usize = 8;

/// A message that is not known to have arrived. This is also what the device keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// Where.
    pub conv: ConversationId,
    /// For whom.
    pub aud: Audience,
    /// The same on every retry, after a reload, and from another tab.
    pub cid: ClientId,
    /// What.
    pub body: Body,
    /// When it was typed.
    pub at: Timestamp,
}

model::read_struct! {
    Pending { conv, aud, cid, body, at }
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Road {
    /// On this try's socket.
    Socket(Attempt),
    /// By HTTP.
    Http,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The device has been asked to keep it.
    Keeping { since: Timestamp },
    /// May go from this moment on.
    Ready { from: Timestamp },
    /// Sent, not answered.
    Flying { since: Timestamp, road: Road },
    /// The server said no. It blocks nothing that was said after it.
    Refused,
}

#[derive(Clone, Debug)]
struct Entry {
    pending: Pending,
    state: State,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    entries: Vec<Entry>,
}

impl Outbox {
    /// Takes a message in; `false` if it is here already.
    pub(crate) fn add(&mut self, now: Timestamp, pending: Pending, kept: bool) -> bool {
        if self.entries.iter().any(|e| e.pending.cid == pending.cid) {
            return false;
        }
        let state = if kept {
            State::Ready { from: now }
        } else {
            State::Keeping { since: now }
        };
        self.entries.push(Entry { pending, state });
        true
    }

    /// The device keeps it.
    pub(crate) fn kept(&mut self, now: Timestamp, cid: ClientId) {
        if let Some(entry) = self.entry(cid)
            && matches!(entry.state, State::Keeping { .. })
        {
            entry.state = State::Ready { from: now };
        }
    }

    /// It is in the database, or nobody wants it any more. `false` if it was not here.
    pub(crate) fn remove(&mut self, cid: ClientId) -> bool {
        let before = self.entries.len();
        self.entries.retain(|e| e.pending.cid != cid);
        self.entries.len() != before
    }

    /// Whether this event of a log is one of ours, arrived. An id alone proves nothing: anybody may choose one, so the side and the
    /// words must be ours too.
    pub(crate) fn recognise(&mut self, me: Side, conv: ConversationId, aud: Audience, event: &Event) -> Option<ClientId> {
        let (Some(cid), EventKind::Posted { body }) = (event.cid, &event.kind) else {
            return None;
        };
        let ours = self.entries.iter().any(|e| {
            let p = &e.pending;
            p.cid == cid && p.conv == conv && p.aud == aud && event.author.side() == Some(me) && p.body == *body
        });
        (ours && self.remove(cid)).then_some(cid)
    }

    /// The server has no time now, or the answer was lost: again from then on.
    pub(crate) fn delay(&mut self, cid: ClientId, from: Timestamp) {
        if let Some(entry) = self.entry(cid)
            && entry.state != State::Refused
        {
            entry.state = State::Ready { from };
        }
    }

    /// The server said no.
    pub(crate) fn refuse(&mut self, cid: ClientId) -> Option<&Pending> {
        let entry = self.entry(cid)?;
        entry.state = State::Refused;
        Some(&entry.pending)
    }

    /// The person wants it sent again.
    pub(crate) fn retry(&mut self, now: Timestamp, cid: ClientId) {
        if let Some(entry) = self.entry(cid)
            && entry.state == State::Refused
        {
            entry.state = State::Ready { from: now };
            entry.pending.at = entry.pending.at.max(now);
        }
    }

    /// The socket is gone, and with it the answers of what was sent on it.
    pub(crate) fn lost(&mut self, now: Timestamp, attempt: Attempt) {
        for entry in &mut self.entries {
            if matches!(entry.state, State::Flying { road: Road::Socket(a), .. } if a == attempt) {
                entry.state = State::Ready { from: now };
            }
        }
    }

    /// The next message that may go this way now; it is in flight from here on.
    pub(crate) fn next(&mut self, now: Timestamp, road: Road) -> Option<Pending> {
        let flying = self.entries.iter().filter(|e| matches!(e.state, State::Flying { .. })).count();
        if flying >= IN_FLIGHT_MAX {
            return None;
        }
        let at = (0..self.entries.len()).find(|&i| self.may_go(i, now, road))?;
        self.entries[at].state = State::Flying { since: now, road };
        Some(self.entries[at].pending.clone())
    }

    /// One at a time in each conversation: a pipeline would let a "try again later" turn two messages around.
    fn may_go(&self, at: usize, now: Timestamp, road: Road) -> bool {
        let entry = &self.entries[at];
        let ready = matches!(entry.state, State::Ready { from } if from <= now);
        // The desk's own log has no way by HTTP; what is said in it waits for the socket.
        let passable = road != Road::Http || entry.pending.aud == Audience::All;
        let first = !self.entries[..at]
            .iter()
            .any(|e| e.pending.conv == entry.pending.conv && e.state != State::Refused);
        ready && passable && first
    }

    /// Lets time pass: gives back what has waited too long for anybody to believe in it, and when to look again.
    pub(crate) fn tend(&mut self, now: Timestamp) -> (Vec<Pending>, Option<Timestamp>) {
        let mut given_up = Vec::new();
        let mut next: Option<Timestamp> = None;
        for entry in &mut self.entries {
            if entry.state == State::Refused {
                continue;
            }
            let end = entry.pending.at.plus_ms(GIVE_UP_MS);
            if end <= now {
                entry.state = State::Refused;
                given_up.push(entry.pending.clone());
                continue;
            }
            let due = match entry.state {
                State::Keeping { since } => since.plus_ms(KEEP_MS),
                State::Flying {
                    since,
                    road: Road::Socket(_),
                } => since.plus_ms(SOCKET_ANSWER_MS),
                State::Flying { since, road: Road::Http } => since.plus_ms(HTTP_ANSWER_MS),
                State::Ready { from } => from,
                State::Refused => end,
            };
            if due > now {
                next = Some(next.map_or(due, |n| n.min(due)));
            } else {
                entry.state = State::Ready { from: now };
            }
            next = Some(next.map_or(end, |n| n.min(end)));
        }
        (given_up, next)
    }

    fn entry(&mut self, cid: ClientId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|e| e.pending.cid == cid)
    }
}

#[cfg(test)]
mod tests {
    use model::{id::Seq, party::Author};
    use uuid::Uuid;

    use super::*;

    const HERE: Road = Road::Socket(Attempt(1));

    fn pending(conv: u128, cid: u128) -> Pending {
        Pending {
            conv: ConversationId(Uuid::from_u128(conv)),
            aud: Audience::All,
            cid: ClientId(Uuid::from_u128(cid)),
            body: Body::parse(&format!("message {cid}")).expect("fine"),
            at: Timestamp(0),
        }
    }

    fn with(list: &[(u128, u128)]) -> Outbox {
        let mut outbox = Outbox::default();
        for (conv, cid) in list {
            assert!(outbox.add(Timestamp(0), pending(*conv, *cid), true));
        }
        outbox
    }

    fn next(outbox: &mut Outbox, now: i64) -> Option<u128> {
        outbox.next(Timestamp(now), HERE).map(|p| p.cid.0.as_u128())
    }

    #[test]
    fn what_the_device_keeps_is_read_again() {
        for aud in [Audience::All, Audience::Desk] {
            let kept = Pending { aud, ..pending(1, 2) };
            let text = serde_json::to_string(&kept).expect("writes");
            assert_eq!(model::json::from_str(&text), Ok(kept));
        }
    }

    #[test]
    fn one_at_a_time_in_a_conversation_and_conversations_beside_each_other() {
        let mut outbox = with(&[(1, 10), (1, 11), (2, 20)]);
        assert_eq!(next(&mut outbox, 0), Some(10));
        assert_eq!(next(&mut outbox, 0), Some(20));
        assert_eq!(next(&mut outbox, 0), None);
        assert!(outbox.remove(pending(1, 10).cid));
        assert_eq!(next(&mut outbox, 0), Some(11));
    }

    #[test]
    fn a_delayed_message_holds_back_those_behind_it_and_a_refused_one_does_not() {
        let mut outbox = with(&[(1, 10), (1, 11)]);
        assert_eq!(next(&mut outbox, 0), Some(10));
        outbox.delay(pending(1, 10).cid, Timestamp(500));
        assert_eq!(next(&mut outbox, 499), None);
        assert_eq!(next(&mut outbox, 500), Some(10));
        assert!(outbox.refuse(pending(1, 10).cid).is_some());
        assert_eq!(next(&mut outbox, 501), Some(11));
    }

    #[test]
    fn what_was_on_a_lost_socket_goes_again_with_the_same_id() {
        let mut outbox = with(&[(1, 10)]);
        assert_eq!(next(&mut outbox, 0), Some(10));
        outbox.lost(Timestamp(1), Attempt(2));
        assert_eq!(next(&mut outbox, 1), None, "another socket was lost");
        outbox.lost(Timestamp(1), Attempt(1));
        assert_eq!(next(&mut outbox, 1), Some(10));
    }

    #[test]
    fn an_answer_that_never_comes_is_not_waited_for() {
        let mut outbox = with(&[(1, 10)]);
        assert_eq!(next(&mut outbox, 0), Some(10));
        assert_eq!(outbox.tend(Timestamp(SOCKET_ANSWER_MS - 1)).1, Some(Timestamp(SOCKET_ANSWER_MS)));
        assert_eq!(next(&mut outbox, SOCKET_ANSWER_MS - 1), None);
        outbox.tend(Timestamp(SOCKET_ANSWER_MS));
        assert_eq!(next(&mut outbox, SOCKET_ANSWER_MS), Some(10));
    }

    #[test]
    fn a_day_is_enough() {
        let mut outbox = with(&[(1, 10)]);
        assert!(outbox.tend(Timestamp(GIVE_UP_MS - 1)).0.is_empty());
        assert_eq!(outbox.tend(Timestamp(GIVE_UP_MS)).0.len(), 1);
        assert!(outbox.tend(Timestamp(GIVE_UP_MS + 1)).0.is_empty(), "said once");
        outbox.retry(Timestamp(GIVE_UP_MS + 2), pending(1, 10).cid);
        assert!(outbox.tend(Timestamp(GIVE_UP_MS + 2)).0.is_empty());
        assert_eq!(next(&mut outbox, GIVE_UP_MS + 2), Some(10));
    }

    #[test]
    fn it_waits_for_the_device_but_not_for_ever() {
        let mut outbox = Outbox::default();
        outbox.add(Timestamp(0), pending(1, 10), false);
        assert!(!outbox.add(Timestamp(0), pending(1, 10), false), "the same id twice is one message");
        outbox.tend(Timestamp(KEEP_MS - 1));
        assert_eq!(next(&mut outbox, KEEP_MS - 1), None);
        outbox.tend(Timestamp(KEEP_MS));
        assert_eq!(next(&mut outbox, KEEP_MS), Some(10));
    }

    #[test]
    fn notes_do_not_go_by_http_and_hold_their_place() {
        let mut outbox = Outbox::default();
        outbox.add(
            Timestamp(0),
            Pending {
                aud: Audience::Desk,
                ..pending(1, 10)
            },
            true,
        );
        outbox.add(Timestamp(0), pending(2, 20), true);
        assert_eq!(outbox.next(Timestamp(0), Road::Http).map(|p| p.cid), Some(pending(2, 20).cid));
        assert_eq!(outbox.next(Timestamp(0), Road::Http), None);
    }

    #[test]
    fn only_our_own_words_are_an_acknowledgement() {
        let mut outbox = with(&[(1, 10)]);
        let mine = pending(1, 10);
        let event = |author: Author, body: &str| Event {
            seq: Seq(1),
            at: Timestamp(0),
            author,
            cid: Some(mine.cid),
            kind: EventKind::Posted {
                body: Body::parse(body).expect("fine"),
            },
            via: None,
        };
        let mut seen = |event: &Event| outbox.recognise(Side::Shopper, mine.conv, Audience::All, event).is_some();
        assert!(!seen(&event(Author::System, "message 10")));
        assert!(!seen(&event(Author::Shopper, "other words")));
        assert!(seen(&event(Author::Shopper, "message 10")));
        assert!(!seen(&event(Author::Shopper, "message 10")), "once");
    }
}
