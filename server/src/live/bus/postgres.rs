//! The bus through PostgreSQL itself: its NOTIFY, on two connections besides the pool's. What needs no second server to run.

use storage::{Storage, StorageError, Wakes};

use super::Trouble;

/// The connection that speaks.
pub(super) struct Voice(Wakes);

impl Voice {
    pub(super) async fn open(storage: &Storage) -> Result<Self, Trouble> {
        storage.wakes().await.map(Self).map_err(reason)
    }

    pub(super) async fn say(&mut self, envelope: &str) -> Result<(), Trouble> {
        self.0.tell(envelope).await.map_err(reason)
    }
}

/// The connection that listens.
pub(super) struct Ears(storage::Ears);

impl Ears {
    pub(super) async fn open(storage: &Storage) -> Result<Self, Trouble> {
        storage.ears().await.map(Self).map_err(reason)
    }

    pub(super) async fn hear(&mut self) -> Result<Option<String>, Trouble> {
        self.0.hear().await.map_err(reason)
    }
}

fn reason(error: StorageError) -> Trouble {
    error.to_string()
}
