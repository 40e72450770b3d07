//! The only place that reads the system's clock and makes ids. Tests put their own clock in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use model::time::Timestamp;
use uuid::Uuid;

/// Tells the time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    /// When it was made, by the system's two clocks.
    System {
        wall: Timestamp,
        since: Instant,
    },
    Manual(Arc<Hands>),
}

/// Of a manual clock.
struct Hands {
    passed: AtomicI64,
    set: AtomicI64,
}

/// What the system says the time is.
fn system_now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // Before 1970 is as good as 1970: nothing depends on a date being right, only on time passing.
    Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
}

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let since = Instant::now();
        Self(Kind::System { wall: system_now(), since })
    }

    /// One that stands still until it is moved.
    pub fn manual(at: Timestamp) -> Self {
        Self(Kind::Manual(Arc::new(Hands {
            passed: AtomicI64::new(at.0),
            set: AtomicI64::new(0),
        })))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::System { .. } => system_now(),
            Kind::Manual(hands) => Timestamp(hands.passed.load(Ordering::SeqCst)).plus_ms(hands.set.load(Ordering::SeqCst)),
        }
    }

    /// The time that has passed, on top of what it was at the start: for waits, which a clock that is set must neither end nor prolong
    /// (F13). Never to be shown, and never to be kept beyond the process.
    pub fn steady(&self) -> Timestamp {
        match &self.0 {
            Kind::System { wall, since } => wall.plus_ms(i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX)),
            Kind::Manual(hands) => Timestamp(hands.passed.load(Ordering::SeqCst)),
        }
    }

    /// How far the clock was set since it was made: forwards, or backwards when negative.
    pub fn was_set_by_ms(&self) -> i64 {
        self.now().0.saturating_sub(self.steady().0)
    }

    /// Lets time pass on a manual clock; the system's cannot be moved.
    pub fn advance_ms(&self, ms: i64) {
        if let Kind::Manual(hands) = &self.0 {
            hands.passed.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Sets a manual clock, as somebody may set the system's: no time has passed.
    pub fn set_by_ms(&self, ms: i64) {
        if let Kind::Manual(hands) = &self.0 {
            hands.set.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

/// A new id: ordered by time, so that indexes grow at their end.
pub fn new_id<T: From<Uuid>>() -> T {
    #[expect(clippy::disallowed_methods, reason = "this is where ids are made")]
    T::from(Uuid::now_v7())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_counted_from_the_start_and_never_backwards() {
        let clock = Clock::system();
        let (first, wall, second) = (clock.steady(), clock.now(), clock.steady());
        assert!(first <= second);
        assert!(wall.since_ms(first) < 60_000, "nobody has set the clock meanwhile");
        let manual = Clock::manual(Timestamp(5));
        manual.advance_ms(7);
        assert_eq!((manual.now(), manual.steady()), (Timestamp(12), Timestamp(12)));
        manual.set_by_ms(-10);
        assert_eq!(
            (manual.now(), manual.steady(), manual.was_set_by_ms()),
            (Timestamp(2), Timestamp(12), -10)
        );
    }
}
