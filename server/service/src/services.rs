//! What every verb needs, made once at start.

use std::sync::{Arc, Mutex};

use storage::Storage;
use uuid::Uuid;

use crate::{attempts::Attempts, clock::Clock, duty::Windows, passwords::Passwords, tickets::Tickets};

/// Everything a verb needs. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
}

struct Inner {
    storage: Storage,
    clock: Clock,
    node: Uuid,
    public_url: String,
    passwords: Passwords,
    tickets: Mutex<Tickets>,
    windows: Mutex<Windows>,
    attempts: Mutex<Attempts>,
}

impl Services {
    /// Over a database, with a clock, reached from outside at `public_url` (scheme, host and port, no slash at the end).
    pub fn new(storage: Storage, clock: Clock, public_url: String) -> Self {
        let windows = Mutex::new(Windows::new(clock.now()));
        Self {
            inner: Arc::new(Inner {
                storage,
                clock,
                node: Uuid::from_bytes(crate::secret::random_bytes()),
                public_url,
                passwords: Passwords::new(),
                tickets: Mutex::default(),
                windows,
                attempts: Mutex::default(),
            }),
        }
    }

    /// The database.
    pub fn storage(&self) -> &Storage {
        &self.inner.storage
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Where people and shops reach us.
    pub fn public_url(&self) -> &str {
        &self.inner.public_url
    }

    /// This process, among those on the same database.
    pub(crate) fn node(&self) -> Uuid {
        self.inner.node
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn tickets(&self) -> &Mutex<Tickets> {
        &self.inner.tickets
    }

    pub(crate) fn windows(&self) -> &Mutex<Windows> {
        &self.inner.windows
    }

    pub(crate) fn attempts(&self) -> &Mutex<Attempts> {
        &self.inner.attempts
    }
}

/// Locks what cannot be left half-changed: a panic elsewhere does not make it unusable.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
