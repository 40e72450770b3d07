//! Failed sign-ins are counted per address and per client, and slow down what fails often. Nobody is locked out for good. What fails for
//! everybody together slows nobody down: it is said in the log.

use std::collections::HashMap;

use model::{refusal::Refusal, time::Timestamp};

/// Failures that are free, in [`WINDOW_MS`].
const FREE: u32 = 10;
const WINDOW_MS: i64 = 15 * 60_000;
/// Addresses that are remembered; when it is full, those go first that are not slowed down.
const REMEMBERED: usize = 10_000;
/// So many failures of all together in [`WINDOW_MS`] are nobody's forgotten password.
const ALARMING: u32 = 200;

/// Failures so far.
#[derive(Debug, Default)]
pub struct Attempts {
    by_key: HashMap<String, (u32, Timestamp)>,
    /// Of everybody, and since when they are counted.
    all: (u32, Timestamp),
}

impl Attempts {
    /// Whether one more try is allowed now, for all of these keys.
    pub(crate) fn check(&self, keys: &[&str], now: Timestamp) -> Result<(), Refusal> {
        for key in keys {
            if let Some((failures, last)) = self.by_key.get(*key)
                && *failures >= FREE
            {
                // 30 s after the tenth, doubling, never more than the window.
                let wait = (30_000_i64 << (failures - FREE).min(5)).min(WINDOW_MS);
                let left = wait - now.since_ms(*last);
                if left > 0 {
                    return Err(Refusal::TooFast {
                        after_s: u32::try_from(left / 1_000 + 1).unwrap_or(u32::MAX),
                    });
                }
            }
        }
        Ok(())
    }

    /// One more failure. Whether it is the one that makes it alarming how many there are: said once in each window.
    pub(crate) fn failed(&mut self, keys: &[&str], now: Timestamp) -> bool {
        if self.by_key.len() >= REMEMBERED {
            self.make_room(now);
        }
        for key in keys {
            let entry = self.by_key.entry((*key).to_owned()).or_insert((0, now));
            if now.since_ms(entry.1) > WINDOW_MS {
                entry.0 = 0;
            }
            *entry = (entry.0.saturating_add(1), now);
        }
        if now.since_ms(self.all.1) > WINDOW_MS {
            self.all = (0, now);
        }
        self.all.0 = self.all.0.saturating_add(1);
        self.all.0 == ALARMING
    }

    /// Whoever fills the room with names of their own does not make it forget whom it slows down.
    fn make_room(&mut self, now: Timestamp) {
        self.by_key.retain(|_, (_, last)| now.since_ms(*last) < WINDOW_MS);
        if self.by_key.len() >= REMEMBERED {
            self.by_key.retain(|_, (failures, _)| *failures >= FREE);
        }
        if self.by_key.len() >= REMEMBERED {
            self.by_key.clear();
        }
    }

    /// It went well: this address begins again.
    pub(crate) fn succeeded(&mut self, key: &str) {
        self.by_key.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_waits_and_then_goes() {
        let mut attempts = Attempts::default();
        for n in 0..10 {
            assert!(attempts.check(&["a"], Timestamp(n)).is_ok());
            attempts.failed(&["a"], Timestamp(n));
        }
        assert!(matches!(attempts.check(&["b", "a"], Timestamp(10)), Err(Refusal::TooFast { .. })));
        assert!(attempts.check(&["a"], Timestamp(10 + 31_000)).is_ok());
    }

    /// HA-3: from two hundred clients, at two hundred accounts.
    #[test]
    fn ha_3_what_fails_everywhere_is_said_once_in_a_quarter_of_an_hour() {
        let mut attempts = Attempts::default();
        let mut said = |from: i64| {
            let fails = (0..1_000).filter(|n| attempts.failed(&[&format!("account {n}"), &format!("client {n}")], Timestamp(from + n)));
            fails.count()
        };
        assert_eq!(said(0), 1);
        assert_eq!(said(10_000), 0, "the same quarter of an hour");
        assert_eq!(said(10_000_000), 1);
    }

    /// HA-2: nobody gets free tries by failing with ten thousand other names.
    #[test]
    fn ha_2_filling_the_room_frees_nobody() {
        let mut attempts = Attempts::default();
        for n in 0..10 {
            attempts.failed(&["the owner"], Timestamp(n));
        }
        for n in 0..30_000 {
            attempts.failed(&[&format!("account {n}")], Timestamp(20));
        }
        assert!(attempts.by_key.len() <= REMEMBERED);
        assert!(matches!(
            attempts.check(&["the owner"], Timestamp(30)),
            Err(Refusal::TooFast { .. })
        ));
    }
}
