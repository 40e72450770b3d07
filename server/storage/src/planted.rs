//! A failure that a test plants: the n-th thing that is asked of a database, whatever it is. In the executable this is nothing.

#[cfg(feature = "planted")]
use std::sync::{Arc, Mutex, PoisonError};

use crate::StorageError;

/// What the connections of one database share of it.
#[derive(Clone, Default)]
pub(crate) struct Planted {
    #[cfg(feature = "planted")]
    one: Arc<Mutex<One>>,
    /// Whether this connection's is a transaction that writes.
    #[cfg(feature = "planted")]
    writes: bool,
}

/// How many are asked until one fails, and where it did.
#[cfg(feature = "planted")]
#[derive(Default)]
struct One {
    left: u32,
    met: Met,
}

/// Where what was planted was met.
#[cfg(feature = "planted")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Met {
    /// Nowhere.
    #[default]
    Nowhere,
    /// By something that only reads.
    Reading,
    /// In a transaction that writes: nothing of it is kept.
    Writing,
}

#[cfg(not(feature = "planted"))]
#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "with the feature it is not so")]
impl Planted {
    /// For a transaction that writes.
    pub(crate) fn for_writing(&self) -> Self {
        Self {}
    }

    /// Something is about to be asked.
    pub(crate) fn meet(&self) -> Result<(), StorageError> {
        Ok(())
    }
}

#[cfg(feature = "planted")]
impl Planted {
    /// For a transaction that writes.
    pub(crate) fn for_writing(&self) -> Self {
        Self {
            one: self.one.clone(),
            writes: true,
        }
    }

    /// Something is about to be asked.
    pub(crate) fn meet(&self) -> Result<(), StorageError> {
        let mut one = self.one.lock().unwrap_or_else(PoisonError::into_inner);
        if one.left == 0 {
            return Ok(());
        }
        one.left -= 1;
        if one.left > 0 {
            return Ok(());
        }
        one.met = if self.writes { Met::Writing } else { Met::Reading };
        Err(StorageError::Unavailable("a failure was planted".to_owned()))
    }

    fn plant(&self, nth: u32) -> Met {
        let before = std::mem::replace(
            &mut *self.one.lock().unwrap_or_else(PoisonError::into_inner),
            One {
                left: nth,
                met: Met::Nowhere,
            },
        );
        before.met
    }
}

#[cfg(feature = "planted")]
impl crate::Storage {
    /// From now on the n-th thing that is asked fails, and nothing after it; with 0 nothing does. Where the one planted before was met.
    pub fn fail_at(&self, nth: u32) -> Met {
        self.planted().plant(nth)
    }
}
