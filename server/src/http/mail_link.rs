//! `/m/{token}`: what a link in a letter leads to. Looking at it does nothing, because machines that examine mail open every link; a
//! person presses a button. No scripts, nothing from other sites, and the address is told to nobody. A letter about a copy leads to the
//! question here; any other one leads into the member centre.

use std::collections::HashMap;

use app::site::{self, CopyPage};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::language::Language;
use serde::Deserialize;
use service::copies;

use crate::{
    http::{
        account::doors,
        answer::Failed,
        language,
        site::{not_found, page as html_page},
    },
    state::AppState,
};

/// The question, for whoever holds the link.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let Some(offer) = copies::offer(&state.services, &token).await? else {
        let door = doors::question(&state, &token, asked.get("lang").map(String::as_str), &jar).await?;
        return Ok(door.unwrap_or_else(|| not_found(&state, &headers)));
    };
    let language = language_of(&asked, offer.language);
    let shown = if offer.used { CopyPage::Used } else { CopyPage::Question };
    Ok(private(&state, language, offer.store.as_str(), shown))
}

/// What the form sends.
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
    jar: CookieJar,
    Form(choice): Form<Choice>,
) -> Result<Response, Failed> {
    let Some(offer) = copies::offer(&state.services, &token).await? else {
        let door = doors::open(&state, &token, asked.get("lang").map(String::as_str), &choice.choice, jar).await?;
        return Ok(door.unwrap_or_else(|| not_found(&state, &headers)));
    };
    let shown = if choice.choice == "never" {
        copies::refuse(&state.services, &token).await?;
        CopyPage::Never
    } else if copies::accept(&state.services, &token).await? {
        CopyPage::Sent
    } else {
        CopyPage::Used
    };
    Ok(private(&state, language_of(&asked, offer.language), offer.store.as_str(), shown))
}

/// That of the letter, unless the page's own switch says otherwise.
fn language_of(asked: &HashMap<String, String>, of_letter: Language) -> Language {
    language::choose(asked.get("lang").map(String::as_str), &HeaderMap::new(), of_letter)
}

fn private(state: &AppState, language: Language, store: &str, shown: CopyPage) -> Response {
    let html = site::copy(&catalogue::site(language), &state.assets.desk().css, store, shown);
    let mut response = html_page(StatusCode::OK, html);
    // Of our own form the browser still says where it came from, because that is the same origin.
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}
