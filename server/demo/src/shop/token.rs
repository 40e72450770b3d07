//! `/vitrine-token`: says to Vitrine who is signed in and what the page shows them, as `docs/embedding.md` asks of every shop. A JWT
//! (HS256), made by hand.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use model::language::Language;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    data::{CURRENCY, Shopper, Store},
    shop::{Site, seal, visit::Visit},
};

/// The longest that Vitrine accepts.
const GOOD_FOR_S: i64 = 300;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    store: String,
    /// The product that the page is about, if it is about one.
    #[serde(default)]
    product: String,
}

/// Orders that are told of: the last ones.
const ORDERS: usize = 5;

/// A fresh token for the signed-in shopper; nobody else gets one.
pub(super) async fn answer(State(site): State<Arc<Site>>, visit: Visit, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let mut response = match (visit.shopper(&site), site.secrets.get(&asked.store)) {
        (None, _) => StatusCode::UNAUTHORIZED.into_response(),
        (Some(_), None) => StatusCode::NOT_FOUND.into_response(),
        (Some(shopper), Some(secret)) => {
            let mut claims = claims(&asked.store, shopper, visit.language, (site.now)());
            if let Some(store) = site.market.store(&asked.store) {
                let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
                claims["context"] = context(store, shopper, &asked.product, visit.language, host);
            }
            Json(json!({ "token": sealed(secret, &claims) })).into_response()
        }
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A token that says who it is, and nothing of a page.
pub(super) fn mint(secret: &[u8], store: &str, shopper: &Shopper, language: Language, now: i64) -> String {
    sealed(secret, &claims(store, shopper, language, now))
}

/// The same, with what the page shows: the product of which `sku` is the key, if there is one.
pub(super) fn mint_with(
    secret: &[u8],
    store: &Store,
    shopper: &Shopper,
    language: Language,
    now: i64,
    (sku, host): (&str, &str),
) -> String {
    let mut claims = claims(store.slug.as_str(), shopper, language, now);
    claims["context"] = context(store, shopper, sku, language, host);
    sealed(secret, &claims)
}

fn claims(store: &str, shopper: &Shopper, language: Language, now: i64) -> Value {
    json!({
        "aud": store,
        "sub": shopper.number,
        "iat": now,
        "exp": now + GOOD_FOR_S,
        "name": shopper.name.as_str(),
        "email": shopper.email.as_str(),
        "phone": shopper.phone.as_str(),
        "language": language.code(),
    })
}

/// What the page shows: what of this store's lies in the basket, the product, the last orders here.
fn context(store: &Store, shopper: &Shopper, sku: &str, language: Language, host: &str) -> Value {
    let basket = shopper
        .basket
        .iter()
        .filter_map(|wanted| Some((store.product(wanted.sku.as_str())?, wanted.quantity)));
    let total: i64 = basket.clone().map(|(product, quantity)| product.price.minor * quantity).sum();
    let cart: Vec<Value> = basket
        .map(|(product, quantity)| json!({ "name": product.name.get(language), "quantity": quantity }))
        .collect();
    let orders: Vec<Value> = shopper
        .orders
        .iter()
        .filter(|order| order.store == store.slug)
        .take(ORDERS)
        .map(|order| json!({ "number": order.number, "state": order.state.code() }))
        .collect();
    let product = store.product(sku).map(|product| {
        json!({
            "sku": product.sku.as_str(),
            "name": product.name.get(language),
            "price": { "minor": product.price.minor, "currency": product.price.currency },
            "picture": format!("http://{host}/pictures/{}.svg", product.picture),
        })
    });
    let cart_total = (!cart.is_empty()).then(|| json!({ "minor": total, "currency": CURRENCY }));
    json!({ "cart": cart, "cart_total": cart_total, "product": product, "orders": orders })
}

/// The token itself.
fn sealed(secret: &[u8], claims: &Value) -> String {
    let head = json!({ "alg": "HS256", "typ": "JWT" });
    let text = format!(
        "{}.{}",
        seal::encode(head.to_string().as_bytes()),
        seal::encode(claims.to_string().as_bytes())
    );
    let seal = seal::seal(secret, &text);
    format!("{text}.{seal}")
}
