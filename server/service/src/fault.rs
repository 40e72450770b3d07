//! What a verb may return instead of an answer.

use model::refusal::Refusal;
use storage::StorageError;

/// A "no" with a reason, or a failure that is ours.
#[derive(Debug)]
pub enum Fault {
    /// The person can do something about it.
    Refused(Refusal),
    /// We must. Logged where it is answered, with a reference that the person sees.
    Broken(StorageError),
}

impl Fault {
    /// What the person is told when it is theirs, or when waiting helps.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            Self::Broken(error) if error.retryable() => Some(Refusal::Busy),
            Self::Broken(_) => None,
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self::Broken(error)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Broken(error) => error.fmt(f),
        }
    }
}
