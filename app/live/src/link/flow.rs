//! What flows over the link: logs in, messages, marks and typing out.

use model::{
    event::{Audience, Event, Mark},
    id::{ClientId, Epoch, Seq},
    refusal::Refusal,
    time::Timestamp,
    wire::ClientFrame,
};

use super::{Link, Phase};
use crate::{
    cursor::Told,
    outbox::Road,
    traffic::{News, Output},
    whispers::earlier,
};

/// Without an answer for this long, a log is asked for again.
const ANSWER_MS: i64 = 10_000;
/// When the server says "later" and not when.
const LATER_MS: i64 = 1_000;

impl Link {
    /// Takes events of a log in, tells the program, and acknowledges what is ours among them. `false` if some were
    /// missing.
    pub(super) fn absorb(&mut self, at: usize, epoch: Epoch, from: Seq, events: Vec<Event>) -> bool {
        let (conv, aud) = (self.logs[at].conv, self.logs[at].aud);
        let taken = self.logs[at].take(epoch, from, events);
        if let Some(after) = taken.begun {
            if aud == Audience::All {
                self.marks.forget(conv);
            }
            self.news(News::Reset { conv, aud, after });
        }
        if let Some(last) = taken.events.last().map(|e| e.seq) {
            let mut theirs = false;
            for event in &taken.events {
                theirs |= event.author.side() != Some(self.me);
                if let Some(cid) = self.outbox.recognise(self.me, conv, aud, event) {
                    self.out.push(Output::Forget { cid });
                }
            }
            if theirs && aud == Audience::All {
                self.marks.want(
                    conv,
                    Mark {
                        got: last,
                        read: Seq::ZERO,
                    },
                );
            }
            self.news(News::Events {
                conv,
                aud,
                events: taken.events,
            });
        }
        !taken.gap
    }

    /// Asks for every log that the server does not tell.
    pub(super) fn ask(&mut self, now: Timestamp) {
        if !self.is_live() {
            return;
        }
        for at in 0..self.logs.len() {
            if let Told::Asked { at: since } = self.logs[at].told {
                let again = since.plus_ms(ANSWER_MS);
                if again > now {
                    self.at(again);
                    continue;
                }
                self.logs[at].told = Told::Not { ask_from: now };
            }
            if let Told::Not { ask_from } = self.logs[at].told {
                if ask_from > now {
                    self.at(ask_from);
                    continue;
                }
                let log = &mut self.logs[at];
                log.told = Told::Asked { at: now };
                let frame = ClientFrame::Sub {
                    conv: log.conv,
                    aud: log.aud,
                    epoch: log.at.map(|(epoch, _)| epoch),
                    after_seq: log.at.map(|(_, seq)| seq),
                };
                self.send(frame);
                self.at(now.plus_ms(ANSWER_MS));
            }
        }
    }

    /// Sends what may be sent now.
    pub(super) fn flush(&mut self, now: Timestamp) {
        let (given_up, _) = self.outbox.tend(now);
        for pending in given_up {
            self.news(News::Refused {
                conv: pending.conv,
                aud: pending.aud,
                cid: pending.cid,
                why: Refusal::Busy,
            });
        }
        if let Some(road) = self.road() {
            while let Some(p) = self.outbox.next(now, road) {
                self.out.push(match road {
                    Road::Socket(_) => Output::Send(ClientFrame::Send {
                        conv: p.conv,
                        aud: p.aud,
                        cid: p.cid,
                        body: p.body,
                    }),
                    Road::Http => Output::Post {
                        conv: p.conv,
                        cid: p.cid,
                        body: p.body,
                    },
                });
            }
        }
        // Only now are all the deadlines known.
        if let (_, Some(next)) = self.outbox.tend(now) {
            self.at(next);
        }
    }

    fn road(&self) -> Option<Road> {
        match self.phase {
            Phase::Live { .. } => Some(Road::Socket(self.attempt)),
            _ => self.is_falling_back().then_some(Road::Http),
        }
    }

    /// Tells how far this side has come, and that somebody is typing.
    pub(super) fn tell(&mut self, now: Timestamp) {
        let (live, falling_back) = (self.is_live(), self.is_falling_back());
        let logs = &self.logs;
        // On a socket only where the server has let us in: anywhere else it would say that there is no such conversation.
        let can = |conv| {
            logs.iter()
                .any(|l| l.is(conv, Audience::All) && (falling_back || (live && l.told == Told::Yes)))
        };
        let due = self.marks.due(now, can);
        let next_mark = self.marks.deadline(can);
        if let Some((conv, mark)) = due {
            self.out.push(if live {
                Output::Send(ClientFrame::Read { conv, mark })
            } else {
                Output::Read { conv, mark }
            });
        }
        let whispers = &mut self.whispers;
        while let Some((conv, on)) = whispers.due(now, |conv| live && can(conv)) {
            self.out.push(Output::Send(ClientFrame::Typing { conv, on }));
        }
        let next_whisper = whispers.deadline(now, |conv| live && can(conv));
        if let Some(next) = earlier(next_mark, next_whisper) {
            self.at(next);
        }
        while let Some(conv) = self.whispers.hushed(now) {
            self.news(News::Typing {
                conv,
                on: false,
                name: None,
            });
        }
    }

    /// Something was not done: again later, or never.
    pub(super) fn nack(&mut self, now: Timestamp, cid: Option<ClientId>, code: Refusal, after_ms: Option<u32>) {
        let later = after_ms.map(i64::from).or_else(|| code.retryable().then_some(LATER_MS));
        match (cid, later) {
            (Some(cid), Some(ms)) => self.later(now, cid, ms),
            (Some(cid), None) => self.refused(cid, code),
            // It does not say which frame: the logs that were asked for may have been refused, so they are asked for again.
            (None, Some(ms)) => {
                for log in &mut self.logs {
                    if matches!(log.told, Told::Asked { .. }) {
                        log.told = Told::Not { ask_from: now.plus_ms(ms) };
                    }
                }
            }
            (None, None) => {}
        }
    }

    /// The same message again, not before so many milliseconds.
    pub(super) fn later(&mut self, now: Timestamp, cid: ClientId, ms: i64) {
        let wait = ms + self.dice.up_to(ms / 4);
        self.outbox.delay(cid, now.plus_ms(wait));
    }

    /// The message is not taken. The device keeps the words until the person decides.
    pub(super) fn refused(&mut self, cid: ClientId, why: Refusal) {
        if let Some(p) = self.outbox.refuse(cid) {
            let (conv, aud) = (p.conv, p.aud);
            self.news(News::Refused { conv, aud, cid, why });
        }
    }
}
