//! How bad it gets: chances of everything that can go wrong, drawn once for each seed.

use model::time::Timestamp;
use rand::{Rng, rngs::SmallRng};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What is certain about the weather; everything else is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sky {
    /// Nothing.
    #[default]
    Any,
    /// Every frame and every request arrives twice (F17).
    Double,
    /// The server's clock is set every few seconds, and no browser's is right (F13).
    Clocks,
}

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
    /// At each step: somebody sets the server's clock. Where that happens, browsers are wrong about the time, too.
    pub(crate) clock: f64,
}

impl Weather {
    pub(crate) fn of(sky: Sky, rng: &mut SmallRng) -> Self {
        // Half of the seeds are without each kind of it, so that every combination is lived through.
        let mut draw = |most: f64| if rng.random_bool(0.5) { rng.random_range(0.0..most) } else { 0.0 };
        let mut weather = Self {
            drop: draw(0.05),
            double: draw(0.05),
            turn: draw(0.05),
            delay: draw(0.1),
            fail: draw(0.1),
            lose: draw(0.2),
            cut: draw(0.08),
            crash: draw(0.02),
            block: draw(0.03),
            clock: draw(0.02),
        };
        match sky {
            Sky::Any => {}
            Sky::Double => weather.double = 1.0,
            Sky::Clocks => weather.clock = 0.05,
        }
        weather
    }
}

/// How far off a clock is that somebody has set: by a leap second that is smeared, by summer time, by a day, or back in 1970.
pub(crate) fn wrong_by(rng: &mut SmallRng, now: Timestamp) -> i64 {
    let wrong = [-DAY_MS, -HOUR_MS, -900, 0, 900, HOUR_MS, DAY_MS, -now.0];
    wrong[rng.random_range(0..wrong.len())]
}
