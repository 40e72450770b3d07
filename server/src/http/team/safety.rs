//! What is better not said: what becomes of it, trying a text, and deciding about messages that wait.

use std::collections::HashMap;

use app::site::{self, HeldLine, SafetyPage, TEAM_SAFETY, TriedText};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    refusal::{Field, Refusal},
    safety::{Deed, Private, SafetyPolicy, masked},
};
use serde::Deserialize;
use service::safety;
use storage::HELD_ROWS_MAX;

use super::{Team, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    team: Team,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let mut shown = shown(&state, &team).await?;
    shown.done = asked.contains_key("done");
    Ok(private(StatusCode::OK, site::team_safety(team.frame(), &shown)))
}

/// Decides what becomes of each kind; one that is missing or unknown decides nothing.
pub(super) async fn decide(
    State(state): State<AppState>,
    team: Team,
    Form(typed): Form<HashMap<String, String>>,
) -> Result<Response, Failed> {
    team.member.must_administer()?;
    let decided = Private::EACH.into_iter().try_fold(SafetyPolicy::default(), |policy, what| {
        let deed = typed.get(what.code()).and_then(|code| Deed::from_code(code));
        deed.map(|deed| policy.with(what, deed))
    });
    let Some(policy) = decided else {
        let mut shown = shown(&state, &team).await?;
        shown.answer = Some(Refusal::Invalid(Field::Text));
        return Ok(private(
            answer::status(Refusal::Invalid(Field::Text)),
            site::team_safety(team.frame(), &shown),
        ));
    };
    safety::set_policy(&state.services, &team.member, policy).await?;
    Ok(Redirect::to(&format!("{TEAM_SAFETY}?done=saved")).into_response())
}

/// What is tried.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Tried {
    text: String,
}

/// Tries a text. Nothing is kept of it, so the answer is the page itself.
pub(super) async fn try_text(State(state): State<AppState>, team: Team, Form(typed): Form<Tried>) -> Result<Response, Failed> {
    let found = safety::try_text(&typed.text).await?;
    let mut shown = shown(&state, &team).await?;
    shown.tried = Some(TriedText {
        masked: masked(&typed.text, &found, |_| true),
        found: found.into_iter().map(|f| f.what).collect(),
        text: typed.text,
    });
    Ok(private(StatusCode::OK, site::team_safety(team.frame(), &shown)))
}

/// Which message, and what becomes of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Decision {
    id: String,
    deed: String,
}

/// Lets a message go, or does not.
pub(super) async fn held(State(state): State<AppState>, team: Team, Form(typed): Form<Decision>) -> Result<Response, Failed> {
    let release = match typed.deed.as_str() {
        "release" => true,
        "refuse" => false,
        _ => return Err(Refusal::Malformed.into()),
    };
    let id = typed.id.parse().map_err(|_| Refusal::NotFound)?;
    safety::decide(&state.services, &team.member, id, release).await?;
    Ok(Redirect::to(&format!("{TEAM_SAFETY}?done=decided")).into_response())
}

async fn shown(state: &AppState, team: &Team) -> Result<SafetyPage, Failed> {
    let rows = safety::list(&state.services, &team.member).await?;
    let page = usize::try_from(HELD_ROWS_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    let held = rows.into_iter().take(page).map(|row| HeldLine {
        id: row.id.to_string(),
        store: row.store_name.to_string(),
        who: row.name.map(String::from),
        text: String::from(row.body),
        found: row.found,
        at: row.at,
    });
    Ok(SafetyPage {
        policy: safety::policy(&state.services, &team.member).await?,
        held: held.collect(),
        more,
        ..SafetyPage::default()
    })
}
