//! How many requests one key may send: a budget that fills up again, counted in memory. The budget of the address it comes from stands
//! before it.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use model::id::ApiKeyId;

/// At once: an evening's orders.
const BURST: u32 = 200;
/// Then ten in a second.
const REFILL: Duration = Duration::from_millis(100);
/// Keys that have been silent long enough are forgotten after this many requests.
const SWEEP_EVERY: usize = 8_192;

/// The budgets of all keys.
pub struct Pace {
    limiter: DefaultKeyedRateLimiter<ApiKeyId>,
    clock: DefaultClock,
    counted: AtomicUsize,
}

impl Pace {
    /// Multiplied by `VITRINE_RATE_FACTOR`.
    pub fn new(factor: NonZeroU32) -> Self {
        let burst = NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN).saturating_mul(factor);
        // Never nothing: a quota without a refill time has no meaning.
        let refill = (REFILL / factor.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(refill).expect("a refill time above zero").allow_burst(burst);
        Self {
            limiter: RateLimiter::dashmap(quota),
            clock: DefaultClock::default(),
            counted: AtomicUsize::new(0),
        }
    }

    /// Counts one, or says in how many seconds there will be room for it.
    pub fn spend(&self, key: ApiKeyId) -> Result<(), u32> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&key).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use service::clock::new_id;

    use super::*;

    #[test]
    fn a_budget_is_spent_by_one_key_for_itself_alone() {
        let pace = Pace::new(NonZeroU32::MIN);
        let key: ApiKeyId = new_id();
        let spent = (0..10_000).take_while(|_| pace.spend(key).is_ok()).count();
        assert!((200..300).contains(&spent), "{spent}");
        assert!(pace.spend(key).is_err());
        assert!(pace.spend(new_id()).is_ok());
    }
}
