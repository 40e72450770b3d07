//! Settings, Privacy: the doors of the page's three cards. What would be deleted is counted before it is saved; whom one looks for stands
//! in the answer to the form that asked, and nowhere else.

use std::collections::HashMap;

use app::site::{self, PRIVACY, PrivacyForms, RetentionSaid};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{
    id::ConversationId,
    privacy::{Overdue, PersonBy, PrivacyPage},
    refusal::Refusal,
    settings::Retention,
};
use serde::Deserialize;
use service::{Fault, blocking, privacy};

use super::{Owner, done, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The settings as they stand.
pub async fn page(State(state): State<AppState>, owner: Owner, Query(asked): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let mut shown = shown(&state, &owner).await?;
    let saved = asked.get("done").is_some_and(|word| word == "saved");
    shown.said = saved.then_some(RetentionSaid::Saved);
    Ok(private(StatusCode::OK, site::privacy(owner.frame(), &shown)))
}

/// How long things shall be kept, as the form says it: days. `counted` is what was counted before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    chats: String,
    messages: String,
    connections: String,
    mails: String,
    rev: String,
    counted: String,
    deed: String,
}

impl Chosen {
    fn keep(&self) -> Result<Retention, Refusal> {
        let days = |typed: &str| typed.parse::<u32>().map_err(|_| Refusal::Malformed);
        Ok(Retention {
            chats_days: days(&self.chats)?,
            messages_days: days(&self.messages)?,
            connections_days: days(&self.connections)?,
            mails_days: days(&self.mails)?,
        })
    }
}

/// Counts what would be deleted, and saves when that was seen: what deletes something is not saved before it was counted.
pub async fn keep(State(state): State<AppState>, owner: Owner, Form(chosen): Form<Chosen>) -> Result<Response, Failed> {
    let keep = chosen.keep()?;
    let rev = chosen.rev.parse::<i64>().map_err(|_| Refusal::Malformed)?;
    let overdue = privacy::overdue(&state.services, &owner.actor, keep).await?;
    let seen = overdue == Overdue::default() || chosen.counted == site::kept_code(keep);
    let mut said = RetentionSaid::Counted(overdue);
    let mut status = StatusCode::OK;
    if chosen.deed == "save" && seen {
        match privacy::save_retention(&state.services, &owner.actor, keep, rev).await {
            Ok(_) => return Ok(done(PRIVACY, "saved")),
            Err(Fault::Refused(refusal @ Refusal::ChangedMeanwhile)) => {
                said = RetentionSaid::Changed;
                status = answer::status(refusal);
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    let shown = PrivacyForms {
        keep,
        rev,
        said: Some(said),
        ..shown(&state, &owner).await?
    };
    Ok(private(status, site::privacy(owner.frame(), &shown)))
}

/// Whom somebody looks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sought {
    by: String,
    who: String,
}

/// What is known of a person, or the form again with what was typed.
pub async fn find(State(state): State<AppState>, owner: Owner, Form(sought): Form<Sought>) -> Result<Response, Failed> {
    let by = PersonBy::from_code(&sought.by).ok_or(Refusal::Malformed)?;
    let found = privacy::find(&state.services, &owner.actor, by, &sought.who).await;
    let mut shown = shown(&state, &owner).await?;
    shown.by = by;
    shown.who = sought.who;
    let mut status = StatusCode::OK;
    match found {
        Ok(person) => shown.found = Some(person),
        Err(fault) => {
            let refusal = about_whom(fault)?;
            shown.wrong = Some(refusal);
            status = answer::status(refusal);
        }
    }
    Ok(private(status, site::privacy(owner.frame(), &shown)))
}

/// Erases a person, for good, and shows what was found of them afterwards.
pub async fn erase(State(state): State<AppState>, owner: Owner, Form(sought): Form<Sought>) -> Result<Response, Failed> {
    let by = PersonBy::from_code(&sought.by).ok_or(Refusal::Malformed)?;
    let erased = privacy::erase(&state.services, &owner.actor, by, &sought.who).await;
    let mut shown = shown(&state, &owner).await?;
    shown.by = by;
    let mut status = StatusCode::OK;
    match erased {
        Ok(erased) => shown.erased = Some(erased),
        Err(fault) => {
            let refusal = about_whom(fault)?;
            shown.wrong = Some(refusal);
            shown.who = sought.who;
            status = answer::status(refusal);
        }
    }
    Ok(private(status, site::privacy(owner.frame(), &shown)))
}

/// Whose visitor.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    conversation: String,
}

/// Lets a visitor in again.
pub async fn unblock(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let conversation: ConversationId = which.conversation.parse().map_err(|_| Refusal::NotFound)?;
    blocking::set(&state.services, &owner.actor, conversation, false).await?;
    Ok(Redirect::to(PRIVACY).into_response())
}

/// What is said beside the field: nobody is known by that, or it cannot be read. Everything else is no matter of who was typed.
fn about_whom(fault: Fault) -> Result<Refusal, Failed> {
    match fault.refusal() {
        Some(refusal) if refusal == Refusal::NotFound || refusal.field().is_some() => Ok(refusal),
        _ => Err(fault.into()),
    }
}

async fn shown(state: &AppState, owner: &Owner) -> Result<PrivacyForms, Failed> {
    let PrivacyPage { retention, blocked, rev } = privacy::read(&state.services, &owner.actor).await?;
    Ok(PrivacyForms {
        keep: retention,
        rev,
        blocked,
        ..PrivacyForms::default()
    })
}
