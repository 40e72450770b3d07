//! Who did what to other people's words, and to a store's settings: written in the transaction that does it, never changed.

use model::{id::AccountId, time::Timestamp};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (id, store_id, account_id, action, object_id, reason, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    AUDIT_ROWS = "SELECT account_id, action, object_id, reason, created_at_ms FROM audit
        WHERE store_id = $1 ORDER BY created_at_ms DESC, id DESC LIMIT 200";
}

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Who; `None`: nobody, it was due.
    pub account: Option<AccountId>,
    /// What.
    pub action: String,
    /// To what.
    pub object: Option<Uuid>,
    /// Why, in the person's own words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

type Row = (Option<Uuid>, String, Option<Uuid>, Option<String>, i64);

impl Session {
    /// What was done at a store, the last first.
    pub async fn audit_rows(&mut self, scope: StoreScope) -> Result<Vec<AuditRow>, StorageError> {
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(AUDIT_ROWS).bind(scope.0.0).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(account, action, object, reason, at)| AuditRow {
                account: account.map(AccountId),
                action,
                object,
                reason,
                at: Timestamp(at),
            })
            .collect())
    }
}

impl Tx {
    /// Somebody did something at a store.
    pub async fn audit(&mut self, scope: StoreScope, id: Uuid, row: &AuditRow) -> Result<(), StorageError> {
        on!(self.session, conn => sqlx::query(INSERT_AUDIT)
            .bind(id).bind(scope.0.0).bind(row.account.map(|a| a.0)).bind(&row.action).bind(row.object).bind(&row.reason).bind(row.at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
