//! Reading along: finding a conversation, saying why, and reading it for an hour.

use std::collections::HashMap;

use app::site::{self, OverseenPage, OversightPage, PlaceLine, TEAM_OVERSIGHT};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{id::ConversationId, refusal::Refusal};
use serde::Deserialize;
use service::{Fault, marketplace::oversight};
use storage::PlaceRow;

use super::{Administrator, Team, private};
use crate::{
    http::{
        answer::{self, Failed},
        desk_pages::lines,
    },
    state::AppState,
};

/// Finding one.
pub(super) async fn find(
    State(state): State<AppState>,
    Administrator(team): Administrator,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let sought = asked.get("q").cloned().unwrap_or_default();
    let found = oversight::find(&state.services, &team.member, &sought).await?;
    let mine = oversight::mine(&state.services, &team.member).await?.into_iter();
    let mine = mine.map(|row| (row.conversation.to_string(), row.store_name.to_string(), row.reason, row.until));
    let shown = OversightPage {
        sought,
        found: found.into_iter().map(place).collect(),
        mine: mine.collect(),
    };
    Ok(private(StatusCode::OK, site::team_oversight(team.frame(), &shown)))
}

/// The conversation, for whoever has said why in the last hour; the form that asks for it, for whoever has not. The form is the same
/// whether there is such a conversation or not: what is asked is answered when something is said.
pub(super) async fn read(
    State(state): State<AppState>,
    Administrator(team): Administrator,
    Path(id): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let conversation: ConversationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let before = asked.get("before").and_then(|before| before.parse().ok());
    match oversight::read(&state.services, &team.member, conversation, before).await {
        Ok(overseen) => {
            let older = overseen
                .room
                .older
                .map(|before| format!("{TEAM_OVERSIGHT}/{conversation}?before={before}"));
            let shown = OverseenPage {
                place: place(overseen.place),
                until: overseen.until,
                lines: lines(overseen.room.lines),
                older,
            };
            Ok(private(StatusCode::OK, site::team_overseen(team.frame(), &shown)))
        }
        Err(Fault::Refused(Refusal::NotFound)) => {
            let html = site::team_oversight_asked(team.frame(), &conversation.to_string(), "", None);
            Ok(private(StatusCode::OK, html))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Why.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Why {
    reason: String,
}

/// Begins to read along, or shows the form again with what was typed.
pub(super) async fn open(
    State(state): State<AppState>,
    team: Team,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Result<Response, Failed> {
    let conversation: ConversationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let Err(fault) = oversight::open(&state.services, &team.member, conversation, &why.reason).await else {
        return Ok(Redirect::to(&format!("{TEAM_OVERSIGHT}/{conversation}")).into_response());
    };
    let refusal = match fault.refusal() {
        Some(refusal) if !matches!(refusal, Refusal::NotFound | Refusal::NotAllowed) => refusal,
        _ => return Err(fault.into()),
    };
    let html = site::team_oversight_asked(team.frame(), &conversation.to_string(), &why.reason, Some(refusal));
    Ok(private(answer::status(refusal), html))
}

fn place(row: PlaceRow) -> PlaceLine {
    PlaceLine {
        conversation: row.conversation.to_string(),
        store: row.store_name.to_string(),
        kind: row.kind,
        number: row.number,
        opened_at: row.opened_at,
    }
}
