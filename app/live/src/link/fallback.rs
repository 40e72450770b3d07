//! When no socket comes through: the same messages and the same log by HTTP, while the socket goes on being tried.
//!
//! Both ways may even be open at once; the database keeps the first of two.

use model::{
    event::Audience,
    id::{ClientId, ConversationId, Seq},
    panel::{EventsPage, Posted},
    party::Side,
    refusal::Refusal,
    time::Timestamp,
};

use super::{Failure, Link, Phase};
use crate::traffic::{News, Output, Status};

/// So many tries without a welcome, and HTTP has to do.
const SOCKET_TRIES: u32 = 2;
/// A browser opens about six connections to a host; the program needs some for itself.
const PAGES_AT_ONCE: usize = 2;
/// How long the server may hold a page back when there is nothing to say …
const HOLD_S: u32 = 25;
/// … and how often a log is looked at when there are too many of them to hold.
const ROUND_MS: i64 = 3_000;
/// After a page that did not come, and between two that said nothing.
const PAUSE_MS: i64 = 1_000;
/// A page that takes longer than this does not come.
const PAGE_MS: i64 = 60_000;
/// Without hints, the desk's lists are looked at this often.
const INBOX_MS: i64 = 10_000;

impl Link {
    /// Whether HTTP has to do at this moment.
    pub(super) fn is_falling_back(&self) -> bool {
        self.unwelcome >= SOCKET_TRIES
            && matches!(
                self.phase,
                Phase::Waiting { .. } | Phase::Ticketing { .. } | Phase::Opening { .. } | Phase::Greeting { .. }
            )
    }

    /// Fetches what is due.
    pub(super) fn fall_back(&mut self, now: Timestamp) {
        if !self.is_falling_back() {
            return;
        }
        self.look_at_lists(now);
        let hold = self.logs.len() <= PAGES_AT_ONCE;
        for log in &mut self.logs {
            if log.paging.is_some_and(|since| since.plus_ms(PAGE_MS) <= now) {
                log.paging = None;
            }
        }
        let mut open = self.logs.iter().filter(|l| l.paging.is_some()).count();
        while open < PAGES_AT_ONCE {
            // The one that has waited longest, so that none is forgotten.
            let waiting = self.logs.iter_mut().filter(|l| l.paging.is_none() && l.page_from <= now);
            let Some(log) = waiting.min_by_key(|l| l.page_from) else { break };
            log.paging = Some(now);
            let page = Output::Page {
                conv: log.conv,
                aud: log.aud,
                after: log.at.map(|(_, seq)| seq),
                wait_s: if hold { HOLD_S } else { 0 },
            };
            self.out.push(page);
            open += 1;
        }
        let full = open >= PAGES_AT_ONCE;
        let due = self.logs.iter().filter_map(|l| match l.paging {
            Some(since) => Some(since.plus_ms(PAGE_MS)),
            // While both are open there is nothing to begin; the end of one looks again.
            None => (!full).then_some(l.page_from),
        });
        if let Some(next) = due.min() {
            self.at(next);
        }
    }

    fn look_at_lists(&mut self, now: Timestamp) {
        if self.me == Side::Desk {
            if self.inbox_at <= now {
                self.inbox_at = now.plus_ms(INBOX_MS);
                self.news(News::Inbox);
            }
            self.at(self.inbox_at);
        }
    }

    /// A page came, or did not.
    pub(super) fn page(&mut self, now: Timestamp, conv: ConversationId, aud: Audience, answer: Result<EventsPage, Failure>) {
        let Some(at) = self.logs.iter().position(|l| l.is(conv, aud)) else {
            return;
        };
        let hold = self.logs.len() <= PAGES_AT_ONCE;
        let pause = PAUSE_MS + self.dice.wait_ms(self.failures);
        let log = &mut self.logs[at];
        log.paging = None;
        match answer {
            Ok(page) => {
                if log.at.is_some_and(|(epoch, _)| epoch != page.epoch) {
                    // These events follow a number of another history: begin again with the log's last page.
                    log.at = None;
                    log.page_from = now;
                    return;
                }
                let known = log.at.map_or(page.head, |(_, seq)| seq);
                let from = page.events.first().map_or(known, |e| Seq(e.seq.0 - 1));
                log.page_from = now.plus_ms(match (page.events.is_empty(), hold) {
                    (false, _) => 0,
                    (true, true) => PAUSE_MS,
                    (true, false) => ROUND_MS,
                });
                // A page with a gap is half a page: the rest of it is fetched again.
                self.absorb(at, page.epoch, from, page.events);
                if aud == Audience::All {
                    self.news(News::Marks {
                        conv,
                        side: self.me.other(),
                        mark: page.theirs,
                    });
                }
                self.reached();
            }
            Err(failure) => {
                log.page_from = now.plus_ms(pause);
                self.unreached(conv, failure);
            }
        }
    }

    /// The answer to a message came, or did not.
    pub(super) fn posted(&mut self, now: Timestamp, cid: ClientId, answer: Result<Posted, Failure>) {
        match answer {
            Ok(_) => {
                self.forget(cid);
                self.reached();
            }
            // It may have been kept: the same id again brings the same answer.
            Err(Failure::Unavailable) => {
                let wait = PAUSE_MS + self.dice.wait_ms(self.failures);
                self.later(now, cid, wait);
                self.unreached_quietly();
            }
            Err(Failure::Refused(Refusal::NotSignedIn)) => {
                self.later(now, cid, PAUSE_MS);
                self.sign_out();
            }
            Err(Failure::Refused(why)) => {
                let after_ms = match why {
                    Refusal::TooFast { after_s } => Some(after_s.saturating_mul(1_000)),
                    _ => None,
                };
                self.nack(now, Some(cid), why, after_ms);
            }
        }
    }

    fn reached(&mut self) {
        if self.is_falling_back() {
            self.status(Status::Online);
        }
    }

    fn unreached(&mut self, conv: ConversationId, failure: Failure) {
        match failure {
            Failure::Refused(Refusal::NotSignedIn) => self.sign_out(),
            Failure::Refused(Refusal::NotFound) => self.gone(conv),
            _ => self.unreached_quietly(),
        }
    }

    fn unreached_quietly(&mut self) {
        if self.is_falling_back() {
            self.status(Status::Offline);
        }
    }
}
