//! All of a store, to be taken along: what no other reader reads in an order that never changes, so that it can be written while it is read.

use model::{
    id::{AttachmentId, ConversationId},
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
    CONVERSATIONS_OF_STORE = select_conversation!(
        "WHERE c.store_id = $1 AND (c.opened_at_ms, c.id) > ($2, $3) AND c.erased_at_ms IS NULL ORDER BY c.opened_at_ms, c.id LIMIT $4");
    FILES_OF_STORE = "SELECT id FROM attachment WHERE store_id = $1 AND state = 'ready' AND id > $2 ORDER BY id LIMIT $3";
}

impl Session {
    /// Conversations of a store that follow one, in the order in which they were begun.
    pub async fn conversations_of_store(
        &mut self,
        scope: StoreScope,
        after: Option<(Timestamp, ConversationId)>,
        limit: i64,
    ) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        let (at, id) = after.map_or((i64::MIN, Uuid::nil()), |(at, id)| (at.0, id.0));
        all(on!(self, conn => sqlx::query_as(CONVERSATIONS_OF_STORE)
            .bind(scope.0.0).bind(at).bind(id).bind(limit).fetch_all(conn).await)?)
    }

    /// Files of a store that follow one, in the order of their ids.
    pub async fn files_of_store(
        &mut self,
        scope: StoreScope,
        after: Option<AttachmentId>,
        limit: i64,
    ) -> Result<Vec<AttachmentId>, StorageError> {
        self.within(scope).await?;
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let ids: Vec<Uuid> =
            on!(self, conn => sqlx::query_scalar(FILES_OF_STORE).bind(scope.0.0).bind(after).bind(limit).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(AttachmentId).collect())
    }
}
