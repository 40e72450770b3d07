//! Messages in the member centre: all that was said, one conversation, and its thread, which is the panel in a frame.

use app::site::{self, Here, MessageLine, MessagesPage};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{
    id::{ClientId, ConversationId},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};
use service::{
    Fault,
    clock::new_id,
    disputes,
    members::{self, Room},
};
use storage::MemberReach;

use super::{Asked, Inside, Written, path_of, private, threads};
use crate::{
    http::{
        answer::{self, Failed},
        panel::Asker,
        panel_page::{self, Place},
        site::not_found,
    },
    state::AppState,
};

/// Everything that was said. Whoever came by a letter is led to what it was about.
pub async fn list(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    if inside.member.scope.reach != MemberReach::All {
        let room = members::arrival(&state.services, inside.member.scope).await?;
        return Ok(Redirect::to(&path_of(&slug, &room)).into_response());
    }
    show_messages(&state, &inside, asked.before.as_deref(), None).await
}

async fn show_messages(
    state: &AppState,
    inside: &Inside,
    before: Option<&str>,
    refused: Option<(Refusal, Written)>,
) -> Result<Response, Failed> {
    let found = members::messages(&state.services, inside.member.scope, before.and_then(cursor)).await?;
    let older = found.rows.last().filter(|_| found.more);
    let lang = inside.words.language().code();
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| answer::status(*refusal));
    let (answer, written) = refused.unzip();
    let page = MessagesPage {
        older: older.map(|row| format!("?lang={lang}&before={}-{}", row.at.0, row.id)),
        cid: written
            .as_ref()
            .map_or_else(|| new_id::<ClientId>().to_string(), |written| written.cid.clone()),
        answer,
        typed: written.map(|written| written.message).unwrap_or_default(),
        lines: found
            .rows
            .into_iter()
            .map(|row| MessageLine {
                id: row.id.to_string(),
                kind: row.kind,
                order: row.order,
                product: row.product,
                preview: row.preview,
                mine: row.mine,
                at: row.at,
                unread: row.unread,
            })
            .collect(),
    };
    Ok(inside.show(state, status, Here::Messages, |account| site::account_messages(account, &page)))
}

/// The last row of the page before: its time and id.
fn cursor(text: &str) -> Option<(Timestamp, ConversationId)> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// Begins a conversation with the store.
pub async fn write(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(written): Form<Written>,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let (scope, language) = (inside.member.scope, inside.words.language());
    let begun = match Body::parse(&written.message) {
        Ok(body) => members::write(&state.services, scope, written.cid(), body, language).await,
        Err(refusal) => Err(refusal.into()),
    };
    match begun {
        Ok(id) => Ok(Redirect::to(&path_of(&slug, &Room::Conversation(id))).into_response()),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => match fault.refusal() {
            Some(refusal) => show_messages(&state, &inside, None, Some((refusal, written))).await,
            None => Err(fault.into()),
        },
    }
}

/// One conversation.
pub async fn conversation(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let Ok(id) = id.parse::<ConversationId>() else {
        return Ok(not_found(&state, &headers));
    };
    // A letter about a thread or a dispute leads here, and so does the list of everything.
    if let Some(to) = threads::page_of(&state, &inside, id).await? {
        return Ok(Redirect::to(&to).into_response());
    }
    if disputes::is_one(&state.services, inside.member.scope, id).await? {
        return Ok(Redirect::to(&inside.at(&format!("/disputes/{id}"))).into_response());
    }
    match members::conversation(&state.services, inside.member.scope, id).await {
        Ok(order) => Ok(inside.show(&state, StatusCode::OK, Here::Messages, |account| {
            site::account_conversation(account, &id.to_string(), order.as_deref())
        })),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => Err(fault.into()),
    }
}

/// The panel of one conversation: what stands in the frame.
pub async fn thread(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let opened = match id.parse::<ConversationId>() {
        Ok(id) => members::thread(&state.services, inside.member.scope, id).await,
        Err(_) => Err(Refusal::NotFound.into()),
    };
    match opened {
        Ok(opened) => {
            let asker = Asker {
                store: inside.store,
                visitor: Some((opened.session, opened.token.reveal().to_owned())),
                blocked: false,
                by_cookie: false,
            };
            let response = panel_page::render(&state, &asker, Place::Thread, inside.words.language(), None, None).await?;
            Ok(private(response))
        }
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => Err(fault.into()),
    }
}
