//! The ways into the member centre, and the way out. Looking at a way in changes nothing; each is gone through by a button.

use app::site::{self, DoorPage, DoorTo, Entrance};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{
    language::Language,
    refusal::Refusal,
    text::{EmailAddress, Name},
};
use serde::Deserialize;
use service::{
    Fault,
    members::{self, Door, Room},
    stores,
};
use storage::{MemberReach, StoreRow};

use super::{member, path_of, private, threads};
use crate::{
    http::{
        answer::{self, Failed},
        cookies, language,
        site::{not_found, page as html_page},
    },
    state::AppState,
};

/// What an address or a form says here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    lang: Option<String>,
    token: Option<String>,
    order: Option<String>,
    email: String,
    /// What they come for, if not for their messages or an order: `thread`, `contact`.
    to: String,
}

impl Said {
    /// An order's number, if it says one.
    fn order(&self) -> Option<String> {
        self.order.clone().filter(|order| !order.is_empty())
    }
}

async fn store_of(state: &AppState, slug: &str) -> Result<Option<StoreRow>, Failed> {
    match stores::by_slug(&state.services, slug).await {
        Ok(store) => Ok(Some(store)),
        Err(Fault::Refused(Refusal::NotFound)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

fn show(state: &AppState, store: &StoreRow, language: Language, status: StatusCode, shown: &Entrance) -> Response {
    let words = catalogue::site(language);
    let html = site::enter(&words, &state.assets.desk().css, store.slug.as_str(), store.name.as_str(), shown);
    private(html_page(status, html))
}

fn asks(answer: Option<Refusal>, email: &str) -> Entrance {
    Entrance::Form {
        answer,
        email: email.to_owned(),
    }
}

/// The way in: a button for whom the shop vouches for, else the form that asks for a letter.
pub async fn enter_page(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(said): Query<Said>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let Some(store) = store_of(&state, &slug).await? else {
        return Ok(not_found(&state, &headers));
    };
    let language = language::choose(said.lang.as_deref(), &headers, store.default_language);
    let announced = said
        .token
        .as_deref()
        .map(|token| members::announced(&state.services, &store, token));
    let (status, shown) = match announced {
        None => (StatusCode::OK, asks(None, "")),
        Some(Err(refusal)) => (answer::status(refusal), asks(Some(refusal), "")),
        Some(Ok(who)) => {
            let question = Entrance::Question {
                order: said.order(),
                to: said.to,
                token: said.token.unwrap_or_default(),
                who: who.known.name.map(String::from),
            };
            (StatusCode::OK, question)
        }
    };
    Ok(show(&state, &store, language, status, &shown))
}

/// The button: in, by the shop's token.
pub async fn enter(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(said): Form<Said>,
) -> Result<Response, Failed> {
    let Some(store) = store_of(&state, &slug).await? else {
        return Ok(not_found(&state, &headers));
    };
    match members::enter(&state.services, &store, said.token.as_deref().unwrap_or_default()).await {
        Ok(token) => {
            let jar = cookies::set_member(&state.http, jar, &slug, token.reveal());
            let room = said.order().map_or(Room::Messages, Room::Order);
            let to = wished(&state, &store, &said).unwrap_or_else(|| path_of(&slug, &room));
            Ok((jar, Redirect::to(&to)).into_response())
        }
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let language = language::choose(said.lang.as_deref(), &headers, store.default_language);
            Ok(show(&state, &store, language, answer::status(refusal), &asks(Some(refusal), "")))
        }
    }
}

/// Where else they want to go. About which product they write, the shop's own token says.
fn wished(state: &AppState, store: &StoreRow, said: &Said) -> Option<String> {
    let slug = store.slug.as_str();
    match said.to.as_str() {
        "contact" => Some(format!("/account/{slug}/contact")),
        "thread" => {
            let who = members::announced(&state.services, store, said.token.as_deref()?).ok()?;
            let product = who.page.and_then(|page| page.product);
            let named = product.as_ref().and_then(|product| product.name.as_ref()).map(Name::as_str);
            let about = product.as_ref().map(|product| (product.sku.as_str(), named.unwrap_or_default()));
            Some(threads::arrival(slug, about))
        }
        _ => None,
    }
}

/// The form: a letter with a way in. The answer is the same whether the store knows the address or not.
pub async fn ask_for_link(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Response, Failed> {
    let Some(store) = store_of(&state, &slug).await? else {
        return Ok(not_found(&state, &headers));
    };
    let language = language::choose(said.lang.as_deref(), &headers, store.default_language);
    let asked = match EmailAddress::parse(&said.email) {
        Ok(email) => members::ask_for_link(&state.services, &store, &email, language).await,
        Err(refusal) => Err(refusal.into()),
    };
    match asked {
        Ok(()) => Ok(show(&state, &store, language, StatusCode::OK, &Entrance::Asked)),
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let shown = asks(Some(refusal), &said.email);
            Ok(show(&state, &store, language, answer::status(refusal), &shown))
        }
    }
}

/// The way out.
pub async fn leave(State(state): State<AppState>, Path(slug): Path<String>, jar: CookieJar) -> Result<Response, Failed> {
    let token = cookies::member_token(&state.http, &jar, &slug);
    if let (Some(token), Some(store)) = (token, store_of(&state, &slug).await?) {
        members::leave(&state.services, &store, &token).await?;
    }
    let to = format!("/account/{}/enter", site::escaped(&slug));
    Ok((cookies::clear_member(&state.http, jar, &slug), Redirect::to(&to)).into_response())
}

/// `/m/{token}` of a link that opens the member centre: the question, or at once what it opened before, in this browser.
pub(in crate::http) async fn question(
    state: &AppState,
    token: &str,
    lang: Option<&str>,
    jar: &CookieJar,
) -> Result<Option<Response>, Failed> {
    let Some(door) = members::door(&state.services, token).await? else {
        return Ok(None);
    };
    if !door.used {
        return Ok(Some(at_door(state, &door, lang, DoorPage::Question)));
    }
    if let Some(inside) = member(state, &door.store, jar).await? {
        let reaches = inside.scope.reach == MemberReach::All || members::arrival(&state.services, inside.scope).await? == door.to;
        if reaches {
            let to = path_of(door.store.slug.as_str(), &door.to);
            return Ok(Some(Redirect::to(&to).into_response()));
        }
    }
    Ok(Some(at_door(state, &door, lang, DoorPage::Used)))
}

/// Its button: opens it, or asks for another letter.
pub(in crate::http) async fn open(
    state: &AppState,
    token: &str,
    lang: Option<&str>,
    choice: &str,
    jar: CookieJar,
) -> Result<Option<Response>, Failed> {
    let Some(door) = members::door(&state.services, token).await? else {
        return Ok(None);
    };
    if choice == "again" {
        members::ask_again(&state.services, token).await?;
        return Ok(Some(at_door(state, &door, lang, DoorPage::Asked)));
    }
    let Some(entered) = members::open_door(&state.services, token).await? else {
        return Ok(Some(at_door(state, &door, lang, DoorPage::Used)));
    };
    let slug = entered.store.slug.as_str();
    let to = path_of(slug, &entered.to);
    // Who may see everything already is not narrowed to one letter.
    let already = member(state, &entered.store, &jar).await?;
    let wider = already.is_some_and(|m| m.scope.customer == entered.scope.customer && m.scope.reach == MemberReach::All);
    if wider {
        return Ok(Some(Redirect::to(&to).into_response()));
    }
    let jar = cookies::set_member(&state.http, jar, slug, entered.token.reveal());
    Ok(Some((jar, Redirect::to(&to)).into_response()))
}

fn at_door(state: &AppState, door: &Door, lang: Option<&str>, shown: DoorPage) -> Response {
    // That of the letter, unless the page's own switch says otherwise.
    let language = language::choose(lang, &HeaderMap::new(), door.language);
    let to = match &door.to {
        Room::Messages => DoorTo::Messages,
        Room::Conversation(_) => DoorTo::Conversation,
        Room::Order(number) => DoorTo::Order(number.clone()),
    };
    let words = catalogue::site(language);
    let html = site::door(&words, &state.assets.desk().css, door.store.name.as_str(), &to, shown);
    private(html_page(StatusCode::OK, html))
}
