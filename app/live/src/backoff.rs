//! How long to wait before the next try: full jitter, so that a thousand panels that lost one server do not come back as one.
//!
//! The dice are seeded by the caller; nothing here knows a clock.

/// The longest the first wait can be.
const BASE_MS: i64 = 500;
/// The longest any wait can be.
const CAP_MS: i64 = 30_000;

/// A small seeded generator (SplitMix64): it spreads waits, it guards nothing.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The same seed, the same waits.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Something in `0..=max`.
    pub(crate) fn up_to(&mut self, max: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % (max.max(0) as u64 + 1)) as i64
    }

    /// The wait after so many failures in a row.
    pub(crate) fn wait_ms(&mut self, failures: u32) -> i64 {
        // 2^6 is past the cap already; the shift must not overflow after a night without a network.
        self.up_to((BASE_MS << failures.min(6)).min(CAP_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_never_past_it() {
        let mut dice = Dice::new(7);
        for failures in 0..100 {
            let most = (0..500).map(|_| dice.wait_ms(failures)).max().expect("some");
            let bound = (BASE_MS << failures.min(6)).min(CAP_MS);
            assert!(most <= bound && most > bound / 2, "{failures}: {most} of {bound}");
        }
    }

    #[test]
    fn different_seeds_wait_differently() {
        let waits: Vec<i64> = (0..20).map(|seed| Dice::new(seed).wait_ms(6)).collect();
        assert!(waits.windows(2).any(|w| w[0].abs_diff(w[1]) > 1_000));
    }
}
