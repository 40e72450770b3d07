//! Staff: the doors of the page about who works here. The link of an invitation stands on the answer to the form that made it; everything
//! else leads back.

use app::site::{self, STAFF, StaffPage};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    id::{AccountId, InvitationId},
    refusal::Refusal,
    staff::{Invited, Staff},
};
use serde::Deserialize;
use service::staff;

use super::{Owner, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The people, and the invitations that are out.
pub async fn page(State(state): State<AppState>, owner: Owner) -> Result<Response, Failed> {
    let staff = staff::read(&state.services, &owner.actor).await?;
    Ok(private(StatusCode::OK, site::staff(owner.frame(), &shown(&owner, staff))))
}

/// Whom a form is about, and for the switch, how it shall stand.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Whom {
    whom: String,
    on: String,
}

impl Whom {
    fn account(&self) -> Result<AccountId, Refusal> {
        self.whom.parse().map_err(|_| Refusal::NotFound)
    }
}

/// Lets somebody chat live, or no longer; whoever is on duty then is sent home at once.
pub async fn live_chat(State(state): State<AppState>, owner: Owner, Form(whom): Form<Whom>) -> Result<Response, Failed> {
    staff::set_live_chat(&state.services, &owner.actor, whom.account()?, whom.on == "true").await?;
    Ok(back())
}

/// Somebody works here no longer: signed out at once.
pub async fn deactivate(State(state): State<AppState>, owner: Owner, Form(whom): Form<Whom>) -> Result<Response, Failed> {
    staff::deactivate(&state.services, &owner.actor, whom.account()?).await?;
    Ok(back())
}

/// Somebody who left works here again.
pub async fn reactivate(State(state): State<AppState>, owner: Owner, Form(whom): Form<Whom>) -> Result<Response, Failed> {
    staff::reactivate(&state.services, &owner.actor, whom.account()?).await?;
    Ok(back())
}

/// What the form of an invitation sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
}

/// Invites somebody by mail, and shows the link this once; or the form again with what was typed.
pub async fn invite(State(state): State<AppState>, owner: Owner, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    let (status, page) = match staff::invite(&state.services, &owner.actor, &typed.email).await {
        Ok(Invited { staff, link }) => {
            let page = StaffPage {
                link: Some(link),
                ..shown(&owner, staff)
            };
            (StatusCode::CREATED, page)
        }
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let staff = staff::read(&state.services, &owner.actor).await?;
            let page = StaffPage {
                answer: Some(refusal),
                typed: typed.email,
                ..shown(&owner, staff)
            };
            (answer::status(refusal), page)
        }
    };
    Ok(private(status, site::staff(owner.frame(), &page)))
}

/// Which invitation.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    invitation: String,
}

/// Takes an invitation back.
pub async fn withdraw(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let invitation: InvitationId = which.invitation.parse().map_err(|_| Refusal::NotFound)?;
    staff::withdraw(&state.services, &owner.actor, invitation).await?;
    Ok(back())
}

fn back() -> Response {
    Redirect::to(STAFF).into_response()
}

fn shown(owner: &Owner, staff: Staff) -> StaffPage {
    StaffPage {
        staff,
        me: owner.actor.account,
        link: None,
        answer: None,
        typed: String::new(),
    }
}
