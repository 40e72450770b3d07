//! Whom the desk blocks while it talks with them, and what a legal hold keeps.

use leptos::prelude::server;
use model::id::ConversationId;

use super::{ApiError, lean::Lean};

/// Whether the visitor of a conversation is blocked.
#[server(prefix = "/fn", endpoint = "blocked_in_conversation", protocol = Lean)]
pub(crate) async fn is_blocked(conversation: ConversationId) -> Result<bool, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::blocking::is_blocked(&services, &actor, conversation).await?)
}

/// Blocks the visitor of a conversation, or lets them in again.
#[server(prefix = "/fn", endpoint = "block_in_conversation", protocol = Lean)]
pub(crate) async fn block_visitor(conversation: ConversationId, on: bool) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::blocking::set(&services, &actor, conversation, on).await?)
}

/// Keeps a conversation for a dispute, whatever else would delete it, or no longer.
#[server(prefix = "/fn", endpoint = "set_legal_hold", protocol = Lean)]
pub(crate) async fn set_legal_hold(conversation: ConversationId, on: bool) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::hold::set(&services, &actor, conversation, on).await?)
}
