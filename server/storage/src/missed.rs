//! Chats that nobody takes: which wait for too long, and what becomes of them.

use model::{
    conversation::Kind,
    id::{ConversationId, StoreId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{Conversation, Row, all, select_conversation},
    notice::Notice,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    /// Stands on an index of the waiting ones alone: it is asked every second.
    STORES_WITH_WAITING = "SELECT DISTINCT store_id FROM conversation WHERE stage IN ('queued', 'live') AND stage = 'queued' LIMIT 1000";
    WAITING_SINCE_BEFORE = select_conversation!(
        "WHERE c.store_id = $1 AND c.stage IN ('queued', 'live') AND c.stage = 'queued' AND c.stage_since_at_ms <= $2 AND c.first_message_at_ms <= $2 AND c.erased_at_ms IS NULL
        ORDER BY c.stage_since_at_ms, c.id LIMIT 100");
    SET_MISSED = "UPDATE conversation SET kind = $3, missed_reason = COALESCE($4, missed_reason) WHERE id = $1 AND store_id = $2";
    WAS_MISSED = "SELECT COUNT(*) FROM conversation WHERE id = $1 AND store_id = $2 AND missed_reason IS NOT NULL";
}

/// Nobody took it in time.
const NOBODY: &str = "nobody";

impl Session {
    /// Stores where somebody waits to be taken.
    pub async fn stores_with_waiting(&mut self, _: Installation) -> Result<Vec<StoreId>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(STORES_WITH_WAITING).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(StoreId).collect())
    }

    /// Chats of a store in which something was said and that have waited since `before`, the longest waiting first.
    pub async fn waiting_since_before(&mut self, scope: StoreScope, before: Timestamp) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(WAITING_SINCE_BEFORE).bind(scope.0.0).bind(before.0).fetch_all(conn).await)?;
        all(rows)
    }

    /// Whether it was missed once; it is a chat again when the shopper writes and somebody is there.
    pub async fn was_missed(&mut self, scope: StoreScope, id: ConversationId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(WAS_MISSED).bind(id.0).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }
}

impl Tx {
    /// A chat that nobody took stands among the offline messages from now on.
    pub async fn set_missed(&mut self, scope: StoreScope, id: ConversationId) -> Result<(), StorageError> {
        self.move_missed(scope, id, Kind::Offline, Some(NOBODY)).await
    }

    /// … and among the chats again. That it was missed once stays, for the reports.
    pub async fn set_live_again(&mut self, scope: StoreScope, id: ConversationId) -> Result<(), StorageError> {
        self.move_missed(scope, id, Kind::Live, None).await
    }

    async fn move_missed(&mut self, scope: StoreScope, id: ConversationId, kind: Kind, reason: Option<&str>) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_MISSED)
            .bind(id.0).bind(scope.0.0).bind(kind.code()).bind(reason).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }
}
