//! Opening a database, and the two ways in: [`Storage::read`] and [`Storage::write`].

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures::future::BoxFuture;
use model::id::Epoch;
use sqlx::{
    ConnectOptions, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::{
    StorageError, everything, meta, migrate,
    notice::Notice,
    owed::Owed,
    planted::Planted,
    pulse::{Counted, Pulse},
    reserve::Reserve,
    scrub,
    session::{Conn, Session, Tx},
    wall,
    writer::{self, Job, Writer},
};

/// Connections that read, on SQLite: more than the cores of a small server, because a reader may wait for the disk.
const SQLITE_READERS: u32 = 4;
/// What each connection to SQLite keeps of the file, in the words of its pragma: 16 MiB. The upper pages of the largest tables of
/// 20,000,000 messages fit into it, and a small shop never fills it.
const SQLITE_CACHE: &str = "-16384";
/// Longer than its own `statement_timeout`: nothing is answered after so long, because its machine died without a word.
const POSTGRES_SILENCE: Duration = Duration::from_mins(1);
/// Connections on PostgreSQL: its default allows 100 in all; two nodes and an administrator fit.
const POSTGRES_CONNECTIONS: u32 = 20;

/// Which database, and where.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file of ours.
    Sqlite(PathBuf),
    /// The same, without waiting for the disk: for tests that end with their folder.
    Scratch(PathBuf),
    /// A connection URL.
    Postgres(String),
}

#[derive(Clone)]
pub(crate) enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

type OnCommit = Box<dyn Fn(Vec<Notice>) + Send + Sync>;

pub(crate) struct Inner {
    pools: Pools,
    writer: Option<Writer>,
    epoch: Epoch,
    on_commit: OnceLock<OnCommit>,
    /// What is given up when the disk is full; where the disk is ours to look after.
    pub(crate) reserve: Option<Reserve>,
    /// How long writes take, from being asked for to being durable.
    writes: Pulse,
    owed: Owed,
    planted: Planted,
    /// Held so that a second process refuses to start; released with the process, however it ends.
    _lock: Option<std::fs::File>,
}

impl Inner {
    pub(crate) fn tell(&self, notices: Vec<Notice>) {
        if !notices.is_empty()
            && let Some(tell) = self.on_commit.get()
        {
            tell(notices);
        }
    }
}

/// A database. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    inner: Arc<Inner>,
}

impl Storage {
    /// Opens the database, brings its schema up to date, and refuses what would not be safe.
    pub async fn open(engine: Engine) -> Result<Self, StorageError> {
        let (pools, lock) = match &engine {
            Engine::Sqlite(path) => (sqlite(path, SqliteSynchronous::Full).await?, Some(lock(path)?)),
            Engine::Scratch(path) => (sqlite(path, SqliteSynchronous::Off).await?, Some(lock(path)?)),
            Engine::Postgres(url) => (postgres(url).await?, None),
        };
        migrate::run(&pools).await?;
        settle(&pools).await?;
        let sqlite_writer = match &pools {
            Pools::Sqlite { writer, .. } => Some(writer.acquire().await?),
            Pools::Postgres(_) => None,
        };
        let conn = match (sqlite_writer, &pools) {
            (Some(conn), _) => Conn::Sqlite(conn),
            (None, Pools::Postgres(pool)) => Conn::Postgres(pool.acquire().await?),
            (None, Pools::Sqlite { .. }) => return Err(StorageError::Unusable("no writer".to_owned())),
        };
        let planted = Planted::default();
        let mut first = Tx::new(conn, &planted);
        let epoch = meta::epoch(&mut first).await?;
        let sqlite = matches!(pools, Pools::Sqlite { .. });
        if sqlite {
            first.owed = Owed::unknown();
        }
        let (writer, jobs) = if sqlite { Some(Writer::new()) } else { None }.unzip();
        let inner = Arc::new(Inner {
            pools,
            writer,
            epoch,
            on_commit: OnceLock::new(),
            reserve: match &engine {
                Engine::Sqlite(path) => Some(Reserve::beside(path)),
                Engine::Scratch(_) | Engine::Postgres(_) => None,
            },
            writes: Pulse::new(),
            owed: first.owed.clone(),
            planted,
            _lock: lock,
        });
        if let Some(jobs) = jobs {
            tokio::spawn(writer::run(first, jobs, Arc::downgrade(&inner)));
        }
        Ok(Self { inner })
    }

    /// The name of this database's history.
    pub fn epoch(&self) -> Epoch {
        self.inner.epoch
    }

    /// Who is told after each commit. Once; a second one is ignored.
    pub fn on_commit(&self, tell: impl Fn(Vec<Notice>) + Send + Sync + 'static) {
        let _ = self.inner.on_commit.set(Box::new(tell));
    }

    /// Reads. Nothing it does can change the database.
    pub async fn read<T, E, F>(&self, read: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Session) -> BoxFuture<'a, Result<T, E>>,
        E: From<StorageError>,
    {
        let mut session = self.reader().await?;
        // Compiled for every closure there is: as little as can be is here.
        let answer = tokio::select! {
            biased;
            answer = read(&mut session) => Some(answer),
            () = silence(self.is_shared()) => None,
        };
        answer.unwrap_or_else(|| {
            session.close();
            Err(silent().into())
        })
    }

    /// Reads, and waits for no longer than this: for whoever asks again and again, and has to notice that there is an answer again.
    pub async fn read_within<T, F>(&self, bar: Duration, read: F) -> Result<T, StorageError>
    where
        F: for<'a> FnOnce(&'a mut Session) -> BoxFuture<'a, Result<T, StorageError>>,
    {
        let until = Instant::now() + bar;
        let mut session = timeout_at(until, self.reader()).await.map_err(|_| silent())??;
        let answer = timeout_at(until, read(&mut session)).await;
        answer.unwrap_or_else(|_| {
            session.close();
            Err(silent())
        })
    }

    async fn reader(&self) -> Result<Session, StorageError> {
        let conn = match &self.inner.pools {
            Pools::Sqlite { readers, .. } => Conn::Sqlite(readers.acquire().await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        };
        Ok(Session::new(conn, &self.inner.planted))
    }

    /// What the index of words is owed; nothing on PostgreSQL.
    pub(crate) fn owed(&self) -> &Owed {
        &self.inner.owed
    }

    #[cfg(feature = "planted")]
    pub(crate) fn planted(&self) -> &Planted {
        &self.inner.planted
    }

    /// Writes: one closure, all of it or nothing. It answers only when the commit is durable. While the disk is full it is refused.
    pub async fn write<T, E, F>(&self, write: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        if self.is_short_of_disk() {
            return Err(StorageError::Unavailable("the disk is full".to_owned()).into());
        }
        let begun = tokio::time::Instant::now();
        let answer = self.write_in_need(write).await;
        self.inner.writes.took(begun.elapsed());
        answer
    }

    /// The same, with the room that is kept for it when the disk is full: for the few small rows without which people cannot even read.
    pub async fn write_in_need<T, E, F>(&self, write: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (job, told) = writer::job(write);
        self.begin(job).await?;
        told.await
            .unwrap_or_else(|_| Err(StorageError::Unavailable("the write was given up".to_owned()).into()))
    }

    /// Gives a closure to SQLite's writer, or lives through it on PostgreSQL. Its answer comes by itself.
    pub(crate) async fn begin(&self, job: Job) -> Result<(), StorageError> {
        if let Some(writer) = &self.inner.writer {
            return writer.queue(job);
        }
        let Pools::Postgres(pool) = &self.inner.pools else {
            return Err(StorageError::Unusable("no writer".to_owned()));
        };
        let mut tx = Tx::new(Conn::Postgres(pool.acquire().await?), &self.inner.planted);
        // When this future is dropped half-way, the connection is closed instead of going back to the pool (`writer::postgres`), and the
        // server undoes what was begun.
        let done = timeout(POSTGRES_SILENCE, writer::postgres(&mut tx, job)).await;
        let (notices, answer, committed) = done.map_err(|_| silent())??;
        self.inner.tell(notices);
        answer(committed);
        Ok(())
    }

    /// Whether the database answers now, and is the one that was opened: under a server that runs, its history may have got another name (a
    /// standby took over), and what this server tells browsers of it is true no longer.
    pub async fn answers(&self) -> bool {
        self.read(|s| Box::pin(async move { s.meta(crate::Installation, "epoch").await }))
            .await
            .is_ok_and(|epoch| epoch == Some(self.inner.epoch.to_string()))
    }

    /// Whether other servers may be at work on the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self.inner.pools, Pools::Postgres(_))
    }

    /// How a connection is made that is not one of the pool's.
    pub(crate) fn direct(&self) -> Result<PgConnectOptions, StorageError> {
        match &self.inner.pools {
            Pools::Postgres(pool) => Ok((*pool.connect_options()).clone()),
            Pools::Sqlite { .. } => Err(StorageError::Unusable("a file has no other connections".to_owned())),
        }
    }

    /// Whether the disk was full when it was written to last: then only [`Storage::write_in_need`] writes.
    pub fn is_short_of_disk(&self) -> bool {
        self.inner.reserve.as_ref().is_some_and(Reserve::is_spent)
    }

    /// Looks whether there is room on the disk again; called every second.
    pub async fn look_at_disk(&self) {
        if !self.is_short_of_disk() {
            return;
        }
        let inner = self.inner.clone();
        let looked = tokio::task::spawn_blocking(move || inner.reserve.as_ref().map_or(Ok(()), Reserve::restore)).await;
        // What could not be handed over while it was full.
        self.inner.owed.one_more();
        if let Ok(Err(error)) = looked {
            tracing::warn!(%error, "The disk could not be looked at");
        }
    }

    /// How long writes took until now.
    pub fn writes(&self) -> Counted {
        self.inner.writes.counted()
    }

    /// Ends everything on this database, and answers when its files are at rest. It is for the last handle: it waits for all others.
    pub async fn close(self) {
        let pools = self.inner.pools.clone();
        drop(self);
        match pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                // The writing task gives its connection back when the last handle is gone.
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Moves what is in the write-ahead log into the database file, before an orderly end.
    pub async fn checkpoint(&self) {
        if let Pools::Sqlite { readers, .. } = &self.inner.pools {
            let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(readers).await;
        }
    }
}

/// Until nothing is answered any more; on a file of ours for ever.
async fn silence(shared: bool) {
    if shared {
        sleep(POSTGRES_SILENCE).await;
    } else {
        std::future::pending::<()>().await;
    }
}

fn silent() -> StorageError {
    StorageError::Unavailable("the database says nothing".to_owned())
}

impl Storage {
    /// Every row of every table, as text, by table; `None` where the database is not a file. For tests that must see that nothing changed.
    pub async fn everything(&self) -> Result<Option<std::collections::BTreeMap<String, Vec<String>>>, StorageError> {
        self.settled().await;
        match &self.inner.pools {
            Pools::Sqlite { readers, .. } => everything::rows(readers).await.map(Some),
            Pools::Postgres(_) => Ok(None),
        }
    }

    /// Whether any of these words can still be found in the database's files, after everything was done against it; `None` where the
    /// files are not ours to read.
    pub async fn words_left(&self, words: Vec<Vec<u8>>) -> Result<Option<bool>, StorageError> {
        match &self.inner.pools {
            Pools::Sqlite { readers, .. } => scrub::words_left(readers, words).await.map(Some),
            Pools::Postgres(_) => Ok(None),
        }
    }
}

async fn sqlite(path: &Path, synchronous: SqliteSynchronous) -> Result<Pools, StorageError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // What a savepoint would undo is kept in memory: a batch of messages changes more pages than SQLite keeps there by itself, and a
        // file would be made and deleted for each commit.
        .pragma("temp_store", "memory")
        .pragma("cache_size", SQLITE_CACHE)
        // What is deleted is overwritten: erased means gone.
        .pragma("secure_delete", "on")
        .disable_statement_logging();
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.clone())
        .await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&writer).await?;
    if older(&version, [3, 51, 3]) {
        // Older ones can lose committed rows when a log is reset beside a second connection.
        return Err(StorageError::Unusable(format!("SQLite {version} is too old: 3.51.3 is needed")));
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.pragma("query_only", "1"));
    Ok(Pools::Sqlite { writer, readers })
}

/// What a process before us left in the write-ahead log goes into the file, through the disk. If it ended because the disk said no to a
/// commit, those pages may be in the system's memory only, marked as written: whoever answers from them would promise what nobody keeps.
async fn settle(pools: &Pools) -> Result<(), StorageError> {
    let Pools::Sqlite { writer, .. } = pools else {
        return Ok(());
    };
    let settled = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await;
    match settled.map_err(StorageError::from) {
        Ok(_) => Ok(()),
        // A full or locked one can still be read; what is in the log stays there.
        Err(error) if error.retryable() => {
            tracing::warn!(%error, "The log of the database was left as it is");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

async fn postgres(url: &str) -> Result<Pools, StorageError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|e| StorageError::Unusable(format!("VITRINE_DATABASE_URL cannot be read: {e}")))?
        .application_name("vitrine")
        .options([
            ("synchronous_commit", "on"),
            ("statement_timeout", "30s"),
            // A server that falls silent in the middle of a transaction, because it stands still or nothing reaches it, holds what others
            // wait for. Ours say the next thing at once.
            ("idle_in_transaction_session_timeout", "5s"),
            // Every statement of ours is a short one. To compile it, or to start processes for it, takes longer than to answer it; and that a
            // page far away costs four times one that is near is true of no disk that is sold today.
            ("jit", "off"),
            ("max_parallel_workers_per_gather", "0"),
            ("random_page_cost", "1.1"),
        ])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .before_acquire(|conn, _| Box::pin(wall::forget(conn)))
        .connect_with(options)
        .await?;
    if wall::bypassed(&pool).await? {
        tracing::warn!("PostgreSQL's own wall between stores does not hold for this role: it is a superuser, or has BYPASSRLS");
    }
    Ok(Pools::Postgres(pool))
}

/// Two processes on one file would each believe to be the only writer.
pub(crate) fn lock(path: &Path) -> Result<std::fs::File, StorageError> {
    let name = path.with_extension("lock");
    let file = std::fs::File::create(&name).map_err(|e| StorageError::Unusable(format!("{}: {e}", name.display())))?;
    file.try_lock()
        .map_err(|_| StorageError::Unusable(format!("{} is in use by another process", path.display())))?;
    Ok(file)
}

fn older(version: &str, than: [u32; 3]) -> bool {
    let mut numbers = version.split('.').map(|n| n.parse().unwrap_or(0));
    let have = [
        numbers.next().unwrap_or(0),
        numbers.next().unwrap_or(0),
        numbers.next().unwrap_or(0),
    ];
    have < than
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A storage on a scratch file, and the folder that holds it.
    pub(crate) async fn scratch() -> (Storage, tempfile::TempDir) {
        let dir = tempfile::tempdir().expect("a folder");
        (
            Storage::open(Engine::Scratch(dir.path().join("vitrine.db"))).await.expect("opens"),
            dir,
        )
    }

    /// A new, empty database on the PostgreSQL that `cargo xtask test` starts; `None` (said aloud) where there is none.
    pub(crate) async fn postgres() -> Option<String> {
        Some(crate::fresh_database(&server()?).await.expect("the test PostgreSQL answers"))
    }

    /// The same, and the address of that database for whoever started the server.
    pub(crate) async fn postgres_and_its_superuser() -> Option<(String, String)> {
        let (server, address) = (server()?, postgres().await?);
        let name = address
            .split('?')
            .next()
            .and_then(|path| path.rsplit('/').next())
            .expect("a name")
            .to_owned();
        Some((address, server.replacen("/postgres?", &format!("/{name}?"), 1)))
    }

    fn server() -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "the test harness hands the address over in the environment")]
        let (url, required) = (
            std::env::var("VITRINE_TEST_POSTGRES").ok(),
            std::env::var("VITRINE_REQUIRE_POSTGRES").is_ok(),
        );
        if url.is_none() {
            assert!(!required, "VITRINE_REQUIRE_POSTGRES is set, and VITRINE_TEST_POSTGRES is not");
            println!("skipped: no PostgreSQL (cargo xtask test starts one)");
        }
        url
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(older("3.51.2", [3, 51, 3]) && older("3.9.99", [3, 51, 3]));
        assert!(!older("3.51.3", [3, 51, 3]) && !older("3.100.0", [3, 51, 3]) && !older("4.0.0", [3, 51, 3]));
    }

    #[tokio::test]
    async fn a_database_with_another_history_is_not_the_one_that_was_opened() {
        let (storage, _dir) = scratch().await;
        assert!(storage.answers().await);
        let another = "00000000-0000-4000-8000-000000000001";
        storage
            .write(move |tx| Box::pin(async move { tx.set_meta(crate::Installation, "epoch", another).await }))
            .await
            .expect("writes");
        assert!(!storage.answers().await);
    }

    #[tokio::test]
    async fn a_second_process_cannot_open_the_same_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("vitrine.db");
        let first = Storage::open(Engine::Sqlite(path.clone())).await.expect("opens");
        assert!(matches!(
            Storage::open(Engine::Sqlite(path.clone())).await,
            Err(StorageError::Unusable(_))
        ));
        let epoch = first.epoch();
        drop(first);
        // The writer ends when the last handle is gone.
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if let Ok(again) = Storage::open(Engine::Sqlite(path.clone())).await {
                assert_eq!(again.epoch(), epoch, "a restart is the same history");
                return;
            }
        }
        panic!("the lock was never released");
    }
}
