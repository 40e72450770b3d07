//! How servers on one PostgreSQL learn of each other's commits: by its NOTIFY, which is quick and promises nothing; and by two questions
//! that are always right, how far logs have come and whose rights have ended. What is said, and to whom, is decided above.
//!
//! SQLite belongs to one process: there these answer that nothing happened.

use std::time::Duration;

use model::{
    id::{AccountId, ConversationId, Seq, StoreId, VisitorId},
    time::Timestamp,
};
use sqlx::{
    Connection as _, PgConnection,
    postgres::{PgListener, PgPoolOptions},
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    pool::Storage,
    scope::Installation,
    session::{Conn, Session, Tx, on},
    statement::statements,
};

/// Bytes of one NOTIFY: PostgreSQL refuses 8,000.
pub const WAKE_BYTES_MAX: usize = 7_900;
/// Every server of the database listens to it; other databases of the same PostgreSQL have their own.
const CHANNEL: &str = "vitrine";
/// Revocations that one statement forgets.
const FORGOTTEN_MAX: u32 = 5_000;

statements! {
    /// Times are the database's: servers may disagree about the hour, and a revocation is never too old for that.
    FORGET_REVOCATIONS = "DELETE FROM revocation WHERE id IN (SELECT id FROM revocation WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)";
}

// The following are PostgreSQL's alone. They ask for the whole installation, on behalf of the server and not of anybody: nothing of a row but
// numbers and ids comes back.
const NOTIFY: &str = "SELECT pg_notify($1, $2)";
const HEADS: &str = "SELECT id, head_seq_all, head_seq_desk FROM conversation WHERE id = ANY($1)";
const REMEMBER: &str = "INSERT INTO revocation (kind, subject, store, at_ms)
    VALUES ($1, $2, $3, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint)";
const REVOKED: &str = "SELECT id, kind, subject, store FROM revocation
    WHERE at_ms > (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint - $1 ORDER BY id DESC LIMIT 50000";

/// Rights that ended: whoever lives by them is to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Somebody of a desk.
    Account(AccountId),
    /// Everybody at a store.
    Store(StoreId),
    /// A visitor.
    Visitor {
        /// Where.
        store: StoreId,
        /// Who.
        visitor: VisitorId,
    },
}

impl Revocation {
    /// What a notice says of rights, if it does.
    pub fn of(notice: &Notice) -> Option<Self> {
        match notice {
            Notice::Account(account) => Some(Self::Account(*account)),
            Notice::Closed(store) => Some(Self::Store(*store)),
            Notice::Visitor { store, visitor } => Some(Self::Visitor {
                store: *store,
                visitor: *visitor,
            }),
            Notice::Log { .. } | Notice::Marks { .. } | Notice::Inbox(_) => None,
        }
    }

    fn columns(self) -> (&'static str, Uuid, Option<Uuid>) {
        match self {
            Self::Account(account) => ("account", account.0, None),
            Self::Store(store) => ("store", store.0, None),
            Self::Visitor { store, visitor } => ("visitor", visitor.0, Some(store.0)),
        }
    }

    /// The reverse; what a newer version wrote means nothing here.
    fn read(kind: &str, subject: Uuid, store: Option<Uuid>) -> Option<Self> {
        match (kind, store) {
            ("account", _) => Some(Self::Account(AccountId(subject))),
            ("store", _) => Some(Self::Store(StoreId(subject))),
            ("visitor", Some(store)) => Some(Self::Visitor {
                store: StoreId(store),
                visitor: VisitorId(subject),
            }),
            _ => None,
        }
    }
}

/// Says things to all servers of the database, itself included. On a connection of its own, outside of every transaction: one that notifies
/// holds a lock over its commit that all others wait for.
pub struct Wakes {
    line: PgConnection,
}

impl Wakes {
    /// Says it.
    pub async fn tell(&mut self, words: &str) -> Result<(), StorageError> {
        sqlx::query(NOTIFY).bind(CHANNEL).bind(words).execute(&mut self.line).await?;
        Ok(())
    }
}

/// Hears what is said. On a connection of its own.
pub struct Ears {
    listener: PgListener,
}

impl Ears {
    /// The next thing that is said. `None`: the connection was lost, and with it nobody knows what.
    pub async fn hear(&mut self) -> Result<Option<String>, StorageError> {
        Ok(self.listener.try_recv().await?.map(|said| said.payload().to_owned()))
    }
}

impl Storage {
    /// Opens a way to speak to all servers of the database.
    pub async fn wakes(&self) -> Result<Wakes, StorageError> {
        // What it says need not be on any disk.
        let options = self.direct()?.options([("synchronous_commit", "off")]);
        Ok(Wakes {
            line: PgConnection::connect_with(&options).await?,
        })
    }

    /// Opens a way to hear them.
    pub async fn ears(&self) -> Result<Ears, StorageError> {
        let alone = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(self.direct()?)
            .await?;
        let mut listener = PgListener::connect_with(&alone).await?;
        // Whoever hears must know that there was a gap: a lost connection is not mended behind their back.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(Ears { listener })
    }
}

impl Session {
    /// How far the logs of these conversations have come: everyone's, and the desk's.
    pub async fn heads(&mut self, _: Installation, ids: &[ConversationId]) -> Result<Vec<(ConversationId, Seq, Seq)>, StorageError> {
        self.within(Installation).await?;
        let Conn::Postgres(conn) = &mut self.conn else {
            return Ok(Vec::new());
        };
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows: Vec<(Uuid, i64, i64)> = sqlx::query_as(HEADS).bind(ids).fetch_all(&mut **conn).await?;
        Ok(rows
            .into_iter()
            .map(|(id, all, desk)| (ConversationId(id), Seq(all), Seq(desk)))
            .collect())
    }

    /// Rights that ended in the last so many milliseconds, each with its number.
    pub async fn revoked_lately(&mut self, _: Installation, back_ms: i64) -> Result<Vec<(i64, Revocation)>, StorageError> {
        self.within(Installation).await?;
        let Conn::Postgres(conn) = &mut self.conn else {
            return Ok(Vec::new());
        };
        let rows: Vec<(i64, String, Uuid, Option<Uuid>)> = sqlx::query_as(REVOKED).bind(back_ms).fetch_all(&mut **conn).await?;
        Ok(rows
            .into_iter()
            .filter_map(|(id, kind, subject, store)| Some((id, Revocation::read(&kind, subject, store)?)))
            .collect())
    }
}

impl Tx {
    /// Forgets revocations that every server has long seen, a batch of them. Answers whether there may be more.
    pub async fn forget_revocations(&mut self, _: Installation, before: Timestamp) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(FORGET_REVOCATIONS)
            .bind(before.0).bind(i64::from(FORGOTTEN_MAX)).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows >= u64::from(FORGOTTEN_MAX))
    }
}

/// Writes down whose rights a transaction ends, in the same transaction: a server that hears of nothing finds it there.
pub(crate) async fn remember(tx: &mut Tx) -> Result<(), StorageError> {
    let ended: Vec<Revocation> = tx.notices.iter().filter_map(Revocation::of).collect();
    let Conn::Postgres(conn) = &mut tx.session.conn else {
        return Ok(());
    };
    for revocation in ended {
        let (kind, subject, store) = revocation.columns();
        sqlx::query(REMEMBER)
            .bind(kind)
            .bind(subject)
            .bind(store)
            .execute(&mut **conn)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    #[test]
    fn a_revocation_reads_back_and_a_strange_one_is_none() {
        let (store, visitor) = (StoreId(Uuid::from_u128(1)), VisitorId(Uuid::from_u128(2)));
        for revocation in [
            Revocation::Account(AccountId(Uuid::from_u128(3))),
            Revocation::Store(store),
            Revocation::Visitor { store, visitor },
        ] {
            let (kind, subject, of) = revocation.columns();
            assert_eq!(Revocation::read(kind, subject, of), Some(revocation));
        }
        assert_eq!(Revocation::read("visitor", visitor.0, None), None);
        assert_eq!(Revocation::read("planet", visitor.0, None), None);
    }

    #[tokio::test]
    async fn what_one_says_all_hear_and_a_revocation_is_found_without_hearing() {
        let Some(database) = crate::pool::tests::postgres().await else {
            return;
        };
        let (one, other) = (
            Storage::open(Engine::Postgres(database.clone())).await.expect("opens"),
            Storage::open(Engine::Postgres(database)).await.expect("opens"),
        );
        let mut ears = other.ears().await.expect("listens");
        let mut wakes = one.wakes().await.expect("speaks");
        let longest = "x".repeat(WAKE_BYTES_MAX);
        wakes.tell(&longest).await.expect("is taken");
        assert_eq!(ears.hear().await.expect("hears"), Some(longest));
        assert!(wakes.tell(&"x".repeat(8_000)).await.is_err(), "the limit is PostgreSQL's");
        let account = AccountId(Uuid::from_u128(7));
        let write = |keep: bool| {
            one.write(move |tx| {
                Box::pin(async move {
                    tx.notice(Notice::Account(account));
                    if keep {
                        Ok(())
                    } else {
                        Err(StorageError::Unusable("undone".to_owned()))
                    }
                })
            })
        };
        assert!(write(false).await.is_err());
        write(true).await.expect("commits");
        let found = other
            .read(|s| Box::pin(async move { s.revoked_lately(Installation, 60_000).await }))
            .await
            .expect("asks");
        let found: Vec<Revocation> = found.into_iter().map(|(_, revocation)| revocation).collect();
        assert_eq!(found, [Revocation::Account(account)]);
    }

    #[tokio::test]
    async fn on_sqlite_nobody_else_is_there() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        assert!(!storage.is_shared());
        assert!(storage.wakes().await.is_err() && storage.ears().await.is_err());
        let revoked = storage
            .read(|s| Box::pin(async move { s.revoked_lately(Installation, 60_000).await }))
            .await;
        assert_eq!(revoked.expect("asks"), []);
    }
}
