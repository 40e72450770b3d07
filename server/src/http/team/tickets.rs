//! The team's tickets over HTTP: the queue, one ticket, and what the team does with it.

use app::site::{self, Due, QueuePage, QueueShown, TEAM_TICKETS, TeamTicketPage, TicketFacts, TicketLine};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    case::{CaseStatus, Priority, Topic},
    id::{AccountId, ClientId, ConversationId},
    refusal::{Field, Refusal},
    settings::StoreSettings,
    time::Timestamp,
};
use serde::Deserialize;
use service::{
    Fault,
    clock::new_id,
    hours, rooms, stores,
    support::{self, Deed, TeamTicket},
};
use storage::{AssigneeWanted, CaseRow, QueueCursor, QueueWanted, StatusWanted};

use super::{Team, private};
use crate::{
    http::{
        answer::{self, Failed},
        desk_pages::{communication::reply_of, lines},
        layer::rate_limit::Budget,
        sent_form,
        tickets::{facts_of, line_of, reply_form},
    },
    policy::{Policy, Registry, Route, TeamNeed},
    state::AppState,
};

/// The routes of the pages.
pub(super) fn register(registry: &mut Registry<AppState>) {
    let team = Policy::Team(TeamNeed::Member);
    registry
        .add(Route::get("/team/tickets", team), queue)
        .add(Route::get("/team/tickets/{conversation}", team), one)
        .add(Route::post("/team/tickets/{conversation}", team).within(Budget::Files), reply)
        .add(
            Route::post("/team/tickets/{conversation}/change", team).within(Budget::Messages),
            change,
        )
        .add(
            Route::post("/team/tickets/{conversation}/status", team).within(Budget::Messages),
            set_status,
        )
        .add(
            Route::post("/team/tickets/{conversation}/merge", team).within(Budget::Messages),
            merge,
        );
}

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    status: String,
    assignee: String,
    topic: String,
    after: String,
    before: String,
}

impl Asked {
    fn wanted(&self) -> QueueWanted {
        let (status, assignee) = (StatusWanted::ALL, AssigneeWanted::ALL);
        QueueWanted {
            status: status.into_iter().find(|one| one.code() == self.status).unwrap_or_default(),
            assignee: assignee.into_iter().find(|one| one.code() == self.assignee).unwrap_or_default(),
            topic: Topic::from_code(&self.topic).filter(|topic| Topic::OF_TICKETS.contains(topic)),
        }
    }
}

/// The last row of the page before: its place and id.
fn cursor(text: &str) -> Option<QueueCursor> {
    let (place, id) = text.split_once('-')?;
    Some((place.parse().ok()?, id.parse().ok()?))
}

/// The queue, what is due first on top.
async fn queue(State(state): State<AppState>, team: Team, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let wanted = asked.wanted();
    let found = support::queue(&state.services, &team.member, wanted, cursor(&asked.after)).await?;
    let wall = stores::own(&state.services, team.member.actor()).await?.settings;
    let now = state.services.clock().now();
    let shown = QueueShown {
        status: wanted.status.code().to_owned(),
        assignee: wanted.assignee.code().to_owned(),
        topic: wanted.topic.map_or("all", Topic::code).to_owned(),
    };
    let last = found.rows.last().filter(|_| found.more).map(CaseRow::place);
    let page = QueuePage {
        older: last.map(|(place, id)| {
            format!(
                "{TEAM_TICKETS}?status={}&assignee={}&topic={}&after={place}-{id}",
                shown.status, shown.assignee, shown.topic
            )
        }),
        lines: found.rows.iter().map(|row| line(row, &wall, now)).collect(),
        shown,
    };
    Ok(private(StatusCode::OK, site::team_tickets(team.frame(), &page)))
}

fn path_of(id: ConversationId) -> String {
    format!("{TEAM_TICKETS}/{id}")
}

fn line(row: &CaseRow, wall: &StoreSettings, now: Timestamp) -> TicketLine {
    let requester = row.with.as_ref().map(ToString::to_string).unwrap_or_default();
    let assignee = row.assignee.as_ref().map(|(_, name)| name.to_string());
    TicketLine {
        path: path_of(row.conversation),
        unread: row.unread.0,
        team: Some((requester, assignee, due(row, now))),
        ..line_of(row, wall)
    }
}

/// What is due, in so much time.
fn due(row: &CaseRow, now: Timestamp) -> Option<Due> {
    let clock = row.clock?;
    Some(Due {
        answer: clock.answered_at.is_none() && clock.answer_due <= clock.resolution_due,
        in_ms: row.due_at?.since_ms(now),
    })
}

fn id_of(text: &str) -> Result<ConversationId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

/// What was refused: an answer with its id and words, or a number to merge into.
#[derive(Default)]
struct Refused {
    reply: Option<(Refusal, String, String)>,
    merge: Option<(Refusal, String)>,
}

/// One ticket.
async fn one(State(state): State<AppState>, team: Team, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    match find(&state, &team, &id).await? {
        Some(found) => show(&state, &team, found, asked.before.parse().ok(), Refused::default()).await,
        None => Ok(nowhere(&state, &team)),
    }
}

async fn find(state: &AppState, team: &Team, id: &str) -> Result<Option<TeamTicket>, Failed> {
    let Ok(id) = id_of(id) else { return Ok(None) };
    match support::opened(&state.services, &team.member, id).await {
        Ok(found) => Ok(Some(found)),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

fn nowhere(state: &AppState, team: &Team) -> Response {
    private(StatusCode::NOT_FOUND, site::not_found(&team.words, &state.assets.desk().css))
}

async fn show(
    state: &AppState,
    team: &Team,
    found: TeamTicket,
    before: Option<rooms::Before>,
    refused: Refused,
) -> Result<Response, Failed> {
    let row = &found.row;
    let services = &state.services;
    let room = rooms::read(services, &support::team_party(&team.member), row.conversation, before).await?;
    let staff = support::staff(services, &team.member).await?;
    let settings = stores::own(services, team.member.actor()).await?.settings;
    let (now, path) = (services.clock().now(), path_of(row.conversation));
    let status = match (&refused.reply, &refused.merge) {
        (Some((refusal, ..)), _) | (None, Some((refusal, _))) => answer::status(*refusal),
        (None, None) => StatusCode::OK,
    };
    let name = row.with.as_ref().map(ToString::to_string).unwrap_or_default();
    let requester = match &found.store {
        Some(store) => format!("{name} · {store}"),
        None => name,
    };
    let shown = lines(room.lines);
    let wall = |at: Timestamp| hours::on_the_wall(&settings, at);
    let merged = found.merged_into.zip(row.merged_into);
    let page = TeamTicketPage {
        facts: TicketFacts {
            requester: Some(requester),
            due: due(row, now),
            merged: merged.map(|(number, id)| (number, path_of(id))),
            ..facts_of(row)
        },
        lines: &shown,
        reply: reply_form(row, path.clone(), refused.reply, true),
        more: room.older.map(|older| format!("{path}?before={older}")),
        path,
        staff: staff.into_iter().map(|one| (one.id.to_string(), one.name.to_string())).collect(),
        assignee: row.assignee.as_ref().map(|(who, _)| who.to_string()).unwrap_or_default(),
        refused: refused.merge,
        wall: &wall,
    };
    Ok(private(status, site::team_ticket(team.frame(), &page)))
}

/// Answers, or leaves a note for colleagues.
async fn reply(State(state): State<AppState>, team: Team, Path(id): Path<String>, request: Request) -> Result<Response, Failed> {
    // Looked at before anything is read.
    let Some(found) = find(&state, &team, &id).await? else {
        return Ok(nowhere(&state, &team));
    };
    let conversation = found.row.conversation;
    let said: Result<(), (Fault, String, String)> = match sent_form::read(request).await {
        Ok(sent) => {
            let (cid, typed) = (sent.fields.raw("cid").to_owned(), sent.fields.raw("message").to_owned());
            let party = support::team_party(&team.member);
            let replied = rooms::reply(&state.services, &party, conversation, reply_of(sent)).await;
            replied.map_err(|fault| (fault, cid, typed))
        }
        Err(refusal) => Err((refusal.into(), new_id::<ClientId>().to_string(), String::new())),
    };
    match said {
        Ok(()) => Ok(Redirect::to(&path_of(conversation)).into_response()),
        Err((fault, cid, typed)) => match fault.refusal() {
            Some(refusal) => {
                let refused = Refused {
                    reply: Some((refusal, cid, typed)),
                    merge: None,
                };
                show(&state, &team, found, None, refused).await
            }
            None => Err(fault.into()),
        },
    }
}

/// What the form beside the room says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Changed {
    assignee: String,
    priority: String,
    topic: String,
}

impl Changed {
    /// What it means; what cannot be read means nothing.
    fn deeds(&self) -> Result<[Deed; 3], Refusal> {
        let assignee = match self.assignee.as_str() {
            "" => None,
            who => Some(who.parse::<AccountId>().map_err(|_| Refusal::Malformed)?),
        };
        Ok([
            Deed::Assign(assignee),
            Deed::Prioritise(Priority::from_code(&self.priority).ok_or(Refusal::Malformed)?),
            Deed::Sort(Topic::from_code(&self.topic).ok_or(Refusal::Malformed)?),
        ])
    }
}

/// Who has it, how urgent it is, and what it is about.
async fn change(
    State(state): State<AppState>,
    team: Team,
    Path(id): Path<String>,
    Form(changed): Form<Changed>,
) -> Result<Response, Failed> {
    let Some(found) = find(&state, &team, &id).await? else {
        return Ok(nowhere(&state, &team));
    };
    for deed in changed.deeds()? {
        support::change(&state.services, &team.member, found.row.conversation, deed).await?;
    }
    Ok(Redirect::to(&path_of(found.row.conversation)).into_response())
}

/// How far it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    status: String,
}

/// Says that it is done, not done after all, or over.
async fn set_status(State(state): State<AppState>, team: Team, Path(id): Path<String>, Form(told): Form<Told>) -> Result<Response, Failed> {
    let Some(found) = find(&state, &team, &id).await? else {
        return Ok(nowhere(&state, &team));
    };
    let to = CaseStatus::from_code(&told.status).ok_or(Refusal::Malformed)?;
    support::change(&state.services, &team.member, found.row.conversation, Deed::Status(to)).await?;
    Ok(Redirect::to(&path_of(found.row.conversation)).into_response())
}

/// Into which ticket.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Number {
    number: String,
}

/// Two tickets of one requester become one.
async fn merge(State(state): State<AppState>, team: Team, Path(id): Path<String>, Form(into): Form<Number>) -> Result<Response, Failed> {
    let Some(found) = find(&state, &team, &id).await? else {
        return Ok(nowhere(&state, &team));
    };
    let merged = match into.number.trim().trim_start_matches('#').parse::<i64>() {
        Ok(number) => support::merge(&state.services, &team.member, found.row.conversation, number).await,
        Err(_) => Err(Refusal::Invalid(Field::Number).into()),
    };
    match merged {
        Ok(left) => Ok(Redirect::to(&path_of(left)).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) => {
                let refused = Refused {
                    reply: None,
                    merge: Some((refusal, into.number)),
                };
                show(&state, &team, found, None, refused).await
            }
            None => Err(fault.into()),
        },
    }
}
