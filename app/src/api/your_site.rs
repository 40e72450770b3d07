//! Settings, Your site: where the chat may be embedded, and how.

use leptos::prelude::server;
use model::desk::YourSite;

use super::{ApiError, lean::Lean};

/// The settings as they stand. The identity secret is not among them: it is shown once, when it is made.
#[server(prefix = "/fn", endpoint = "your_site", protocol = Lean)]
pub(crate) async fn fetch_your_site() -> Result<YourSite, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::your_site::read(&services, &actor).await?)
}

/// Replaces the list of web sites that may embed the chat.
#[server(prefix = "/fn", endpoint = "save_origins", protocol = Lean)]
pub(crate) async fn save_origins(origins: Vec<String>) -> Result<YourSite, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::your_site::save_origins(&services, &actor, origins).await?)
}

/// Makes a new identity secret and answers it, this once; tokens signed with the old one are refused from now on.
#[server(prefix = "/fn", endpoint = "new_identity_secret", protocol = Lean)]
pub(crate) async fn new_identity_secret() -> Result<String, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::your_site::new_secret(&services, &actor).await?)
}
