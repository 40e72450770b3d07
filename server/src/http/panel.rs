//! The panel's own HTTP: JSON from its program, forms from browsers without scripts, the same verbs.

use std::time::Duration;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode, header};
use model::{
    availability::Availability,
    event::Audience,
    id::{ConversationId, Seq},
    language::Language,
    panel::{Begin, Begun, EndChat, EventsPage, MarkRead, Pass, PostMessage, SessionAnswer, SessionRequest, Ticket},
    refusal::Refusal,
};
use serde::{Deserialize, de::DeserializeOwned};
use service::{Fault, Party, blocking, conversation, files, identity, stores, tickets, visitor};
use storage::{StoreRow, VisitorSession};

use crate::{
    extract::client_ip::Client,
    http::{answer::Failed, cookies, language, panel_form},
    state::AppState,
};

/// Who asks, at which store: looked up once for each request.
pub struct Asker {
    /// The store.
    pub store: StoreRow,
    /// The visitor, if they were recognised, and the token they came with.
    pub visitor: Option<(VisitorSession, String)>,
    /// Whether they came with the session of somebody who is blocked: to them the chat is hidden.
    pub blocked: bool,
    /// Whether the browser's own cookie says who they are, and not their program only: then pictures and links are recognised, too.
    pub by_cookie: bool,
}

impl Asker {
    /// Looks up the store of the address, and the visitor of the cookie or header.
    pub async fn find(state: &AppState, slug: &str, headers: &HeaderMap, jar: &CookieJar) -> Result<Self, Failed> {
        let store = stores::by_slug(&state.services, slug).await?;
        let token = cookies::visitor_token(&state.http, headers, jar, slug);
        let visitor = match token.clone() {
            Some(token) => visitor::recognise(&state.services, &store, &token)
                .await?
                .map(|session| (session, token)),
            None => None,
        };
        let blocked = visitor.is_none() && blocking::is_turned_away(&state.services, &store, token.as_deref(), None).await?;
        let by_cookie = visitor.is_some() && token == cookies::visitor_cookie(&state.http, jar, slug);
        Ok(Self {
            store,
            visitor,
            blocked,
            by_cookie,
        })
    }

    /// As a form says that carries its session in a field of its own: the thread of a page without scripts.
    pub async fn or_by(self, state: &AppState, token: &str) -> Result<Self, Fault> {
        if token.is_empty() {
            return Ok(self);
        }
        let found = visitor::recognise(&state.services, &self.store, token).await?;
        Ok(Self {
            visitor: found.map(|session| (session, token.to_owned())),
            ..self
        })
    }

    fn session(&self) -> Option<VisitorSession> {
        self.visitor.as_ref().map(|(session, _)| *session)
    }

    /// Somebody who must have been recognised.
    pub fn party(&self) -> Result<Party, Refusal> {
        self.session().map(|s| Party::Visitor(s.scope)).ok_or(Refusal::NotFound)
    }
}

/// The body as JSON. What cannot be read is refused, whatever is wrong with it; a field's own refusal is kept.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::Malformed)
}

/// Whether the request is a form of a browser without scripts.
fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|t| t.to_str().ok())
        .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"))
}

fn browser(headers: &HeaderMap, language: Language, client: Client) -> visitor::Browser {
    let agent = headers.get(header::USER_AGENT).and_then(|a| a.to_str().ok()).map(str::to_owned);
    visitor::Browser {
        language,
        agent,
        address: Some(client.address),
    }
}

#[derive(Debug, Deserialize)]
/// The language of the panel that asks.
pub struct Asked {
    lang: Option<String>,
}

/// Who am I here, and what goes on?
pub async fn session(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    let request: SessionRequest = json(&body)?;
    let now = state.services.clock().now();
    // A token that is not good is no reason to show nothing: the shopper goes on as a guest.
    let identity = request.identity.and_then(|t| identity::verify(&asker.store, &t, now).ok());
    let known = identity.as_ref().map(|i| i.known.clone());
    let mut turned_away = asker.blocked;
    if !turned_away && asker.visitor.is_none() {
        turned_away = blocking::is_turned_away(&state.services, &asker.store, None, request.handle.as_deref()).await?;
    }
    if let Some(identity) = identity.as_ref().filter(|_| !turned_away && asker.visitor.is_none()) {
        turned_away = blocking::is_customer_turned_away(&state.services, &asker.store, identity).await?;
    }
    let (found, pass) = match (&asker.visitor, request.handle.filter(|_| !turned_away)) {
        (Some((session, token)), _) => (
            Some(*session),
            Some(visitor::renew_handle(&state.services, &asker.store, token).await?),
        ),
        (None, Some(handle)) => visitor::resume(&state.services, &asker.store, &handle).await?.unzip(),
        (None, None) => (None, None),
    };
    if let (Some(session), Some(identity)) = (found, identity) {
        visitor::signed_in(&state.services, &asker.store, session, identity).await?;
    }
    let mut conversation = match found {
        Some(session) => visitor::current(&state.services, session.scope).await?,
        None => None,
    };
    // By a handle, too: whether the cookie of this answer is going to be kept is not known yet.
    if let (Some(session), Some(view), false) = (found, &mut conversation, asker.by_cookie) {
        files::key::give(&state.services, session.scope, &mut view.events).await?;
    }
    let availability = stores::availability(&state.services, &asker.store).await?;
    let availability = if turned_away {
        Availability::Hidden
    } else {
        availability.for_visitor(asker.store.settings.live_for, known.is_some())
    };
    // Somebody with a session has pressed something before: the cookie may be kept again.
    let jar = match (&pass, &asker.visitor) {
        (Some(Pass { token, .. }), None) => cookies::set_visitor(&state.http, jar, &slug, token),
        _ => jar,
    };
    Ok((
        jar,
        Json(SessionAnswer {
            availability,
            known,
            conversation,
            pass,
        }),
    )
        .into_response())
}

/// Begins a chat, or leaves a message.
pub async fn start(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    if is_form(&headers) {
        return Ok(panel_form::start(&state, asker, &headers, client, jar, &body).await?);
    }
    let language = language::choose(asked.lang.as_deref(), &headers, asker.store.default_language);
    let mut begun = begin(&state, &asker, json(&body)?, &headers, client, language).await?;
    if let Some(session) = asker.session().filter(|_| !asker.by_cookie) {
        files::key::give(&state.services, session.scope, &mut begun.conversation.events).await?;
    }
    let jar = cookies::set_visitor(&state.http, jar, &slug, &begun.pass.token);
    Ok((jar, Json(begun)).into_response())
}

/// Either beginning, from either kind of request.
pub async fn begin(
    state: &AppState,
    asker: &Asker,
    begin: Begin,
    headers: &HeaderMap,
    client: Client,
    language: Language,
) -> Result<Begun, service::Fault> {
    // As if nobody was there: why is not theirs to know.
    if asker.blocked {
        return Err(Refusal::StoreAway.into());
    }
    let browser = browser(headers, language, client);
    match begin {
        Begin::Chat(chat) => visitor::start_chat(&state.services, &asker.store, asker.session(), chat, browser).await,
        Begin::Message(message) => visitor::leave_message(&state.services, &asker.store, asker.session(), message, browser).await,
    }
}

/// Says something.
pub async fn messages(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    if is_form(&headers) {
        return Ok(panel_form::message(&state, asker, &headers, &jar, &body).await?);
    }
    let PostMessage { conversation, cid, body } = json(&body)?;
    let posted = conversation::post(&state.services, &asker.party()?, conversation, Audience::All, cid, body).await?;
    Ok(Json(posted).into_response())
}

/// What is asked of a log.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Wanted {
    /// Which conversation.
    pub conversation: ConversationId,
    /// What follows this event …
    #[serde(default)]
    pub after: Seq,
    /// … or what precedes this one.
    pub before: Option<Seq>,
    /// Which of its logs.
    #[serde(default)]
    pub audience: Audience,
    /// Seconds to wait for something to happen.
    #[serde(default)]
    pub wait: u64,
}

/// The longest that a request waits: below what proxies cut off.
const WAIT_S_MAX: u64 = 25;

/// A page of a log, at once or as soon as there is one.
pub async fn wait_for_events(state: &AppState, party: &Party, wanted: Wanted) -> Result<EventsPage, Failed> {
    let Wanted {
        conversation,
        after,
        before,
        audience,
        wait,
    } = wanted;
    let ask = || conversation::page(&state.services, party, conversation, audience, after, before);
    // Listening begins before the first look, so that nothing can happen between the two.
    let mut changes = state.live.changes();
    let page = ask().await?;
    if !page.events.is_empty() || before.is_some() || wait == 0 || after > page.head {
        return Ok(page);
    }
    let happened = state.live.until_changed(&mut changes, conversation, audience, page.head);
    let draining = state.lifecycle.draining().cancelled();
    tokio::select! {
        () = happened => Ok(ask().await?),
        () = tokio::time::sleep(Duration::from_secs(wait.min(WAIT_S_MAX))) => Ok(page),
        () = draining => Ok(page),
    }
}

/// What happened in a conversation.
pub async fn events(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Json<EventsPage>, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    // The desk's log does not exist for a visitor, whatever the address says.
    let wanted = Wanted {
        audience: Audience::All,
        ..wanted
    };
    let party = asker.party()?;
    let mut page = wait_for_events(&state, &party, wanted).await?;
    if let (Party::Visitor(scope), false) = (&party, asker.by_cookie) {
        files::key::give(&state.services, *scope, &mut page.events).await?;
    }
    Ok(Json(page))
}

/// How far the shopper has come.
pub async fn read(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    body: Bytes,
) -> Result<StatusCode, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    let MarkRead { conversation, mark } = json(&body)?;
    conversation::mark(&state.services, &asker.party()?, conversation, mark).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the chat.
pub async fn end(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    if is_form(&headers) {
        return Ok(panel_form::end(&state, asker, &body).await?);
    }
    let EndChat { conversation } = json(&body)?;
    conversation::end_by(&state.services, &asker.party()?, conversation).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A ticket for the socket.
pub async fn ticket(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Json<Ticket>, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    let party = asker.party()?;
    let session = asker.visitor.map(|(_, token)| service::secret::hash(&token)).unwrap_or_default();
    let ticket = if asker.by_cookie {
        tickets::issue(&state.services, party, session).await?
    } else {
        tickets::issue_without_cookie(&state.services, party, session).await?
    };
    Ok(Json(Ticket {
        ticket: ticket.reveal().to_owned(),
    }))
}
