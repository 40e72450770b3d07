//! Settings, Configuration: what a store says and how it looks.

use leptos::prelude::server;
use model::configuration::Configuration;

use super::{ApiError, lean::Lean};

/// The configuration as it stands.
#[server(prefix = "/fn", endpoint = "configuration", protocol = Lean)]
pub(crate) async fn fetch_configuration() -> Result<Configuration, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::configuration::read(&services, &actor).await?)
}

/// Saves all of it, or nothing; answers it as it stands then.
#[server(prefix = "/fn", endpoint = "save_configuration", protocol = Lean)]
pub(crate) async fn save_configuration(configuration: Configuration) -> Result<Configuration, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::configuration::save(&services, &actor, configuration).await?)
}
