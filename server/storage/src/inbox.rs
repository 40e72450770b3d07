//! The desk's lists: one view over all conversations of a store.

use model::{
    conversation::Kind,
    desk::{Folder, InboxCursor},
    limits::{INBOX_ROWS_MAX, ONGOING_ROWS_MAX},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{Conversation, all, select_conversation},
    scope::StoreScope,
    session::{Session, on},
    statement::statements,
};

statements! {
    ONGOING = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'live' AND c.stage IN ('queued', 'live', 'mail') AND c.erased_at_ms IS NULL
        ORDER BY CASE WHEN c.waiting_since_at_ms IS NULL THEN 1 ELSE 0 END, c.waiting_since_at_ms, c.last_event_at_ms DESC, c.id
        LIMIT $2");
    /// Two short lists, each by an index of its own; one condition with OR would walk through all that ever ended.
    FINISHED = select_conversation!(
        "WHERE c.store_id = $1 AND c.id IN (
            SELECT id FROM (SELECT id FROM conversation WHERE store_id = $1 AND kind = 'live' AND stage = 'closed' AND archived_at_ms IS NULL
                AND erased_at_ms IS NULL ORDER BY last_event_at_ms DESC LIMIT $2) AS waiting
            UNION SELECT id FROM (SELECT id FROM conversation WHERE store_id = $1 AND kind = 'live' AND stage = 'closed'
                AND ended_at_ms >= $3 AND erased_at_ms IS NULL ORDER BY ended_at_ms DESC LIMIT $2) AS since)
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $2");
    OFFLINE_UNREAD = "SELECT COUNT(*) FROM conversation WHERE store_id = $1 AND kind = 'offline' AND unread_desk > 0 AND erased_at_ms IS NULL";
    PAGE_OF_OFFLINE = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'offline' AND (c.last_event_at_ms, c.id) < ($2, $3) AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
    PAGE_OF_FINISHED = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'live' AND c.stage = 'closed' AND (c.last_event_at_ms, c.id) < ($2, $3) AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
    PAGE_OF_KIND = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = $5 AND (c.last_event_at_ms, c.id) < ($2, $3) AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
    UNREAD_OF_KIND = "SELECT CAST(COALESCE(SUM(unread_desk), 0) AS BIGINT) FROM conversation
        WHERE store_id = $1 AND kind = $2 AND unread_desk > 0 AND erased_at_ms IS NULL";
    PAGE_OF_ALL = select_conversation!(
        "WHERE c.store_id = $1 AND (c.last_event_at_ms, c.id) < ($2, $3) AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
}

impl Session {
    /// Chats that are not over, the longest waiting first (P-43).
    pub async fn ongoing(&mut self, scope: StoreScope) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        all(on!(self, conn => sqlx::query_as(ONGOING).bind(scope.0.0).bind(ONGOING_ROWS_MAX).fetch_all(conn).await)?)
    }

    /// Chats that are over and not yet in the history (P-44), and those that ended since somebody went on duty: where chats enter the
    /// history at once, they are still finished ones until that person signs off.
    pub async fn finished(&mut self, scope: StoreScope, since: Option<Timestamp>) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        let since = since.map_or(i64::MAX, |t| t.0);
        all(on!(self, conn => sqlx::query_as(FINISHED).bind(scope.0.0).bind(ONGOING_ROWS_MAX).bind(since).fetch_all(conn).await)?)
    }

    /// Offline messages that nobody has seen.
    pub async fn offline_unread(&mut self, scope: StoreScope) -> Result<u32, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(OFFLINE_UNREAD).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Unread messages of a kind: Shop messages, Order messages (S-04, S-i1).
    pub async fn unread_of_kind(&mut self, scope: StoreScope, kind: Kind) -> Result<u32, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(UNREAD_OF_KIND).bind(scope.0.0).bind(kind.code()).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// A page of a list, newest first; one row more than a page tells that there is another.
    pub async fn folder(
        &mut self,
        scope: StoreScope,
        folder: Folder,
        after: Option<InboxCursor>,
    ) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |c| (c.at.0, c.id.0));
        let kind = match folder {
            Folder::Shop => Some(Kind::Shop),
            Folder::Order => Some(Kind::Order),
            Folder::Offline | Folder::Finished | Folder::All => None,
        };
        if let Some(kind) = kind {
            return all(
                on!(self, conn => sqlx::query_as(PAGE_OF_KIND).bind(scope.0.0).bind(at).bind(id).bind(INBOX_ROWS_MAX + 1)
                .bind(kind.code()).fetch_all(conn).await)?,
            );
        }
        let sql = match folder {
            Folder::Offline => PAGE_OF_OFFLINE,
            Folder::Finished => PAGE_OF_FINISHED,
            Folder::All | Folder::Shop | Folder::Order => PAGE_OF_ALL,
        };
        all(on!(self, conn => sqlx::query_as(sql).bind(scope.0.0).bind(at).bind(id).bind(INBOX_ROWS_MAX + 1).fetch_all(conn).await)?)
    }
}
