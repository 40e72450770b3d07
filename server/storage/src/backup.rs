//! A database beside the server that works on it: copied while it is written to, looked at, checked, and held so that nobody starts.
//!
//! What else belongs to a backup, and who asks for one, is decided above. PostgreSQL is copied by its own programs, not here.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use model::time::Timestamp;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use uuid::Uuid;

use crate::{Engine, Erasure, StorageError, erased, migrate, pool, wall};

/// One reading transaction: what is committed meanwhile is not in it, and nobody waits. Free pages, and what was erased from them, are not
/// copied either.
const COPY: &str = "VACUUM INTO $1";
const CHECK: &str = "PRAGMA integrity_check(20)";
const FOREIGN_CHECK: &str = "SELECT COUNT(*) FROM pragma_foreign_key_check";
const SQLITE_BEGUN: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
const POSTGRES_BEGUN: &str = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'";
const POSTGRES_TABLES: &str = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()";
const POSTGRES_CLOCK: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)";
const SCHEMA: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
const EPOCH: &str = "SELECT value FROM meta WHERE name = 'epoch'";
const NEWEST: &str = "SELECT MAX(last_event_at_ms) FROM conversation";

/// How long a look waits for a database that somebody else has locked.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a database says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The newest migration that was applied; 0 where nothing was ever begun.
    pub schema: i64,
    /// The name of its history.
    pub epoch: Option<String>,
    /// When the newest thing was said in any conversation.
    pub newest: Option<Timestamp>,
    /// What its own clock says, where it has one: PostgreSQL.
    pub clock: Option<Timestamp>,
    /// Whether the role that we connect with is above PostgreSQL's policies.
    pub bypassed: bool,
}

/// The newest migration that this executable knows.
pub fn schema_known() -> i64 {
    migrate::newest()
}

/// Looks at a database, whoever works on it. A file that is not there is an error.
pub async fn facts(engine: &Engine) -> Result<Facts, StorageError> {
    match engine {
        Engine::Sqlite(file) | Engine::Scratch(file) => of_sqlite(file).await,
        Engine::Postgres(url) => of_postgres(url).await,
    }
}

async fn of_sqlite(file: &Path) -> Result<Facts, StorageError> {
    let mut conn = beside(file).pragma("query_only", "1").connect().await?;
    let begun: i64 = sqlx::query_scalar(SQLITE_BEGUN).fetch_one(&mut conn).await?;
    let mut facts = Facts::default();
    if begun > 0 {
        facts.schema = sqlx::query_scalar(SCHEMA).fetch_one(&mut conn).await?;
        facts.epoch = sqlx::query_scalar(EPOCH).fetch_optional(&mut conn).await?;
        facts.newest = sqlx::query_scalar::<_, Option<i64>>(NEWEST)
            .fetch_one(&mut conn)
            .await?
            .map(Timestamp);
    }
    conn.close().await?;
    Ok(facts)
}

async fn of_postgres(url: &str) -> Result<Facts, StorageError> {
    let mut conn = alone(url).await?;
    let begun: i64 = sqlx::query_scalar(POSTGRES_BEGUN).fetch_one(&mut conn).await?;
    let mut facts = Facts {
        clock: Some(Timestamp(sqlx::query_scalar(POSTGRES_CLOCK).fetch_one(&mut conn).await?)),
        bypassed: sqlx::query_scalar::<_, bool>(wall::BYPASSED)
            .fetch_optional(&mut conn)
            .await?
            .unwrap_or(false),
        ..Facts::default()
    };
    if begun > 0 {
        facts.schema = sqlx::query_scalar(SCHEMA).fetch_one(&mut conn).await?;
        facts.epoch = sqlx::query_scalar(EPOCH).fetch_optional(&mut conn).await?;
        facts.newest = sqlx::query_scalar::<_, Option<i64>>(NEWEST)
            .fetch_one(&mut conn)
            .await?
            .map(Timestamp);
    }
    conn.close().await?;
    Ok(facts)
}

/// What was erased in a database, whoever works on it: it must not come back with an older backup.
pub async fn erasures(engine: &Engine) -> Result<Vec<Erasure>, StorageError> {
    let (mut all, mut after) = (Vec::new(), Uuid::nil());
    match engine {
        Engine::Sqlite(file) | Engine::Scratch(file) => {
            let mut conn = beside(file).pragma("query_only", "1").connect().await?;
            loop {
                let page = erased::page_sqlite(&mut conn, after).await?;
                let Some(last) = page.last() else { break };
                after = last.object;
                all.extend(page);
            }
            conn.close().await?;
        }
        Engine::Postgres(url) => {
            let mut conn = alone(url).await?;
            loop {
                let page = erased::page_postgres(&mut conn, after).await?;
                let Some(last) = page.last() else { break };
                after = last.object;
                all.extend(page);
            }
            conn.close().await?;
        }
    }
    Ok(all)
}

/// Copies a SQLite database into a file that is not there yet, at one moment of its history, while others write to it. The copy is on the
/// disk for good when this answers.
pub async fn copy_sqlite(from: &Path, to: &Path) -> Result<(), StorageError> {
    let into = to
        .to_str()
        .ok_or_else(|| StorageError::Unusable(format!("{}: a name that is no text", to.display())))?
        .to_owned();
    let mut conn = beside(from).connect().await?;
    sqlx::query(COPY).bind(into).execute(&mut conn).await?;
    conn.close().await?;
    let to = to.to_owned();
    tokio::task::spawn_blocking(move || File::open(&to)?.sync_all())
        .await
        .map_err(|error| StorageError::Unavailable(error.to_string()))?
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

/// Reads a SQLite database from its first page to its last, and says what does not fit together.
pub async fn check_sqlite(file: &Path) -> Result<(), StorageError> {
    let mut conn = beside(file).pragma("query_only", "1").connect().await?;
    let found: Vec<String> = sqlx::query_scalar(CHECK).fetch_all(&mut conn).await?;
    let orphans: i64 = sqlx::query_scalar(FOREIGN_CHECK).fetch_one(&mut conn).await?;
    conn.close().await?;
    if found != ["ok"] {
        return Err(StorageError::Unusable(format!(
            "{} is damaged: {}",
            file.display(),
            found.join("; ")
        )));
    }
    if orphans > 0 {
        // It was so in the database, too: a copy of it is better than none.
        tracing::warn!(orphans, "Rows of {} name others that are not there", file.display());
    }
    Ok(())
}

/// Whether a PostgreSQL database has no tables yet.
pub async fn is_empty(url: &str) -> Result<bool, StorageError> {
    let mut conn = alone(url).await?;
    let tables: i64 = sqlx::query_scalar(POSTGRES_TABLES).fetch_one(&mut conn).await?;
    conn.close().await?;
    Ok(tables == 0)
}

/// As long as it lives, no server can start on the file.
#[derive(Debug)]
pub struct Held {
    _lock: File,
}

/// Holds a SQLite file, unless a server has it.
pub fn hold(file: &Path) -> Result<Held, StorageError> {
    Ok(Held { _lock: pool::lock(file)? })
}

/// What SQLite keeps beside a database: to be moved, or removed, together with it.
pub fn companions(file: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|ending| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

fn beside(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
}

async fn alone(url: &str) -> Result<PgConnection, StorageError> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|e| StorageError::Unusable(format!("VITRINE_DATABASE_URL cannot be read: {e}")))?;
    let options = options
        .application_name("vitrine-operate")
        .options([("vitrine.scope", wall::INSTALLATION)])
        .disable_statement_logging();
    match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(connected) => Ok(connected?),
        Err(_) => Err(StorageError::Unavailable("the database does not answer".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use model::{
        id::AccountId,
        language::Language,
        text::{EmailAddress, Name},
    };

    use super::*;
    use crate::{Installation, NewAccount, Storage, pool::tests::scratch};

    async fn somebody(storage: &Storage, n: u128) {
        let new = NewAccount {
            id: AccountId(Uuid::from_u128(n)),
            email: EmailAddress::parse(&format!("a{n}@b.example")).expect("fine"),
            name: Name::parse("A").expect("fine"),
            password_hash: "x".to_owned(),
            language: Language::En,
        };
        storage
            .write(|tx| Box::pin(async move { tx.insert_account(Installation, &new, Timestamp(1)).await }))
            .await
            .expect("writes");
    }

    #[tokio::test]
    async fn f19_a_copy_is_whole_while_others_write() {
        let (storage, dir) = scratch().await;
        somebody(&storage, 1).await;
        let (from, to) = (dir.path().join("vitrine.db"), dir.path().join("copy.db"));
        copy_sqlite(&from, &to).await.expect("copies, although a server has the file");
        somebody(&storage, 2).await;
        check_sqlite(&to).await.expect("is whole");
        let (ours, copied) = (
            facts(&Engine::Sqlite(from)).await.expect("looks"),
            facts(&Engine::Sqlite(to.clone())).await.expect("looks"),
        );
        assert_eq!(ours, copied);
        assert_eq!(ours.schema, schema_known());
        assert_eq!(ours.epoch, Some(storage.epoch().0.to_string()));
        assert!(
            copy_sqlite(&dir.path().join("vitrine.db"), &to).await.is_err(),
            "nothing is written over"
        );
        let copy = Storage::open(Engine::Scratch(to)).await.expect("opens");
        let accounts = copy.everything().await.expect("reads").expect("is SQLite")["account"].len();
        assert_eq!(accounts, 1);
    }

    #[tokio::test]
    async fn what_is_damaged_is_named() {
        let (storage, dir) = scratch().await;
        for n in 1..50 {
            somebody(&storage, n).await;
        }
        let file = dir.path().join("vitrine.db");
        storage.close().await;
        let mut bytes = std::fs::read(&file).expect("reads");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4_096].fill(0xa5);
        std::fs::write(&file, bytes).expect("writes");
        assert!(check_sqlite(&file).await.is_err());
    }

    #[tokio::test]
    async fn a_file_that_a_server_has_is_not_held() {
        let (storage, dir) = scratch().await;
        let file = dir.path().join("vitrine.db");
        assert!(hold(&file).is_err());
        storage.close().await;
        let held = hold(&file).expect("nobody has it");
        assert!(Storage::open(Engine::Scratch(file.clone())).await.is_err());
        drop(held);
        assert!(Storage::open(Engine::Scratch(file)).await.is_ok());
    }
}
