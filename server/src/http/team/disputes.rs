//! Disputes in the team's house: all of them, taking one, and the room of whoever mediates. Who did not take it reads what it is about and
//! where it stands, and nothing that was said.

use app::site::{self, DisputeDrawn, DisputesPage, TEAM_DISPUTES};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{dispute::Who, event::Audience, id::ConversationId, refusal::Refusal, time::Timestamp};
use service::{Fault, Party, disputes, hours, rooms, stores};
use storage::{DisputesWanted, StoreRow};

use super::{Team, private};
use crate::{
    http::{
        answer::Failed,
        desk_pages::{communication::reply_of, lines},
        disputes::{Asked, Place, Pressed, Refused, cursor, line, older, page, sheet, wanted},
        layer::rate_limit::Budget,
        sent_form,
    },
    policy::{Policy, Registry, Route, TeamNeed},
    state::AppState,
};

/// The routes of the disputes.
pub(super) fn register(registry: &mut Registry<AppState>) {
    let team = Policy::Team(TeamNeed::Member);
    registry
        .add(Route::get("/team/disputes", team), list)
        .add(Route::get("/team/disputes/{conversation}", team), one)
        .add(Route::post("/team/disputes/{conversation}", team).within(Budget::Files), reply)
        .add(Route::post("/team/disputes/{conversation}/take", team), take)
        .add(
            Route::post("/team/disputes/{conversation}/step", team).within(Budget::Messages),
            step,
        )
        .add(Route::get("/team/disputes/{conversation}/print", team), print);
}

fn id_of(text: &str) -> Result<ConversationId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

fn path_of(id: ConversationId) -> String {
    format!("{TEAM_DISPUTES}/{id}")
}

/// The team's own desk: its clock hangs on the wall.
async fn own_desk(state: &AppState, team: &Team) -> Result<StoreRow, Fault> {
    stores::own(&state.services, team.member.actor()).await
}

/// Everybody's, what waits for the marketplace first.
async fn list(State(state): State<AppState>, team: Team, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let desk = own_desk(&state, &team).await?;
    let (wanted, code) = wanted(&asked.show, DisputesWanted::Waiting);
    let found = disputes::list_all(&state.services, &team.member, wanted, cursor(&asked.after)).await?;
    let shown = DisputesPage {
        older: older(TEAM_DISPUTES, code, &found.rows, found.more),
        lines: found.rows.iter().map(|row| line(row, path_of(row.conversation), 0)).collect(),
        path: TEAM_DISPUTES.to_owned(),
        shown: code.to_owned(),
    };
    let wall = |at: Timestamp| hours::on_the_wall(&desk.settings, at);
    let drawn = DisputeDrawn {
        words: &team.words,
        who: Who::Team,
        wall: &wall,
    };
    Ok(private(StatusCode::OK, site::team_disputes(team.frame(), &drawn, &shown)))
}

/// One of them.
async fn one(State(state): State<AppState>, team: Team, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    show(&state, &team, id_of(&id)?, asked.before.parse().ok(), None).await
}

async fn show(
    state: &AppState,
    team: &Team,
    id: ConversationId,
    before: Option<rooms::Before>,
    refused: Option<Refused>,
) -> Result<Response, Failed> {
    let desk = own_desk(state, team).await?;
    let found = disputes::mediated(&state.services, &team.member, id).await?;
    let room = match &found.party {
        Some(party) => Some(rooms::read(&state.services, party, id, before).await?),
        None => None,
    };
    let beside = match &found.beside {
        Some((party, thread)) => Some(rooms::read(&state.services, party, *thread, None).await?),
        None => None,
    };
    let place = Place {
        action: path_of(id),
        before: format!("{}?before=", path_of(id)),
        order_to: None,
        back: (TEAM_DISPUTES.to_owned(), "site.dispute.title"),
    };
    let (status, mut page) = page(&found.seen, room, place, refused);
    page.beside = beside.map(|room| lines(room.lines));
    page.can_take = found.can_take;
    let wall = |at: Timestamp| hours::on_the_wall(&desk.settings, at);
    let drawn = DisputeDrawn {
        words: &team.words,
        who: Who::Team,
        wall: &wall,
    };
    Ok(private(status, site::team_dispute(team.frame(), &drawn, &page)))
}

/// As whom somebody of the team acts in a dispute: only whoever took it does.
async fn mediator(state: &AppState, team: &Team, id: ConversationId) -> Result<Party, Fault> {
    let found = disputes::mediated(&state.services, &team.member, id).await?;
    found.party.ok_or(Fault::Refused(Refusal::NotAllowed))
}

/// Takes it.
async fn take(State(state): State<AppState>, team: Team, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id_of(&id)?;
    disputes::take(&state.services, &team.member, id).await?;
    Ok(Redirect::to(&path_of(id)).into_response())
}

/// Says or gives something in the room.
async fn reply(State(state): State<AppState>, team: Team, Path(id): Path<String>, request: Request) -> Result<Response, Failed> {
    let id = id_of(&id)?;
    // Looked at before anything is read.
    let party = mediator(&state, &team, id).await?;
    let sent = sent_form::read(request).await?;
    let (cid, typed) = (sent.fields.raw("cid").to_owned(), sent.fields.raw("message").to_owned());
    let reply = rooms::Reply {
        audience: Audience::All,
        ..reply_of(sent)
    };
    match rooms::reply(&state.services, &party, id, reply).await {
        Ok(()) => Ok(Redirect::to(&path_of(id)).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) if refusal != Refusal::NotFound => show(&state, &team, id, None, Some(Refused::Reply(refusal, cid, typed))).await,
            _ => Err(fault.into()),
        },
    }
}

/// Does something.
async fn step(State(state): State<AppState>, team: Team, Path(id): Path<String>, Form(pressed): Form<Pressed>) -> Result<Response, Failed> {
    let id = id_of(&id)?;
    let done = async {
        let party = mediator(&state, &team, id).await?;
        let deed = pressed.deed()?;
        disputes::act(&state.services, &party, id, pressed.cid(), pressed.seen(), deed).await
    };
    match done.await {
        Ok(()) => Ok(Redirect::to(&path_of(id)).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) if refusal != Refusal::NotFound => show(&state, &team, id, None, Some(Refused::step(refusal, pressed))).await,
            _ => Err(fault.into()),
        },
    }
}

/// Everything about it on one sheet, for the one who mediates.
async fn print(State(state): State<AppState>, team: Team, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id_of(&id)?;
    let desk = own_desk(&state, &team).await?;
    let party = mediator(&state, &team, id).await?;
    let seen = disputes::view(&state.services, &party, id).await?;
    let file = sheet(&state.services, &party, id, seen).await?;
    let wall = |at: Timestamp| hours::on_the_wall(&desk.settings, at);
    let drawn = DisputeDrawn {
        words: &team.words,
        who: Who::Team,
        wall: &wall,
    };
    let html = site::dispute_file(&state.assets.desk().css, &drawn, &file);
    Ok(private(StatusCode::OK, html))
}
