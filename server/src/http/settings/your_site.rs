//! Settings, Your site: plain forms. The secret stands on the answer to the form that made it; everything else leads back.

use app::site::{self, YOUR_SITE, YourSitePage};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;
use service::your_site;

use super::{Owner, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The settings as they stand.
pub async fn page(State(state): State<AppState>, owner: Owner) -> Result<Response, Failed> {
    let shown = shown(&state, &owner).await?;
    Ok(private(StatusCode::OK, site::your_site(owner.frame(), &shown)))
}

/// Which web site.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    origin: String,
}

/// Adds a site, or shows the form again with what was typed.
pub async fn add(State(state): State<AppState>, owner: Owner, Form(typed): Form<Which>) -> Result<Response, Failed> {
    let Err(fault) = your_site::add_origin(&state.services, &owner.actor, &typed.origin).await else {
        return Ok(Redirect::to(YOUR_SITE).into_response());
    };
    let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
    let mut shown = shown(&state, &owner).await?;
    shown.answer = Some(refusal);
    shown.typed = typed.origin;
    Ok(private(answer::status(refusal), site::your_site(owner.frame(), &shown)))
}

/// Takes a site out of the list.
pub async fn remove(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    your_site::remove_origin(&state.services, &owner.actor, &which.origin).await?;
    Ok(Redirect::to(YOUR_SITE).into_response())
}

/// Makes a new identity secret, and shows it this once; tokens signed with the old one are refused from now on.
pub async fn new_secret(State(state): State<AppState>, owner: Owner) -> Result<Response, Failed> {
    let secret = your_site::new_secret(&state.services, &owner.actor).await?;
    let mut shown = shown(&state, &owner).await?;
    shown.secret = Some(secret);
    Ok(private(StatusCode::CREATED, site::your_site(owner.frame(), &shown)))
}

async fn shown(state: &AppState, owner: &Owner) -> Result<YourSitePage, Failed> {
    Ok(YourSitePage {
        site: your_site::read(&state.services, &owner.actor).await?,
        ..YourSitePage::default()
    })
}
