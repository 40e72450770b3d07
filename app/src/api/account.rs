//! The signed-in person's own preferences.

use leptos::prelude::server;
use model::{desk::Theme, language::Language};
use server_fn::codec::Json;

use super::ApiError;

/// The language of this person's screens, from the next page on.
#[server(prefix = "/fn", endpoint = "set_language", input = Json)]
pub(crate) async fn set_language(language: Language) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::accounts::set_language(&services, &actor, language).await?)
}

/// Light, dark, or as the system says.
#[server(prefix = "/fn", endpoint = "set_theme", input = Json)]
pub(crate) async fn set_theme(theme: Theme) -> Result<(), ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::accounts::set_theme(&services, &actor, theme).await?)
}
