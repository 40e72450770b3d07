//! Disputes at the desk: the store's own, and the room of each.

use app::site::{self, DISPUTES, DisputeDrawn, DisputesPage};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{dispute::Who, event::Audience, id::ConversationId, refusal::Refusal};
use service::{Party, disputes, rooms};
use storage::DisputesWanted;

use super::{Clerk, communication::reply_of, private};
use crate::{
    http::{
        answer::Failed,
        disputes::{Asked, Place, Pressed, Refused, cursor, line, older, page, sheet, wanted},
        layer::rate_limit::Budget,
        sent_form,
    },
    policy::{Need, Policy, Registry, Route},
    state::AppState,
};

/// The routes of the disputes.
pub(in crate::http) fn register(registry: &mut Registry<AppState>) {
    let staff = Policy::Operator(Need::Staff);
    registry
        .add(Route::get("/desk/pages/disputes", staff), list)
        .add(Route::get("/desk/pages/disputes/{conversation}", staff), one)
        .add(
            Route::post("/desk/pages/disputes/{conversation}", staff).within(Budget::Files),
            reply,
        )
        .add(
            Route::post("/desk/pages/disputes/{conversation}/step", staff).within(Budget::Messages),
            step,
        )
        .add(Route::get("/desk/pages/disputes/{conversation}/print", staff), print);
}

fn id_of(text: &str) -> Result<ConversationId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

fn path_of(id: ConversationId) -> String {
    format!("{DISPUTES}/{id}")
}

/// The table.
async fn list(State(state): State<AppState>, clerk: Clerk, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let (wanted, code) = wanted(&asked.show, DisputesWanted::Open);
    let found = disputes::list(&state.services, &clerk.actor, wanted, cursor(&asked.after)).await?;
    let shown = DisputesPage {
        older: older(DISPUTES, code, &found.rows, found.more),
        lines: found
            .rows
            .iter()
            .map(|row| line(row, path_of(row.conversation), row.unread.0))
            .collect(),
        path: DISPUTES.to_owned(),
        shown: code.to_owned(),
    };
    let wall = clerk.wall();
    let drawn = DisputeDrawn {
        words: &clerk.words,
        who: Who::Seller,
        wall: &wall,
    };
    Ok(private(StatusCode::OK, site::desk_disputes(clerk.frame(), &drawn, &shown)))
}

/// One of them.
async fn one(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    show(&state, &clerk, id_of(&id)?, asked.before.parse().ok(), None).await
}

async fn show(
    state: &AppState,
    clerk: &Clerk,
    id: ConversationId,
    before: Option<rooms::Before>,
    refused: Option<Refused>,
) -> Result<Response, Failed> {
    let party = Party::Desk(clerk.actor.clone());
    // What is no dispute has another page.
    let seen = disputes::view(&state.services, &party, id).await?;
    let room = rooms::read(&state.services, &party, id, before).await?;
    let place = Place {
        action: path_of(id),
        before: format!("{}?before=", path_of(id)),
        order_to: None,
        back: (DISPUTES.to_owned(), "site.dispute.title"),
    };
    let (status, page) = page(&seen, Some(room), place, refused);
    let wall = clerk.wall();
    let drawn = DisputeDrawn {
        words: &clerk.words,
        who: Who::Seller,
        wall: &wall,
    };
    Ok(private(status, site::desk_dispute(clerk.frame(), &drawn, &page)))
}

/// Says or gives something in the room.
async fn reply(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>, request: Request) -> Result<Response, Failed> {
    let (id, party) = (id_of(&id)?, Party::Desk(clerk.actor.clone()));
    // Looked at before anything is read.
    disputes::view(&state.services, &party, id).await?;
    let sent = sent_form::read(request).await?;
    let (cid, typed) = (sent.fields.raw("cid").to_owned(), sent.fields.raw("message").to_owned());
    let reply = rooms::Reply {
        audience: Audience::All,
        ..reply_of(sent)
    };
    match rooms::reply(&state.services, &party, id, reply).await {
        Ok(()) => Ok(Redirect::to(&path_of(id)).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) if refusal != Refusal::NotFound => {
                show(&state, &clerk, id, None, Some(Refused::Reply(refusal, cid, typed))).await
            }
            _ => Err(fault.into()),
        },
    }
}

/// Does something.
async fn step(
    State(state): State<AppState>,
    clerk: Clerk,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failed> {
    let (id, party) = (id_of(&id)?, Party::Desk(clerk.actor.clone()));
    let done = match pressed.deed() {
        Ok(deed) => disputes::act(&state.services, &party, id, pressed.cid(), pressed.seen(), deed).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&path_of(id)).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) if refusal != Refusal::NotFound => show(&state, &clerk, id, None, Some(Refused::step(refusal, pressed))).await,
            _ => Err(fault.into()),
        },
    }
}

/// Everything about it on one sheet.
async fn print(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>) -> Result<Response, Failed> {
    let (id, party) = (id_of(&id)?, Party::Desk(clerk.actor.clone()));
    let seen = disputes::view(&state.services, &party, id).await?;
    let file = sheet(&state.services, &party, id, seen).await?;
    let wall = clerk.wall();
    let drawn = DisputeDrawn {
        words: &clerk.words,
        who: Who::Seller,
        wall: &wall,
    };
    let html = site::dispute_file(&state.assets.desk().css, &drawn, &file);
    Ok(private(StatusCode::OK, html))
}
