//! The lists of the desk, and going on and off duty.

use leptos::prelude::server;
use model::desk::{Folder, InboxCursor, InboxPage, Recap, WindowKind};

use super::{ApiError, lean::Lean};

/// The recap window's content at this moment.
#[server(prefix = "/fn", endpoint = "recap", protocol = Lean)]
pub(crate) async fn fetch_recap() -> Result<Recap, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::desk::recap(&services, &actor).await?)
}

/// A page of one of the desk's lists, newest first, from a row on. With a search, of what holds its words.
#[server(prefix = "/fn", endpoint = "inbox", protocol = Lean)]
pub(crate) async fn fetch_inbox(
    folder: Folder,
    // Programs that are open since before there was a search do not send one.
    #[server(default)] search: String,
    after: Option<InboxCursor>,
) -> Result<InboxPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::messages::page(&services, &actor, folder, &search, after).await?)
}

/// Puts the person on duty: shoppers find the chat open from now on, as long as a window of this kind lives.
#[server(prefix = "/fn", endpoint = "go_on_duty", protocol = Lean)]
pub(crate) async fn go_on_duty(window: WindowKind) -> Result<Recap, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::duty::go_on(&services, &actor, window).await?)
}

/// Takes the person off duty, at once.
#[server(prefix = "/fn", endpoint = "leave_duty", protocol = Lean)]
pub(crate) async fn leave_duty() -> Result<Recap, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::duty::leave(&services, &actor).await?)
}
