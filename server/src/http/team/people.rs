//! Everybody who works in the marketplace: the list, an invitation to the team, and what somebody is.

use std::collections::HashMap;

use app::site::{self, PeoplePage, PersonLine, PostLine, TEAM_PEOPLE};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    id::{AccountId, StoreId},
    party::Role,
    refusal::Refusal,
};
use serde::Deserialize;
use service::{
    marketplace::{AfterName, people},
    team::TeamMember,
};
use storage::PersonRow;

use super::{Administrator, Team, places, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The list.
pub(super) async fn list(
    State(state): State<AppState>,
    Administrator(team): Administrator,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let shown = shown(&state, &team, places::after(&asked)).await?;
    Ok(private(StatusCode::OK, site::team_people(team.frame(), &shown)))
}

/// What the form of an invitation sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    email: String,
    role: String,
}

/// Asks somebody into the team; the link stands on the answer, this once.
pub(super) async fn invite(State(state): State<AppState>, team: Team, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    let role = Role::from_code(&typed.role).unwrap_or(Role::Operator);
    match people::invite(&state.services, &team.member, &typed.email, role).await {
        Ok(link) => {
            let mut shown = shown(&state, &team, None).await?;
            shown.link = Some(link);
            Ok(private(StatusCode::CREATED, site::team_people(team.frame(), &shown)))
        }
        Err(fault) => {
            let refusal = match fault.refusal() {
                Some(refusal) if refusal != Refusal::NotAllowed => refusal,
                _ => return Err(fault.into()),
            };
            let mut shown = shown(&state, &team, None).await?;
            shown.answer = Some(refusal);
            shown.email = typed.email;
            shown.administrator = role == Role::Owner;
            Ok(private(answer::status(refusal), site::team_people(team.frame(), &shown)))
        }
    }
}

/// Whom, where, and as what.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Post {
    store: String,
    account: String,
    role: String,
}

impl Post {
    fn read(&self) -> Result<(StoreId, AccountId), Refusal> {
        let store = self.store.parse().map_err(|_| Refusal::NotFound)?;
        Ok((store, self.account.parse().map_err(|_| Refusal::NotFound)?))
    }
}

/// What somebody is from now on.
pub(super) async fn set_role(State(state): State<AppState>, team: Team, Form(post): Form<Post>) -> Result<Response, Failed> {
    let (store, account) = post.read()?;
    let role = Role::from_code(&post.role).ok_or(Refusal::Malformed)?;
    people::set_role(&state.services, &team.member, store, account, role).await?;
    Ok(Redirect::to(TEAM_PEOPLE).into_response())
}

/// Somebody works there no longer.
pub(super) async fn remove(State(state): State<AppState>, team: Team, Form(post): Form<Post>) -> Result<Response, Failed> {
    let (store, account) = post.read()?;
    people::remove(&state.services, &team.member, store, account).await?;
    Ok(Redirect::to(TEAM_PEOPLE).into_response())
}

async fn shown(state: &AppState, team: &Team, after: AfterName) -> Result<PeoplePage, Failed> {
    let page = people::list(&state.services, &team.member, after).await?;
    Ok(PeoplePage {
        rows: page.rows.into_iter().map(|row| line(row, &team.member)).collect(),
        next: places::next(TEAM_PEOPLE, page.next),
        ..PeoplePage::default()
    })
}

fn line(row: PersonRow, me: &TeamMember) -> PersonLine {
    let mine = row.account == me.actor().account;
    let posts = row.posts.into_iter().map(|post| PostLine {
        mine: mine && post.team,
        store: post.store,
        name: post.name.to_string(),
        team: post.team,
        role: post.role,
    });
    PersonLine {
        account: row.account,
        name: row.name.to_string(),
        email: row.email.to_string(),
        active: row.active,
        posts: posts.collect(),
    }
}
