//! What a verb's fault is in HTTP: a refusal that the program translates, or a reference to what we logged.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use model::refusal::Refusal;
use service::Fault;

/// A fault on its way out.
pub struct Failed(Fault);

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.into())
    }
}

/// For doors whose "no" may also be a page.
impl From<Failed> for Response {
    fn from(failed: Failed) -> Self {
        failed.into_response()
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0.refusal() {
            Some(refusal) => {
                let mut response = (status(refusal), Json(refusal)).into_response();
                if let Refusal::TooFast { after_s } = refusal {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_s));
                }
                response
            }
            None => broken(&self.0),
        }
    }
}

/// Logged here, once; the person sees the request's reference, which the answer carries in its header.
pub fn broken(fault: &Fault) -> Response {
    tracing::error!(error = %fault, "A request failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// The status of a refusal, the same as for server functions.
pub fn status(refusal: Refusal) -> StatusCode {
    StatusCode::from_u16(app::api::status_of(refusal)).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}
