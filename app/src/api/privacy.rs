//! Settings, Privacy; who is blocked, and what a legal hold keeps.

use leptos::prelude::server;
use model::{
    id::ConversationId,
    privacy::{ErasedPerson, Overdue, PersonBy, PersonFound, PrivacyPage},
    settings::Retention,
};

use super::{ApiError, lean::Lean};

/// How long things are kept, and who is blocked.
#[server(prefix = "/fn", endpoint = "privacy", protocol = Lean)]
pub(crate) async fn fetch_privacy() -> Result<PrivacyPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::privacy::read(&services, &actor).await?)
}

/// What would be deleted now, if things were kept this long. Deletes nothing.
#[server(prefix = "/fn", endpoint = "count_overdue", protocol = Lean)]
pub(crate) async fn count_overdue(keep: Retention) -> Result<Overdue, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::privacy::overdue(&services, &actor, keep).await?)
}

/// How long things are kept from now on, unless somebody saved settings after these were read.
#[server(prefix = "/fn", endpoint = "save_retention", protocol = Lean)]
pub(crate) async fn save_retention(keep: Retention, rev: i64) -> Result<PrivacyPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::privacy::save_retention(&services, &actor, keep, rev).await?)
}

/// What is known of a person, counted.
#[server(prefix = "/fn", endpoint = "find_person", protocol = Lean)]
pub(crate) async fn find_person(by: PersonBy, who: String) -> Result<PersonFound, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::privacy::find(&services, &actor, by, &who).await?)
}

/// Erases a person, for good.
#[server(prefix = "/fn", endpoint = "erase_person", protocol = Lean)]
pub(crate) async fn erase_person(by: PersonBy, who: String) -> Result<ErasedPerson, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::privacy::erase(&services, &actor, by, &who).await?)
}

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
