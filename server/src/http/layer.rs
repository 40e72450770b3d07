//! The layers that every request passes, and their order. A layer knows requests and answers; it knows no conversation and no store.

pub mod body_limit;
pub mod catch;
pub mod rate_limit;
pub mod request_id;
pub mod same_origin;
pub mod security_headers;
mod slow_body;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};
use http::StatusCode;
use tower_http::timeout::TimeoutLayer;

use self::rate_limit::Budgets;
use crate::{config::http::HttpConfig, extract::client_ip, metrics};

/// Longer than the longest poll (25 s) and a slow commit; a body that dribbles in for longer is cut off.
const REQUEST_MAX: Duration = Duration::from_mins(1);

/// Puts the layers around a finished router. Read from the bottom: the last one meets the request first.
pub fn wrap(router: Router, config: &Arc<HttpConfig>, budgets: Arc<Budgets>) -> Router {
    router
        .layer(from_fn(body_limit::check))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_MAX))
        .layer(from_fn_with_state(budgets, rate_limit::check))
        .layer(from_fn_with_state(config.clone(), same_origin::check))
        .layer(from_fn_with_state(config.clone(), client_ip::recognise))
        // Outside of all that might panic, inside of what gives the answer its reference and its headers.
        .layer(from_fn(catch::panics))
        .layer(from_fn(request_id::assign))
        .layer(from_fn_with_state(config.clone(), security_headers::add))
        .layer(from_fn(metrics::requests::count))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use axum::body::{Body, to_bytes};
    use http::{Request, header};
    use model::limits::PANEL_BODY_BYTES_MAX;
    use tower::ServiceExt as _;

    use super::*;
    use crate::policy::{Policy, Registry, Route};

    fn wrapped() -> Router {
        let mut registry = Registry::<()>::new();
        registry
            .add(Route::get("/fine", Policy::Public), || async { "fine" })
            .add(Route::get("/broken", Policy::Public), || async { broken() })
            .add(Route::post("/echo", Policy::Public), |body: String| async move { body });
        let (router, routes) = registry.finish(|| async { StatusCode::NOT_FOUND });
        let config = Arc::new(HttpConfig::loopback("127.0.0.1:3000".parse().expect("an address")));
        wrap(router, &config, Arc::new(Budgets::new(&routes, NonZeroU32::MIN)))
    }

    fn broken() -> &'static str {
        panic!("select * from secrets")
    }

    async fn answer(request: Request<Body>) -> (StatusCode, http::HeaderMap, String) {
        let response = wrapped().oneshot(request).await.expect("never fails");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 100_000).await.expect("a body");
        (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
    }

    fn get(path: &str) -> Request<Body> {
        Request::builder().uri(path).body(Body::empty()).expect("a request")
    }

    fn post(body: String) -> Request<Body> {
        Request::builder()
            .method("POST")
            .uri("/echo")
            .body(Body::from(body))
            .expect("a request")
    }

    #[tokio::test]
    async fn hg_5_every_answer_has_the_headers_and_a_reference() {
        for request in [
            get("/fine"),
            get("/broken"),
            get("/missing"),
            post("x".repeat(PANEL_BODY_BYTES_MAX + 1)),
        ] {
            let (status, headers, _) = answer(request).await;
            for name in [
                "content-security-policy",
                "x-content-type-options",
                "referrer-policy",
                "permissions-policy",
                "x-request-id",
            ] {
                assert!(headers.contains_key(name), "{status} {name}");
            }
            assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        }
    }

    #[tokio::test]
    async fn hg_11_a_panic_is_answered_with_its_reference_and_nothing_else() {
        let (status, headers, body) = answer(get("/broken")).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let reference = headers["x-request-id"].to_str().expect("text");
        assert_eq!(body, format!(r#"{{"reference":"{reference}"}}"#));
    }

    #[tokio::test]
    async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
        assert_eq!(answer(post("x".repeat(PANEL_BODY_BYTES_MAX))).await.0, StatusCode::OK);
        assert_eq!(
            answer(post("x".repeat(PANEL_BODY_BYTES_MAX + 1))).await.0,
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }
}
