//! `/vitrine-token`: says to Vitrine who is signed in, as `docs/embedding.md` asks of every shop. A JWT (HS256), made by hand.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use model::language::Language;
use serde::Deserialize;
use serde_json::json;

use crate::{
    data::Shopper,
    shop::{Site, seal, visit::Visit},
};

/// The longest that Vitrine accepts.
const GOOD_FOR_S: i64 = 300;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    store: String,
}

/// A fresh token for the signed-in shopper; nobody else gets one.
pub(super) async fn answer(State(site): State<Arc<Site>>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let mut response = match (visit.shopper(&site), site.secrets.get(&asked.store)) {
        (None, _) => StatusCode::UNAUTHORIZED.into_response(),
        (Some(_), None) => StatusCode::NOT_FOUND.into_response(),
        (Some(shopper), Some(secret)) => {
            Json(json!({ "token": mint(secret, &asked.store, shopper, visit.language, (site.now)()) })).into_response()
        }
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The token itself.
pub(super) fn mint(secret: &[u8], store: &str, shopper: &Shopper, language: Language, now: i64) -> String {
    let head = json!({ "alg": "HS256", "typ": "JWT" });
    let claims = json!({
        "aud": store,
        "sub": shopper.number,
        "iat": now,
        "exp": now + GOOD_FOR_S,
        "name": shopper.name.as_str(),
        "email": shopper.email.as_str(),
        "language": language.code(),
    });
    let text = format!(
        "{}.{}",
        seal::encode(head.to_string().as_bytes()),
        seal::encode(claims.to_string().as_bytes())
    );
    let seal = seal::seal(secret, &text);
    format!("{text}.{seal}")
}
