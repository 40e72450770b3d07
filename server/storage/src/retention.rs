//! What has been kept long enough. The question how much that is, and the deed, share their conditions to the letter.

use model::{
    conversation::Kind,
    id::{ConversationId, StoreId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Conversations that one statement takes: a transaction must not keep shoppers waiting.
pub const RETENTION_BATCH: i64 = 50;
/// Stores that one statement reads.
const STORES_PAGE: i64 = 200;

/// Saved chats (D-22), those under a legal hold, and those that somebody is in are not overdue, however old. What was last touched before then
/// was also begun before then, and an index of when it was begun is moved by no message.
macro_rules! overdue_conversations {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM conversation WHERE store_id = $1 AND kind = $2 AND opened_at_ms < $3 AND last_event_at_ms < $3 AND stage NOT IN ('queued', 'live')
            AND saved_at_ms IS NULL AND legal_hold_at_ms IS NULL AND erased_at_ms IS NULL ",
            $tail
        )
    };
}

macro_rules! overdue_connections {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM conversation WHERE store_id = $1 AND opened_at_ms < $2 AND last_event_at_ms < $2 AND stage NOT IN ('queued', 'live')
            AND saved_at_ms IS NULL AND legal_hold_at_ms IS NULL
            AND (address IS NOT NULL OR browser IS NOT NULL OR page IS NOT NULL OR referrer IS NOT NULL) ",
            $tail
        )
    };
}

statements! {
    OVERDUE = overdue_conversations!("SELECT id", "ORDER BY opened_at_ms, id LIMIT $4");
    COUNT_OVERDUE = overdue_conversations!("SELECT COUNT(*)", "");
    COUNT_CONNECTIONS = overdue_connections!("SELECT COUNT(*)", "");
    FORGET_CONNECTIONS = concat!(
        "UPDATE conversation SET address = NULL, browser = NULL, page = NULL, referrer = NULL WHERE id IN (",
        overdue_connections!("SELECT id", "ORDER BY opened_at_ms, id LIMIT $3"),
        ")"
    );
    LEGAL_HOLD = "SELECT legal_hold_at_ms FROM conversation WHERE id = $1 AND store_id = $2";
    SET_LEGAL_HOLD = "UPDATE conversation SET legal_hold_at_ms = $3 WHERE id = $1 AND store_id = $2";
    /// A dispute that is not over holds its room itself: what the owner wants stands beside it until then.
    OWNERS_HOLD = "SELECT CASE WHEN d.conversation_id IS NULL THEN c.legal_hold_at_ms ELSE d.owner_hold_at_ms END FROM conversation c
        LEFT JOIN dispute d ON d.conversation_id = c.id AND d.store_id = c.store_id AND d.closed_at_ms IS NULL
        WHERE c.id = $1 AND c.store_id = $2";
    SET_OWNERS_HOLD = "UPDATE dispute SET owner_hold_at_ms = $3 WHERE conversation_id = $1 AND store_id = $2 AND closed_at_ms IS NULL";
    LEAVE_OWNERS_HOLD = "UPDATE conversation SET legal_hold_at_ms = (SELECT d.owner_hold_at_ms FROM dispute d
        WHERE d.conversation_id = conversation.id AND d.store_id = conversation.store_id) WHERE id = $1 AND store_id = $2";
    STORES_AFTER = "SELECT id FROM store WHERE id > $1 ORDER BY id LIMIT $2";
}

impl Session {
    /// The stores of the installation, page by page.
    pub async fn stores_after(&mut self, _: Installation, after: StoreId) -> Result<Vec<StoreId>, StorageError> {
        self.within(Installation).await?;
        let ids: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(STORES_AFTER).bind(after.0).bind(STORES_PAGE).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(StoreId).collect())
    }

    /// Conversations of a kind that were last touched before then, a batch of them.
    pub async fn overdue(&mut self, scope: StoreScope, kind: Kind, before: Timestamp) -> Result<Vec<ConversationId>, StorageError> {
        self.within(scope).await?;
        let ids: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(OVERDUE)
            .bind(scope.0.0).bind(kind.code()).bind(before.0).bind(RETENTION_BATCH).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(ConversationId).collect())
    }

    /// How many those are in all.
    pub async fn count_overdue(&mut self, scope: StoreScope, kind: Kind, before: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(COUNT_OVERDUE).bind(scope.0.0).bind(kind.code()).bind(before.0).fetch_one(conn).await)?)
    }

    /// Whether a legal hold keeps a conversation, whoever's it is.
    pub async fn legal_hold(&mut self, scope: StoreScope, id: ConversationId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let since: Option<Option<i64>> =
            on!(self, conn => sqlx::query_scalar(LEGAL_HOLD).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(since.flatten().is_some())
    }

    /// Whether the owner keeps a conversation. (The room of a dispute that is not over is kept without them, too.)
    pub async fn owners_hold(&mut self, scope: StoreScope, id: ConversationId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let since: Option<Option<i64>> =
            on!(self, conn => sqlx::query_scalar(OWNERS_HOLD).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(since.flatten().is_some())
    }

    /// How many conversations still know a connection from before then.
    pub async fn count_connections(&mut self, scope: StoreScope, before: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(COUNT_CONNECTIONS).bind(scope.0.0).bind(before.0).fetch_one(conn).await)?)
    }
}

impl Tx {
    /// Keeps a conversation for a dispute since then, or no longer.
    pub async fn set_legal_hold(&mut self, scope: StoreScope, id: ConversationId, since: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_LEGAL_HOLD)
            .bind(id.0).bind(scope.0.0).bind(since.map(|t| t.0)).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The owner keeps a conversation since then, or no longer.
    pub async fn set_owners_hold(&mut self, scope: StoreScope, id: ConversationId, since: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(scope).await?;
        let of_dispute = on!(self.session, conn => sqlx::query(SET_OWNERS_HOLD)
            .bind(id.0).bind(scope.0.0).bind(since.map(|t| t.0)).execute(conn).await.map(|r| r.rows_affected()))?;
        if of_dispute == 0 {
            self.set_legal_hold(scope, id, since).await?;
        }
        Ok(())
    }

    /// A dispute is over, and keeps its room no longer: what is left is what its owner wants.
    pub async fn leave_owners_hold(&mut self, scope: StoreScope, id: ConversationId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(LEAVE_OWNERS_HOLD).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets addresses, browsers and pages from before then, a batch of them. Answers how many.
    pub async fn forget_connections(&mut self, scope: StoreScope, before: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(FORGET_CONNECTIONS)
            .bind(scope.0.0).bind(before.0).bind(RETENTION_BATCH).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(i64::try_from(rows).unwrap_or(i64::MAX))
    }
}
