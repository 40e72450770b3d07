//! How long things take, counted in steps: cheap enough for every message, and never in anybody's way. It measures; it shows nothing.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// The upper ends of the steps, in microseconds. What takes longer is counted in the sum only.
pub const STEPS_US: [u64; 12] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 2_500_000, 10_000_000,
];

/// Durations, counted.
#[derive(Debug)]
pub struct Pulse {
    steps: [AtomicU64; STEPS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

/// What was counted until a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many took no longer than each step: each step contains those before it.
    pub within: [u64; STEPS_US.len()],
    /// How many there were.
    pub count: u64,
    /// How long all of them took together, in microseconds.
    pub sum_us: u64,
}

impl Pulse {
    /// Nothing counted yet.
    pub const fn new() -> Self {
        Self {
            steps: [const { AtomicU64::new(0) }; STEPS_US.len()],
            count: AtomicU64::new(0),
            sum_us: AtomicU64::new(0),
        }
    }

    /// Something took this long.
    pub fn took(&self, how_long: Duration) {
        let us = u64::try_from(how_long.as_micros()).unwrap_or(u64::MAX);
        let step = STEPS_US.iter().zip(&self.steps).find(|(end, _)| us <= **end);
        if let Some((_, step)) = step {
            step.fetch_add(1, Relaxed);
        }
        self.count.fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
    }

    /// What was counted until now. Numbers that change while they are read may differ by what is happening.
    pub fn counted(&self) -> Counted {
        let mut before = 0;
        let within = std::array::from_fn(|i| {
            before += self.steps[i].load(Relaxed);
            before
        });
        Counted {
            within,
            // Whoever reads it wants no step above the whole.
            count: self.count.load(Relaxed).max(before),
            sum_us: self.sum_us.load(Relaxed),
        }
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_contains_those_before_it() {
        let pulse = Pulse::new();
        for ms in [0, 1, 3, 20_000] {
            pulse.took(Duration::from_millis(ms));
        }
        let counted = pulse.counted();
        assert_eq!(counted.within, [1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
        assert_eq!((counted.count, counted.sum_us), (4, 20_004_000));
    }
}
