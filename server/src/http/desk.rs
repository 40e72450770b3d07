//! The desk's doors: its pages, its server functions, its ticket, and the fallback for networks without sockets.

use app::{api::Caller, desk::document};
use axum::{
    Json,
    body::Bytes,
    extract::{Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use leptos::{nonce::Nonce, prelude::provide_context};
use model::{
    panel::{EventsPage, PostMessage, Posted, Ticket},
    refusal::Refusal,
};
use service::{Party, accounts, accounts::Recognised, conversation, desk, tickets};

use crate::{
    assets::DeskFiles,
    http::{
        answer::Failed,
        cookies,
        layer::security_headers::PagePolicy,
        page::nonce,
        panel::{Wanted, json, wait_for_events},
    },
    state::AppState,
};

/// Who asks, by their cookie.
pub async fn recognise(state: &AppState, jar: &CookieJar) -> Result<Option<Recognised>, Failed> {
    match cookies::desk_token(&state.http, jar) {
        Some(token) => Ok(accounts::recognise(&state.services, &token).await?),
        None => Ok(None),
    }
}

/// The same, of somebody who must be signed in.
pub(crate) async fn signed_in(state: &AppState, jar: &CookieJar) -> Result<Recognised, Failed> {
    Ok(recognise(state, jar).await?.ok_or(Refusal::NotSignedIn)?)
}

/// Any page of the desk: rendered here, taken over by its program. Whoever is not signed in is asked to.
pub async fn page(State(state): State<AppState>, jar: CookieJar, request: Request) -> Result<Response, Failed> {
    let Some(Recognised { actor, .. }) = recognise(&state, &jar).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let me = accounts::me(&state.services, &actor).await?;
    let words = catalogue::desk(me.language);
    let start = desk::start(&state.services, &actor, words, env!("CARGO_PKG_VERSION")).await?;
    let nonce = nonce();
    let DeskFiles { css, script } = state.assets.desk();
    let policy = PagePolicy::program(nonce.clone());
    let (services, context, nonce_of_page) = (state.services.clone(), start.clone(), nonce.clone());
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(services.clone());
            provide_context(Caller(Some(actor.clone())));
            provide_context(context.clone());
            provide_context(Nonce::from_value(nonce_of_page.clone()));
        },
        move || document(&start, &css, &script, &nonce),
    );
    let mut response = render(request).await;
    response.extensions_mut().insert(policy);
    Ok(response)
}

/// A server function, for whoever asks: each of them looks for itself whether it may be done.
pub async fn server_function(State(state): State<AppState>, jar: CookieJar, request: Request) -> Result<Response, Failed> {
    let caller = Caller(recognise(&state, &jar).await?.map(|r| r.actor));
    let services = state.services.clone();
    let context = move || {
        provide_context(services.clone());
        provide_context(caller.clone());
    };
    Ok(leptos_axum::handle_server_fns_with_context(context, request).await.into_response())
}

/// A ticket for the socket.
pub async fn ticket(State(state): State<AppState>, jar: CookieJar) -> Result<Json<Ticket>, Failed> {
    let Recognised { actor, session } = signed_in(&state, &jar).await?;
    let ticket = tickets::issue(&state.services, Party::Desk(actor), session).await?;
    Ok(Json(Ticket {
        ticket: ticket.reveal().to_owned(),
    }))
}

/// Says something, where sockets are blocked.
pub async fn messages(State(state): State<AppState>, jar: CookieJar, body: Bytes) -> Result<Json<Posted>, Failed> {
    let party = Party::Desk(signed_in(&state, &jar).await?.actor);
    let PostMessage { conversation, cid, body } = json(&body)?;
    let posted = conversation::post(&state.services, &party, conversation, model::event::Audience::All, cid, body).await?;
    Ok(Json(posted))
}

/// What happened in a conversation, where sockets are blocked.
pub async fn events(State(state): State<AppState>, Query(wanted): Query<Wanted>, jar: CookieJar) -> Result<Json<EventsPage>, Failed> {
    let party = Party::Desk(signed_in(&state, &jar).await?.actor);
    Ok(Json(wait_for_events(&state, &party, wanted).await?))
}
