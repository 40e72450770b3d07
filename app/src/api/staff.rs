//! The store's people: who may chat live, who is invited, who works here no longer.

use leptos::prelude::server;
use model::{
    id::{AccountId, InvitationId},
    staff::{Invited, Staff},
};

use super::{ApiError, lean::Lean};

/// The store's people, and the invitations that are out.
#[server(prefix = "/fn", endpoint = "staff", protocol = Lean)]
pub(crate) async fn fetch_staff() -> Result<Staff, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::staff::read(&services, &actor).await?)
}

/// Lets somebody chat live, or no longer; whoever is on duty then is sent home at once.
#[server(prefix = "/fn", endpoint = "set_live_chat", protocol = Lean)]
pub(crate) async fn set_live_chat(whom: AccountId, on: bool) -> Result<Staff, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::staff::set_live_chat(&services, &actor, whom, on).await?)
}

/// Somebody works here no longer: signed out at once.
#[server(prefix = "/fn", endpoint = "deactivate_staff", protocol = Lean)]
pub(crate) async fn deactivate_staff(whom: AccountId) -> Result<Staff, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::staff::deactivate(&services, &actor, whom).await?)
}

/// Somebody who left works here again.
#[server(prefix = "/fn", endpoint = "reactivate_staff", protocol = Lean)]
pub(crate) async fn reactivate_staff(whom: AccountId) -> Result<Staff, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::staff::reactivate(&services, &actor, whom).await?)
}

/// Invites somebody by mail; the link is answered as well, this once.
#[server(prefix = "/fn", endpoint = "invite_staff", protocol = Lean)]
pub(crate) async fn invite_staff(email: String) -> Result<Invited, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::staff::invite(&services, &actor, &email).await?)
}

/// Takes an invitation back.
#[server(prefix = "/fn", endpoint = "withdraw_invitation", protocol = Lean)]
pub(crate) async fn withdraw_invitation(invitation: InvitationId) -> Result<Staff, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::staff::withdraw(&services, &actor, invitation).await?)
}
