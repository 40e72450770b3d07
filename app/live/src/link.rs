//! The client's half of delivery, as a machine: [`Link::step`] takes what happened and gives back what to do.
//!
//! It has no clock (the time comes with each step), no dice of its own (they are seeded), no socket and no storage. After each
//! step, and not before [`Link::deadline`], it wants an [`Input::Tick`].

mod fallback;
mod flow;
mod socket;
#[cfg(test)]
mod tests;

use model::{
    desk::WindowKind,
    event::Audience,
    id::{ClientId, ConversationId, Epoch, Seq},
    party::Side,
    text::Body,
    time::Timestamp,
    wire::ClientFrame,
};

pub use crate::traffic::{Attempt, Failure, Input, News, Output, Status};
use crate::{
    backoff::Dice,
    cursor::Cursor,
    marks::Marks,
    outbox::{Outbox, Pending},
    whispers::Whispers,
};

/// Where the connection stands.
#[derive(Clone, Debug)]
enum Phase {
    /// Not begun.
    Resting,
    /// For the next try.
    Waiting { until: Timestamp },
    /// For a ticket.
    Ticketing { since: Timestamp },
    /// For the socket to open.
    Opening { since: Timestamp, ticket: String },
    /// For the server's welcome.
    Greeting { since: Timestamp },
    /// Connected.
    Live { since: Timestamp, epoch: Epoch, silence_ms: i64 },
    /// Not before there are new credentials.
    SignedOut,
    /// Never again.
    Stopped,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Link {
    me: Side,
    window: WindowKind,
    dice: Dice,
    phase: Phase,
    attempt: Attempt,
    /// Failures in a row, for the length of the next wait.
    failures: u32,
    /// Tries in a row that brought no welcome: after two of them HTTP has to do.
    unwelcome: u32,
    /// A refused ticket was answered with a new one already.
    second_ticket: bool,
    /// The server asked to be left alone: nothing shortens this wait.
    banned: bool,
    /// What the server said about its closing, before it closed.
    bye: Option<u16>,
    drain_ms: Option<u32>,
    /// When the last frame came.
    heard: Timestamp,
    status: Option<Status>,
    logs: Vec<Cursor>,
    outbox: Outbox,
    marks: Marks,
    whispers: Whispers,
    /// While HTTP has to do: when the desk's lists are looked at again.
    inbox_at: Timestamp,
    out: Vec<Output>,
    wake: Option<Timestamp>,
}

impl Link {
    /// A link of one side. `window` is told to the server by the desk; `seed` spreads the waits of many links.
    pub fn new(me: Side, window: WindowKind, seed: u64) -> Self {
        Self {
            me,
            window,
            dice: Dice::new(seed),
            phase: Phase::Resting,
            attempt: Attempt::default(),
            failures: 0,
            unwelcome: 0,
            second_ticket: false,
            banned: false,
            bye: None,
            drain_ms: None,
            heard: Timestamp::default(),
            status: None,
            logs: Vec::new(),
            outbox: Outbox::default(),
            marks: Marks::default(),
            whispers: Whispers::default(),
            inbox_at: Timestamp::default(),
            out: Vec::new(),
            wake: None,
        }
    }

    /// Something happened: what is to be done, in this order.
    pub fn step(&mut self, now: Timestamp, input: Input) -> Vec<Output> {
        self.take_in(now, input);
        self.pump(now);
        std::mem::take(&mut self.out)
    }

    /// When [`Input::Tick`] is wanted, as of the last step.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.wake
    }

    /// How far a followed log is known here.
    pub fn position(&self, conv: ConversationId, aud: Audience) -> Option<(Epoch, Seq)> {
        self.logs.iter().find(|l| l.is(conv, aud)).and_then(|l| l.at)
    }

    fn take_in(&mut self, now: Timestamp, input: Input) {
        match input {
            Input::Begin => self.begin(now),
            Input::Follow { conv, aud, known } => self.follow(now, conv, aud, known),
            Input::Unfollow { conv, aud } => self.unfollow(conv, aud),
            Input::Post { conv, aud, cid, body } => self.post(now, conv, aud, cid, body),
            Input::Kept { cid } => self.outbox.kept(now, cid),
            Input::Restored { pending } => self.restore(now, pending),
            Input::Retry { cid } => self.outbox.retry(now, cid),
            Input::Discard { cid } => self.forget(cid),
            Input::Read { conv, mark } => self.marks.want(conv, mark),
            Input::Typing { conv, on } => self.whispers.say(now, conv, on),
            Input::Credentials => self.credentials(now),
            Input::Wake => self.hurry(now),
            Input::Away => self.away(),
            Input::Stop => self.stop(),
            Input::Ticket { attempt, answer } if attempt == self.attempt => self.ticket(now, answer),
            Input::Opened { attempt } if attempt == self.attempt => self.opened(now),
            Input::Frame { attempt, frame } if attempt == self.attempt => self.frame(now, frame),
            Input::Closed { attempt, code } if attempt == self.attempt => self.closed(now, code),
            Input::Posted { cid, answer } => self.posted(now, cid, answer),
            Input::Page { conv, aud, answer } => self.page(now, conv, aud, answer),
            // Time alone, and what comes late from a try that is over.
            Input::Tick | Input::Ticket { .. } | Input::Opened { .. } | Input::Frame { .. } | Input::Closed { .. } => {}
        }
    }

    /// Everything that is due, whatever the reason for looking.
    fn pump(&mut self, now: Timestamp) {
        self.wake = None;
        self.watch(now);
        self.ask(now);
        self.flush(now);
        self.tell(now);
        self.fall_back(now);
    }

    fn follow(&mut self, now: Timestamp, conv: ConversationId, aud: Audience, known: Option<(Epoch, Seq)>) {
        if !self.logs.iter().any(|l| l.is(conv, aud)) {
            self.logs.push(Cursor::new(conv, aud, known, now));
        }
    }

    fn unfollow(&mut self, conv: ConversationId, aud: Audience) {
        let before = self.logs.len();
        self.logs.retain(|l| !l.is(conv, aud));
        if self.logs.len() != before && self.is_live() {
            self.send(ClientFrame::Unsub { conv, aud });
        }
    }

    fn post(&mut self, now: Timestamp, conv: ConversationId, aud: Audience, cid: ClientId, body: Body) {
        let pending = Pending {
            conv,
            aud,
            cid,
            body: body.clone(),
            at: now,
        };
        if self.outbox.add(now, pending.clone(), false) {
            self.out.push(Output::Keep(pending));
            self.news(News::Echo {
                conv,
                aud,
                cid,
                body,
                at: now,
            });
            self.whispers.say(now, conv, false);
        }
    }

    fn restore(&mut self, now: Timestamp, pending: Vec<Pending>) {
        for Pending { conv, aud, cid, body, at } in pending {
            if self.outbox.add(
                now,
                Pending {
                    conv,
                    aud,
                    cid,
                    body: body.clone(),
                    at,
                },
                true,
            ) {
                self.news(News::Echo { conv, aud, cid, body, at });
            }
        }
    }

    /// A message is in the database, or nobody wants it any more.
    fn forget(&mut self, cid: ClientId) {
        if self.outbox.remove(cid) {
            self.out.push(Output::Forget { cid });
        }
    }

    fn away(&mut self) {
        if self.is_live() {
            self.send(ClientFrame::Away);
        }
    }

    fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    fn send(&mut self, frame: ClientFrame) {
        self.out.push(Output::Send(frame));
    }

    fn news(&mut self, news: News) {
        self.out.push(Output::News(news));
    }

    fn status(&mut self, status: Status) {
        if self.status != Some(status) {
            self.status = Some(status);
            self.news(News::Status(status));
        }
    }

    /// Look again then, at the latest.
    fn at(&mut self, when: Timestamp) {
        self.wake = Some(self.wake.map_or(when, |w| w.min(when)));
    }
}
