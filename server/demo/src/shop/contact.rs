//! The way into the member centre: whoever is signed in here is handed over with a fresh token, as any shop would do it. Good for minutes,
//! so it is made when the link is followed and stands in no page.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};

use serde::Deserialize;

use crate::shop::{Site, not_found, orders::ask_who, token, visit::Visit};

/// `/stores/{store}/messages`: everything that was said with a store.
pub(super) async fn messages(State(site): State<Arc<Site>>, visit: Visit, Path(store): Path<String>) -> Response {
    hand_over(&site, &visit, &store, None, "")
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The product that they ask about, if it is about one.
    #[serde(default)]
    product: String,
}

/// `/stores/{store}/write`: a written thread with a store, about a product or about anything else (A-i1). About which, the token says.
pub(super) async fn write(
    State(site): State<Arc<Site>>,
    mut visit: Visit,
    Path(store): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    // Whoever is asked to sign in first comes back for the same product.
    if site.market.store(&store).and_then(|house| house.product(&asked.product)).is_some() {
        visit.path = format!("{}?product={}", visit.path, asked.product);
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    hand_over(&site, &visit, &store, Some((asked.product.as_str(), host)), "&to=thread")
}

/// `/stores/{store}/contact`: which channel is the right one.
pub(super) async fn channels(State(site): State<Arc<Site>>, visit: Visit, Path(store): Path<String>) -> Response {
    hand_over(&site, &visit, &store, None, "&to=contact")
}

/// `/orders/{number}/contact`: the order, where its customer service is asked.
pub(super) async fn order(State(site): State<Arc<Site>>, visit: Visit, Path(number): Path<String>) -> Response {
    let found = visit
        .shopper(&site)
        .map(|shopper| shopper.orders.iter().find(|order| order.number == number));
    match found {
        None => ask_who(&visit),
        Some(None) => not_found(&site, &visit),
        // Numbers of the demo's orders are letters, digits and dashes.
        Some(Some(order)) => hand_over(&site, &visit, order.store.as_str(), None, &format!("&order={}", order.number)),
    }
}

/// `shown`: the product on the page they come from, and the host of this shop; nothing: the token says only who it is.
fn hand_over(site: &Site, visit: &Visit, store: &str, shown: Option<(&str, &str)>, more: &str) -> Response {
    let Some(shopper) = visit.shopper(site) else {
        return ask_who(visit);
    };
    let Some(secret) = site.secrets.get(store) else {
        return not_found(site, visit);
    };
    let now = (site.now)();
    let token = match shown.and_then(|(sku, host)| Some((site.market.store(store)?, sku, host))) {
        Some((house, sku, host)) => token::mint_with(secret, house, shopper, visit.language, now, (sku, host)),
        None => token::mint(secret, store, shopper, visit.language, now),
    };
    let to = format!(
        "{}/account/{store}/enter?token={token}{more}&lang={}",
        site.vitrine,
        visit.language.code()
    );
    let mut response = Redirect::to(&to).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
