//! Disputes in the member centre: the form behind "Problem with this order", and the room of each.

use app::site::{self, Here, NewDisputePage};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{
    conversation::Money,
    dispute::{Problem, Who},
    event::Audience,
    id::{ClientId, ConversationId},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};
use serde::Deserialize;
use service::{
    Fault,
    clock::new_id,
    disputes::{self, Opening, Wish},
    hours,
    members::{self, Room},
    rooms,
};
use storage::MemberReach;

use super::{Inside, path_of, private};
use crate::{
    http::{
        answer::{self, Failed},
        desk_pages::communication::reply_of,
        disputes::{Asked, Place, Pressed, Refused, page, sheet},
        layer::rate_limit::Budget,
        sent_form,
        site::{not_found, page as html_page},
    },
    policy::{Policy, Registry, Route},
    state::AppState,
};

/// The routes of the disputes.
pub(super) fn register(registry: &mut Registry<AppState>) {
    let member = Policy::Member;
    registry
        .add(Route::get("/account/{store}/orders/{number}/problem", member), new_page)
        .add(
            Route::post("/account/{store}/orders/{number}/problem", member).within(Budget::Start),
            begin,
        )
        .add(Route::get("/account/{store}/disputes/{conversation}", member), one)
        .add(
            Route::post("/account/{store}/disputes/{conversation}", member).within(Budget::Files),
            reply,
        )
        .add(
            Route::post("/account/{store}/disputes/{conversation}/step", member).within(Budget::Messages),
            step,
        )
        .add(Route::get("/account/{store}/disputes/{conversation}/print", member), print);
}

/// What the form of a new dispute says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    cid: String,
    problem: String,
    message: String,
    wishes: Option<String>,
    what: String,
    amount: String,
}

impl Told {
    fn read(&self, inside: &Inside) -> Result<Opening, Refusal> {
        Ok(Opening {
            cid: self.cid.parse().unwrap_or_else(|_| new_id()),
            problem: Problem::from_code(&self.problem).ok_or(Refusal::Malformed)?,
            wish: self.wishes.as_ref().map(|_| Wish {
                what: self.what.clone(),
                amount: self.amount.clone(),
            }),
            body: Body::parse(&self.message)?,
            language: inside.words.language(),
        })
    }
}

async fn inside(
    state: &AppState,
    slug: &str,
    asked: &Asked,
    headers: &HeaderMap,
    jar: &CookieJar,
) -> Result<Result<Inside, Response>, Failed> {
    Inside::find(state, slug, asked.lang.as_deref(), headers, jar).await
}

/// The form.
async fn new_page(
    State(state): State<AppState>,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    match inside(&state, &slug, &asked, &headers, &jar).await? {
        Ok(inside) => show_new(&state, &inside, &number, &headers, None).await,
        Err(response) => Ok(response),
    }
}

async fn show_new(
    state: &AppState,
    inside: &Inside,
    number: &str,
    headers: &HeaderMap,
    refused: Option<(Refusal, Told)>,
) -> Result<Response, Failed> {
    let scope = inside.member.scope;
    let found = async {
        let known = disputes::of_order(&state.services, scope, number).await?;
        let order = members::order(&state.services, scope, number).await?;
        Ok::<_, Fault>((known, order.view.row))
    };
    let (known, order) = match found.await {
        Ok(found) => found,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(not_found(state, headers)),
        Err(fault) => return Err(fault.into()),
    };
    // There is one already, or none can be: where that is said.
    if refused.is_none() && !known.can_open {
        let open = known.rows.iter().find(|row| row.closed_at.is_none());
        let to = open.map(|row| inside.at(&format!("/disputes/{}", row.conversation)));
        let order = || path_of(inside.store.slug.as_str(), &Room::Order(number.to_owned()));
        return Ok(Redirect::to(&to.unwrap_or_else(order)).into_response());
    }
    let status = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| answer::status(*refusal));
    let (answer, told) = refused.unzip();
    let told = told.unwrap_or_else(|| Told {
        cid: new_id::<ClientId>().to_string(),
        ..Told::default()
    });
    let total: Money = order.total;
    let page = NewDisputePage {
        action: inside.at(&format!("/orders/{}/problem", site::escaped(number))),
        back: inside.at(&format!("/orders/{}", site::escaped(number))),
        order: order.number,
        total,
        cid: told.cid,
        problem: told.problem,
        message: told.message,
        wishes: told.wishes.is_some(),
        what: told.what,
        amount: told.amount,
        answer,
    };
    Ok(inside.show(state, status, Here::Orders, |account| site::account_new_dispute(account, &page)))
}

/// Tells of the problem.
async fn begin(
    State(state): State<AppState>,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(told): Form<Told>,
) -> Result<Response, Failed> {
    let inside = match inside(&state, &slug, &asked, &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let begun = match told.read(&inside) {
        Ok(opening) => disputes::open(&state.services, inside.member.scope, &number, opening).await,
        Err(refusal) => Err(refusal.into()),
    };
    match begun {
        Ok(id) => Ok(Redirect::to(&inside.at(&format!("/disputes/{id}"))).into_response()),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => match fault.refusal() {
            Some(refusal) => show_new(&state, &inside, &number, &headers, Some((refusal, told))).await,
            None => Err(fault.into()),
        },
    }
}

/// One of the member's own.
async fn one(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let inside = match inside(&state, &slug, &asked, &headers, &jar).await? {
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
    refused: Option<Refused>,
) -> Result<Response, Failed> {
    let scope = inside.member.scope;
    let found = async {
        let party = disputes::mine(&state.services, scope, id).await?;
        let room = rooms::read(&state.services, &party, id, before).await?;
        let seen = disputes::view(&state.services, &party, id).await?;
        Ok::<_, Fault>((seen, room))
    };
    let (seen, room) = match found.await {
        Ok(found) => found,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(not_found(state, headers)),
        Err(fault) => return Err(fault.into()),
    };
    // Whoever came by the letter about it sees the dispute, and not the order beside it.
    let order = inside.at(&format!("/orders/{}", site::escaped(&seen.row.order_number)));
    let reaches_order = !matches!(scope.reach, MemberReach::Conversation(_));
    let here = format!("/account/{}/disputes/{id}", inside.store.slug);
    let place = Place {
        before: format!("{here}?lang={}&before=", inside.words.language().code()),
        action: here,
        order_to: reaches_order.then(|| order.clone()),
        back: if reaches_order {
            (order, "site.account.to_order")
        } else {
            (inside.at(&format!("/disputes/{id}")), "site.dispute.title")
        },
    };
    let (status, page) = page(&seen, Some(room), place, refused);
    Ok(inside.show(state, status, Here::Orders, |account| site::account_dispute(account, &page)))
}

/// Says or gives something in the room.
async fn reply(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    request: Request,
) -> Result<Response, Failed> {
    let inside = match inside(&state, &slug, &asked, &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let Ok(id) = id.parse::<ConversationId>() else {
        return Ok(not_found(&state, &headers));
    };
    // Looked at before anything is read.
    let party = match disputes::mine(&state.services, inside.member.scope, id).await {
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
        Ok(()) => Ok(Redirect::to(&inside.at(&format!("/disputes/{id}"))).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) => show(&state, &inside, id, None, &headers, Some(Refused::Reply(refusal, cid, typed))).await,
            None => Err(fault.into()),
        },
    }
}

/// Does something.
async fn step(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failed> {
    let inside = match inside(&state, &slug, &asked, &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let Ok(id) = id.parse::<ConversationId>() else {
        return Ok(not_found(&state, &headers));
    };
    let done = async {
        let party = disputes::mine(&state.services, inside.member.scope, id).await?;
        let deed = pressed.deed()?;
        disputes::act(&state.services, &party, id, pressed.cid(), pressed.seen(), deed).await
    };
    match done.await {
        Ok(()) => Ok(Redirect::to(&inside.at(&format!("/disputes/{id}"))).into_response()),
        Err(fault) => match fault.refusal() {
            Some(refusal) => show(&state, &inside, id, None, &headers, Some(Refused::step(refusal, pressed))).await,
            None => Err(fault.into()),
        },
    }
}

/// Everything about it on one sheet.
async fn print(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let inside = match inside(&state, &slug, &asked, &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    let Ok(id) = id.parse::<ConversationId>() else {
        return Ok(not_found(&state, &headers));
    };
    let found = async {
        let party = disputes::mine(&state.services, inside.member.scope, id).await?;
        let seen = disputes::view(&state.services, &party, id).await?;
        sheet(&state.services, &party, id, seen).await
    };
    let file = match found.await {
        Ok(file) => file,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(not_found(&state, &headers)),
        Err(fault) => return Err(fault.into()),
    };
    let wall = |at: Timestamp| hours::on_the_wall(&inside.store.settings, at);
    let drawn = site::DisputeDrawn {
        words: &inside.words,
        who: Who::Buyer,
        wall: &wall,
    };
    let html = site::dispute_file(&state.assets.desk().css, &drawn, &file);
    Ok(private(html_page(StatusCode::OK, html)))
}
