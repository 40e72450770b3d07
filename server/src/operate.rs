//! What whoever runs an installation asks of it at the command line: a backup, a backup put in again, the list of what was erased, and what a
//! doctor finds. The server may run meanwhile, except while a backup is put in.
//!
//! It copies and looks; what an erasure takes away is `service`'s business, and how a database is copied `storage`'s.

pub mod backup;
mod copy;
pub mod doctor;
pub mod erasures;
mod manifest;
mod postgres;
pub mod restore;

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use service::Fault;
use storage::{Engine, StorageError};

use crate::config::{Config, database::DatabaseConfig};

pub use self::manifest::Manifest;
pub(crate) use self::postgres::decoded;

/// Why it could not be done, in words for the person who asked.
#[derive(Debug)]
pub struct Trouble(String);

impl Trouble {
    /// In these words.
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// A file or a folder that does not do as it should.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self(format!("{path}: {error}"))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<StorageError> for Trouble {
    fn from(error: StorageError) -> Self {
        Self(error.to_string())
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

/// What lies in the data folder beside the database, by its names there: files that people gave, letters that left, letters that arrived.
const FOLDERS: [&str; 3] = ["files", "mail", "mail-in"];
/// The folder that a backup is put together in before anything else is touched.
const UNFINISHED: &str = "restoring";
/// The file in it that says that something else is touched by now, and where what was there lies. While it is there, no server starts.
const BEGUN: &str = "begun";

/// Where a restore that touched something and was not finished left its folder, if one did.
pub(crate) fn unfinished_restore(config: &Config) -> Option<PathBuf> {
    Some(config.data.join(UNFINISHED)).filter(|folder| folder.join(BEGUN).exists())
}

fn engine(config: &Config) -> Engine {
    match &config.database {
        DatabaseConfig::Sqlite { file } => Engine::Sqlite(file.clone()),
        DatabaseConfig::Postgres { url } => Engine::Postgres(url.clone()),
    }
}

/// Runs what waits for the disk where waiting is allowed.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Trouble> + Send + 'static) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Trouble::new(error.to_string()))?
}
