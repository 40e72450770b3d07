//! The help page.

use leptos::prelude::server;
use model::help::{ArticleVotes, HelpPage};

use super::{ApiError, lean::Lean};

/// What is done of the beginning, how articles were found, and whom to ask.
#[server(prefix = "/fn", endpoint = "help", protocol = Lean)]
pub(crate) async fn fetch_help() -> Result<HelpPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::help::read(&services, &actor).await?)
}

/// Whether an article helped; the last answer counts.
#[server(prefix = "/fn", endpoint = "vote_article", protocol = Lean)]
pub(crate) async fn vote_article(article: String, helpful: bool) -> Result<Vec<ArticleVotes>, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::help::vote(&services, &actor, &article, helpful).await?)
}
