//! Which channel is the right one (A-19…A-21): the page that offers them, and its form, which takes what was typed along to the one that
//! was chosen.

use app::site::{self, ContactPage, Here};
use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{
    availability::Availability,
    event::Audience,
    id::ClientId,
    panel::{Begin, StartChat, Whence},
    refusal::Refusal,
    text::{Body, Sku},
};
use serde::Deserialize;
use service::{Fault, Party, clock::new_id, conversation, members, stores, team, visitor};
use storage::MemberReach;

use super::{
    Inside,
    threads::{Written, show_new},
};
use crate::{
    extract::client_ip::Client,
    http::{
        answer::{self, Failed},
        cookies,
        panel::{self, Asker},
        sent_form,
        site::not_found,
    },
    state::AppState,
};

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: Option<String>,
    need: String,
    product: String,
    named: String,
}

/// What the form sends; that of a new thread sends the same, without a choice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    go: String,
    need: String,
    cid: String,
    subject: String,
    message: String,
    product: String,
    named: String,
}

/// The channels, the fitting one first.
pub async fn page(
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
    let nothing_yet = Chosen {
        need: asked.need,
        product: asked.product,
        named: asked.named,
        ..Chosen::default()
    };
    show(&state, &inside, nothing_yet, &headers, None).await
}

async fn show(state: &AppState, inside: &Inside, chosen: Chosen, headers: &HeaderMap, answer: Option<Refusal>) -> Result<Response, Failed> {
    // Whoever came by a letter answers in what it was about.
    if inside.member.scope.reach != MemberReach::All {
        return Ok(not_found(state, headers));
    }
    let written = written(&chosen);
    let page = ContactPage {
        chat: is_somebody_there(state, inside).await?,
        ticket: team::desk(&state.services).await?.is_some(),
        need: chosen.need,
        cid: if chosen.cid.is_empty() {
            new_id::<ClientId>().to_string()
        } else {
            chosen.cid
        },
        product: written.about(),
        message: written.message,
        subject: written.subject,
        answer,
    };
    let status = answer.map_or(StatusCode::OK, answer::status);
    Ok(inside.show(state, status, Here::Threads, |account| site::contact(account, &page)))
}

fn written(chosen: &Chosen) -> Written {
    Written {
        cid: chosen.cid.clone(),
        subject: chosen.subject.clone(),
        message: chosen.message.clone(),
        product: chosen.product.clone(),
        named: chosen.named.clone(),
    }
}

/// Whether a member may chat at this moment.
async fn is_somebody_there(state: &AppState, inside: &Inside) -> Result<bool, Fault> {
    let now = stores::availability(&state.services, &inside.store).await?;
    Ok(now.for_visitor(inside.store.settings.live_for, false) == Availability::Online)
}

/// One was chosen, or the form of another one asks for the choice; what was typed goes along.
pub async fn choose(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failed> {
    let inside = match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => inside,
        Err(response) => return Ok(response),
    };
    if inside.member.scope.reach != MemberReach::All {
        return Ok(not_found(&state, &headers));
    }
    match chosen.go.as_str() {
        "chat" => match chat(&state, &inside, &chosen, &headers, client, jar).await {
            Ok((jar, None)) => {
                let (slug, language) = (inside.store.slug.as_str(), inside.words.language());
                let to = format!("/c/{slug}?lang={}", language.code());
                Ok((jar, Redirect::to(&to)).into_response())
            }
            // The chat is theirs, and its first words wait in it.
            Ok((jar, Some(refusal))) => {
                let (cid, message) = sent_form::again(refusal, chosen.cid, chosen.message);
                let chosen = Chosen { cid, message, ..chosen };
                let page = show(&state, &inside, chosen, &headers, Some(refusal)).await?;
                Ok((jar, page).into_response())
            }
            // Somebody was there a moment ago: the words are still here, and so are the other channels.
            Err(fault) => match fault.refusal() {
                Some(refusal) => show(&state, &inside, chosen, &headers, Some(refusal)).await,
                None => Err(fault.into()),
            },
        },
        "thread" => Ok(show_new(&state, &inside, written(&chosen), None)),
        // Its own page takes the same form, with all that was typed: the browser sends it on.
        "ticket" => Ok(Redirect::temporary(&inside.at("/tickets/new")).into_response()),
        _ => show(&state, &inside, chosen, &headers, None).await,
    }
}

/// A chat begins, with what was typed as its first words; or with none, if these have to wait. Without words, the shop's chat opens.
async fn chat(
    state: &AppState,
    inside: &Inside,
    chosen: &Chosen,
    headers: &HeaderMap,
    client: Client,
    jar: CookieJar,
) -> Result<(CookieJar, Option<Refusal>), Fault> {
    let slug = inside.store.slug.as_str();
    let language = inside.words.language();
    let body = match Body::parse(&chosen.message) {
        Err(Refusal::Missing(_)) => return Ok((jar, None)),
        other => other?,
    };
    let asker = asker(state, inside, headers, &jar).await?;
    let cid = chosen.cid.parse().unwrap_or_else(|_| new_id());
    let start = StartChat {
        cid,
        name: inside.member.row.name.clone(),
        email: inside.member.row.email.clone(),
        identity: None,
        origin: Whence {
            product: Sku::parse(&chosen.product).ok(),
            ..Whence::default()
        },
    };
    let begun = panel::begin(state, &asker, Begin::Chat(start), headers, client, language).await?;
    let session = visitor::recognise(&state.services, &inside.store, &begun.pass.token).await?;
    let session = session.ok_or(Refusal::NotFound)?;
    members::take_along(&state.services, inside.member.scope, begun.conversation.id).await?;
    let party = Party::Visitor(session.scope);
    let posted = conversation::post(&state.services, &party, begun.conversation.id, Audience::All, cid, body).await;
    let waits = match posted {
        Ok(_) => None,
        Err(Fault::Refused(refusal @ Refusal::Held)) => Some(refusal),
        Err(fault) => return Err(fault),
    };
    Ok((cookies::set_visitor(&state.http, jar, slug, &begun.pass.token), waits))
}

/// The visitor whose chat this browser has with the store already, if it has one.
async fn asker(state: &AppState, inside: &Inside, headers: &HeaderMap, jar: &CookieJar) -> Result<Asker, Fault> {
    let slug = inside.store.slug.as_str();
    let visitor = match cookies::visitor_token(&state.http, headers, jar, slug) {
        Some(token) => visitor::recognise(&state.services, &inside.store, &token)
            .await?
            .map(|session| (session, token)),
        None => None,
    };
    Ok(Asker {
        store: inside.store.clone(),
        visitor,
        blocked: members::is_blocked(&state.services, inside.member.scope).await?,
        by_cookie: true,
    })
}
