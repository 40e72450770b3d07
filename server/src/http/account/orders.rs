//! Orders in the member centre: all of them, and one with everything that is known of it and its thread.

use app::site::{self, Here, OrderLineOf, OrderOf};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{id::ClientId, refusal::Refusal, text::Body};
use service::{
    Fault,
    clock::new_id,
    disputes,
    members::{self, Room},
};

use super::{Asked, Inside, Written, path_of};
use crate::{
    http::{
        answer::{self, Failed},
        disputes::line,
        site::not_found,
    },
    state::AppState,
};

/// Everything that was ordered.
pub async fn list(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let found = members::orders(&state.services, inside.member.scope).await?;
    let lines: Vec<OrderLineOf> = found.into_iter().map(|(row, unread)| OrderLineOf { row, unread }).collect();
    Ok(inside.show(&state, StatusCode::OK, Here::Orders, |account| {
        site::account_orders(account, &lines)
    }))
}

/// One order.
pub async fn order(
    State(state): State<AppState>,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => show_order(&state, &inside, &number, &headers, None).await,
        Err(response) => Ok(response),
    }
}

async fn show_order(
    state: &AppState,
    inside: &Inside,
    number: &str,
    headers: &HeaderMap,
    refused: Option<(Refusal, Written)>,
) -> Result<Response, Failed> {
    let found = match members::order(&state.services, inside.member.scope, number).await {
        Ok(found) => found,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(not_found(state, headers)),
        Err(fault) => return Err(fault.into()),
    };
    let known = disputes::of_order(&state.services, inside.member.scope, number).await?;
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| answer::status(*refusal));
    let (answer, written) = refused.map(|(refusal, written)| (refusal, written.again(refusal))).unzip();
    let page = OrderOf {
        disputes: known
            .rows
            .iter()
            .map(|row| line(row, inside.at(&format!("/disputes/{}", row.conversation)), row.unread.1))
            .collect(),
        problem: known
            .can_open
            .then(|| inside.at(&format!("/orders/{}/problem", site::escaped(number)))),
        view: found.view,
        thread: found.thread.map(|id| id.to_string()),
        mailbox: inside.store.settings.service_email.clone(),
        address: found.address,
        cid: written
            .as_ref()
            .map_or_else(|| new_id::<ClientId>().to_string(), |written| written.cid.clone()),
        answer,
        typed: written.map(|written| written.message).unwrap_or_default(),
    };
    Ok(inside.show(state, status, Here::Orders, |account| site::account_order(account, &page)))
}

/// Writes about an order.
pub async fn write(
    State(state): State<AppState>,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(written): Form<Written>,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let (scope, language) = (inside.member.scope, inside.words.language());
    let begun = match Body::parse(&written.message) {
        Ok(body) => members::write_about(&state.services, scope, &number, written.cid(), body, language).await,
        Err(refusal) => Err(refusal.into()),
    };
    match begun {
        Ok(_) => Ok(Redirect::to(&path_of(&slug, &Room::Order(number))).into_response()),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => match fault.refusal() {
            Some(refusal) => show_order(&state, &inside, &number, &headers, Some((refusal, written))).await,
            None => Err(fault.into()),
        },
    }
}
