//! The way into the member centre: whoever is signed in here is handed over with a fresh token, as any shop would do it. Good for minutes,
//! so it is made when the link is followed and stands in no page.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::shop::{Site, not_found, orders::ask_who, token, visit::Visit};

/// `/stores/{store}/messages`: everything that was said with a store.
pub(super) async fn messages(State(site): State<Arc<Site>>, visit: Visit, Path(store): Path<String>) -> Response {
    hand_over(&site, &visit, &store, "")
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
        Some(Some(order)) => hand_over(&site, &visit, order.store.as_str(), &format!("&order={}", order.number)),
    }
}

fn hand_over(site: &Site, visit: &Visit, store: &str, more: &str) -> Response {
    let Some(shopper) = visit.shopper(site) else {
        return ask_who(visit);
    };
    let Some(secret) = site.secrets.get(store) else {
        return not_found(site, visit);
    };
    let token = token::mint(secret, store, shopper, visit.language, (site.now)());
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
