//! The signed-in person's own preferences.

use leptos::prelude::server;
use model::{desk::Theme, language::Language};

use super::{ApiError, lean::Lean};

/// The language of this person's screens, from the next page on.
#[server(prefix = "/fn", endpoint = "set_language", protocol = Lean)]
pub(crate) async fn set_language(language: Language) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::accounts::set_language(&services, &actor, language).await?)
}

/// Light, dark, or as the system says.
#[server(prefix = "/fn", endpoint = "set_theme", protocol = Lean)]
pub(crate) async fn set_theme(theme: Theme) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::accounts::set_theme(&services, &actor, theme).await?)
}

/// Silence on this person's screens, whatever the store's settings say; or their sounds again.
#[server(prefix = "/fn", endpoint = "set_muted", protocol = Lean)]
pub(crate) async fn set_muted(muted: bool) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::accounts::set_muted(&services, &actor, muted).await?)
}
