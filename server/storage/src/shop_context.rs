//! What a shop's page said of its shopper, beside the conversation it was said with. It is read for the customer's card
//! (`customer::card`), and erased with the conversation (`person::kept`).

use model::{card::ShopContext, id::ConversationId, time::Timestamp};

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Tx, on},
    statement::statements,
};

statements! {
    SET_SHOP_CONTEXT = "INSERT INTO shop_context (conversation_id, store_id, payload, taken_at_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (conversation_id) DO UPDATE SET payload = excluded.payload, taken_at_ms = excluded.taken_at_ms
        WHERE shop_context.store_id = excluded.store_id";
}

impl Tx {
    /// What the shop's page says now; what it said before is forgotten.
    pub async fn set_shop_context(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        context: &ShopContext,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let payload = serde_json::to_string(context).map_err(|_| StorageError::inconsistent("shop_context", "payload"))?;
        on!(self.session, conn => sqlx::query(SET_SHOP_CONTEXT)
            .bind(conversation.0).bind(scope.0.0).bind(&payload).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
