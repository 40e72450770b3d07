//! What the index of words is owed, on SQLite.
//!
//! FTS5 writes as much for one message as for sixty, and a message waits for all that its transaction writes. So a message puts its words
//! into one row of `search_owed`, in its own transaction and as durable as itself; the writer hands all those rows over to FTS5 when it has
//! nothing else to do, when they have become many, and before somebody searches ([`Storage::settled`]). What a crash leaves there is handed
//! over by the next start. PostgreSQL's index takes a row at a time as cheaply, and is owed nothing (decision 0015).

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::oneshot;

use crate::{
    Storage, StorageError,
    session::{Conn, Tx},
    writer::{self, Answer, Job},
};

/// Rows that are handed over as soon as nobody waits, without the pause that others wait for.
const MANY: u64 = 64;
/// Rows that are handed over even while people wait: bounds what one hand-over takes.
const TOO_MANY: u64 = 1_024;

const PAY: &str = "INSERT INTO search_text (rowid, tokens) SELECT entry_id, tokens FROM search_owed ORDER BY entry_id;
    DELETE FROM search_owed";

/// How many rows there are, at most: those of a transaction that was undone are counted as well. Shared by the writer, which alone changes
/// it, and those who want to search.
#[derive(Clone, Default)]
pub(crate) struct Owed(Arc<Counts>);

/// Both only grow, so that several who hand over in one transaction never count a row twice.
#[derive(Default)]
struct Counts {
    /// Rows that were written since the start.
    written: AtomicU64,
    /// How many those were when they were handed over last.
    handed_over: AtomicU64,
}

/// How soon they are to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// There are none.
    Never,
    /// After a while in which nobody writes.
    Later,
    /// When nobody waits.
    Soon,
    /// At once.
    Now,
}

impl Owed {
    /// Of a database that was just opened: nobody knows what is there.
    pub(crate) fn unknown() -> Self {
        let owed = Self::default();
        owed.one_more();
        owed
    }

    /// Another row was written.
    pub(crate) fn one_more(&self) {
        self.0.written.fetch_add(1, Ordering::SeqCst);
    }

    fn written(&self) -> u64 {
        self.0.written.load(Ordering::SeqCst)
    }

    fn handed_over(&self, written: u64) {
        self.0.handed_over.fetch_max(written, Ordering::SeqCst);
    }

    pub(crate) fn due(&self) -> Due {
        // In this order: what is handed over in between was written before.
        let handed_over = self.0.handed_over.load(Ordering::SeqCst);
        match self.written().saturating_sub(handed_over) {
            0 => Due::Never,
            n if n < MANY => Due::Later,
            n if n < TOO_MANY => Due::Soon,
            _ => Due::Now,
        }
    }
}

/// Says that a search finds what was written before it ([`Storage::settled`]).
#[derive(Clone, Copy, Debug)]
pub struct Settled(());

/// Hands everything over, in a transaction that is this job alone or many others' as well; it says when that is over. If it fails, it is
/// tried again with the next row that is written and not before: a full disk is not asked twenty times a second.
pub(crate) fn job(owed: &Owed) -> (Job, oneshot::Receiver<()>) {
    let (tell, told) = oneshot::channel();
    let owed = owed.clone();
    let job: Job = Box::new(move |tx| {
        Box::pin(async move {
            let written = owed.written();
            let paid = pay(tx).await;
            if let Err(error) = &paid {
                tracing::warn!(%error, "The index of words did not get what was written last");
            }
            let answer: Answer = Box::new(move |_| {
                owed.handed_over(written);
                let _ = tell.send(());
            });
            (paid.is_ok(), answer)
        })
    });
    (job, told)
}

async fn pay(tx: &mut Tx) -> Result<(), StorageError> {
    if tx.session.begins {
        writer::begin(&mut tx.session).await?;
    }
    if let Conn::Sqlite(conn) = &mut tx.session.conn {
        sqlx::query(PAY).execute(&mut **conn).await?;
    }
    Ok(())
}

impl Storage {
    /// Has the index of words get what was written until now, so that a search finds it. Where the disk says no a search finds what it did
    /// before: reading goes on.
    pub async fn settled(&self) -> Settled {
        if self.owed().due() != Due::Never && !self.is_short_of_disk() {
            let (job, told) = job(self.owed());
            if self.begin(job).await.is_ok() {
                let _ = told.await;
            }
        }
        Settled(())
    }
}

#[cfg(test)]
mod tests {
    use model::id::{ConversationId, StoreId};
    use uuid::Uuid;

    use super::*;
    use crate::{Engine, StoreScope, pool::tests::scratch, session::Session};

    const STORE: StoreScope = StoreScope(StoreId(Uuid::from_u128(7)));
    const CONVERSATION: ConversationId = ConversationId(Uuid::from_u128(70));

    /// Numbers of what is found by a word, and of what is owed.
    async fn state(session: &mut Session, word: &str) -> (Vec<i64>, Vec<i64>) {
        let Conn::Sqlite(conn) = &mut session.conn else {
            panic!("is SQLite");
        };
        let found = sqlx::query_scalar("SELECT rowid FROM search_text WHERE search_text MATCH $1 ORDER BY rowid")
            .bind(word)
            .fetch_all(&mut **conn)
            .await
            .expect("searches");
        let owed = sqlx::query_scalar("SELECT entry_id FROM search_owed ORDER BY entry_id")
            .fetch_all(&mut **conn)
            .await
            .expect("reads");
        (found, owed)
    }

    async fn state_of(storage: &Storage, word: &'static str) -> (Vec<i64>, Vec<i64>) {
        let read: Result<_, StorageError> = storage.read(|s| Box::pin(async move { Ok(state(s, word).await) })).await;
        read.expect("reads")
    }

    /// Writes rows for entries that there are not, as a message does.
    async fn owe(storage: &Storage, rows: &'static [(i64, &'static str)], keep: bool) {
        let _: Result<(), StorageError> = storage
            .write(move |tx| {
                Box::pin(async move {
                    tx.within(STORE).await?;
                    for (entry, tokens) in rows {
                        if let Conn::Sqlite(conn) = &mut tx.session.conn {
                            sqlx::query("INSERT INTO search_owed (entry_id, tokens) VALUES ($1, $2)")
                                .bind(entry)
                                .bind(tokens)
                                .execute(&mut **conn)
                                .await?;
                        }
                        tx.owed.one_more();
                    }
                    if keep { Ok(()) } else { Err(StorageError::Busy) }
                })
            })
            .await;
    }

    #[tokio::test]
    async fn whoever_searches_finds_what_was_written_before() {
        let (storage, _dir) = scratch().await;
        owe(&storage, &[(1, "teapot blue"), (2, "teapot")], true).await;
        owe(&storage, &[(3, "teapot")], false).await;
        storage.settled().await;
        assert_eq!(state_of(&storage, "teapot").await, (vec![1, 2], vec![]));
        assert_eq!(storage.owed().due(), Due::Never);
        owe(&storage, &[(3, "teapot")], true).await;
        storage.settled().await;
        assert_eq!(state_of(&storage, "teapot").await, (vec![1, 2, 3], vec![]));
    }

    #[tokio::test]
    async fn many_who_search_at_once_count_no_row_twice() {
        let (storage, _dir) = scratch().await;
        owe(&storage, &[(1, "teapot"), (2, "teapot")], true).await;
        let all = futures::future::join_all((0..8).map(|_| storage.settled()));
        tokio::join!(all, owe(&storage, &[(3, "teapot")], true));
        storage.settled().await;
        assert_eq!(storage.owed().due(), Due::Never);
        assert_eq!(state_of(&storage, "teapot").await, (vec![1, 2, 3], vec![]));
    }

    #[tokio::test]
    async fn the_writer_hands_it_over_when_it_has_nothing_else_to_do() {
        let (storage, _dir) = scratch().await;
        owe(&storage, &[(1, "teapot")], true).await;
        for _ in 0..500 {
            if state_of(&storage, "teapot").await == (vec![1], vec![]) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("it never did");
    }

    #[tokio::test]
    async fn f1_what_a_crash_left_is_handed_over_by_the_next_start() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("vitrine.db");
        let storage = Storage::open(Engine::Scratch(path.clone())).await.expect("opens");
        storage.close().await;
        // As the file looks when the process ended between the two.
        let file = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display()))
            .await
            .expect("opens");
        sqlx::query("INSERT INTO search_owed (entry_id, tokens) VALUES (1, 'teapot')")
            .execute(&file)
            .await
            .expect("writes");
        file.close().await;
        let storage = Storage::open(Engine::Scratch(path)).await.expect("opens");
        storage.settled().await;
        assert_eq!(state_of(&storage, "teapot").await, (vec![1], vec![]));
    }

    #[tokio::test]
    async fn what_is_forgotten_before_it_is_handed_over_is_never_found() {
        let (storage, _dir) = scratch().await;
        storage.settled().await;
        let undone: Result<(), StorageError> = storage
            .write(|tx| {
                Box::pin(async move {
                    tx.within(STORE).await?;
                    if let Conn::Sqlite(conn) = &mut tx.session.conn {
                        // There is neither the store nor the conversation; nothing of this is kept.
                        sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut **conn).await?;
                    }
                    tx.add_entry(STORE, CONVERSATION, "person", 0, "teapot").await?;
                    assert_eq!(state(tx, "teapot").await, (vec![], vec![1]));
                    tx.forget_words(STORE, CONVERSATION).await?;
                    assert_eq!(state(tx, "teapot").await, (vec![], vec![]));
                    // The number is given out again, and this one is handed over before it is forgotten.
                    tx.add_entry(STORE, CONVERSATION, "person", 0, "teapot").await?;
                    pay(tx).await?;
                    assert_eq!(state(tx, "teapot").await, (vec![1], vec![]));
                    tx.forget_words(STORE, CONVERSATION).await?;
                    assert_eq!(state(tx, "teapot").await, (vec![], vec![]));
                    Err(StorageError::Busy)
                })
            })
            .await;
        assert!(matches!(undone, Err(StorageError::Busy)), "{undone:?}");
    }

    #[test]
    fn the_more_there_is_the_sooner() {
        let owed = Owed::default();
        assert_eq!(owed.due(), Due::Never);
        for (rows, due) in [(1, Due::Later), (MANY, Due::Soon), (TOO_MANY, Due::Now)] {
            while owed.written() < rows {
                owed.one_more();
            }
            assert_eq!(owed.due(), due);
        }
    }
}
