//! How bad it gets: chances of everything that can go wrong, drawn once for each seed.

use rand::{Rng, rngs::SmallRng};

/// Chances between 0 and 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weather {
    /// A frame disappears.
    pub(crate) drop: f64,
    /// A frame arrives twice.
    pub(crate) double: f64,
    /// A frame is overtaken.
    pub(crate) turn: f64,
    /// Something takes up to three seconds longer.
    pub(crate) delay: f64,
    /// A commit fails, or a look-up.
    pub(crate) fail: f64,
    /// The connection is cut after the commit and before its answer.
    pub(crate) lose: f64,
    /// At each step: a connection is cut.
    pub(crate) cut: f64,
    /// At each step: the server crashes.
    pub(crate) crash: f64,
    /// At each step: somebody's network lets no sockets through any more, or again.
    pub(crate) block: f64,
}

impl Weather {
    pub(crate) fn of(rng: &mut SmallRng) -> Self {
        // Half of the seeds are without each kind of it, so that every combination is lived through.
        let mut draw = |most: f64| if rng.random_bool(0.5) { rng.random_range(0.0..most) } else { 0.0 };
        Self {
            drop: draw(0.05),
            double: draw(0.05),
            turn: draw(0.05),
            delay: draw(0.1),
            fail: draw(0.1),
            lose: draw(0.2),
            cut: draw(0.08),
            crash: draw(0.02),
            block: draw(0.03),
        }
    }
}
