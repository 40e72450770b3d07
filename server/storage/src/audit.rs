//! Who did what to other people's words, and to a store's settings: written in the transaction that does it, never changed.

use model::{id::AccountId, text::Name, time::Timestamp};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (id, store_id, account_id, action, object_id, reason, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    AUDIT_ROWS = "SELECT account_id, action, object_id, reason, created_at_ms FROM audit
        WHERE store_id = $1 ORDER BY created_at_ms DESC, id DESC LIMIT 200";
    AUDIT_EVERYWHERE = "SELECT u.id, u.action, u.reason, u.created_at_ms, a.name AS account_name, s.name AS store_name FROM audit u
        LEFT JOIN account a ON a.id = u.account_id LEFT JOIN store s ON s.id = u.store_id
        WHERE (u.created_at_ms, u.id) < ($1, $2) ORDER BY u.created_at_ms DESC, u.id DESC LIMIT $3";
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

/// The same, as the marketplace's team reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseAuditRow {
    /// Tells rows of the same moment apart.
    pub id: Uuid,
    /// What.
    pub action: String,
    /// Why, in the person's own words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who; `None`: nobody, it was due.
    pub account: Option<Name>,
    /// At which store.
    pub store: Option<Name>,
}

/// Rows of a page of all that was done.
const HOUSE_AUDIT_ROWS: i64 = 100;

#[derive(sqlx::FromRow)]
struct HouseRow {
    id: Uuid,
    action: String,
    reason: Option<String>,
    created_at_ms: i64,
    account_name: Option<String>,
    store_name: Option<String>,
}

type Row = (Option<Uuid>, String, Option<Uuid>, Option<String>, i64);

impl Session {
    /// What was done at a store, the last first.
    pub async fn audit_rows(&mut self, scope: StoreScope) -> Result<Vec<AuditRow>, StorageError> {
        self.within(scope).await?;
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

    /// A page of what was done at all stores, the last first; and whether there is more.
    pub async fn audit_everywhere(
        &mut self,
        _: Installation,
        before: Option<(Timestamp, Uuid)>,
    ) -> Result<(Vec<HouseAuditRow>, bool), StorageError> {
        self.within(Installation).await?;
        let (at, id) = before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id));
        let rows: Vec<HouseRow> = on!(self, conn => sqlx::query_as(AUDIT_EVERYWHERE)
            .bind(at).bind(id).bind(HOUSE_AUDIT_ROWS + 1).fetch_all(conn).await)?;
        let size = usize::try_from(HOUSE_AUDIT_ROWS).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        let name = |text: Option<String>| text.and_then(|text| Name::parse(&text).ok());
        let page = rows.into_iter().take(size).map(|row| HouseAuditRow {
            id: row.id,
            action: row.action,
            reason: row.reason,
            at: Timestamp(row.created_at_ms),
            account: name(row.account_name),
            store: name(row.store_name),
        });
        Ok((page.collect(), more))
    }
}

impl Tx {
    /// Somebody did something at a store.
    pub async fn audit(&mut self, scope: StoreScope, id: Uuid, row: &AuditRow) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_AUDIT)
            .bind(id).bind(scope.0.0).bind(row.account.map(|a| a.0)).bind(&row.action).bind(row.object).bind(&row.reason).bind(row.at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
