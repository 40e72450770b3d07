//! The headers that tell browsers what our answers may do: on every answer, also on the ones that nobody wrote.
//!
//! A page says what it needs by putting a [`PagePolicy`] among its response's extensions; what says nothing may do nothing.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderValue,
    header::{self, IntoHeaderName},
};

use crate::config::http::HttpConfig;

/// For everything that is no page: even shown as one, it could do nothing.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What browsers offer and we never use; a panel in a shop's page must not inherit it either.
const NO_DEVICES: &str =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=(), browsing-topics=()";
/// A year (RFC 6797): long enough to be worth it.
const STAY_ON_HTTPS: &str = "max-age=31536000";

const CORP: &str = "cross-origin-resource-policy";
const COOP: &str = "cross-origin-opener-policy";
const PERMISSIONS: &str = "permissions-policy";

/// What a page may do, and where it may stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PagePolicy {
    /// Of its inline style and of the scripts that the renderer writes.
    pub nonce: String,
    /// The origins that may frame it, besides ourselves. None: nobody may, and we neither.
    pub frame_ancestors: Vec<String>,
    /// Whether it runs one of our programs.
    pub wasm: bool,
    /// A picture of a page: its forms go nowhere.
    pub formless: bool,
}

impl PagePolicy {
    /// A page of its own, without a program.
    pub fn page(nonce: impl Into<String>) -> Self {
        Self {
            nonce: nonce.into(),
            frame_ancestors: Vec::new(),
            wasm: false,
            formless: false,
        }
    }

    /// A page of its own that runs a program.
    pub fn program(nonce: impl Into<String>) -> Self {
        Self {
            wasm: true,
            ..Self::page(nonce)
        }
    }

    /// May be framed by ourselves and by these origins.
    pub fn framed_by(mut self, origins: impl IntoIterator<Item = String>) -> Self {
        self.frame_ancestors = vec!["'self'".to_owned()];
        self.frame_ancestors.extend(origins);
        self
    }

    /// Its forms go nowhere.
    pub fn without_forms(mut self) -> Self {
        self.formless = true;
        self
    }

    /// As a header. `own` is our origin, for browsers whose `'self'` does not yet include sockets.
    fn header(&self, own: &str) -> String {
        let socket = own.replacen("http", "ws", 1);
        let wasm = if self.wasm { " 'wasm-unsafe-eval'" } else { "" };
        let mut text = String::from("default-src 'none'; base-uri 'none'; object-src 'none'; img-src 'self' blob:; font-src 'self'");
        // Writing to a string cannot fail.
        let forms = if self.formless { "'none'" } else { "'self'" };
        let _ = write!(
            text,
            "; media-src 'self'; manifest-src 'self'; frame-src 'self'; form-action {forms}"
        );
        let _ = write!(text, "; connect-src 'self' {socket}");
        let nonce = if self.nonce.is_empty() {
            String::new()
        } else {
            format!(" 'nonce-{}'", self.nonce)
        };
        let _ = write!(text, "; script-src 'self'{nonce}{wasm}; style-src 'self'{nonce}");
        let mut ancestors = self
            .frame_ancestors
            .iter()
            .filter(|source| is_source(source))
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        if ancestors.is_empty() {
            ancestors.push_str("'none'");
        }
        let _ = write!(text, "; frame-ancestors {ancestors}");
        text
    }
}

/// Nothing that could begin another directive. Origins were parsed when they were saved; this is the second wall.
fn is_source(text: &str) -> bool {
    text == "'self'" || (!text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-[]".contains(&b)))
}

/// The layer.
pub async fn add(State(config): State<Arc<HttpConfig>>, request: Request, next: Next) -> Response {
    // Only a page needs our origin, and only the request tells it; the header is small and counted.
    let host = request.headers().get(header::HOST).cloned();
    let mut response = next.run(request).await;
    let policy = response.extensions_mut().remove::<PagePolicy>();
    let content = policy.and_then(|page| HeaderValue::from_str(&page.header(&own_origin(&config, host))).ok());
    let headers = response.headers_mut();
    set_unless_set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        content.unwrap_or(HeaderValue::from_static(NOTHING)),
    );
    set_unless_set(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not `no-referrer`: with it, browsers send `Origin: null` with our own forms.
    set_unless_set(headers, header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set_unless_set(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set_unless_set(headers, CORP, HeaderValue::from_static("same-origin"));
    // Browsers heed it on pages of their own only, so it does no harm to a panel in a frame.
    set_unless_set(headers, COOP, HeaderValue::from_static("same-origin"));
    set_unless_set(headers, PERMISSIONS, HeaderValue::from_static(NO_DEVICES));
    if config.is_https() {
        set_unless_set(headers, header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STAY_ON_HTTPS));
    }
    response
}

fn set_unless_set(headers: &mut HeaderMap, name: impl IntoHeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn own_origin(config: &HttpConfig, host: Option<HeaderValue>) -> String {
    config.origin(&host.map(|host| (header::HOST, host)).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use axum::{Extension, Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn headers_of(config: HttpConfig, page: Option<PagePolicy>) -> HeaderMap {
        let handler = move || async move { page.map(|page| (Extension(page), "page")).ok_or("no page") };
        let router = Router::new()
            .route("/", get(handler))
            .layer(from_fn_with_state(Arc::new(config), add));
        let request = Request::builder()
            .uri("/")
            .header("host", "localhost:3000")
            .body(Body::empty())
            .expect("a request");
        router.oneshot(request).await.expect("never fails").headers().clone()
    }

    fn loopback() -> HttpConfig {
        HttpConfig::loopback("127.0.0.1:3000".parse().expect("an address"))
    }

    fn directive(headers: &HeaderMap, name: &str) -> Option<String> {
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        policy
            .split("; ")
            .find_map(|directive| directive.strip_prefix(name))
            .map(|rest| rest.trim().to_owned())
    }

    #[tokio::test]
    async fn what_is_no_page_may_do_nothing() {
        let headers = headers_of(loopback(), None).await;
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], NOTHING);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[tokio::test]
    async fn hc_5_a_page_runs_our_scripts_and_those_with_its_nonce() {
        let headers = headers_of(loopback(), Some(PagePolicy::program("abc"))).await;
        assert_eq!(
            directive(&headers, "script-src").as_deref(),
            Some("'self' 'nonce-abc' 'wasm-unsafe-eval'")
        );
        assert_eq!(directive(&headers, "style-src").as_deref(), Some("'self' 'nonce-abc'"));
        assert_eq!(directive(&headers, "connect-src").as_deref(), Some("'self' ws://localhost:3000"));
        assert_eq!(directive(&headers, "base-uri").as_deref(), Some("'none'"));
        let headers = headers_of(loopback(), Some(PagePolicy::page("abc"))).await;
        assert_eq!(directive(&headers, "script-src").as_deref(), Some("'self' 'nonce-abc'"));
    }

    #[tokio::test]
    async fn hg_3_a_page_is_framed_by_whom_it_names_and_by_nobody_else() {
        let headers = headers_of(loopback(), Some(PagePolicy::program("abc"))).await;
        assert_eq!(directive(&headers, "frame-ancestors").as_deref(), Some("'none'"));
        let panel = PagePolicy::program("abc").framed_by(["https://shop.example".to_owned(), "https://x.example; script-src *".to_owned()]);
        let headers = headers_of(loopback(), Some(panel)).await;
        assert_eq!(
            directive(&headers, "frame-ancestors").as_deref(),
            Some("'self' https://shop.example")
        );
    }

    #[tokio::test]
    async fn p_21_a_picture_of_the_panel_runs_nothing_and_sends_nothing() {
        let headers = headers_of(loopback(), Some(PagePolicy::page("abc").framed_by([]).without_forms())).await;
        assert_eq!(directive(&headers, "form-action").as_deref(), Some("'none'"));
        assert_eq!(directive(&headers, "frame-ancestors").as_deref(), Some("'self'"));
        assert_eq!(directive(&headers, "script-src").as_deref(), Some("'self' 'nonce-abc'"));
        let headers = headers_of(loopback(), Some(PagePolicy::page("abc"))).await;
        assert_eq!(directive(&headers, "form-action").as_deref(), Some("'self'"));
    }

    #[tokio::test]
    async fn on_https_browsers_are_told_to_stay_there() {
        let mut config = loopback();
        config.public = model::text::Origin::parse("https://chat.example").ok();
        let headers = headers_of(config, Some(PagePolicy::program("abc"))).await;
        assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], STAY_ON_HTTPS);
        assert_eq!(directive(&headers, "connect-src").as_deref(), Some("'self' wss://chat.example"));
    }
}
