//! The desk's lists: one view over all conversations of a store.

use std::cmp::Reverse;

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
    FINISHED = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'live' AND c.stage = 'closed' AND c.archived_at_ms IS NULL AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $2");
    ENDED_SINCE = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'live' AND c.stage = 'closed' AND c.ended_at_ms >= $3 AND c.erased_at_ms IS NULL
        ORDER BY c.ended_at_ms DESC, c.id DESC LIMIT $2");
    OFFLINE_UNREAD = "SELECT COUNT(*) FROM conversation
        WHERE store_id = $1 AND kind = 'offline' AND kind <> 'live' AND unread_desk > 0 AND erased_at_ms IS NULL";
    PAGE_OF_FINISHED = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'live' AND c.stage = 'closed' AND (c.last_event_at_ms, c.id) < ($2, $3) AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
    PAGE_OF_ONGOING = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = 'live' AND c.stage IN ('queued', 'live', 'mail') AND (c.last_event_at_ms, c.id) < ($2, $3)
        AND c.erased_at_ms IS NULL ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
    /// That it is no chat is said for the index, which holds none: a message in a chat does not move it.
    PAGE_OF_KIND = select_conversation!(
        "WHERE c.store_id = $1 AND c.kind = $5 AND c.kind <> 'live' AND (c.last_event_at_ms, c.id) < ($2, $3) AND c.erased_at_ms IS NULL
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $4");
    UNREAD_OF_KIND = "SELECT CAST(COALESCE(SUM(unread_desk), 0) AS BIGINT) FROM conversation
        WHERE store_id = $1 AND kind = $2 AND kind <> 'live' AND unread_desk > 0 AND erased_at_ms IS NULL";
}

/// Several lists as one, the latest first. Each is short, and comes by an index of its own: in one statement, a condition that joins them walks
/// through everything that a store ever had.
fn together(mut rows: Vec<Conversation>, rows_max: i64) -> Vec<Conversation> {
    rows.sort_by_key(|row| Reverse((row.last_event_at, row.id)));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    rows
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
        let mut rows = all(on!(self, conn => sqlx::query_as(FINISHED).bind(scope.0.0).bind(ONGOING_ROWS_MAX).fetch_all(conn).await)?)?;
        if let Some(since) = since {
            rows.extend(all(
                on!(self, conn => sqlx::query_as(ENDED_SINCE).bind(scope.0.0).bind(ONGOING_ROWS_MAX).bind(since.0).fetch_all(conn).await)?,
            )?);
        }
        Ok(together(rows, ONGOING_ROWS_MAX))
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
        let kinds: &[Kind] = match folder {
            Folder::Shop => &[Kind::Shop],
            Folder::Order => &[Kind::Order],
            Folder::Offline => &[Kind::Offline],
            Folder::All => &Kind::ALL,
            Folder::Finished => &[],
        };
        let chats: &[&'static str] = match folder {
            Folder::Finished => &[PAGE_OF_FINISHED],
            Folder::All => &[PAGE_OF_FINISHED, PAGE_OF_ONGOING],
            Folder::Shop | Folder::Order | Folder::Offline => &[],
        };
        let mut rows = Vec::new();
        for page in chats {
            rows.extend(all(
                on!(self, conn => sqlx::query_as(*page).bind(scope.0.0).bind(at).bind(id).bind(INBOX_ROWS_MAX + 1)
                .fetch_all(conn).await)?,
            )?);
        }
        for kind in kinds {
            rows.extend(all(
                on!(self, conn => sqlx::query_as(PAGE_OF_KIND).bind(scope.0.0).bind(at).bind(id).bind(INBOX_ROWS_MAX + 1)
                .bind(kind.code()).fetch_all(conn).await)?,
            )?);
        }
        Ok(together(rows, INBOX_ROWS_MAX + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Conn;

    type Step = (i64, i64, i64, String);

    /// What the desk asks at every change must not grow with what a store ever had. Without statistics SQLite plans by the text alone, so that
    /// what is chosen here is chosen everywhere.
    #[tokio::test]
    async fn every_list_has_an_index_of_its_own_rows() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        let (inbox, conversation, retention) = (STATEMENTS, crate::conversation::STATEMENTS, crate::retention::STATEMENTS);
        for (statements, name, index) in [
            (inbox, "ONGOING", "conversation_ongoing"),
            (inbox, "FINISHED", "conversation_finished"),
            (inbox, "ENDED_SINCE", "conversation_ended"),
            (inbox, "OFFLINE_UNREAD", "conversation_unread"),
            (inbox, "UNREAD_OF_KIND", "conversation_unread"),
            (inbox, "PAGE_OF_KIND", "conversation_list"),
            (inbox, "PAGE_OF_FINISHED", "conversation_closed"),
            (inbox, "PAGE_OF_ONGOING", "conversation_ongoing"),
            (conversation, "IN_A_PLACE", "conversation_place"),
            (conversation, "SILENT_STARTS", "conversation_place"),
            (conversation, "LATEST_OF_VISITOR", "conversation_visitor"),
            (crate::store::STATEMENTS, "PLACES_TAKEN", "conversation_place"),
            (crate::gauge::STATEMENTS, "GAUGE_CHATS", "conversation_place"),
            (crate::member_view::STATEMENTS, "MEMBER_CONVERSATIONS", "conversation_member"),
            (retention, "OVERDUE", "conversation_kept"),
            (retention, "COUNT_OVERDUE", "conversation_kept"),
            (retention, "COUNT_CONNECTIONS", "conversation_connection"),
            (retention, "FORGET_CONNECTIONS", "conversation_connection"),
            (crate::report::STATEMENTS, "ANSWERED", "conversation_opened"),
            (crate::export::STATEMENTS, "CONVERSATIONS_OF_STORE", "conversation_opened"),
            (crate::export::STATEMENTS, "FILES_OF_STORE", "attachment_of_store"),
            (conversation, "ARCHIVE_FINISHED", "conversation_finished"),
            (crate::missed::STATEMENTS, "STORES_WITH_WAITING", "conversation_place"),
            (crate::missed::STATEMENTS, "WAITING_SINCE_BEFORE", "conversation_place"),
        ] {
            let sql = statements
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, sql)| *sql)
                .expect(name);
            let plan: Vec<Step> = storage
                .read(move |s| {
                    Box::pin(async move {
                        let Conn::Sqlite(conn) = &mut s.conn else { return Ok(Vec::new()) };
                        let explained = sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
                        Ok::<_, StorageError>(explained.fetch_all(&mut **conn).await?)
                    })
                })
                .await
                .expect("explains");
            let told: Vec<&str> = plan.iter().map(|step| step.3.as_str()).collect();
            assert!(told.iter().any(|step| step.contains(index)), "{name}: {told:?}");
        }
    }
}
