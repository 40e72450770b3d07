//! Settings, webhooks: plain forms. A secret stands on the answer to the form that made it; everything else leads back.

use std::collections::HashMap;

use app::site::{self, DeliveryLine, WEBHOOKS, WebhookDone, WebhookLine, WebhooksPage};
use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use http::StatusCode;
use model::{
    id::{DeliveryId, WebhookId},
    refusal::Refusal,
    time::Timestamp,
};
use serde::Deserialize;
use service::{
    Fault,
    webhooks::{self, Webhooks},
};
use storage::{DeliveryRow, NewsKind, WebhookRow};

use super::{Owner, done, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The addresses, and what went there.
pub async fn page(State(state): State<AppState>, owner: Owner, Query(asked): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let after = asked.get("after").and_then(|text| cursor(text));
    let mut shown = shown(&state, &owner, after).await?;
    shown.done = match asked.get("done").map(String::as_str) {
        Some("removed") => Some(WebhookDone::Removed),
        Some("on") => Some(WebhookDone::On),
        Some("replayed") => Some(WebhookDone::Replayed),
        _ => None,
    };
    Ok(private(StatusCode::OK, site::webhooks(owner.frame(), &shown)))
}

/// Makes an address, and shows its secret this once. The form sends `url`, and a field for each kind that is ticked.
pub async fn make(State(state): State<AppState>, owner: Owner, Form(typed): Form<HashMap<String, String>>) -> Result<Response, Failed> {
    let url = typed.get("url").map(String::as_str).unwrap_or_default();
    let wants: Vec<NewsKind> = NewsKind::ALL.into_iter().filter(|kind| typed.contains_key(kind.code())).collect();
    match webhooks::make(&state.services, &owner.actor, url, wants.clone()).await {
        Ok(secret) => with_secret(&state, &owner, secret).await,
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let mut shown = shown(&state, &owner, None).await?;
            shown.kinds = kinds(&wants);
            url.clone_into(&mut shown.url);
            shown.answer = Some(refusal);
            Ok(private(answer::status(refusal), site::webhooks(owner.frame(), &shown)))
        }
    }
}

/// Which address, or which piece of news.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    id: String,
}

/// Makes another secret for an address, and shows it this once.
pub async fn new_secret(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let id: WebhookId = which.id.parse().map_err(|_| Refusal::NotFound)?;
    let secret = webhooks::new_secret(&state.services, &owner.actor, id).await?;
    with_secret(&state, &owner, secret).await
}

/// Takes an address away.
pub async fn remove(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let id: WebhookId = which.id.parse().map_err(|_| Refusal::NotFound)?;
    after(webhooks::remove(&state.services, &owner.actor, id).await, "removed")
}

/// Switches an address on again.
pub async fn switch_on(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let id: WebhookId = which.id.parse().map_err(|_| Refusal::NotFound)?;
    after(webhooks::switch_on(&state.services, &owner.actor, id).await, "on")
}

/// Sends a piece of news once more.
pub async fn replay(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let id: DeliveryId = which.id.parse().map_err(|_| Refusal::NotFound)?;
    after(webhooks::replay(&state.services, &owner.actor, id).await, "replayed")
}

/// Back to the page. Whoever presses twice wanted it once, and what is gone is gone.
fn after(result: Result<(), Fault>, word: &str) -> Result<Response, Failed> {
    match result {
        Ok(()) | Err(Fault::Refused(Refusal::NotFound)) => Ok(done(WEBHOOKS, word)),
        Err(fault) => Err(fault.into()),
    }
}

async fn with_secret(state: &AppState, owner: &Owner, secret: String) -> Result<Response, Failed> {
    let mut shown = shown(state, owner, None).await?;
    shown.secret = Some(secret);
    Ok(private(StatusCode::CREATED, site::webhooks(owner.frame(), &shown)))
}

async fn shown(state: &AppState, owner: &Owner, after: Option<(Timestamp, DeliveryId)>) -> Result<WebhooksPage, Failed> {
    let Webhooks {
        addresses,
        deliveries,
        more,
    } = webhooks::list(&state.services, &owner.actor, after).await?;
    let last = deliveries.last().filter(|_| more);
    let older = last.map(|last| format!("{WEBHOOKS}?after={}.{}", last.created_at.0, last.id));
    Ok(WebhooksPage {
        deliveries: deliveries.into_iter().map(|row| delivery(row, &addresses)).collect(),
        addresses: addresses.into_iter().map(address).collect(),
        older,
        kinds: kinds(&NewsKind::ALL),
        ..WebhooksPage::default()
    })
}

fn cursor(text: &str) -> Option<(Timestamp, DeliveryId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

fn kinds(ticked: &[NewsKind]) -> Vec<(&'static str, bool)> {
    NewsKind::ALL
        .into_iter()
        .map(|kind| (kind.code(), ticked.contains(&kind)))
        .collect()
}

fn address(row: WebhookRow) -> WebhookLine {
    WebhookLine {
        id: row.id,
        url: row.url,
        wants: row.wants.into_iter().map(NewsKind::code).collect(),
        failing_since: row.failing_since,
        off: row.off,
    }
}

fn delivery(row: DeliveryRow, addresses: &[WebhookRow]) -> DeliveryLine {
    let there = addresses.iter().find(|address| address.id == row.webhook);
    DeliveryLine {
        id: row.id,
        url: there.map(|address| address.url.clone()).unwrap_or_default(),
        replay: row.state != "queued" && there.is_some_and(|address| address.off.is_none()),
        kind: row.kind,
        at: row.created_at,
        state: row.state,
        attempts: row.attempts,
        due_at: row.due_at,
        answer: row.answer,
    }
}
