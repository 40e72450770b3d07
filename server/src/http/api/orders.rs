//! `/api/v1/orders`: orders by the shop's own numbers.

use std::collections::HashMap;

use axum::{
    Json,
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    response::Response,
};
use http::HeaderMap;
use service::{orders, told::OrderInput};

use super::{
    Part, answer,
    dto::{OrderIn, OrderOut, OrdersOut},
    json,
    key::caller,
    part,
    problem::Problem,
    whole,
};
use crate::{policy::ApiScope, state::AppState};

/// As the store knows it.
pub async fn get(State(state): State<AppState>, number: Part, headers: HeaderMap) -> Result<Json<OrderOut>, Problem> {
    let caller = caller(&state, &headers, ApiScope::Read).await?;
    let known = orders::order(&state.services, &caller, &part(number)?).await?;
    Ok(Json(known.into()))
}

/// A page of them.
pub async fn list(
    State(state): State<AppState>,
    asked: Result<Query<HashMap<String, String>>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<OrdersOut>, Problem> {
    let caller = caller(&state, &headers, ApiScope::Read).await?;
    let Query(asked) = asked.map_err(|_| Problem::field("after", "invalid"))?;
    let after = asked.get("after").map(String::as_str);
    let found = orders::orders(&state.services, &caller, after).await;
    let (found, more) = match found {
        Err(service::Fault::Refused(model::refusal::Refusal::Invalid(_))) => return Err(Problem::field("after", "invalid")),
        found => found?,
    };
    let next = found.last().filter(|_| more).map(|order| order.told.number.clone());
    Ok(Json(OrdersOut {
        orders: found.into_iter().map(OrderOut::from).collect(),
        next,
    }))
}

/// As the shop tells it now.
pub async fn put(
    State(state): State<AppState>,
    number: Part,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&state, &headers, ApiScope::Write).await?;
    let number = part(number)?;
    let input: OrderInput = json::<OrderIn>(&headers, &whole(body)?)?.into();
    let told = orders::put_order(&state.services, &caller, input.read(&number)?).await?;
    let now = orders::order(&state.services, &caller, &number).await?;
    Ok(answer(told, OrderOut::from(now)))
}
