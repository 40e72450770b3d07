//! A failure that a test plants: the n-th thing that is asked of a database, whatever it is. In the executable this is nothing.

use crate::StorageError;
#[cfg(feature = "planted")]
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// What the connections of one database share of it.
#[derive(Clone, Default)]
pub(crate) struct Planted {
    /// How many are asked until one fails; 0 and less: none does.
    #[cfg(feature = "planted")]
    left: Arc<AtomicI64>,
}

impl Planted {
    /// Something is about to be asked.
    #[cfg(not(feature = "planted"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "with the feature it is not so")]
    pub(crate) fn meet(&self) -> Result<(), StorageError> {
        Ok(())
    }

    /// Something is about to be asked.
    #[cfg(feature = "planted")]
    pub(crate) fn meet(&self) -> Result<(), StorageError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            return Err(StorageError::Unavailable("a failure was planted".to_owned()));
        }
        Ok(())
    }
}

#[cfg(feature = "planted")]
impl crate::Storage {
    /// From now on the n-th thing that is asked fails, and nothing after it; with 0 nothing does. Whether what was planted before was met.
    pub fn fail_at(&self, nth: u32) -> bool {
        self.planted().left.swap(i64::from(nth), Ordering::SeqCst) <= 0
    }
}
