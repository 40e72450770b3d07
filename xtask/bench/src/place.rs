//! Where the product keeps its data in a run: a file of its own, or a database of its own on the PostgreSQL that was started for the
//! measuring. And what stands in it at the end, read without the product.

use std::{
    fs::File,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use model::id::{ClientId, ConversationId};
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use storage::{Engine, Storage};
use tokio::time::sleep;
use uuid::Uuid;

use crate::Result;

const MESSAGES: &str = "SELECT conversation_id, seq, cid FROM event WHERE audience = 'all' AND kind = 'posted' AND cid IS NOT NULL";
/// Where PostgreSQL's policies let a connection see every store's rows.
const EVERYTHING: [(&str, &str); 1] = [("vitrine.scope", "installation")];
/// How often a file is asked whether it is free, ten times a second.
const TRIES: usize = 300;

/// A database.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// This file.
    Sqlite(PathBuf),
    /// This address.
    Postgres(String),
}

/// A message as it was kept.
#[derive(Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) conv: ConversationId,
    pub(crate) seq: i64,
    pub(crate) cid: ClientId,
}

impl Place {
    /// In this data folder; or, where a server is named, a new database on it.
    pub(crate) async fn new(data: &Path, postgres: Option<&str>) -> Result<Self> {
        match postgres {
            None => Ok(Self::Sqlite(data.join("vitrine.db"))),
            Some(server) => Ok(Self::Postgres(storage::fresh_database(server).await?)),
        }
    }

    /// As people call it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Opens it as the product does, which must not run at that time.
    pub(crate) async fn open(&self) -> Result<Storage> {
        self.let_go().await?;
        Ok(Storage::open(match self {
            Self::Sqlite(file) => Engine::Sqlite(file.clone()),
            Self::Postgres(address) => Engine::Postgres(address.clone()),
        })
        .await?)
    }

    /// Waits until whoever wrote a file last has let go of it.
    pub(crate) async fn let_go(&self) -> Result<()> {
        let Self::Sqlite(file) = self else { return Ok(()) };
        if !file.exists() {
            return Ok(());
        }
        for _ in 0..TRIES {
            if File::create(file.with_extension("lock"))?.try_lock().is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        Err("the database is still in use".into())
    }

    /// Every message of everyone's logs.
    pub(crate) async fn messages(&self) -> Result<Vec<Stored>> {
        let rows: Vec<(Uuid, i64, Uuid)> = match self {
            Self::Sqlite(file) => {
                let mut database = SqliteConnectOptions::new().filename(file).connect().await?;
                let rows = sqlx::query_as(MESSAGES).fetch_all(&mut database).await?;
                database.close().await?;
                rows
            }
            Self::Postgres(address) => {
                let mut database = PgConnectOptions::from_str(address)?.options(EVERYTHING).connect().await?;
                let rows = sqlx::query_as(MESSAGES).fetch_all(&mut database).await?;
                database.close().await?;
                rows
            }
        };
        Ok(rows
            .into_iter()
            .map(|(conv, seq, cid)| Stored {
                conv: ConversationId(conv),
                seq,
                cid: ClientId(cid),
            })
            .collect())
    }

    /// Bytes of the write-ahead log beside a file; `None` where it is not ours to see.
    pub(crate) fn log_bytes(&self) -> Option<u64> {
        match self {
            Self::Sqlite(file) => Some(std::fs::metadata(file.with_extension("db-wal")).map_or(0, |log| log.len())),
            Self::Postgres(_) => None,
        }
    }
}
