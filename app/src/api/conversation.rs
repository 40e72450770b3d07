//! One conversation: looking into it, taking it, ending it. Messages go over the socket.

use leptos::prelude::server;
use model::{
    desk::{DeskConversation, KeptWindow, Operator},
    id::{AccountId, ConversationId, OrderId},
    order::OrderChoice,
};

use super::{ApiError, lean::Lean};

/// A conversation with its last events, and what is known of the person.
#[server(prefix = "/fn", endpoint = "open_conversation", protocol = Lean)]
pub(crate) async fn open_conversation(conversation: ConversationId) -> Result<DeskConversation, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::desk::conversation(&services, &actor, conversation).await?)
}

/// Takes a waiting conversation; colleagues see by whom.
#[server(prefix = "/fn", endpoint = "take_conversation", protocol = Lean)]
pub(crate) async fn take_conversation(conversation: ConversationId) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::take(&services, &actor, conversation).await?)
}

/// Ends a conversation; both sides see that it ended.
#[server(prefix = "/fn", endpoint = "end_conversation", protocol = Lean)]
pub(crate) async fn end_conversation(conversation: ConversationId) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::end(&services, &actor, conversation).await?)
}

/// Takes a finished conversation up again, before anybody has said a word.
#[server(prefix = "/fn", endpoint = "reopen_conversation", protocol = Lean)]
pub(crate) async fn reopen_conversation(conversation: ConversationId) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::reopen(&services, &actor, conversation).await?)
}

/// Saves a conversation beyond the store's retention, or no longer.
#[server(prefix = "/fn", endpoint = "save_conversation", protocol = Lean)]
pub(crate) async fn save_conversation(conversation: ConversationId, on: bool) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::save(&services, &actor, conversation, on).await?)
}

/// Keeps how this person left a conversation's window.
#[server(prefix = "/fn", endpoint = "keep_window", protocol = Lean)]
pub(crate) async fn keep_window(window: KeptWindow) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::windows::keep(&services, &actor, window).await?)
}

/// Everybody else of the store who is on duty now: whom a conversation can be handed to.
#[server(prefix = "/fn", endpoint = "colleagues", protocol = Lean)]
pub(crate) async fn fetch_colleagues() -> Result<Vec<Operator>, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::colleagues(&services, &actor).await?)
}

/// Hands a conversation to a colleague who is on duty; both sides see to whom.
#[server(prefix = "/fn", endpoint = "transfer_conversation", protocol = Lean)]
pub(crate) async fn transfer_conversation(conversation: ConversationId, to: AccountId) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::conversation::transfer(&services, &actor, conversation, to).await?)
}

/// The orders that a conversation can be moved to.
#[server(prefix = "/fn", endpoint = "order_choices", protocol = Lean)]
pub(crate) async fn fetch_order_choices(conversation: ConversationId) -> Result<Vec<OrderChoice>, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::messages::order_choices(&services, &actor, conversation).await?)
}

/// Moves a conversation to an order, or among the messages to the shop; both sides see it.
#[server(prefix = "/fn", endpoint = "move_conversation", protocol = Lean)]
pub(crate) async fn move_conversation(conversation: ConversationId, order: Option<OrderId>) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::messages::move_to(&services, &actor, conversation, order).await?)
}
