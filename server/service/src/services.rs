//! What every verb needs, made once at start.

use std::sync::{Arc, Mutex, OnceLock};

use mail::{AddressKey, Post};
use storage::{Storage, StorageError};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::{
    Fault,
    attempts::Attempts,
    clock::Clock,
    duty::Windows,
    files::{Shelf, disk::Disk},
    mail_address::MailIn,
    passwords::Passwords,
    post_office::Line,
    tickets::Tickets,
    turns::Turns,
    webhooks::Outbound,
};

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
    turns: Mutex<Turns>,
    attempts: Mutex<Attempts>,
    post: OnceLock<Post>,
    disk: OnceLock<Disk>,
    file_secret: OnceCell<Arc<str>>,
    line: Mutex<Line>,
    mail_in: OnceLock<MailIn>,
    address_key: OnceCell<AddressKey>,
    outbound: OnceLock<Outbound>,
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
                turns: Mutex::default(),
                attempts: Mutex::default(),
                post: OnceLock::new(),
                disk: OnceLock::new(),
                file_secret: OnceCell::new(),
                line: Mutex::default(),
                mail_in: OnceLock::new(),
                address_key: OnceCell::new(),
                outbound: OnceLock::new(),
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

    /// How letters leave from now on. Once; a second one is ignored. Without one, they wait.
    pub fn open_post(&self, post: Post) {
        let _ = self.inner.post.set(post);
    }

    /// How letters leave, if they do.
    pub fn post(&self) -> Option<&Post> {
        self.inner.post.get()
    }

    /// Where letters to us arrive from now on. Once; a second one is ignored. Without one, no address of ours is in any letter.
    pub fn take_mail_in(&self, mail_in: MailIn) {
        let _ = self.inner.mail_in.set(mail_in);
    }

    /// Where letters to us arrive, if they do.
    pub fn mail_in(&self) -> Option<&MailIn> {
        self.inner.mail_in.get()
    }

    /// How news for other programs leave from now on. Once; a second one is ignored. Without one, they wait.
    pub fn open_webhooks(&self, outbound: Outbound) {
        let _ = self.inner.outbound.set(outbound);
    }

    pub(crate) fn outbound(&self) -> Option<&Outbound> {
        self.inner.outbound.get()
    }

    pub(crate) fn address_key(&self) -> &OnceCell<AddressKey> {
        &self.inner.address_key
    }

    pub(crate) fn line(&self) -> &Mutex<Line> {
        &self.inner.line
    }

    /// Where files are kept from now on. Once; a second one is ignored. Without one, none are taken.
    pub fn keep_files_in(&self, shelf: impl Into<Shelf>) {
        let _ = self.inner.disk.set(Disk::new(shelf.into()));
    }

    pub(crate) fn disk(&self) -> Result<&Disk, Fault> {
        let unset = || Fault::Broken(StorageError::Unusable("there is no folder for files".to_owned()));
        self.inner.disk.get().ok_or_else(unset)
    }

    /// What the addresses of files are signed with, once it is known.
    pub(crate) fn file_secret(&self) -> &OnceCell<Arc<str>> {
        &self.inner.file_secret
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

    pub(crate) fn turns(&self) -> &Mutex<Turns> {
        &self.inner.turns
    }

    pub(crate) fn attempts(&self) -> &Mutex<Attempts> {
        &self.inner.attempts
    }
}

/// Locks what cannot be left half-changed: a panic elsewhere does not make it unusable.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
