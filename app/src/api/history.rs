//! Conversation history: the table, what stands behind a line, and deleting lines. The exports are addresses of their own.

use leptos::prelude::server;
use model::{
    desk::{InboxCursor, InboxPage},
    history::{HistoryPage, HistoryQuery},
    id::ConversationId,
};

use super::{ApiError, lean::Lean};

/// A page of the table.
#[server(prefix = "/fn", endpoint = "history", protocol = Lean)]
pub(crate) async fn fetch_history(query: HistoryQuery) -> Result<HistoryPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::history::page(&services, &actor, query).await?)
}

/// The conversations behind a line, the latest first.
#[server(prefix = "/fn", endpoint = "history_line", protocol = Lean)]
pub(crate) async fn fetch_line(conversation: ConversationId, before: Option<InboxCursor>) -> Result<InboxPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::history::line(&services, &actor, conversation, before).await?)
}

/// Deletes lines for good; answers how many conversations went.
#[server(prefix = "/fn", endpoint = "delete_history", protocol = Lean)]
pub(crate) async fn delete_history(conversations: Vec<ConversationId>) -> Result<u32, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::history::delete(&services, &actor, conversations).await?)
}
