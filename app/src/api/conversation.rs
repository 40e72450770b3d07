//! One conversation: looking into it, taking it, ending it. Messages go over the socket.

use leptos::prelude::server;
use model::{desk::DeskConversation, id::ConversationId};
use server_fn::codec::Json;

use super::ApiError;

/// A conversation with its last events, and what is known of the person.
#[server(prefix = "/fn", endpoint = "open_conversation", input = Json)]
pub(crate) async fn open_conversation(conversation: ConversationId) -> Result<DeskConversation, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::desk::conversation(&services, &actor, conversation).await?)
}

/// Takes a waiting conversation; colleagues see by whom.
#[server(prefix = "/fn", endpoint = "take_conversation", input = Json)]
pub(crate) async fn take_conversation(conversation: ConversationId) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::take(&services, &actor, conversation).await?)
}

/// Ends a conversation; both sides see that it ended.
#[server(prefix = "/fn", endpoint = "end_conversation", input = Json)]
pub(crate) async fn end_conversation(conversation: ConversationId) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::end(&services, &actor, conversation).await?)
}
