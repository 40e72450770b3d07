//! What must not come back with a backup that is put in again: written down when it is erased, read when one is put in. And whether
//! something was ever done at a store.
//!
//! Rows of the audit are written by `audit`; here one is only looked for. What an erasure takes away is `person`'s to know.

use model::{id::StoreId, time::Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::{
    StorageError, meta,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Erasures that are read at once.
pub const ERASURES_MAX: i64 = 1_000;
/// Addresses that are read at once.
const ADDRESSES_MAX: i64 = 5_000;

statements! {
    AUDITED = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM audit WHERE store_id = $1 AND action = $2 LIMIT 1) found";
    /// Who came back and is erased once more, is erased at the later moment.
    INSERT_ERASURE = "INSERT INTO erasure (object_id, store_id, object_kind, erased_at_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (object_id) DO UPDATE SET erased_at_ms = excluded.erased_at_ms";
    ERASURES_AFTER = "SELECT object_id, store_id, object_kind, erased_at_ms FROM erasure WHERE object_id > $1 ORDER BY object_id LIMIT $2";
    ADDRESSES_AFTER = "SELECT found.address FROM (
            SELECT email_key AS address FROM customer WHERE store_id = $1 AND email_key > $2
            UNION SELECT email_key AS address FROM purchase_order WHERE store_id = $1 AND email_key > $2
            UNION SELECT lower(recipient) AS address FROM outbox WHERE store_id = $1 AND lower(recipient) > $2
            UNION SELECT lower(sender) AS address FROM inbound_mail WHERE store_id = $1 AND lower(sender) > $2
            UNION SELECT lower(email) AS address FROM door_link WHERE store_id = $1 AND lower(email) > $2
        ) found ORDER BY found.address LIMIT $3";
    END_SESSIONS = "DELETE FROM session";
    END_MEMBERS = "DELETE FROM member_session";
    END_DOORS = "DELETE FROM door_link";
    END_INVITATIONS = "DELETE FROM invitation";
    END_LINKS = "DELETE FROM mail_link";
}

/// Something that was erased, and must not come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// What: the id of a row, or what an address becomes when nobody may read it.
    pub object: Uuid,
    /// At which store.
    pub store: StoreId,
    /// What kind of thing: `conversation`, `customer` or `address`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    object_id: Uuid,
    store_id: Option<Uuid>,
    object_kind: String,
    erased_at_ms: i64,
}

impl From<Row> for Erasure {
    fn from(row: Row) -> Self {
        Self {
            object: row.object_id,
            store: StoreId(row.store_id.unwrap_or(Uuid::nil())),
            kind: row.object_kind,
            at: Timestamp(row.erased_at_ms),
        }
    }
}

/// The same as [`Session::erasures_after`], beside the server that works on the database.
pub(crate) async fn page_sqlite(conn: &mut SqliteConnection, after: Uuid) -> Result<Vec<Erasure>, StorageError> {
    let rows: Vec<Row> = sqlx::query_as(ERASURES_AFTER)
        .bind(after)
        .bind(ERASURES_MAX)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(Erasure::from).collect())
}

/// The same, on PostgreSQL.
pub(crate) async fn page_postgres(conn: &mut PgConnection, after: Uuid) -> Result<Vec<Erasure>, StorageError> {
    let rows: Vec<Row> = sqlx::query_as(ERASURES_AFTER)
        .bind(after)
        .bind(ERASURES_MAX)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(Erasure::from).collect())
}

impl Session {
    /// Whether anybody of a store ever did this.
    pub async fn audited(&mut self, scope: StoreScope, action: &str) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(AUDITED).bind(scope.0.0).bind(action).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// What was erased, in the order of its ids, [`ERASURES_MAX`] at once.
    pub async fn erasures_after(&mut self, _: Installation, after: Uuid) -> Result<Vec<Erasure>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(ERASURES_AFTER).bind(after).bind(ERASURES_MAX).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(Erasure::from).collect())
    }

    /// Every address that a store knows of shoppers, in lower case, page by page.
    pub async fn addresses_after(&mut self, scope: StoreScope, after: &str) -> Result<Vec<String>, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(ADDRESSES_AFTER)
            .bind(scope.0.0).bind(after).bind(ADDRESSES_MAX).fetch_all(conn).await)?)
    }
}

impl Tx {
    /// Something must not come back with a backup that is put in again.
    pub async fn insert_erasure(&mut self, scope: StoreScope, object: Uuid, kind: &str, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_ERASURE)
            .bind(object).bind(scope.0.0).bind(kind).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A backup was put in: from here on it is another history, so that no browser believes to know what follows; and nobody is let in by
    /// what was given out before, because what was taken back since is not known any more. Holds from the next start.
    pub async fn begin_anew(&mut self, scope: Installation) -> Result<(), StorageError> {
        self.within(scope).await?;
        let epoch = uuid::Builder::from_random_bytes(meta::random_bytes(self).await?).into_uuid();
        self.set_meta(scope, "epoch", &epoch.to_string()).await?;
        for sql in [END_SESSIONS, END_MEMBERS, END_DOORS, END_INVITATIONS, END_LINKS] {
            on!(self.session, conn => sqlx::query(sql).execute(conn).await.map(|_| ()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Storage, pool::tests};

    #[tokio::test]
    async fn f19_a_restored_database_is_another_history() {
        let dir = tempfile::tempdir().expect("a folder");
        let engine = || Engine::Scratch(dir.path().join("vitrine.db"));
        let storage = Storage::open(engine()).await.expect("opens");
        let before = storage.epoch();
        storage
            .write(|tx| Box::pin(async move { tx.begin_anew(Installation).await }))
            .await
            .expect("begins anew");
        storage.close().await;
        let storage = Storage::open(engine()).await.expect("opens");
        assert_ne!(storage.epoch(), before);
    }

    async fn twice(storage: Storage) {
        let scope = StoreScope(StoreId(Uuid::from_u128(1)));
        for at in [5, 9] {
            storage
                .write(move |tx| Box::pin(async move { tx.insert_erasure(scope, Uuid::from_u128(7), "address", Timestamp(at)).await }))
                .await
                .expect("writes");
        }
        let (erased, addresses) = storage
            .read(|s| {
                Box::pin(async move {
                    let erased = s.erasures_after(Installation, Uuid::nil()).await?;
                    Ok::<_, StorageError>((erased, s.addresses_after(scope, "").await?))
                })
            })
            .await
            .expect("reads");
        assert_eq!(
            erased.iter().map(|e| (e.store, e.at)).collect::<Vec<_>>(),
            [(scope.0, Timestamp(9))]
        );
        assert!(addresses.is_empty());
    }

    #[tokio::test]
    async fn hj_7_who_is_erased_twice_is_erased_at_the_later_moment() {
        let (storage, _dir) = tests::scratch().await;
        twice(storage).await;
        if let Some(database) = tests::postgres().await {
            twice(Storage::open(Engine::Postgres(database)).await.expect("opens")).await;
        }
    }
}
