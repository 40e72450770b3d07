//! Ready-made answers: reading them, and writing them.

use leptos::prelude::server;
use model::{
    canned::{CannedDraft, CannedReply},
    id::CannedReplyId,
};

use super::{ApiError, lean::Lean};

/// The answers this person is offered: the store's, and their own.
#[server(prefix = "/fn", endpoint = "canned_replies", protocol = Lean)]
pub(crate) async fn fetch_canned_replies() -> Result<Vec<CannedReply>, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::canned::list(&services, &actor).await?)
}

/// Keeps a new answer, or another one in place of an old one; answers all of them. The store's are its owner's to write.
#[server(prefix = "/fn", endpoint = "save_canned_reply", protocol = Lean)]
pub(crate) async fn save_canned_reply(draft: CannedDraft) -> Result<Vec<CannedReply>, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::canned::save(&services, &actor, draft).await?)
}

/// Takes an answer away; answers those that are left.
#[server(prefix = "/fn", endpoint = "remove_canned_reply", protocol = Lean)]
pub(crate) async fn remove_canned_reply(reply: CannedReplyId) -> Result<Vec<CannedReply>, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::canned::remove(&services, &actor, reply).await?)
}
