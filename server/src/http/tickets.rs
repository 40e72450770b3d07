//! Tickets over HTTP, for whoever needs help. The same pages and forms stand at a store's desk, on the Buyer dashboard and in the member
//! centre; each of those is a [`Door`], and its routes are thin. What the team does is in `team/tickets`.

use app::site::{self, RoomReply, TicketFacts, TicketForm, TicketFrame, TicketLine, TicketList, TicketPage};
use axum::{
    extract::Request,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    case::{CaseStatus, Priority, Topic},
    conversation::Kind,
    id::{ClientId, ConversationId},
    language::Language,
    refusal::Refusal,
    settings::StoreSettings,
    text::{Body, Name},
    time::Timestamp,
    words::Words,
};
use serde::Deserialize;
use service::{
    Fault,
    clock::new_id,
    hours, rooms,
    support::{self, Asking, Mine, NewTicket},
};
use storage::CaseRow;

use super::{
    answer::{self, Failed},
    desk_pages::{
        communication::{cursor, reply_of},
        lines, private,
    },
    sent_form,
};
use crate::state::AppState;

/// Where somebody stands who needs help.
pub(super) trait Door: Sync {
    /// Who they are.
    fn asking(&self) -> Asking;
    /// In their language.
    fn words(&self) -> &Words;
    /// The store whose clock hangs on the wall.
    fn settings(&self) -> &StoreSettings;
    /// An address of these pages. `rest` is empty, or begins with a slash.
    fn path(&self, rest: &str) -> String;
    /// The page of a conversation that became a ticket, where there is one.
    fn conversation(&self, mine: &Mine) -> Option<String>;
    /// A page in the frame of this place.
    fn show(&self, state: &AppState, status: StatusCode, page: &dyn Fn(TicketFrame<'_>) -> String) -> Response;
}

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// Where a list goes on.
    pub(super) after: String,
    /// Where a room begins.
    pub(super) before: String,
    /// The language that the reader chose.
    pub(super) lang: Option<String>,
}

/// What the form of a new ticket says; also what other pages hand over to it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    cid: String,
    subject: String,
    topic: String,
    priority: String,
    message: String,
    from: String,
}

impl Typed {
    fn read(&self, language: Language) -> Result<NewTicket, Refusal> {
        Ok(NewTicket {
            cid: self.cid.parse().unwrap_or_else(|_| new_id()),
            subject: Name::parse(&self.subject)?,
            topic: self.topic(),
            priority: self.priority(),
            body: Body::parse(&self.message)?,
            language,
        })
    }

    /// Only what is offered.
    fn topic(&self) -> Topic {
        let topic = Topic::from_code(&self.topic).filter(|topic| Topic::OF_TICKETS.contains(topic));
        topic.unwrap_or(Topic::Other)
    }

    fn priority(&self) -> Priority {
        Priority::from_code(&self.priority).unwrap_or_default()
    }
}

/// An answer that was not taken: why, and what it was.
type Refused = (Refusal, String, String);

/// What is not theirs does not exist.
fn nowhere(state: &AppState, door: &impl Door) -> Response {
    private(StatusCode::NOT_FOUND, site::not_found(door.words(), &state.assets.desk().css))
}

/// An address with a question behind it.
fn with(path: &str, question: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{question}")
}

/// All of theirs.
pub(super) async fn list(state: &AppState, door: &impl Door, asked: &Asked) -> Result<Response, Failed> {
    let found = match support::list(&state.services, &door.asking(), cursor(&asked.after)).await {
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(nowhere(state, door)),
        other => other?,
    };
    let last = found.rows.last().filter(|_| found.more);
    let page = TicketList {
        older: last.map(|row| with(&door.path(""), &format!("after={}-{}", row.changed_at.0, row.conversation))),
        lines: found.rows.iter().map(|row| line(door, row)).collect(),
        new: door.path("/new"),
    };
    Ok(door.show(state, StatusCode::OK, &|frame| site::tickets(frame, &page)))
}

fn line(door: &impl Door, row: &CaseRow) -> TicketLine {
    TicketLine {
        path: door.path(&format!("/{}", row.conversation)),
        unread: row.unread.1,
        ..line_of(row, door.settings())
    }
}

/// What both sides' lists say of a ticket.
pub(super) fn line_of(row: &CaseRow, wall: &StoreSettings) -> TicketLine {
    TicketLine {
        path: String::new(),
        number: row.number,
        subject: row.subject.to_string(),
        topic: row.topic,
        priority: row.priority,
        status: row.status,
        awaiting: row.awaiting,
        at: row.changed_at,
        on_the_wall: hours::on_the_wall(wall, row.changed_at),
        unread: 0,
        team: None,
    }
}

/// The form of a new one, with what was typed elsewhere.
pub(super) async fn form(state: &AppState, door: &impl Door, mut typed: Typed) -> Result<Response, Failed> {
    if !typed.from.is_empty() {
        let found = match typed.from.parse::<ConversationId>() {
            Ok(from) => support::escalated_from(&state.services, &door.asking(), from).await,
            Err(_) => Err(Refusal::NotFound.into()),
        };
        match found {
            Ok(name) if typed.subject.is_empty() => typed.subject = name.unwrap_or_default(),
            Ok(_) => {}
            Err(Fault::Refused(Refusal::NotFound)) => return Ok(nowhere(state, door)),
            Err(fault) => return Err(fault.into()),
        }
    }
    // A form that was not sent before has its own id; what another page counted its form by says nothing here.
    typed.cid = new_id::<ClientId>().to_string();
    Ok(show_form(state, door, typed, None))
}

fn show_form(state: &AppState, door: &impl Door, typed: Typed, answer: Option<Refusal>) -> Response {
    let form = TicketForm {
        action: door.path(""),
        back: door.path(""),
        topic: typed.topic(),
        priority: typed.priority(),
        cid: typed.cid,
        subject: typed.subject,
        message: typed.message,
        from: Some(typed.from).filter(|from| !from.is_empty()),
        answer,
    };
    let status = answer.map_or(StatusCode::OK, answer::status);
    door.show(state, status, &|frame| site::new_ticket(frame, &form))
}

/// Begins one, or makes one of a conversation.
pub(super) async fn begin(state: &AppState, door: &impl Door, typed: Typed) -> Result<Response, Failed> {
    let (asking, services) = (door.asking(), &state.services);
    let begun: Result<ConversationId, Fault> = match (typed.read(door.words().language()), typed.from.parse::<ConversationId>()) {
        (Err(refusal), _) => Err(refusal.into()),
        (Ok(new), Ok(from)) => Box::pin(support::escalate(services, &asking, from, new)).await,
        (Ok(new), Err(_)) if typed.from.is_empty() => support::begin(services, &asking, new).await,
        (Ok(_), Err(_)) => Err(Refusal::NotFound.into()),
    };
    match begun {
        Ok(id) => Ok(Redirect::to(&door.path(&format!("/{id}"))).into_response()),
        Err(fault) => match fault.refusal() {
            Some(Refusal::NotFound) => Ok(nowhere(state, door)),
            Some(refusal) => Ok(show_form(state, door, typed, Some(refusal))),
            None => Err(fault.into()),
        },
    }
}

async fn mine(state: &AppState, door: &impl Door, id: &str) -> Result<Option<Mine>, Failed> {
    let Ok(id) = id.parse::<ConversationId>() else { return Ok(None) };
    match support::mine(&state.services, &door.asking(), id).await {
        Ok(mine) => Ok(Some(mine)),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// One of theirs.
pub(super) async fn one(state: &AppState, door: &impl Door, id: &str, asked: &Asked) -> Result<Response, Failed> {
    match mine(state, door, id).await? {
        Some(mine) => show(state, door, mine, asked.before.parse().ok(), None).await,
        None => Ok(nowhere(state, door)),
    }
}

async fn show(
    state: &AppState,
    door: &impl Door,
    mine: Mine,
    before: Option<rooms::Before>,
    refused: Option<Refused>,
) -> Result<Response, Failed> {
    let row = &mine.row;
    let room = rooms::read(&state.services, &mine.party, row.conversation, before).await?;
    let path = door.path(&format!("/{}", row.conversation));
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, ..)| answer::status(*refusal));
    let shown = lines(room.lines);
    let wall = |at: Timestamp| hours::on_the_wall(door.settings(), at);
    let merged = mine.merged_into.zip(row.merged_into);
    let page = TicketPage {
        facts: TicketFacts {
            merged: merged.map(|(number, id)| (number, door.path(&format!("/{id}")))),
            from: door.conversation(&mine),
            ..facts_of(row)
        },
        back: door.path(""),
        lines: &shown,
        reply: reply_form(row, path.clone(), refused, false),
        more: room.older.map(|older| with(&path, &format!("before={older}"))),
        resolve: row.status.is_open().then(|| door.path(&format!("/{}/resolve", row.conversation))),
        wall: &wall,
    };
    Ok(door.show(state, status, &|frame| site::ticket(frame, &page)))
}

/// What both sides read of a ticket.
pub(super) fn facts_of(row: &CaseRow) -> TicketFacts {
    TicketFacts {
        number: row.number,
        subject: row.subject.to_string(),
        topic: row.topic,
        priority: row.priority,
        status: row.status,
        awaiting: row.awaiting,
        requester: None,
        assignee: row.assignee.as_ref().map(|(_, name)| name.to_string()),
        due: None,
        merged: None,
        from: None,
        escalated: row.from.is_some(),
    }
}

/// The form below the room, as long as the ticket is not over.
pub(super) fn reply_form(row: &CaseRow, action: String, refused: Option<Refused>, can_note: bool) -> Option<RoomReply> {
    let (answer, cid, typed) = match refused {
        Some((refusal, cid, typed)) => {
            let (cid, typed) = sent_form::again(refusal, cid, typed);
            (Some(refusal), cid, typed)
        }
        None => (None, new_id::<ClientId>().to_string(), String::new()),
    };
    (row.status != CaseStatus::Closed).then_some(RoomReply {
        action,
        cid,
        typed,
        answer,
        can_attach: true,
        can_note,
    })
}

/// Answers: words, a file, or both.
pub(super) async fn reply(state: &AppState, door: &impl Door, id: &str, request: Request) -> Result<Response, Failed> {
    // Looked at before anything is read.
    let Some(mine) = mine(state, door, id).await? else {
        return Ok(nowhere(state, door));
    };
    let conversation = mine.row.conversation;
    let said: Result<(), (Fault, String, String)> = match sent_form::read(request).await {
        Ok(sent) => {
            let (cid, typed) = (sent.fields.raw("cid").to_owned(), sent.fields.raw("message").to_owned());
            let replied = rooms::reply(&state.services, &mine.party, conversation, reply_of(sent)).await;
            replied.map_err(|fault| (fault, cid, typed))
        }
        Err(refusal) => Err((refusal.into(), new_id::<ClientId>().to_string(), String::new())),
    };
    match said {
        Ok(()) => Ok(Redirect::to(&door.path(&format!("/{conversation}"))).into_response()),
        Err((fault, cid, typed)) => match fault.refusal() {
            Some(Refusal::NotFound) => Ok(nowhere(state, door)),
            Some(refusal) => show(state, door, mine, None, Some((refusal, cid, typed))).await,
            None => Err(fault.into()),
        },
    }
}

/// Says that it is done.
pub(super) async fn resolve(state: &AppState, door: &impl Door, id: &str) -> Result<Response, Failed> {
    let Some(mine) = mine(state, door, id).await? else {
        return Ok(nowhere(state, door));
    };
    support::resolve(&state.services, &door.asking(), mine.row.conversation).await?;
    Ok(Redirect::to(&door.path(&format!("/{}", mine.row.conversation))).into_response())
}

/// Where a desk shows a conversation of this kind.
pub(super) fn page_at_desk(kind: Kind, id: ConversationId) -> Option<String> {
    match kind {
        Kind::Thread => Some(format!("/desk/pages/communication/{id}")),
        Kind::Shop | Kind::Order => Some(format!("/desk/messages/{id}")),
        Kind::Offline => Some(format!("/desk/offline-messages/{id}")),
        Kind::Live | Kind::Ticket | Kind::Dispute => None,
    }
}
