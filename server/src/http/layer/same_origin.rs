//! Keeps other web sites from acting with a visitor's or an operator's cookie.
//!
//! The rule of hardening.md, note 4: what changes something is taken from our own pages only, by what the browser says about itself
//! (`Sec-Fetch-Site`), or where it says nothing, by `Origin`. A request with neither comes from no browser; it is taken as long as it brings
//! no cookie. Whether the sender may do what they ask is decided elsewhere.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};
use model::refusal::Refusal;

use crate::config::http::HttpConfig;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The layer.
pub async fn check(State(config): State<Arc<HttpConfig>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || may_change_things(request.headers(), &config) {
        return next.run(request).await;
    }
    tracing::info!("Refused a request that another site caused");
    (StatusCode::FORBIDDEN, Json(Refusal::NotAllowed)).into_response()
}

/// Whether a request that changes something comes from our own pages, or from no browser at all.
fn may_change_things(headers: &HeaderMap, config: &HttpConfig) -> bool {
    match (headers.get(SEC_FETCH_SITE), headers.get(header::ORIGIN)) {
        // `none` (typed, bookmarked) never causes anything but a GET.
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.to_str().is_ok_and(|origin| config.is_own_origin(origin, headers)),
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

/// Whether a socket may be opened. A handshake is a `GET` that another site can cause and read, so here the `Origin` must be there and ours.
pub fn may_open_socket(headers: &HeaderMap, config: &HttpConfig) -> bool {
    let ours = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok())
        .is_some_and(|origin| config.is_own_origin(origin, headers));
    ours && headers.get(SEC_FETCH_SITE).is_none_or(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const HOST: (&str, &str) = ("host", "127.0.0.1:3000");
    const COOKIE: (&str, &str) = ("cookie", "desk=1");
    const OURS: (&str, &str) = ("origin", "http://127.0.0.1:3000");

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn config(public: Option<&str>) -> HttpConfig {
        let mut config = HttpConfig::loopback("127.0.0.1:3000".parse().expect("an address"));
        config.public = public.map(|origin| model::text::Origin::parse(origin).expect("an origin"));
        config
    }

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        may_change_things(&headers(pairs), &config(None))
    }

    #[test]
    fn our_own_pages_may_change_things() {
        assert!(allowed(&[HOST, COOKIE, ("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[HOST, COOKIE, OURS]));
        assert!(allowed(&[HOST]));
    }

    #[test]
    fn hg_1_other_sites_may_not() {
        for site in ["cross-site", "same-site", "none", "same-origin, cross-site", ""] {
            assert!(!allowed(&[HOST, COOKIE, OURS, ("sec-fetch-site", site)]), "{site}");
        }
        for origin in [
            "https://evil.example",
            "null",
            "http://127.0.0.1:3001",
            "https://127.0.0.1:3000",
            "http://127.0.0.1:3000.evil.example",
        ] {
            assert!(!allowed(&[HOST, COOKIE, ("origin", origin)]), "{origin}");
            assert!(!allowed(&[HOST, ("origin", origin)]), "{origin} without a cookie");
        }
        assert!(!allowed(&[HOST, COOKIE]));
    }

    #[test]
    fn behind_a_public_name_only_that_name_is_ours() {
        let config = config(Some("https://chat.example"));
        assert!(may_change_things(
            &headers(&[HOST, COOKIE, ("origin", "https://chat.example")]),
            &config
        ));
        assert!(!may_change_things(&headers(&[HOST, COOKIE, OURS]), &config));
    }

    #[test]
    fn hf_1_a_socket_is_opened_from_our_own_pages_only() {
        let open = |pairs: &[(&'static str, &'static str)]| may_open_socket(&headers(pairs), &config(None));
        assert!(open(&[HOST, OURS]));
        assert!(open(&[HOST, OURS, ("sec-fetch-site", "same-origin")]));
        assert!(!open(&[HOST]));
        assert!(!open(&[HOST, OURS, ("sec-fetch-site", "cross-site")]));
        for origin in [
            "null",
            "https://127.0.0.1:3000",
            "http://127.0.0.1:3001",
            "http://127.0.0.1:3000.evil.example",
        ] {
            assert!(!open(&[HOST, ("origin", origin)]), "{origin}");
        }
    }
}
