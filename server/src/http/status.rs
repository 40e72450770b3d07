//! `/status/{store}`: all that the loader knows before the shopper does anything. Small, the same for everybody, cacheable for ten seconds.

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, header};
use model::{configuration::PairName, panel::Status};
use serde::Deserialize;

use crate::{http::answer::Failed, http::language, state::AppState};

/// What may be asked.
#[derive(Debug, Deserialize)]
pub struct Asked {
    lang: Option<String>,
}

/// Whether somebody is there, and how the launcher looks.
pub async fn status(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let store = service::stores::by_slug(&state.services, &slug).await?;
    // A page of the shop asks: its snippet works. That is worth knowing, and not worth an error.
    if let Some(origin) = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok())
        && let Err(fault) = service::help::snippet_seen(&state.services, store.id, origin).await
    {
        tracing::warn!(error = %fault, "That a snippet was seen was not written down");
    }
    let availability = service::stores::availability(&state.services, &store).await?;
    let words = catalogue::embed(language::choose(asked.lang.as_deref(), &headers, store.default_language));
    // The launcher is the panel's head, folded up.
    let colours = store.settings.pair(if availability.is_online() {
        PairName::Header
    } else {
        PairName::OfflineHeader
    });
    let status = Status {
        availability,
        label: words.get("embed.launcher"),
        title: words.with("embed.title", &[("store", store.name.as_str())]),
        background: colours.background.to_string(),
        color: colours.text.to_string(),
        opens: service::stores::opens(&state.services, &store, availability, words.language()),
    };
    let mut response = Json(status).into_response();
    let headers = response.headers_mut();
    // Public, and nobody's: any page may read it, without cookies.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=10"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}
