//! What must not come back with a backup that is put in again, and whether something was ever done at a store.
//!
//! Rows of the audit are written by `audit`; here one is only looked for.

use model::time::Timestamp;
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    AUDITED = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM audit WHERE store_id = $1 AND action = $2 LIMIT 1) found";
    INSERT_ERASURE = "INSERT INTO erasure (object_id, store_id, object_kind, erased_at_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (object_id) DO NOTHING";
}

impl Session {
    /// Whether anybody of a store ever did this.
    pub async fn audited(&mut self, scope: StoreScope, action: &str) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(AUDITED).bind(scope.0.0).bind(action).fetch_one(conn).await)?;
        Ok(n > 0)
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
}
