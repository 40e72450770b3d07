//! My Communication History at the desk: the store's threads, one of them with its answers and its status, and a new one with a customer.

use app::site::{self, COMMUNICATION, NewThreadPage, RoomReply, ThreadLine, ThreadPage, ThreadsPage};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    case::CaseStatus,
    event::Audience,
    id::{ClientId, ConversationId, CustomerId},
    refusal::Refusal,
    text::{Body, Name},
    time::Timestamp,
};
use serde::Deserialize;
use service::{
    Fault, Party, cases,
    clock::new_id,
    rooms,
    threads::{self, NewThread},
};
use storage::{CaseCursor, CaseRow, ThreadFilter};

use super::{Clerk, lines, private};
use crate::{
    http::{
        answer::{self, Failed},
        layer::rate_limit::Budget,
        sent_form::{self, Sent},
    },
    policy::{Need, Policy, Registry, Route},
    state::AppState,
};

/// The routes of the page.
pub(in crate::http) fn register(registry: &mut Registry<AppState>) {
    let staff = Policy::Operator(Need::Staff);
    registry
        .add(Route::get("/desk/pages/communication", staff), list)
        .add(Route::get("/desk/pages/communication/new", staff), new_page)
        .add(Route::post("/desk/pages/communication/new", staff).within(Budget::Messages), begin)
        .add(Route::get("/desk/pages/communication/{conversation}", staff), thread)
        .add(
            Route::post("/desk/pages/communication/{conversation}", staff).within(Budget::Files),
            reply,
        )
        .add(
            Route::post("/desk/pages/communication/{conversation}/status", staff).within(Budget::Messages),
            set_status,
        );
}

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    after: String,
    before: String,
    customer: String,
    conversation: String,
}

/// What the form of a new thread sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Written {
    cid: String,
    customer: String,
    subject: String,
    message: String,
}

/// What a form about the status says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    to: String,
}

fn path_of(id: ConversationId) -> String {
    format!("{COMMUNICATION}/{id}")
}

/// The last row of the page before: its time and id.
pub(in crate::http) fn cursor(text: &str) -> Option<CaseCursor> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// A thread, for the table of the desk.
fn line(row: &CaseRow) -> ThreadLine {
    ThreadLine {
        href: path_of(row.conversation),
        unread: row.unread.0,
        ..line_of(row)
    }
}

/// What both sides' tables say of a thread.
pub(in crate::http) fn line_of(row: &CaseRow) -> ThreadLine {
    ThreadLine {
        href: String::new(),
        subject: row.subject.to_string(),
        status: row.status,
        awaiting: row.awaiting,
        topic: row.topic,
        product: row.about.clone(),
        with: row.with.as_ref().map(Name::to_string),
        at: row.changed_at,
        unread: 0,
    }
}

/// The table.
pub async fn list(State(state): State<AppState>, clerk: Clerk, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let filter = ThreadFilter::from_code(&asked.show);
    let found = threads::of_desk(&state.services, &clerk.actor, filter, cursor(&asked.after)).await?;
    let page = ThreadsPage {
        lines: found.rows.iter().map(line).collect(),
        shown: filter.code().to_owned(),
        path: COMMUNICATION.to_owned(),
        // With whom, a customer's card says.
        begin: None,
        older: found
            .next
            .map(|(at, id)| format!("{COMMUNICATION}?show={}&after={}-{id}", filter.code(), at.0)),
    };
    let html = site::desk_threads(clerk.frame(), &clerk.wall(), &page);
    Ok(private(StatusCode::OK, html))
}

/// One thread.
pub async fn thread(
    State(state): State<AppState>,
    clerk: Clerk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    show(&state, &clerk, id_of(&id)?, asked.before.parse().ok(), None).await
}

fn id_of(text: &str) -> Result<ConversationId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

async fn show(
    state: &AppState,
    clerk: &Clerk,
    id: ConversationId,
    before: Option<rooms::Before>,
    refused: Option<(Refusal, String, String)>,
) -> Result<Response, Failed> {
    let case = threads::at_desk(&state.services, &clerk.actor, id).await?;
    let room = rooms::read(&state.services, &Party::Desk(clerk.actor.clone()), id, before).await?;
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, ..)| answer::status(*refusal));
    let (answer, cid, typed) = match refused {
        Some((refusal, cid, typed)) => {
            let (cid, typed) = sent_form::again(refusal, cid, typed);
            (Some(refusal), cid, typed)
        }
        None => (None, new_id::<ClientId>().to_string(), String::new()),
    };
    let path = path_of(id);
    let page = ThreadPage {
        line: line(&case),
        number: case.number,
        lines: lines(room.lines),
        more: room.older.map(|older| format!("{path}?before={older}")),
        reply: (case.status != CaseStatus::Closed).then(|| RoomReply {
            action: path.clone(),
            cid,
            typed,
            answer,
            can_attach: true,
            can_note: true,
        }),
        status_to: format!("{path}/status"),
        back: COMMUNICATION.to_owned(),
        escalate: Some(format!("/desk/pages/tickets/new?from={id}")),
    };
    let html = site::desk_thread(clerk.frame(), &clerk.wall(), &page);
    Ok(private(status, html))
}

/// Answers in a thread: words, a file, or both.
pub async fn reply(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>, request: Request) -> Result<Response, Failed> {
    let id = id_of(&id)?;
    // Looked at before anything is read.
    threads::at_desk(&state.services, &clerk.actor, id).await?;
    let sent = sent_form::read(request).await?;
    let (cid, typed) = (sent.fields.raw("cid").to_owned(), sent.fields.raw("message").to_owned());
    let party = Party::Desk(clerk.actor.clone());
    match rooms::reply(&state.services, &party, id, reply_of(sent)).await {
        Ok(()) => Ok(Redirect::to(&path_of(id)).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) if refusal != Refusal::NotFound => show(&state, &clerk, id, None, Some((refusal, cid, typed))).await,
            _ => Err(fault.into()),
        },
    }
}

/// What the form below a room sent. Who may say something to the desk only, the verb asks.
pub(in crate::http) fn reply_of(sent: Sent) -> rooms::Reply {
    rooms::Reply {
        audience: if sent.fields.raw("to") == "desk" {
            Audience::Desk
        } else {
            Audience::All
        },
        cid: sent.fields.cid(),
        message: sent.fields.raw("message").to_owned(),
        file: sent.file.map(|(name, bytes)| (name, bytes.to_vec())),
    }
}

/// Says how far a thread is.
pub async fn set_status(
    State(state): State<AppState>,
    clerk: Clerk,
    Path(id): Path<String>,
    Form(told): Form<Told>,
) -> Result<Response, Failed> {
    let id = id_of(&id)?;
    threads::at_desk(&state.services, &clerk.actor, id).await?;
    let to = CaseStatus::from_code(&told.to).ok_or(Refusal::Malformed)?;
    cases::set_status(&state.services, &Party::Desk(clerk.actor.clone()), id, to).await?;
    Ok(Redirect::to(&path_of(id)).into_response())
}

/// The form that begins a thread with a customer, whom the address names or whom a conversation is with.
pub async fn new_page(State(state): State<AppState>, clerk: Clerk, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let customer = match (asked.customer.parse::<CustomerId>(), asked.conversation.parse::<ConversationId>()) {
        (Ok(customer), _) => customer,
        (Err(_), Ok(conversation)) => threads::customer_of(&state.services, &clerk.actor, conversation).await?,
        (Err(_), Err(_)) => return Err(Refusal::NotFound.into()),
    };
    show_new(&state, &clerk, customer, None).await
}

async fn show_new(state: &AppState, clerk: &Clerk, customer: CustomerId, refused: Option<(Refusal, Written)>) -> Result<Response, Failed> {
    let who = threads::addressee(&state.services, &clerk.actor, customer).await?;
    let named = who.name.map(String::from).or_else(|| who.email.map(String::from));
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| answer::status(*refusal));
    let (answer, written) = refused.unzip();
    let written = written.unwrap_or_else(|| Written {
        cid: new_id::<ClientId>().to_string(),
        ..Written::default()
    });
    let page = NewThreadPage {
        action: format!("{COMMUNICATION}/new"),
        cid: written.cid,
        subject: written.subject,
        message: written.message,
        product: None,
        with: Some((customer.to_string(), named.unwrap_or_else(|| clerk.words.get("site.room.customer")))),
        answer,
        other_ways: None,
    };
    Ok(private(status, site::desk_new_thread(clerk.frame(), &page)))
}

/// Begins it.
pub async fn begin(State(state): State<AppState>, clerk: Clerk, Form(written): Form<Written>) -> Result<Response, Failed> {
    let customer: CustomerId = written.customer.parse().map_err(|_| Refusal::NotFound)?;
    let begun = match read(&written, &clerk) {
        Ok(new) => threads::begin_with(&state.services, &clerk.actor, customer, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    match begun {
        Ok(id) => Ok(Redirect::to(&path_of(id)).into_response()),
        Err(Fault::Refused(refusal)) if refusal != Refusal::NotFound => show_new(&state, &clerk, customer, Some((refusal, written))).await,
        Err(fault) => Err(fault.into()),
    }
}

fn read(written: &Written, clerk: &Clerk) -> Result<NewThread, Refusal> {
    Ok(NewThread {
        cid: written.cid.parse().unwrap_or_else(|_| new_id()),
        subject: Name::parse(&written.subject)?,
        product: None,
        body: Body::parse(&written.message)?,
        language: clerk.words.language(),
    })
}
