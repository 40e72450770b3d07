//! My Communication History in the member centre: the member's threads with the store, one of them, and a new one, about a product or
//! about anything else (A-i1).

use app::site::{self, Here, NewThreadPage, RoomReply, ThreadLine, ThreadPage, ThreadsPage};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{
    case::CaseStatus,
    conversation::ProductSnapshot,
    event::Audience,
    id::{ClientId, ConversationId},
    refusal::Refusal,
    text::{Body, Name, Sku},
};
use serde::Deserialize;
use service::{
    Fault, cases,
    clock::new_id,
    members, rooms,
    threads::{self, NewThread},
};
use storage::{CaseRow, MemberReach, ThreadFilter};

use super::{Inside, path_of};
use crate::{
    http::{
        answer::{self, Failed},
        desk_pages::{
            communication::{cursor, line_of, reply_of},
            lines,
        },
        layer::rate_limit::Budget,
        sent_form,
        site::not_found,
    },
    policy::{Policy, Registry, Route},
    state::AppState,
};

/// The routes of the threads.
pub(super) fn register(registry: &mut Registry<AppState>) {
    registry
        .add(Route::get("/account/{store}/threads", Policy::Member), list)
        .add(Route::get("/account/{store}/threads/new", Policy::Member), new_page)
        .add(
            Route::post("/account/{store}/threads/new", Policy::Member).within(Budget::Start),
            begin,
        )
        .add(Route::get("/account/{store}/threads/{conversation}", Policy::Member), thread)
        .add(
            Route::post("/account/{store}/threads/{conversation}", Policy::Member).within(Budget::Files),
            reply,
        )
        .add(
            Route::post("/account/{store}/threads/{conversation}/status", Policy::Member).within(Budget::Messages),
            set_status,
        );
}

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: Option<String>,
    show: String,
    after: String,
    before: String,
    product: String,
    named: String,
}

/// What the form of a new thread sends; the page of all channels sends the same.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Written {
    pub(super) cid: String,
    pub(super) subject: String,
    pub(super) message: String,
    pub(super) product: String,
    pub(super) named: String,
}

/// What a form about the status says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    to: String,
}

impl Written {
    /// Nothing yet, about what the address says.
    fn empty(product: String, named: String) -> Self {
        Self {
            cid: new_id::<ClientId>().to_string(),
            product,
            named,
            ..Self::default()
        }
    }

    /// The product, as it is shown.
    pub(super) fn about(&self) -> Option<(String, String)> {
        let sku = Sku::parse(&self.product).ok()?;
        let named = Name::parse(&self.named).map(String::from).unwrap_or_default();
        Some((sku.to_string(), named))
    }

    fn read(&self, inside: &Inside) -> Result<NewThread, Refusal> {
        let product = Sku::parse(&self.product).ok().map(|sku| ProductSnapshot {
            // Without a name its key is what it is called.
            name: Name::parse(&self.named).or_else(|_| Name::parse(sku.as_str())).ok(),
            sku,
            price: None,
            variant: None,
            picture: None,
        });
        Ok(NewThread {
            cid: self.cid.parse().unwrap_or_else(|_| new_id()),
            subject: Name::parse(&self.subject)?,
            product,
            body: Body::parse(&self.message)?,
            language: inside.words.language(),
        })
    }
}

impl Inside {
    /// An address inside, in the language that was chosen.
    pub(super) fn at(&self, rest: &str) -> String {
        let path = format!("/account/{}{rest}", self.store.slug);
        let lang = self.words.language().code();
        match (self.chosen, path.contains('?')) {
            (false, _) => path,
            (true, false) => format!("{path}?lang={lang}"),
            (true, true) => format!("{path}&lang={lang}"),
        }
    }
}

fn line(inside: &Inside, row: &CaseRow) -> ThreadLine {
    ThreadLine {
        href: inside.at(&format!("/threads/{}", row.conversation)),
        unread: row.unread.1,
        // The other side is the store.
        with: None,
        ..line_of(row)
    }
}

/// The table. Whoever came by a letter is led to what it was about.
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
    let filter = ThreadFilter::from_code(&asked.show);
    let found = threads::of_member(&state.services, inside.member.scope, filter, cursor(&asked.after)).await?;
    let page = ThreadsPage {
        lines: found.rows.iter().map(|row| line(&inside, row)).collect(),
        shown: filter.code().to_owned(),
        path: inside.at("/threads"),
        begin: Some(inside.at("/threads/new")),
        older: found
            .next
            .map(|(at, id)| inside.at(&format!("/threads?show={}&after={}-{id}", filter.code(), at.0))),
    };
    Ok(inside.show(&state, StatusCode::OK, Here::Threads, |account| {
        site::account_threads(account, &page)
    }))
}

/// One thread.
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
    match id.parse() {
        Ok(id) => show(&state, &inside, id, asked.before.parse().ok(), &headers, None).await,
        Err(_) => Ok(not_found(&state, &headers)),
    }
}

async fn show(
    state: &AppState,
    inside: &Inside,
    id: ConversationId,
    before: Option<rooms::Before>,
    headers: &HeaderMap,
    refused: Option<(Refusal, String, String)>,
) -> Result<Response, Failed> {
    let found = async {
        let party = threads::party_of(&state.services, inside.member.scope, id).await?;
        let case = cases::case(&state.services, &party, id).await?;
        let room = rooms::read(&state.services, &party, id, before).await?;
        Ok::<_, Fault>((case, room))
    };
    let (case, room) = match found.await {
        Ok(found) => found,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(not_found(state, headers)),
        Err(fault) => return Err(fault.into()),
    };
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, ..)| answer::status(*refusal));
    let (answer, cid, typed) = match refused {
        Some((refusal, cid, typed)) => {
            let (cid, typed) = sent_form::again(refusal, cid, typed);
            (Some(refusal), cid, typed)
        }
        None => (None, new_id::<ClientId>().to_string(), String::new()),
    };
    let whole = inside.member.scope.reach == MemberReach::All;
    let page = ThreadPage {
        line: line(inside, &case),
        number: case.number,
        lines: lines(room.lines),
        more: room.older.map(|older| inside.at(&format!("/threads/{id}?before={older}"))),
        reply: (case.status != CaseStatus::Closed).then(|| RoomReply {
            action: inside.at(&format!("/threads/{id}")),
            cid,
            typed,
            answer,
            can_attach: true,
            can_note: false,
        }),
        status_to: inside.at(&format!("/threads/{id}/status")),
        back: inside.at("/threads"),
        escalate: whole.then(|| inside.at(&format!("/tickets/new?from={id}"))),
    };
    Ok(inside.show(state, status, Here::Threads, |account| site::account_thread(account, &page)))
}

/// Answers in a thread: words, a file, or both.
pub async fn reply(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    request: Request,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let Ok(id) = id.parse::<ConversationId>() else {
        return Ok(not_found(&state, &headers));
    };
    // Looked at before anything is read.
    let party = match threads::party_of(&state.services, inside.member.scope, id).await {
        Ok(party) => party,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(not_found(&state, &headers)),
        Err(fault) => return Err(fault.into()),
    };
    let sent = sent_form::read(request).await?;
    let (cid, typed) = (sent.fields.raw("cid").to_owned(), sent.fields.raw("message").to_owned());
    let reply = rooms::Reply {
        audience: Audience::All,
        ..reply_of(sent)
    };
    match rooms::reply(&state.services, &party, id, reply).await {
        Ok(()) => Ok(Redirect::to(&inside.at(&format!("/threads/{id}"))).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) => show(&state, &inside, id, None, &headers, Some((refusal, cid, typed))).await,
            None => Err(fault.into()),
        },
    }
}

/// Says that it is resolved, or not resolved after all.
pub async fn set_status(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(told): Form<Told>,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let (Ok(id), Some(to)) = (id.parse::<ConversationId>(), CaseStatus::from_code(&told.to)) else {
        return Ok(not_found(&state, &headers));
    };
    let set = async {
        let party = threads::party_of(&state.services, inside.member.scope, id).await?;
        cases::set_status(&state.services, &party, id, to).await
    };
    match set.await {
        Ok(()) => Ok(Redirect::to(&inside.at(&format!("/threads/{id}"))).into_response()),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        // Somebody else said something else meanwhile: as it stands now, with the reason.
        Err(fault) => match fault.refusal() {
            Some(refusal) => {
                let anew = (refusal, new_id::<ClientId>().to_string(), String::new());
                show(&state, &inside, id, None, &headers, Some(anew)).await
            }
            None => Err(fault.into()),
        },
    }
}

/// The form that begins one.
pub async fn new_page(
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
        return Ok(not_found(&state, &headers));
    }
    Ok(show_new(&state, &inside, Written::empty(asked.product, asked.named), None))
}

pub(super) fn show_new(state: &AppState, inside: &Inside, written: Written, answer: Option<Refusal>) -> Response {
    let page = NewThreadPage {
        action: inside.at("/threads/new"),
        product: written.about(),
        cid: written.cid,
        subject: written.subject,
        message: written.message,
        with: None,
        answer,
        other_ways: Some(inside.at("/contact")),
    };
    let status = answer.map_or(StatusCode::OK, answer::status);
    inside.show(state, status, Here::Threads, |account| site::account_new_thread(account, &page))
}

/// Begins it.
pub async fn begin(
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
    let begun = match written.read(&inside) {
        Ok(new) => threads::begin(&state.services, inside.member.scope, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    match begun {
        Ok(id) => Ok(Redirect::to(&inside.at(&format!("/threads/{id}"))).into_response()),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => match fault.refusal() {
            Some(refusal) => Ok(show_new(&state, &inside, written, Some(refusal))),
            None => Err(fault.into()),
        },
    }
}

/// Where a letter about a conversation leads, if it is a thread: its own page.
pub(super) async fn page_of(state: &AppState, inside: &Inside, id: ConversationId) -> Result<Option<String>, Failed> {
    match threads::party_of(&state.services, inside.member.scope, id).await {
        Ok(_) => Ok(Some(inside.at(&format!("/threads/{id}")))),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// Where somebody arrives who comes from the shop to write about a product.
pub(super) fn arrival(slug: &str, product: Option<(&str, &str)>) -> String {
    match product {
        Some((sku, named)) => format!(
            "/account/{slug}/threads/new?product={}&named={}",
            site::escaped(sku),
            site::escaped(named)
        ),
        None => format!("/account/{slug}/threads/new"),
    }
}
