//! How each person at a desk left the windows of conversations: drafts, and what stood open. Nobody else reads them.

use model::{
    desk::{KeptWindow, WindowPlace},
    id::{AccountId, ConversationId},
    limits::KEPT_WINDOWS_MAX,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    /// What a person at the desk may still want: drafts, and the windows of what is not over.
    KEPT_WINDOWS = "SELECT v.conversation_id, v.opened_at_ms, v.minimized_at_ms, v.hidden_at_ms, v.draft
        FROM operator_view v JOIN conversation c ON c.id = v.conversation_id AND c.store_id = v.store_id
        WHERE v.account_id = $1 AND v.store_id = $2 AND c.erased_at_ms IS NULL AND (v.draft <> '' OR c.stage <> 'closed')
        ORDER BY c.last_event_at_ms DESC, c.id LIMIT $3";
    KEEP_WINDOW = "INSERT INTO operator_view (account_id, conversation_id, store_id, opened_at_ms, minimized_at_ms, hidden_at_ms, draft)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (account_id, conversation_id) DO UPDATE SET
            opened_at_ms = CASE WHEN excluded.opened_at_ms IS NULL THEN NULL
                ELSE COALESCE(operator_view.opened_at_ms, excluded.opened_at_ms) END,
            minimized_at_ms = excluded.minimized_at_ms, hidden_at_ms = excluded.hidden_at_ms, draft = excluded.draft";
    FORGET_WINDOW = "DELETE FROM operator_view WHERE account_id = $1 AND conversation_id = $2 AND store_id = $3";
}

#[derive(sqlx::FromRow)]
struct Row {
    conversation_id: Uuid,
    opened_at_ms: Option<i64>,
    minimized_at_ms: Option<i64>,
    hidden_at_ms: Option<i64>,
    draft: Option<String>,
}

impl From<Row> for KeptWindow {
    fn from(row: Row) -> Self {
        Self {
            id: ConversationId(row.conversation_id),
            draft: row.draft.unwrap_or_default(),
            place: match (row.opened_at_ms, row.minimized_at_ms, row.hidden_at_ms) {
                (_, _, Some(_)) => WindowPlace::Hidden,
                (Some(_), Some(_), None) => WindowPlace::Minimized,
                (Some(_), None, None) => WindowPlace::Open,
                (None, _, None) => WindowPlace::None,
            },
        }
    }
}

impl Session {
    /// How a person left the windows, in the order in which they were opened.
    pub async fn kept_windows(&mut self, scope: StoreScope, account: AccountId) -> Result<Vec<KeptWindow>, StorageError> {
        self.within(scope).await?;
        let mut rows: Vec<Row> = on!(self, conn => sqlx::query_as(KEPT_WINDOWS)
            .bind(account.0).bind(scope.0.0).bind(KEPT_WINDOWS_MAX).fetch_all(conn).await)?;
        rows.sort_by_key(|row| row.opened_at_ms.unwrap_or(i64::MAX));
        Ok(rows.into_iter().map(KeptWindow::from).collect())
    }
}

impl Tx {
    /// How a person leaves a window. Nobody is told: it concerns nobody else.
    pub async fn keep_window(
        &mut self,
        scope: StoreScope,
        account: AccountId,
        window: &KeptWindow,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let KeptWindow { id, draft, place } = window;
        if draft.is_empty() && *place == WindowPlace::None {
            on!(self.session, conn => sqlx::query(FORGET_WINDOW)
                .bind(account.0).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
            return Ok(());
        }
        let when = |yes: bool| yes.then_some(at.0);
        on!(self.session, conn => sqlx::query(KEEP_WINDOW)
            .bind(account.0).bind(id.0).bind(scope.0.0)
            .bind(when(matches!(place, WindowPlace::Open | WindowPlace::Minimized)))
            .bind(when(*place == WindowPlace::Minimized)).bind(when(*place == WindowPlace::Hidden)).bind(draft)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
