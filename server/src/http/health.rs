//! What a supervisor or a load balancer asks: is it alive, and should it be sent anybody.

use std::time::Duration;

use axum::response::IntoResponse as _;
use http::StatusCode;
use tokio::time::timeout;

use crate::{
    lifecycle::Lifecycle,
    policy::{Policy, Registry, Route},
};

/// Whoever asks will not wait for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether this is so, and is known in time. The question is not given up with the wait: its connection is in the middle of an answer.
pub async fn in_time(probe: impl Future<Output = bool> + Send + 'static) -> bool {
    matches!(timeout(PATIENCE, tokio::spawn(probe)).await, Ok(Ok(true)))
}

/// Adds `/healthz` (the program answers) and `/readyz` (it also takes people on: it is not ending, and `probe` finds the database there).
pub fn register<S, P, F>(registry: &mut Registry<S>, lifecycle: Lifecycle, probe: P)
where
    S: Clone + Send + Sync + 'static,
    P: Fn() -> F + Clone + Send + Sync + 'static,
    F: Future<Output = bool> + Send + 'static,
{
    registry.add(Route::get("/healthz", Policy::Public), || async { "ok" });
    registry.add(Route::get("/readyz", Policy::Public), move || async move {
        if lifecycle.is_draining() {
            (StatusCode::SERVICE_UNAVAILABLE, "draining").into_response()
        } else if probe().await {
            "ready".into_response()
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "no database").into_response()
        }
    });
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body};
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(router: &Router, path: &str) -> StatusCode {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        router.clone().oneshot(request).await.expect("never fails").status()
    }

    #[tokio::test]
    async fn a_server_that_is_ending_lives_and_takes_nobody_on() {
        let lifecycle = Lifecycle::new();
        let mut registry = Registry::new();
        register(&mut registry, lifecycle.clone(), || async { true });
        let (router, _) = registry.finish(|| async { StatusCode::NOT_FOUND });
        assert_eq!(ask(&router, "/readyz").await, StatusCode::OK);
        lifecycle.drain();
        assert_eq!(ask(&router, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ask(&router, "/healthz").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_database_that_says_nothing_is_none() {
        assert!(in_time(std::future::ready(true)).await);
        assert!(!in_time(std::future::ready(false)).await);
        assert!(!in_time(std::future::pending()).await);
    }

    #[tokio::test]
    async fn without_its_database_it_is_not_ready() {
        let mut registry = Registry::new();
        register(&mut registry, Lifecycle::new(), || async { false });
        let (router, _) = registry.finish(|| async { StatusCode::NOT_FOUND });
        assert_eq!(ask(&router, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
    }
}
