//! The link's socket: tries, waits, frames, and what each close code means.
//!
//! How messages and logs flow once it is open is in `flow`.

use model::{
    event::Audience,
    id::{ConversationId, Epoch, Seq},
    limits::RESUME_MAX,
    refusal::Refusal,
    time::Timestamp,
    wire::{ClientFrame, ServerFrame, close},
};

use super::{Failure, Link, Phase};
use crate::{
    cursor::{Cursor, Told},
    traffic::{Attempt, News, Output, Status},
};

/// A ticket, an open socket or a welcome that takes longer than this does not come.
const STEP_MS: i64 = 15_000;
/// A connection that lived this long was a good one: the next wait is short again.
const GOOD_MS: i64 = 5_000;
/// After a frame that the server could not read: trying again soon would only be the same again.
const WRONG_MS: i64 = 60_000;
/// After far too many frames or tabs.
const CROWDED_MS: i64 = 30_000;
/// The first try after a clean close comes within this.
const CLEAN_MS: i64 = 1_000;

impl Link {
    pub(super) fn begin(&mut self, now: Timestamp) {
        if matches!(self.phase, Phase::Resting) {
            self.status(Status::Connecting);
            self.phase = Phase::Waiting { until: now };
        }
    }

    /// There are new credentials.
    pub(super) fn credentials(&mut self, now: Timestamp) {
        if matches!(self.phase, Phase::SignedOut) {
            self.second_ticket = false;
            self.status(Status::Connecting);
            self.phase = Phase::Waiting { until: now };
        }
    }

    /// There is a reason to believe that a try would succeed now.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        if let Phase::Live { silence_ms, .. } = self.phase
            && self.heard.plus_ms(silence_ms) <= now
        {
            self.hang_up();
            self.over(now, None);
        }
        if matches!(self.phase, Phase::Waiting { .. }) && !self.banned {
            self.phase = Phase::Waiting { until: now };
        }
    }

    pub(super) fn stop(&mut self) {
        self.hang_up();
        self.forget_socket(Timestamp::default());
        self.phase = Phase::Stopped;
    }

    pub(super) fn sign_out(&mut self) {
        self.hang_up();
        self.forget_socket(Timestamp::default());
        self.phase = Phase::SignedOut;
        self.status(Status::SignedOut);
    }

    /// What time does to the connection.
    pub(super) fn watch(&mut self, now: Timestamp) {
        let due = match self.phase {
            Phase::Resting | Phase::SignedOut | Phase::Stopped => return,
            Phase::Waiting { until } => until,
            Phase::Ticketing { since } | Phase::Opening { since, .. } | Phase::Greeting { since } => since.plus_ms(STEP_MS),
            Phase::Live { silence_ms, .. } => self.heard.plus_ms(silence_ms),
        };
        if due > now {
            self.at(due);
            return;
        }
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.attempt = Attempt(self.attempt.0.wrapping_add(1));
            self.banned = false;
            self.phase = Phase::Ticketing { since: now };
            self.out.push(Output::FetchTicket { attempt: self.attempt });
            self.at(now.plus_ms(STEP_MS));
        } else {
            self.hang_up();
            self.over(now, None);
            if let Phase::Waiting { until } = self.phase {
                self.at(until);
            }
        }
    }

    pub(super) fn ticket(&mut self, now: Timestamp, answer: Result<String, Failure>) {
        if !matches!(self.phase, Phase::Ticketing { .. }) {
            return;
        }
        match answer {
            Ok(ticket) => {
                self.phase = Phase::Opening { since: now, ticket };
                self.out.push(Output::Connect { attempt: self.attempt });
            }
            Err(Failure::Refused(Refusal::NotSignedIn)) => self.sign_out(),
            Err(Failure::Refused(Refusal::TooFast { after_s })) => {
                self.over(now, None);
                self.pause(now, i64::from(after_s) * 1_000);
            }
            Err(_) => self.over(now, None),
        }
    }

    pub(super) fn opened(&mut self, now: Timestamp) {
        let Phase::Opening { ticket, .. } = &mut self.phase else { return };
        let ticket = std::mem::take(ticket);
        let resume: Vec<_> = self.logs.iter().filter_map(Cursor::position).take(RESUME_MAX).collect();
        for log in self.logs.iter_mut().filter(|l| l.at.is_some()).take(RESUME_MAX) {
            log.told = Told::Asked { at: now };
        }
        self.phase = Phase::Greeting { since: now };
        self.send(ClientFrame::Hello {
            ticket,
            window: self.window,
            resume,
        });
    }

    pub(super) fn closed(&mut self, now: Timestamp, code: u16) {
        // Resting and waiting links have no socket; what they hear is late.
        if matches!(self.phase, Phase::Opening { .. } | Phase::Greeting { .. } | Phase::Live { .. }) {
            self.over(now, Some(code));
        }
    }

    /// This try is over. `code` is what the socket said, if it said anything.
    fn over(&mut self, now: Timestamp, code: Option<u16>) {
        let code = self.bye.take().or(code);
        let drain_ms = self.drain_ms.take();
        let lived = match self.phase {
            Phase::Live { since, .. } => Some(now.since_ms(since)),
            _ => None,
        };
        match lived {
            Some(ms) if ms >= GOOD_MS => self.failures = 0,
            Some(_) => {}
            None => self.unwelcome = self.unwelcome.saturating_add(1),
        }
        self.forget_socket(now);
        let wait = match code {
            Some(close::REVOKED) => return self.sign_out(),
            Some(close::NO_TICKET) if !self.second_ticket => {
                self.second_ticket = true;
                0
            }
            Some(close::GOING_AWAY | 4000) => drain_ms.map_or_else(|| self.dice.up_to(CLEAN_MS), i64::from),
            Some(1000) => self.dice.up_to(CLEAN_MS),
            Some(close::PROTOCOL | close::UNSUPPORTED | 1007 | close::TOO_BIG) => {
                self.banned = true;
                WRONG_MS + self.dice.up_to(WRONG_MS / 2)
            }
            Some(close::TOO_MANY) => {
                self.banned = true;
                CROWDED_MS + self.dice.up_to(CROWDED_MS)
            }
            _ => {
                self.failures = self.failures.saturating_add(1);
                self.dice.wait_ms(self.failures)
            }
        };
        self.phase = Phase::Waiting { until: now.plus_ms(wait) };
        // While HTTP has to do, its pages say how it stands; one more socket that did not come is no news.
        if lived.is_some() || !self.is_falling_back() {
            self.status(Status::Offline);
        }
    }

    /// Nothing that was on its way on the socket is on its way any more.
    fn forget_socket(&mut self, now: Timestamp) {
        self.outbox.lost(now, self.attempt);
        self.whispers.lost();
        for log in &mut self.logs {
            log.told = Told::Not { ask_from: now };
        }
    }

    fn pause(&mut self, now: Timestamp, ms: i64) {
        let wait = ms + self.dice.up_to(CLEAN_MS);
        self.phase = Phase::Waiting { until: now.plus_ms(wait) };
    }

    fn hang_up(&mut self) {
        if matches!(self.phase, Phase::Opening { .. } | Phase::Greeting { .. } | Phase::Live { .. }) {
            self.out.push(Output::Close { attempt: self.attempt });
        }
    }

    pub(super) fn frame(&mut self, now: Timestamp, frame: ServerFrame) {
        let epoch = match self.phase {
            Phase::Live { epoch, .. } => Some(epoch),
            Phase::Greeting { .. } => None,
            _ => return,
        };
        self.heard = now;
        match (epoch, frame) {
            (None, ServerFrame::Welcome { epoch, hb, .. }) => self.welcome(now, epoch, hb),
            (_, ServerFrame::Bye { code }) => self.bye = Some(code),
            (_, ServerFrame::Drain { after_ms }) => self.drain_ms = Some(after_ms),
            (Some(epoch), frame) => self.live_frame(now, epoch, frame),
            // Before the welcome nothing else means anything.
            (None, _) => {}
        }
    }

    fn welcome(&mut self, now: Timestamp, epoch: Epoch, hb: u32) {
        self.phase = Phase::Live {
            since: now,
            epoch,
            silence_ms: i64::from(hb) * 2_000 + 5_000,
        };
        self.unwelcome = 0;
        self.second_ticket = false;
        self.status(Status::Online);
        // Hints that nobody heard while there was no socket.
        self.news(News::Inbox);
    }

    fn live_frame(&mut self, now: Timestamp, epoch: Epoch, frame: ServerFrame) {
        match frame {
            ServerFrame::Sync {
                conv,
                aud,
                from,
                events,
                mine,
                theirs,
                ..
            } => {
                let Some(at) = self.log(conv, aud) else { return };
                if self.absorb(at, epoch, from, events) {
                    self.logs[at].told = Told::Yes;
                } else {
                    self.logs[at].misheard(now);
                }
                if aud == Audience::All {
                    self.marks.server_knows(conv, mine);
                    self.news(News::Marks {
                        conv,
                        side: self.me,
                        mark: mine,
                    });
                    self.news(News::Marks {
                        conv,
                        side: self.me.other(),
                        mark: theirs,
                    });
                }
            }
            ServerFrame::Ev { conv, aud, event } => {
                if let Some(at) = self.log(conv, aud)
                    && self.logs[at].knows(epoch)
                {
                    let before = Seq(event.seq.0 - 1);
                    if !self.absorb(at, epoch, before, vec![event]) {
                        self.logs[at].missed(now);
                    }
                }
            }
            ServerFrame::Reset { conv, aud } => {
                if let Some(at) = self.log(conv, aud) {
                    self.logs[at].at = None;
                    self.logs[at].told = Told::Asked { at: now };
                }
            }
            ServerFrame::Gone { conv } => self.gone(conv),
            ServerFrame::Sent { cid, .. } => self.forget(cid),
            ServerFrame::Nack { cid, code, after_ms } => self.nack(now, cid, code, after_ms),
            ServerFrame::Pos { conv, who, mark } => {
                if who == self.me {
                    self.marks.others_told(conv, mark);
                }
                self.news(News::Marks { conv, side: who, mark });
            }
            ServerFrame::Typing { conv, on, name } => {
                self.whispers.hear(now, conv, on);
                self.news(News::Typing { conv, on, name });
            }
            ServerFrame::Presence { conv, who, here } => self.news(News::Presence { conv, side: who, here }),
            ServerFrame::Inbox { .. } => self.news(News::Inbox),
            ServerFrame::Welcome { .. } | ServerFrame::Hb | ServerFrame::Drain { .. } | ServerFrame::Bye { .. } => {}
        }
    }

    /// The conversation does not exist for this person, or no longer.
    pub(super) fn gone(&mut self, conv: ConversationId) {
        let before = self.logs.len();
        self.logs.retain(|l| l.conv != conv);
        if self.logs.len() != before {
            self.marks.forget(conv);
            self.news(News::Gone { conv });
        }
    }

    fn log(&self, conv: ConversationId, aud: Audience) -> Option<usize> {
        self.logs.iter().position(|l| l.is(conv, aud))
    }
}
