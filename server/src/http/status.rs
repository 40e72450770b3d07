//! `/status/{store}`: all that the loader knows before the shopper does anything. Small, the same for everybody, cacheable for ten seconds.

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, header};
use model::panel::Status;
use serde::Deserialize;

use crate::{http::answer::Failed, http::language, state::AppState};

/// The launcher's colours until a store chooses its own: the accent of `style/tokens.css`, on paper.
const BACKGROUND: &str = "#a03016";
const COLOR: &str = "#fffdfa";

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
    let availability = service::stores::availability(&state.services, &store).await?;
    let words = catalogue::embed(language::choose(asked.lang.as_deref(), &headers, store.default_language));
    let status = Status {
        availability,
        label: words.get("embed.launcher"),
        title: words.with("embed.title", &[("store", store.name.as_str())]),
        background: BACKGROUND.to_owned(),
        color: COLOR.to_owned(),
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
