//! `/unsubscribe/{token}`: a store's answers come by mail no more, or again. Looking does nothing, because machines that examine mail open
//! every link. A mail program that has a button of its own for it sends the form by itself (RFC 8058).

use std::collections::HashMap;

use app::site;
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use service::answers::{self, Letters};

use crate::{
    http::{
        answer::Failed,
        site::{language_of, not_found, page as html_page},
    },
    state::AppState,
};

/// The question, for whoever holds the link.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    shown(&state, &token, &asked, &headers).await
}

/// What the form sends. Of a mail program's own button nothing of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    choice: String,
}

/// The answer.
pub async fn answer(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failed> {
    // A mail program may send it in parts, which holds no choice of ours either.
    let choice: Choice = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    answers::set_quiet(&state.services, &token, choice.choice != "again").await?;
    shown(&state, &token, &asked, &headers).await
}

async fn shown(state: &AppState, token: &str, asked: &HashMap<String, String>, headers: &HeaderMap) -> Result<Response, Failed> {
    let Some(Letters { store, quiet }) = answers::letters(&state.services, token).await? else {
        return Ok(not_found(state, headers));
    };
    let words = catalogue::site(language_of(asked, headers));
    let html = site::unsubscribe(&words, &state.assets.desk().css, store.as_str(), quiet);
    let mut response = html_page(StatusCode::OK, html);
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    Ok(response)
}
