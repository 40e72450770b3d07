//! Gives every request a reference: in its log lines, in its answer, and in what a person sees when something broke.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::HeaderValue;
use tracing::Instrument as _;

/// The header of the answer.
const HEADER: &str = "x-request-id";

/// A request's reference: random, short enough to be read out on the telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    pub fn new() -> Self {
        let mut random = [0_u8; 6];
        getrandom::fill(&mut random).expect("an operating system without randomness runs nothing");
        let mut text = String::with_capacity(12);
        for byte in random {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text.into())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The layer. What somebody sent as `x-request-id` is not taken over: log lines are ours.
pub async fn assign(mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    // The route, never the address: addresses hold tokens and names.
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let span = tracing::info_span!("request", request.id = %id, http.method = %request.method(), http.route = route);
    let header = HeaderValue::from_str(id.as_str()).expect("hexadecimal digits are fit for a header");
    request.extensions_mut().insert(id);
    async move {
        let mut response = next.run(request).await;
        response.headers_mut().insert(HEADER, header);
        let status = response.status().as_u16();
        tracing::debug!(http.status = status, "Answered {status}");
        response
    }
    .instrument(span)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_short_and_different() {
        let (one, other) = (RequestId::new(), RequestId::new());
        assert_eq!(one.as_str().len(), 12);
        assert_ne!(one, other);
    }
}
