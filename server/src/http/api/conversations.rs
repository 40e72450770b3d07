//! `/api/v1/conversations`: what is said with the store's customers, and saying something in the store's name.

use std::{collections::HashMap, ops::RangeInclusive};

use axum::{
    Json,
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode};
use model::{
    desk::{Folder, InboxCursor},
    event::Audience,
    id::{ConversationId, Seq},
    text::Body,
    time::Timestamp,
};
use service::store_voice;

use super::{
    Part,
    dto::{ConversationOut, ConversationsOut, EventOut, EventsOut, MessageIn, SaidOut},
    json,
    key::caller,
    part,
    problem::Problem,
    whole,
};
use crate::{policy::ApiScope, state::AppState};

/// Characters of an `Idempotency-Key`: long enough not to be somebody else's by chance.
const NAME_CHARS: RangeInclusive<usize> = 8..=100;

/// What may be asked in the address.
type Asked = Result<Query<HashMap<String, String>>, QueryRejection>;

/// A page of them.
pub async fn list(State(state): State<AppState>, asked: Asked, headers: HeaderMap) -> Result<Json<ConversationsOut>, Problem> {
    let caller = caller(&state, &headers, ApiScope::Read).await?;
    let Query(asked) = asked.map_err(|_| Problem::field("after", "invalid"))?;
    let folder = match asked.get("kind").map(String::as_str) {
        None => Folder::All,
        Some("shop") => Folder::Shop,
        Some("order") => Folder::Order,
        Some("offline") => Folder::Offline,
        Some(_) => return Err(Problem::field("kind", "invalid")),
    };
    let after = match asked.get("after") {
        Some(text) => Some(cursor(text).ok_or(Problem::field("after", "invalid"))?),
        None => None,
    };
    let (found, next) = store_voice::conversations(&state.services, &caller, folder, after).await?;
    Ok(Json(ConversationsOut {
        conversations: found.into_iter().map(ConversationOut::from).collect(),
        next: next.map(|next| format!("{}.{}", next.at.0, next.id)),
    }))
}

/// One of them.
pub async fn get(State(state): State<AppState>, id: Part, headers: HeaderMap) -> Result<Json<ConversationOut>, Problem> {
    let caller = caller(&state, &headers, ApiScope::Read).await?;
    let found = store_voice::conversation(&state.services, &caller, named(id)?).await?;
    Ok(Json(found.into()))
}

/// What happened in it.
pub async fn events(State(state): State<AppState>, id: Part, asked: Asked, headers: HeaderMap) -> Result<Json<EventsOut>, Problem> {
    let caller = caller(&state, &headers, ApiScope::Read).await?;
    let id = named(id)?;
    let Query(asked) = asked.map_err(|_| Problem::field("after", "invalid"))?;
    let audience = match asked.get("log").map(String::as_str) {
        None | Some("all") => Audience::All,
        Some("notes") => Audience::Desk,
        Some(_) => return Err(Problem::field("log", "invalid")),
    };
    let after = match asked.get("after").map(|text| text.parse::<i64>()) {
        None => Seq::ZERO,
        Some(Ok(after)) if after >= 0 => Seq(after),
        Some(_) => return Err(Problem::field("after", "invalid")),
    };
    let found = store_voice::events(&state.services, &caller, id, audience, after).await?;
    Ok(Json(EventsOut {
        events: found.into_iter().map(EventOut::from).collect(),
    }))
}

/// Says something in the store's name.
pub async fn say(
    State(state): State<AppState>,
    id: Part,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&state, &headers, ApiScope::Write).await?;
    let id = named(id)?;
    let MessageIn { text } = json(&headers, &whole(body)?)?;
    let name = match headers.get("idempotency-key") {
        Some(value) => Some(request_name(value.as_bytes()).ok_or(Problem::field("Idempotency-Key", "invalid"))?),
        None => None,
    };
    let text = Body::parse(&text).map_err(|refusal| Problem::from(refusal).at("text"))?;
    let said = store_voice::say(&state.services, &caller, id, text, name).await?;
    Ok((StatusCode::CREATED, Json(SaidOut::from(said))).into_response())
}

/// The conversation that a part of the address names. What is no id names none.
fn named(id: Part) -> Result<ConversationId, Problem> {
    part(id)?.parse().map_err(|_| Problem::NOT_FOUND)
}

fn cursor(text: &str) -> Option<InboxCursor> {
    let (at, id) = text.split_once('.')?;
    Some(InboxCursor {
        at: Timestamp(at.parse().ok()?),
        id: id.parse().ok()?,
    })
}

fn request_name(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let fits = NAME_CHARS.contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        && text.bytes().any(|b| b.is_ascii_alphabetic());
    fits.then(|| text.to_owned())
}
