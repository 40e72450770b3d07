//! What a person sees when something of ours broke: a reference, and nothing about how.

use std::panic::AssertUnwindSafe;

use axum::{
    Json,
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use http::StatusCode;
use serde::Serialize;

use super::request_id::RequestId;

#[derive(Serialize)]
struct Broken<'a> {
    reference: &'a str,
}

/// "Unavailable, try again", with the reference under which the log explains it.
pub fn broken(reference: &str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(Broken { reference })).into_response()
}

/// The layer that turns a panic into an answer. The panic hook has logged it, within the span that carries the same reference.
pub async fn panics(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    // Nothing that the handler had in its hands is used again.
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| broken(id.as_str()))
}
