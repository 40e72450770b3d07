//! The demo shop: ordinary server-rendered pages of another site, which embed Vitrine as any shop would.
//!
//! It has no framework, no program of its own and no database; it reads [`crate::data`]. Its policy for content is as strict as a careful
//! shop's, so that the demo proves that the loader lives with it. Nothing can be bought here.

mod account;
mod contact;
mod files;
mod format;
mod html;
mod layout;
mod orders;
mod seal;
mod storefront;
#[cfg(test)]
mod tests;
mod texts;
mod token;
mod visit;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::Response,
    routing::{get, post},
};

use crate::{
    data::{self, Marketplace},
    shop::{
        html::esc,
        layout::Page,
        texts::{GO_HOME, NOT_FOUND, NOT_FOUND_MORE},
        visit::Visit,
    },
};

/// What the demo shop must be told.
#[derive(Clone)]
pub struct Shop {
    /// Where Vitrine is, as browsers reach it: `http://127.0.0.1:3000`.
    pub vitrine: String,
    /// The identity secret of each store, by its slug.
    pub secrets: HashMap<String, Vec<u8>>,
    /// Seconds since 1970.
    pub now: fn() -> i64,
}

/// What every page knows.
struct Site {
    vitrine: String,
    secrets: HashMap<String, Vec<u8>>,
    now: fn() -> i64,
    market: Marketplace,
    /// Seals the cookie of who is signed in.
    key: String,
}

/// The whole shop.
pub fn router(shop: Shop) -> Router {
    let site = Arc::new(Site {
        key: session_key(&shop.secrets),
        vitrine: shop.vitrine.trim_end_matches('/').to_owned(),
        secrets: shop.secrets,
        now: shop.now,
        market: data::marketplace(),
    });
    let policy = policy(&site.vitrine);
    Router::new()
        .route("/", get(storefront::home))
        .route("/stores/{store}", get(storefront::store))
        .route("/stores/{store}/products/{sku}", get(storefront::product))
        .route("/login", get(account::ask).post(account::sign_in))
        .route("/logout", post(account::sign_out))
        .route("/orders", get(orders::list))
        .route("/orders/{number}", get(orders::one))
        .route("/orders/{number}/contact", get(contact::order))
        .route("/stores/{store}/messages", get(contact::messages))
        .route("/stores/{store}/write", get(contact::write))
        .route("/stores/{store}/contact", get(contact::channels))
        .route("/vitrine-token", get(token::answer))
        .route("/pictures/{name}", get(files::picture))
        .route("/shop.css", get(files::style))
        .fallback(nothing_here)
        .layer(middleware::map_response_with_state(policy, secure))
        .with_state(site)
}

/// The key outlives a restart, because the secrets do: who is signed in stays so.
fn session_key(secrets: &HashMap<String, Vec<u8>>) -> String {
    let mut stores: Vec<_> = secrets.iter().collect();
    stores.sort();
    let all: Vec<u8> = stores.into_iter().flat_map(|(_, secret)| secret.iter().copied()).collect();
    seal::seal(&all, "who is signed in")
}

/// What the pages may load: themselves, and from Vitrine the three things that `docs/embedding.md` names.
fn policy(vitrine: &str) -> HeaderValue {
    let text = format!(
        "default-src 'self'; script-src 'self' {vitrine}; frame-src {vitrine}; connect-src 'self' {vitrine}; style-src 'self'; \
         img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    );
    // An address that is no header text cannot be loaded from either.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}

async fn secure(State(policy): State<HeaderValue>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    response
}

async fn nothing_here(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    not_found(&site, &visit)
}

/// What does not exist, and what exists for somebody else.
fn not_found(site: &Site, visit: &Visit) -> Response {
    let (title, more, home) = (visit.say(NOT_FOUND), visit.say(NOT_FOUND_MORE), visit.say(GO_HOME));
    let body = format!(
        r#"<section class="narrow"><h1>{}</h1><p>{}</p><p><a class="action" href="/">{}</a></p></section>"#,
        esc(title),
        esc(more),
        esc(home)
    );
    layout::answer(
        site,
        visit,
        StatusCode::NOT_FOUND,
        &Page {
            title,
            house: None,
            embed: None,
            body,
        },
    )
}
