//! Whether a page is wanted whole, or as a part of the desk (decision 0011): the desk's program says so in a header, which browsers keep
//! through redirects to our own origin. It opens nothing: whole or part, the page is the same.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};

/// What the desk's program asks with; `live` sets it.
const HEADER: &str = "x-vitrine-part";

/// Whether only a part is wanted: the page's content, without a document around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for Part {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl Part {
    /// What the headers say.
    pub fn of(headers: &HeaderMap) -> Self {
        Self(headers.contains_key(HEADER))
    }
}
