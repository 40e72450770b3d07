//! Failed sign-ins are counted per address and per client, and slow down what fails often. Nobody is locked out for good.

use std::collections::HashMap;

use model::{refusal::Refusal, time::Timestamp};

/// Failures that are free, in [`WINDOW_MS`].
const FREE: u32 = 10;
const WINDOW_MS: i64 = 15 * 60_000;
/// Addresses that are remembered; when it is full, the oldest windows go.
const REMEMBERED: usize = 10_000;

/// Failures so far.
#[derive(Debug, Default)]
pub struct Attempts {
    by_key: HashMap<String, (u32, Timestamp)>,
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

    /// One more failure.
    pub(crate) fn failed(&mut self, keys: &[&str], now: Timestamp) {
        if self.by_key.len() >= REMEMBERED {
            self.by_key.retain(|_, (_, last)| now.since_ms(*last) < WINDOW_MS);
            if self.by_key.len() >= REMEMBERED {
                self.by_key.clear();
            }
        }
        for key in keys {
            let entry = self.by_key.entry((*key).to_owned()).or_insert((0, now));
            if now.since_ms(entry.1) > WINDOW_MS {
                entry.0 = 0;
            }
            *entry = (entry.0.saturating_add(1), now);
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
}
