//! The logs that a connection follows: let in, read from where the client stands, and told on, event by event.

use std::sync::Arc;

use model::{
    event::{Audience, Event, EventKind, Mark},
    id::{ConversationId, Epoch, Seq},
    limits::{FIRST_EVENTS, FRAME_BYTES_MAX, PAGE_EVENTS_MAX, SUBSCRIPTIONS_MAX},
    party::{Author, Side},
    refusal::Refusal,
    time::Timestamp,
    wire::ServerFrame,
};

use super::{AGAIN_MS, Alarm, Answer, Ask, Connection, Output, Phase, Standing};

const PAGE: usize = PAGE_EVENTS_MAX as usize;
/// What a frame holds besides its events.
const FRAME_BYTES: usize = 1_024;
/// What an event is on the wire besides its words and its author's name.
const EVENT_BYTES: usize = 320;

/// Where a client wants to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Want {
    pub(super) epoch: Option<Epoch>,
    pub(super) after: Option<Seq>,
}

/// One log that is followed.
#[derive(Debug)]
pub(super) struct Sub {
    conv: ConversationId,
    aud: Audience,
    state: State,
    /// It has grown since it was last read.
    dirty: bool,
    /// Whether the hub may be asked; not after it was wrong.
    ring: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Not asked yet whether it may be followed: the ticket is being looked at, or the last question had no answer.
    Waiting { want: Want, until: Option<Timestamp> },
    /// Asked whether it may be followed.
    Asking { ask: Ask, want: Want },
    /// Let in; what the client misses is being read.
    First { ask: Ask, from: Seq, standing: Standing },
    /// Told up to `sent`.
    Told { sent: Seq, pull: Pull },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pull {
    Idle,
    Asked(Ask),
    Later(Timestamp),
}

impl Sub {
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self.state {
            State::Waiting { until, .. } => until,
            State::Told { pull: Pull::Later(at), .. } => Some(at),
            _ => None,
        }
    }

    fn is(&self, conv: ConversationId, aud: Audience) -> bool {
        self.conv == conv && self.aud == aud
    }
}

impl Connection {
    /// Takes down what a `hello` wants to go on with; it is asked for when the ticket was good.
    pub(super) fn expect(&mut self, conv: ConversationId, aud: Audience, want: Want) {
        if !self.subs.iter().any(|s| s.is(conv, aud)) {
            self.subs.push(Sub {
                conv,
                aud,
                state: State::Waiting { want, until: None },
                dirty: false,
                ring: true,
            });
        }
    }

    /// The ticket was good.
    pub(super) fn resume(&mut self) {
        let Phase::Open(guest) = self.phase else { return };
        let expected: Vec<(ConversationId, Audience, Want)> = self
            .subs
            .drain(..)
            .filter_map(|s| {
                if let State::Waiting { want, .. } = s.state {
                    Some((s.conv, s.aud, want))
                } else {
                    None
                }
            })
            .collect();
        for (conv, aud, want) in expected {
            self.follow(guest.principal.side(), conv, aud, want);
        }
    }

    /// Begins, or begins again, to follow a log. Whether that is allowed is asked each time.
    pub(super) fn follow(&mut self, side: Side, conv: ConversationId, aud: Audience, want: Want) {
        if side == Side::Shopper && aud == Audience::Desk {
            self.send(ServerFrame::Gone { conv });
            return;
        }
        let at = match self.subs.iter().position(|s| s.is(conv, aud)) {
            Some(at) => at,
            None if self.subs.len() >= SUBSCRIPTIONS_MAX => {
                self.send(ServerFrame::Nack {
                    cid: None,
                    code: Refusal::NotAllowed,
                    after_ms: None,
                });
                return;
            }
            None => {
                self.subs.push(Sub {
                    conv,
                    aud,
                    state: State::Waiting { want, until: None },
                    dirty: false,
                    ring: true,
                });
                self.subs.len() - 1
            }
        };
        self.authorise(at, want);
    }

    fn authorise(&mut self, at: usize, want: Want) {
        let ask = self.ask();
        let sub = &mut self.subs[at];
        sub.state = State::Asking { ask, want };
        self.out.push(Output::Authorise {
            ask,
            conv: sub.conv,
            aud: sub.aud,
        });
    }

    pub(super) fn unfollow(&mut self, conv: ConversationId, aud: Audience) {
        let before = self.subs.len();
        self.subs.retain(|s| !s.is(conv, aud));
        if self.subs.len() != before {
            self.out.push(Output::Unsubscribe { conv, aud });
        }
    }

    /// The same words whether it does not exist or is somebody else's.
    fn gone(&mut self, conv: ConversationId) {
        for aud in [Audience::All, Audience::Desk] {
            self.unfollow(conv, aud);
        }
        self.send(ServerFrame::Gone { conv });
    }

    pub(super) fn authorised(&mut self, now: Timestamp, ask: Ask, conv: ConversationId, aud: Audience, answer: Answer<Standing>) {
        let Phase::Open(guest) = self.phase else { return };
        let asked = |s: &Sub| matches!(s.state, State::Asking { ask: a, .. } if a == ask);
        let Some(at) = self.subs.iter().position(asked) else {
            // It was given up while the question was on its way; the hub may know only the question.
            if !self.subs.iter().any(|s| s.is(conv, aud)) {
                self.out.push(Output::Unsubscribe { conv, aud });
            }
            return;
        };
        let State::Asking { want, .. } = self.subs[at].state else { return };
        match answer {
            Answer::Granted(standing) => self.begin(at, guest.epoch, want, standing),
            Answer::Refused => self.gone(conv),
            Answer::Unavailable => {
                self.subs[at].state = State::Waiting {
                    want,
                    until: Some(now.plus_ms(AGAIN_MS)),
                }
            }
        }
    }

    /// Where to begin: where the client stands, if that is a place in this history.
    fn begin(&mut self, at: usize, epoch: Epoch, want: Want, standing: Standing) {
        let Sub { conv, aud, .. } = self.subs[at];
        let last_page = Seq((standing.head.0 - FIRST_EVENTS).max(0));
        let from = match want.after {
            None => last_page,
            Some(after) if want.epoch.is_none_or(|e| e == epoch) && (Seq::ZERO..=standing.head).contains(&after) => after,
            Some(_) => {
                self.send(ServerFrame::Reset { conv, aud });
                last_page
            }
        };
        if from == standing.head {
            self.sync(at, from, standing, &[]);
            self.pull_if_dirty(at);
        } else {
            let ask = self.ask();
            let sub = &mut self.subs[at];
            sub.state = State::First { ask, from, standing };
            sub.dirty = false;
            let ring = sub.ring;
            self.out.push(Output::Pull {
                ask,
                conv,
                aud,
                after: from,
                limit: PAGE,
                ring,
            });
        }
    }

    pub(super) fn pulled(&mut self, now: Timestamp, ask: Ask, answer: Answer<Vec<Arc<Event>>>) {
        let Phase::Open(guest) = self.phase else { return };
        let asked = |s: &Sub| match s.state {
            State::First { ask: a, .. } | State::Told { pull: Pull::Asked(a), .. } => a == ask,
            _ => false,
        };
        let Some(at) = self.subs.iter().position(asked) else { return };
        let again = now.plus_ms(AGAIN_MS);
        match (self.subs[at].state, answer) {
            (_, Answer::Refused) => {
                let conv = self.subs[at].conv;
                self.gone(conv);
            }
            (State::First { from, standing, .. }, Answer::Granted(events)) => self.first(at, now, from, standing, &events),
            (State::Told { sent, .. }, Answer::Granted(events)) => self.tell(at, now, sent, &events),
            (State::First { from, .. }, Answer::Unavailable) => {
                let want = Want {
                    epoch: Some(guest.epoch),
                    after: Some(from),
                };
                self.subs[at].state = State::Waiting { want, until: Some(again) };
            }
            (State::Told { sent, .. }, Answer::Unavailable) => {
                self.subs[at].state = State::Told {
                    sent,
                    pull: Pull::Later(again),
                }
            }
            (State::Waiting { .. } | State::Asking { .. }, _) => {}
        }
    }

    /// What a client had missed: as much as fits into one `sync`, the rest event by event.
    fn first(&mut self, at: usize, now: Timestamp, from: Seq, standing: Standing, events: &[Arc<Event>]) {
        let mut bytes = FRAME_BYTES;
        let mut wanted = from.next();
        let fit = events
            .iter()
            .take_while(|e| {
                bytes += weight(e);
                let fits = bytes <= FRAME_BYTES_MAX && e.seq == wanted;
                wanted = wanted.next();
                fits
            })
            .count();
        let (fitting, rest) = events.split_at(fit);
        self.sync(at, from, standing, fitting);
        let sent = fitting.last().map_or(from, |e| e.seq);
        if sent == from {
            // The head said that there is something; nothing that follows could be read.
            let got = rest.first().map_or(from, |e| e.seq);
            self.alarm(at, now, sent, got);
        } else {
            // What did not fit follows at once; what was not read is read next.
            self.subs[at].dirty |= events.len() >= PAGE || events.last().is_some_and(|e| e.seq < standing.head);
            self.tell(at, now, sent, rest);
        }
    }

    fn sync(&mut self, at: usize, from: Seq, standing: Standing, events: &[Arc<Event>]) {
        let sub = &mut self.subs[at];
        let sent = events.last().map_or(from, |e| e.seq);
        sub.state = State::Told { sent, pull: Pull::Idle };
        let (conv, aud) = (sub.conv, sub.aud);
        let events = events.iter().map(|e| Event::clone(e)).collect();
        let Standing { head, mine, theirs, here } = standing;
        self.send(ServerFrame::Sync {
            conv,
            aud,
            from,
            events,
            head: head.max(sent),
            mine,
            theirs,
        });
        if let (Phase::Open(guest), Audience::All) = (self.phase, aud) {
            self.send(ServerFrame::Presence {
                conv,
                who: guest.principal.side().other(),
                here,
            });
        }
    }

    /// Sends what follows `sent`, and nothing else.
    fn tell(&mut self, at: usize, now: Timestamp, mut sent: Seq, events: &[Arc<Event>]) {
        let Sub { conv, aud, .. } = self.subs[at];
        for event in events {
            if event.seq <= sent {
                // Read twice, because the log had grown while it was read.
                continue;
            }
            if event.seq != sent.next() {
                self.alarm(at, now, sent, event.seq);
                return;
            }
            sent = event.seq;
            self.send(ServerFrame::Ev {
                conv,
                aud,
                event: Event::clone(event),
            });
        }
        self.subs[at].state = State::Told { sent, pull: Pull::Idle };
        if !events.is_empty() {
            self.subs[at].ring = true;
        }
        // A full page may not be all.
        self.subs[at].dirty |= events.len() >= PAGE;
        self.pull_if_dirty(at);
    }

    /// What was read has a gap. It is read again, from the database; and if that has it too, later.
    fn alarm(&mut self, at: usize, now: Timestamp, sent: Seq, got: Seq) {
        let sub = &mut self.subs[at];
        let pull = if sub.ring { Pull::Idle } else { Pull::Later(now.plus_ms(AGAIN_MS)) };
        sub.ring = false;
        sub.state = State::Told { sent, pull };
        sub.dirty = true;
        let alarm = Alarm::Gap {
            conv: sub.conv,
            aud: sub.aud,
            wanted: sent.next(),
            got,
        };
        self.out.push(Output::Alarm(alarm));
        self.pull_if_dirty(at);
    }

    /// The hub says that a log has grown.
    pub(super) fn grown(&mut self, conv: ConversationId, aud: Audience) {
        if let Some(at) = self.subs.iter().position(|s| s.is(conv, aud)) {
            self.subs[at].dirty = true;
            self.pull_if_dirty(at);
        }
    }

    fn pull_if_dirty(&mut self, at: usize) {
        let sub = &self.subs[at];
        let State::Told { sent, pull: Pull::Idle } = sub.state else {
            return;
        };
        if !sub.dirty {
            return;
        }
        let (conv, aud, ring) = (sub.conv, sub.aud, sub.ring);
        let ask = self.ask();
        self.subs[at].dirty = false;
        self.subs[at].state = State::Told {
            sent,
            pull: Pull::Asked(ask),
        };
        self.out.push(Output::Pull {
            ask,
            conv,
            aud,
            after: sent,
            limit: PAGE,
            ring,
        });
    }

    /// Asks again what had no answer.
    pub(super) fn try_again(&mut self, now: Timestamp) {
        for at in 0..self.subs.len() {
            match self.subs[at].state {
                State::Waiting { want, until: Some(until) } if until <= now => self.authorise(at, want),
                State::Told {
                    sent,
                    pull: Pull::Later(until),
                } if until <= now => {
                    self.subs[at].state = State::Told { sent, pull: Pull::Idle };
                    self.subs[at].dirty = true;
                    self.pull_if_dirty(at);
                }
                _ => {}
            }
        }
    }

    /// Whether the reader was let into the log of everyone.
    pub(super) fn follows(&self, conv: ConversationId) -> bool {
        self.subs
            .iter()
            .any(|s| s.is(conv, Audience::All) && matches!(s.state, State::Told { .. }))
    }

    /// Whether something said about a conversation is heard. Who does not follow it learns no more than that it does not exist; who
    /// is being let in is not answered yet.
    pub(super) fn lets_in(&mut self, conv: ConversationId) -> bool {
        if !self.subs.iter().any(|s| s.is(conv, Audience::All)) {
            self.send(ServerFrame::Gone { conv });
        }
        self.follows(conv)
    }

    /// A mark, but not past what has left here: nobody has seen what was not sent.
    pub(super) fn seen_at_most(&mut self, conv: ConversationId, mark: Mark) -> Option<Mark> {
        if !self.lets_in(conv) {
            return None;
        }
        let sub = self.subs.iter().find(|s| s.is(conv, Audience::All))?;
        let State::Told { sent, .. } = sub.state else { return None };
        let seen = |seq: Seq| seq.clamp(Seq::ZERO, sent);
        Some(Mark {
            got: seen(mark.got),
            read: seen(mark.read),
        })
    }

    fn ask(&mut self) -> Ask {
        self.asks += 1;
        Ask(self.asks)
    }
}

/// The most bytes an event can be on the wire. Quotation marks, backslashes and line breaks are two there; everything else that a
/// message or a name may hold is itself.
fn weight(event: &Event) -> usize {
    let body = match &event.kind {
        EventKind::Posted { body } => body.as_str().len(),
        _ => 0,
    };
    let name = match &event.author {
        Author::Operator { name, .. } => name.as_str().len(),
        Author::Shopper | Author::System => 0,
    };
    EVENT_BYTES + 2 * (body + name)
}

#[cfg(test)]
mod tests {
    use model::{
        id::{AccountId, ClientId},
        text::{Body, Name},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
            #[test]
            fn no_event_is_heavier_than_it_is_weighed(words in "[\"\\\\\n\t a-zé漢😀]{1,400}", called in "[\"\\\\a-zé😀]{1,50}") {
                let (Ok(body), Ok(name)) = (Body::parse(&words), Name::parse(&called)) else { return Ok(()) };
                let event = Event {
                    seq: Seq(i64::MAX),
                    at: Timestamp(i64::MAX),
                    author: Author::Operator { id: AccountId(Uuid::max()), name },
                    cid: Some(ClientId(Uuid::max())),
                    kind: EventKind::Posted { body },
    via: None,
    };
                prop_assert!(serde_json::to_string(&event).expect("serialises").len() <= weight(&event));
            }
        }
}
