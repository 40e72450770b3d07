//! `/api/v1/hook/{store}`: the shop's server sends what is new by itself, signed by the rules of Standard Webhooks. Nothing is read before
//! the signature is.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
};
use http::HeaderMap;
use serde::Deserialize;
use service::{
    hook::{self, News, Signed},
    told::{CustomerInput, OrderInput},
};

use super::{
    Part,
    dto::{CustomerIn, HookIn, HookedOut, OrderIn},
    json,
    object::Object,
    part,
    problem::Problem,
    whole,
};
use crate::state::AppState;

#[derive(Deserialize)]
struct NamedCustomer {
    external_id: String,
}

#[derive(Deserialize)]
struct NumberedOrder {
    number: String,
}

/// Takes it.
pub async fn take(
    State(state): State<AppState>,
    store: Part,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<HookedOut>, Problem> {
    let (slug, body) = (part(store).map_err(|_| Problem::NO_KEY)?, whole(body)?);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = Signed {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let hooked = hook::check(&state.services, &slug, signed, &body).await?;
    let HookIn { kind, data } = json(&headers, &body)?;
    let taken = hook::take(&state.services, &hooked, news(&kind, &data)?).await?;
    Ok(Json(HookedOut { taken: taken.is_some() }))
}

fn news(kind: &str, data: &serde_json::Value) -> Result<News, Problem> {
    let unreadable = |error: serde_json::Error| Problem::unreadable(&error);
    match kind {
        "customer.upserted" => {
            let Object(named) = Object::<NamedCustomer>::deserialize(data).map_err(unreadable)?;
            let Object(customer) = Object::<CustomerIn>::deserialize(data).map_err(unreadable)?;
            let input: CustomerInput = customer.into();
            Ok(News::Customer(input.read(&named.external_id)?))
        }
        "order.upserted" => {
            let Object(numbered) = Object::<NumberedOrder>::deserialize(data).map_err(unreadable)?;
            let Object(order) = Object::<OrderIn>::deserialize(data).map_err(unreadable)?;
            let input: OrderInput = order.into();
            Ok(News::Order(input.read(&numbered.number)?))
        }
        _ => Err(Problem::field("type", "invalid")),
    }
}
