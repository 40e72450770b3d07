//! How the API says no: `application/problem+json` (RFC 9457), with a code for programs and the field that is to blame.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use model::refusal::Refusal;
use serde::Serialize;
use service::{Fault, told::Bad};
use utoipa::ToSchema;

use crate::http::answer::broken;

/// A "no" on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Option<String>,
    field: Option<String>,
    after_s: Option<u32>,
}

/// The same on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemOut {
    /// `about:blank`: the title says what the status means.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What happened, for people who write programs.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What happened, for programs: it does not change.
    code: &'static str,
    /// More of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The field that is to blame: `lines[0].price_minor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    /// It does not exist, or it is another store's.
    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing");
    /// No key, or one that opens nothing.
    pub const NO_KEY: Self = Self::new(StatusCode::UNAUTHORIZED, "not_signed_in", "A valid key is needed");
    /// The key may not do this.
    pub const SCOPE: Self = Self::new(StatusCode::FORBIDDEN, "not_allowed", "The key may not do this");
    /// A body in another format.
    pub const NOT_JSON: Self = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The body must be application/json");
    /// A body that is longer than allowed.
    pub const TOO_LARGE: Self = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large");

    const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            status,
            code,
            title,
            detail: None,
            field: None,
            after_s: None,
        }
    }

    /// A body that cannot be read. The library says where; it repeats no more than a piece of what was sent to us.
    pub fn unreadable(error: &serde_json::Error) -> Self {
        Self {
            detail: Some(error.to_string()),
            ..Self::new(StatusCode::BAD_REQUEST, "malformed", "The body cannot be read")
        }
    }

    /// A field that cannot be read.
    pub fn field(field: impl Into<String>, code: &'static str) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, "A field was refused")
        }
    }

    /// The same, of a field that has another name here.
    pub fn at(self, field: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..self
        }
    }

    /// Too many requests of one key.
    pub fn too_fast(after_s: u32) -> Self {
        Self {
            after_s: Some(after_s),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", "Too many requests")
        }
    }

    fn of_refusal(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NOT_FOUND,
            Refusal::NotSignedIn => Self::NO_KEY,
            Refusal::NotAllowed => Self::SCOPE,
            Refusal::TooFast { after_s } => Self::too_fast(after_s),
            Refusal::Busy => Self {
                after_s: Some(1),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Too much to do this moment; try again")
            },
            Refusal::Closed => Self::new(StatusCode::CONFLICT, "closed", "The conversation is over"),
            Refusal::ClientIdReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The Idempotency-Key was used for another request",
            ),
            Refusal::Missing(field) => Self::field(field.key(), "missing"),
            Refusal::TooLong { field, .. } => Self::field(field.key(), "too_long"),
            Refusal::TooShort { field, .. } => Self::field(field.key(), "too_short"),
            Refusal::Invalid(field) => Self::field(field.key(), "invalid"),
            _ => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", "The request was refused"),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::of_refusal(refusal)
    }
}

impl From<Bad> for Problem {
    fn from(bad: Bad) -> Self {
        Self::field(bad.field, bad.why.code())
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let Some(refusal) = fault.refusal() else {
            // Logged once, here; the program sees the request's reference in the answer's header.
            let _ = broken(&fault);
            return Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", "Something broke on our side");
        };
        Self::of_refusal(refusal)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemOut {
            kind: "about:blank",
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            field: self.field,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(after_s) = self.after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after_s));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use model::refusal::Field;

    use super::*;

    #[test]
    fn a_problem_names_its_field_and_says_how_to_sign_in() {
        let response = Problem::from(Refusal::Missing(Field::Email)).into_response();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(Problem::from(Refusal::Missing(Field::Email)).field.as_deref(), Some("email"));
        let unknown = Problem::NO_KEY.into_response();
        assert_eq!(unknown.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let fast = Problem::from(Refusal::TooFast { after_s: 7 }).into_response();
        assert_eq!(
            (fast.status(), fast.headers()[header::RETRY_AFTER].as_bytes()),
            (StatusCode::TOO_MANY_REQUESTS, &b"7"[..])
        );
    }
}
