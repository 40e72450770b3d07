//! The documentation for users, as it belongs to this version: plain text, readable without anybody's web site being up.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};

/// A page of it.
pub async fn page(Path(name): Path<String>) -> Response {
    let text = match name.as_str() {
        "guide" => include_str!("../../../docs/guide.md"),
        "embedding" => include_str!("../../../docs/embedding.md"),
        "mail-in" => include_str!("../../../docs/mail-in.md"),
        "integrating" => include_str!("../../../docs/integrating.md"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}
