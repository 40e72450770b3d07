//! One socket of the server: what it may say, what it is told, and when it is closed.
//!
//! [`Connection::step`] takes what happened and gives back what to do, in order. It asks for everything that has to be looked up,
//! and goes on when it is answered; meanwhile it takes other things. The rule that all of delivery rests on is kept here and only
//! here: of a log that is followed, nothing but the event after the last one ever leaves.

mod frames;
mod logs;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::{
    desk::WindowKind,
    event::{Audience, Event, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    limits::{HEARTBEAT_S, HELLO_MS},
    panel::Posted,
    party::{Principal, Side},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
    wire::{ServerFrame, close},
};

use self::logs::Sub;
use crate::{
    notice::Notice,
    pace::{Bucket, Limits, Rates},
};

const HEARTBEAT_MS: i64 = HEARTBEAT_S as i64 * 1_000;
/// Nothing heard for this long, not even an answer to a ping: nobody is there.
const SILENCE_MS: i64 = 2 * HEARTBEAT_MS + 5_000;
/// A ticket that is looked at for longer than this is not good.
const REDEEM_MS: i64 = 2 * HELLO_MS;
/// What is being committed when the server goes down may take this long.
const DRAIN_MS: i64 = 5_000;
/// So many hints about the lists are one.
const INBOX_MS: i64 = 500;
/// When something could not be looked up, it is tried again.
const AGAIN_MS: i64 = 1_000;

/// The number of a question, so that an answer to one that is not asked any more is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask(pub u64);

/// Whom a ticket named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Who.
    pub principal: Principal,
    /// The history of the database at this moment.
    pub epoch: Epoch,
}

/// How a log stands for somebody who may follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its last event.
    pub head: Seq,
    /// How far the reader's own side has come.
    pub mine: Mark,
    /// How far the other side has come.
    pub theirs: Mark,
    /// Whether the other side has a window open ([`Hub::is_here`](crate::Hub::is_here)).
    pub here: bool,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// Here it is.
    Granted(T),
    /// It does not exist, or it is not for this reader.
    Refused,
    /// It could not be looked up; ask again later.
    Unavailable,
}

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// A text frame came.
    Text(&'a str),
    /// A binary frame came.
    Binary,
    /// The answer to a ping came.
    Pong,
    /// The time of [`Connection::deadline`] has come.
    Tick,
    /// The hub woke this connection; [`Hub::take`](crate::Hub::take) gave this.
    Woken(Vec<Notice>),
    /// The answer to [`Output::Redeem`]; or the code to close with.
    Redeemed(Result<Guest, u16>),
    /// The answer to [`Output::Authorise`].
    Authorised {
        /// To which question.
        ask: Ask,
        /// About which conversation.
        conv: ConversationId,
        /// About which log.
        aud: Audience,
        /// It.
        answer: Answer<Standing>,
    },
    /// The answer to [`Output::Pull`].
    Pulled {
        /// To which question.
        ask: Ask,
        /// It.
        answer: Answer<Vec<Arc<Event>>>,
    },
    /// The answer to [`Output::Post`]. What could not be done and may be tried again is [`Refusal::Busy`].
    Posted {
        /// Which message.
        cid: ClientId,
        /// It.
        answer: Result<Posted, Refusal>,
    },
    /// The server is about to stop; the client is to come back after this.
    Drain {
        /// Milliseconds.
        after_ms: u32,
    },
    /// The session ended, or its rights.
    Revoked,
}

/// Something is to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Write this to the socket. The next output is not done before this is flushed; a flush that takes longer than
    /// [`FLUSH_MS`](model::limits::FLUSH_MS) is closed with [`close::SLOW`].
    Send(ServerFrame),
    /// Ping, so that the answer shows that somebody is there.
    Ping,
    /// Whose ticket is this? It is good once. When it is good: [`Hub::admit`](crate::Hub::admit), then answer.
    Redeem {
        /// It.
        ticket: String,
        /// Which of the desk's windows it is for.
        window: WindowKind,
    },
    /// May this reader follow this log? Check it; if so, [`Hub::subscribe`](crate::Hub::subscribe), and only then read how the log
    /// stands: what is committed in between is then in the head or in a notice. A refusal must leave no subscription.
    Authorise {
        /// The number of the question.
        ask: Ask,
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
    },
    /// Tell the hub that this log is followed no longer, if it is.
    Unsubscribe {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
    },
    /// What follows in this log? From [`Hub::after`](crate::Hub::after) if `ring` and it knows, else from the database.
    Pull {
        /// The number of the question.
        ask: Ask,
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
        /// The last event that has left.
        after: Seq,
        /// At most so many.
        limit: usize,
        /// Whether the hub may be asked.
        ring: bool,
    },
    /// Somebody said something. Answered by [`Input::Posted`], after the commit and never before.
    Post {
        /// Where.
        conv: ConversationId,
        /// For whom.
        aud: Audience,
        /// Its client's id.
        cid: ClientId,
        /// What.
        body: Body,
    },
    /// The reader's side has come this far.
    Mark {
        /// Where.
        conv: ConversationId,
        /// How far; never past what has left here.
        mark: Mark,
    },
    /// The reader is typing, or stopped.
    Typing {
        /// Where.
        conv: ConversationId,
        /// Whether.
        on: bool,
    },
    /// The reader's page said goodbye.
    Away,
    /// Something that cannot happen happened. It did no harm; somebody should know.
    Alarm(Alarm),
    /// Close the socket with this code. Nothing follows.
    Close(u16),
}

/// Something that cannot happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// What was read did not begin with the event after the last one.
    Gap {
        /// Where.
        conv: ConversationId,
        /// In which log.
        aud: Audience,
        /// The event that had to come.
        wanted: Seq,
        /// The event that came.
        got: Seq,
    },
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Nothing was said yet.
    Silent { since: Timestamp },
    /// The ticket is being looked at. What else the `hello` said waits in the subscriptions.
    Redeeming { since: Timestamp },
    /// Welcome.
    Open(Guest),
    /// Over.
    Closed,
}

/// See the module.
#[derive(Debug)]
pub struct Connection {
    limits: Limits,
    phase: Phase,
    subs: Vec<Sub>,
    pace: Pace,
    asks: u64,
    /// Messages that are not answered yet.
    posts: usize,
    /// When something senseless was said within the last minute.
    strikes: Vec<Timestamp>,
    said: Timestamp,
    heard: Timestamp,
    pinged: Timestamp,
    inbox: Option<u64>,
    inbox_from: Timestamp,
    draining: Option<Timestamp>,
    out: Vec<Output>,
}

#[derive(Debug, Default)]
struct Pace {
    send: Bucket,
    typing: Bucket,
    sub: Bucket,
    read: Bucket,
}

impl Connection {
    /// A socket that was just opened.
    pub fn new(now: Timestamp, limits: Limits) -> Self {
        Self {
            limits,
            phase: Phase::Silent { since: now },
            subs: Vec::new(),
            pace: Pace::default(),
            asks: 0,
            posts: 0,
            strikes: Vec::new(),
            said: now,
            heard: now,
            pinged: now,
            inbox: None,
            inbox_from: now,
            draining: None,
            out: Vec::new(),
        }
    }

    /// Something happened: what is to be done, in this order. Nothing after [`Output::Close`].
    pub fn step(&mut self, now: Timestamp, input: Input<'_>) -> Vec<Output> {
        if self.is_closed() {
            return Vec::new();
        }
        self.take_in(now, input);
        self.tend(now);
        if self.out.iter().any(|o| matches!(o, Output::Send(_))) {
            self.said = now;
        }
        std::mem::take(&mut self.out)
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// When [`Input::Tick`] is wanted, at the latest.
    pub fn deadline(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Silent { since } => Some(since.plus_ms(HELLO_MS)),
            Phase::Redeeming { since } => Some(since.plus_ms(REDEEM_MS)),
            Phase::Open(_) => {
                let inbox = self.inbox.map(|_| self.inbox_from);
                let again = self.subs.iter().filter_map(Sub::deadline);
                let beat = self
                    .said
                    .plus_ms(HEARTBEAT_MS)
                    .min(self.ping_at())
                    .min(self.heard.plus_ms(SILENCE_MS));
                [inbox, self.draining].into_iter().flatten().chain(again).chain([beat]).min()
            }
            Phase::Closed => None,
        }
    }

    fn take_in(&mut self, now: Timestamp, input: Input<'_>) {
        match input {
            Input::Text(text) => {
                self.heard = now;
                self.text(now, text);
            }
            Input::Binary => self.close(close::UNSUPPORTED),
            Input::Pong => self.heard = now,
            Input::Tick => {}
            Input::Woken(notices) => {
                for notice in notices {
                    self.notice(now, notice);
                }
            }
            Input::Redeemed(answer) => self.redeemed(now, answer),
            Input::Authorised { ask, conv, aud, answer } => self.authorised(now, ask, conv, aud, answer),
            Input::Pulled { ask, answer } => self.pulled(now, ask, answer),
            Input::Posted { cid, answer } => self.posted(cid, answer),
            Input::Drain { after_ms } => self.drain(now, after_ms),
            Input::Revoked => self.close(close::REVOKED),
        }
    }

    fn redeemed(&mut self, now: Timestamp, answer: Result<Guest, u16>) {
        if !matches!(self.phase, Phase::Redeeming { .. }) {
            return;
        }
        match answer {
            Ok(guest) => {
                self.phase = Phase::Open(guest);
                self.send(ServerFrame::Welcome {
                    epoch: guest.epoch,
                    server_time: now,
                    hb: HEARTBEAT_S,
                });
                self.resume();
            }
            Err(code) => self.close(code),
        }
    }

    fn posted(&mut self, cid: ClientId, answer: Result<Posted, Refusal>) {
        self.posts = self.posts.saturating_sub(1);
        match answer {
            Ok(Posted { seq, at, dup }) => self.send(ServerFrame::Sent { cid, seq, at, dup }),
            Err(why) => self.refuse(cid, why),
        }
        self.end_drain();
    }

    fn drain(&mut self, now: Timestamp, after_ms: u32) {
        self.send(ServerFrame::Drain { after_ms });
        self.draining = Some(now.plus_ms(DRAIN_MS));
        self.end_drain();
    }

    /// When the server goes down: not before what is being committed is answered.
    fn end_drain(&mut self) {
        if self.draining.is_some() && self.posts == 0 {
            self.close(close::GOING_AWAY);
        }
    }

    fn notice(&mut self, now: Timestamp, notice: Notice) {
        let Phase::Open(guest) = self.phase else { return };
        match notice {
            Notice::Log { conv, aud } => self.grown(conv, aud),
            Notice::Pos { conv, who, mark } if self.follows(conv) => self.send(ServerFrame::Pos { conv, who, mark }),
            Notice::Typing { conv, on, name } if self.follows(conv) => self.send(ServerFrame::Typing { conv, on, name }),
            Notice::Presence { conv, who, here } if self.follows(conv) => self.send(ServerFrame::Presence { conv, who, here }),
            // It is told how these stand when it may follow.
            Notice::Pos { .. } | Notice::Typing { .. } | Notice::Presence { .. } => {}
            Notice::Inbox { rev } => {
                if guest.principal.side() == Side::Desk {
                    self.inbox = Some(rev);
                    self.tell_inbox(now);
                }
            }
            Notice::Revoked => self.close(close::REVOKED),
            Notice::Crowded => self.close(close::TOO_MANY),
        }
    }

    /// Everything that is due.
    fn tend(&mut self, now: Timestamp) {
        match self.phase {
            Phase::Silent { since } if since.plus_ms(HELLO_MS) <= now => self.close(close::NO_TICKET),
            Phase::Redeeming { since } if since.plus_ms(REDEEM_MS) <= now => self.close(close::NO_TICKET),
            Phase::Open(_) if self.heard.plus_ms(SILENCE_MS) <= now => self.close(close::SLOW),
            Phase::Open(_) if self.draining.is_some_and(|end| end <= now) => self.close(close::GOING_AWAY),
            Phase::Open(_) => {
                self.tell_inbox(now);
                self.try_again(now);
                if self.ping_at() <= now {
                    self.pinged = now;
                    self.out.push(Output::Ping);
                }
                if self.said.plus_ms(HEARTBEAT_MS) <= now {
                    self.send(ServerFrame::Hb);
                }
            }
            Phase::Silent { .. } | Phase::Redeeming { .. } | Phase::Closed => {}
        }
    }

    fn tell_inbox(&mut self, now: Timestamp) {
        if self.inbox_from <= now
            && let Some(rev) = self.inbox.take()
        {
            self.inbox_from = now.plus_ms(INBOX_MS);
            self.send(ServerFrame::Inbox { rev });
        }
    }

    fn ping_at(&self) -> Timestamp {
        self.heard.max(self.pinged).plus_ms(HEARTBEAT_MS)
    }

    fn rates(&self) -> Rates {
        match self.phase {
            Phase::Open(guest) if guest.principal.side() == Side::Desk => self.limits.staff,
            _ => self.limits.visitor,
        }
    }

    fn send(&mut self, frame: ServerFrame) {
        self.out.push(Output::Send(frame));
    }

    fn close(&mut self, code: u16) {
        if !self.is_closed() {
            self.phase = Phase::Closed;
            self.send(ServerFrame::Bye { code });
            self.out.push(Output::Close(code));
        }
    }

    fn refuse(&mut self, cid: ClientId, why: Refusal) {
        let after_ms = match why {
            Refusal::TooFast { after_s } => Some(after_s.saturating_mul(1_000)),
            Refusal::Busy => Some(AGAIN_MS as u32),
            _ => None,
        };
        self.send(ServerFrame::Nack {
            cid: Some(cid),
            code: why,
            after_ms,
        });
    }
}
