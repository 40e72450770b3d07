//! How long a request's body may be, and how long it may take: short everywhere, except where files come in.

use axum::{
    Json,
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use http_body_util::Limited;
use model::{
    limits::{FILE_BYTES_MAX, PANEL_BODY_BYTES_MAX, UPLOAD_BYTES_MAX},
    refusal::Refusal,
};

use super::slow_body::{WITHIN, hurried};

/// Where files come in.
const UPLOADS: &[&str] = &[
    "/w/{store}/files",
    "/desk/files",
    "/desk/pages/imports",
    "/desk/pages/communication/{conversation}",
    "/account/{store}/threads/{conversation}",
    "/account/{store}/disputes/{conversation}",
    "/desk/pages/disputes/{conversation}",
    "/team/disputes/{conversation}",
    "/desk/pages/tickets/{conversation}",
    "/buyer/tickets/{conversation}",
    "/account/{store}/tickets/{conversation}",
    "/team/tickets/{conversation}",
];

/// What somebody is told whose file is too large.
pub const FILE_TOO_LARGE: Refusal = Refusal::FileTooLarge {
    max_mb: (FILE_BYTES_MAX / (1024 * 1024)) as u32,
};

/// The layer.
pub async fn check(mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_upload = path.is_some_and(|path| UPLOADS.contains(&path));
    let max = if is_upload { UPLOAD_BYTES_MAX } else { PANEL_BODY_BYTES_MAX };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max) {
        // Nothing of it is read.
        return if is_upload {
            (StatusCode::PAYLOAD_TOO_LARGE, Json(FILE_TOO_LARGE)).into_response()
        } else {
            StatusCode::PAYLOAD_TOO_LARGE.into_response()
        };
    }
    // This limit stands instead of the framework's own.
    DefaultBodyLimit::disable().apply(&mut request);
    let bounded = |body| {
        let body = if is_upload { body } else { hurried(body, WITHIN) };
        Body::new(Limited::new(body, max))
    };
    next.run(request.map(bounded)).await
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Bytes, middleware::from_fn, routing::post};
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(path: &str, length: usize, announced: bool) -> StatusCode {
        let count = || post(|body: Bytes| async move { body.len().to_string() });
        let router = Router::new()
            .route("/desk/files", count())
            .route("/desk/messages", count())
            .layer(from_fn(check));
        let mut request = http::Request::post(path).body(Body::from(vec![b'x'; length])).expect("a request");
        if announced {
            request.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        router.oneshot(request).await.expect("never fails").status()
    }

    #[tokio::test]
    async fn hd_11_only_where_files_come_in_a_body_may_be_long() {
        for announced in [true, false] {
            let answer = |path, length| answer(path, length, announced);
            assert_eq!(answer("/desk/messages", PANEL_BODY_BYTES_MAX).await, StatusCode::OK);
            assert_eq!(
                answer("/desk/messages", PANEL_BODY_BYTES_MAX + 1).await,
                StatusCode::PAYLOAD_TOO_LARGE
            );
            assert_eq!(answer("/desk/files", UPLOAD_BYTES_MAX).await, StatusCode::OK);
            assert_eq!(answer("/desk/files", UPLOAD_BYTES_MAX + 1).await, StatusCode::PAYLOAD_TOO_LARGE);
        }
    }
}
