//! The only place that reads the system's clock and makes ids. Tests put their own clock in.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use model::time::Timestamp;
use uuid::Uuid;

/// Tells the time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// One that stands still until it is moved.
    pub fn manual(at: Timestamp) -> Self {
        Self(Kind::Manual(Arc::new(AtomicI64::new(at.0))))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                // Before 1970 is as good as 1970: nothing depends on a date being right, only on time passing.
                Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
            }
            Kind::Manual(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the system's cannot be moved.
    pub fn advance_ms(&self, ms: i64) {
        if let Kind::Manual(at) = &self.0 {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

/// A new id: ordered by time, so that indexes grow at their end.
pub fn new_id<T: From<Uuid>>() -> T {
    #[expect(clippy::disallowed_methods, reason = "this is where ids are made")]
    T::from(Uuid::now_v7())
}
