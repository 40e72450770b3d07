//! What the doors of the pages that are drawn here (`/desk/pages/…`, decision 0011) have in common: who asks, in which words, whether
//! the page is wanted whole or as a part of the desk, and how it leaves. Each page has a file below.

pub mod api_keys;
pub mod arrived;
pub mod imports;
pub mod mail;
pub mod privacy;
pub mod senders;
pub mod staff;
pub mod webhooks;
pub mod your_site;

use std::ops::Deref;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use model::{party::Role, refusal::Refusal};

use crate::{
    http::{asker::Asker, site::page as html_page},
    state::AppState,
};

/// The owner, at one of these pages. Staff read that it is not theirs.
pub struct Owner(Asker);

impl FromRequestParts<AppState> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let asker = Asker::of(parts, state).await?;
        if asker.actor.role == Role::Owner {
            Ok(Self(asker))
        } else {
            Err(asker.refused(Refusal::NotAllowed))
        }
    }
}

impl Deref for Owner {
    type Target = Asker;

    fn deref(&self) -> &Asker {
        &self.0
    }
}

/// A page of these, on its way out: kept by nobody.
pub(super) fn private(status: StatusCode, html: String) -> Response {
    let mut response = html_page(status, html);
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Back to a page of these after its form did something (so that loading it again does nothing again). `word` says what.
pub(super) fn done(path: &str, word: &str) -> Response {
    Redirect::to(&format!("{path}?done={word}")).into_response()
}
