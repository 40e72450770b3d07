//! `/api/v1/customers/{external_id}`: a customer by the shop's own id.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    response::Response,
};
use http::HeaderMap;
use service::{orders, told::CustomerInput};

use super::{
    Part, answer,
    dto::{CustomerIn, CustomerOut},
    json,
    key::caller,
    part,
    problem::Problem,
    whole,
};
use crate::{policy::ApiScope, state::AppState};

/// As the store knows them.
pub async fn get(State(state): State<AppState>, external_id: Part, headers: HeaderMap) -> Result<Json<CustomerOut>, Problem> {
    let caller = caller(&state, &headers, ApiScope::Read).await?;
    let (told, since) = orders::customer(&state.services, &caller, &part(external_id)?).await?;
    Ok(Json(CustomerOut::of(told, since)))
}

/// As the shop tells them now.
pub async fn put(
    State(state): State<AppState>,
    external_id: Part,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&state, &headers, ApiScope::Write).await?;
    let external_id = part(external_id)?;
    let input: CustomerInput = json::<CustomerIn>(&headers, &whole(body)?)?.into();
    let told = orders::put_customer(&state.services, &caller, input.read(&external_id)?).await?;
    let (now, since) = orders::customer(&state.services, &caller, &external_id).await?;
    Ok(answer(told, CustomerOut::of(now, since)))
}
