//! Requests, counted: how many were answered how, and how long that took. Of the whole process, whichever listener they came by.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use storage::{Counted, Pulse};

/// By the first digit of their status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

static ANSWERED: [AtomicU64; CLASSES.len()] = [const { AtomicU64::new(0) }; CLASSES.len()];
static TIMES: Pulse = Pulse::new();

/// The layer.
pub async fn count(request: Request, next: Next) -> Response {
    // They wait for something to happen: how long says nothing about us.
    let waits = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|path| path.as_str().ends_with("/events"));
    let begun = tokio::time::Instant::now();
    let response = next.run(request).await;
    if !waits {
        TIMES.took(begun.elapsed());
    }
    let class = usize::from(response.status().as_u16() / 100).saturating_sub(1);
    if let Some(count) = ANSWERED.get(class) {
        count.fetch_add(1, Relaxed);
    }
    response
}

/// How many were answered how.
pub(super) fn answered() -> [(&'static str, u64); CLASSES.len()] {
    std::array::from_fn(|i| (CLASSES[i], ANSWERED[i].load(Relaxed)))
}

/// How long answers took.
pub(super) fn times() -> Counted {
    TIMES.counted()
}
