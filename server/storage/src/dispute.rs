//! Disputes: where each stands, until when, and who of the marketplace's team mediates.

use model::id::{AccountId, ConversationId};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, on},
    statement::statements,
};

statements! {
    MEDIATOR_OF = "SELECT mediator_id FROM dispute WHERE conversation_id = $1 AND store_id = $2";
}

impl Session {
    /// Who mediates in a dispute, once somebody does.
    pub async fn mediator_of(&mut self, scope: StoreScope, id: ConversationId) -> Result<Option<AccountId>, StorageError> {
        let found: Option<Option<Uuid>> =
            on!(self, conn => sqlx::query_scalar(MEDIATOR_OF).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(found.flatten().map(AccountId))
    }
}
