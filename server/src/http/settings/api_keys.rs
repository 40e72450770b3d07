//! Settings, API keys: plain forms. What is shown once stands on the answer to the form that made it; everything else leads back.

use std::collections::HashMap;

use app::site::{self, API_KEYS, ApiKeyLine, ApiKeysPage, NewApiKey};
use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use http::StatusCode;
use model::{id::ApiKeyId, refusal::Refusal};
use serde::Deserialize;
use service::{
    Fault,
    api_keys::{self, Scopes},
};
use storage::ApiKeyRow;

use super::{Owner, done, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The keys.
pub async fn page(State(state): State<AppState>, owner: Owner, Query(asked): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let mut shown = shown(&state, &owner).await?;
    shown.revoked = asked.get("done").is_some_and(|word| word == "revoked");
    Ok(private(StatusCode::OK, site::api_keys(owner.frame(), &shown)))
}

/// What the form of a new key sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    write: String,
    notes: String,
}

/// Makes a key, and shows it this once.
pub async fn make(State(state): State<AppState>, owner: Owner, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    let scopes = Scopes {
        write: !typed.write.is_empty(),
        notes: !typed.notes.is_empty(),
    };
    let (status, new_key, answer) = match api_keys::make(&state.services, &owner.actor, &typed.name, scopes).await {
        Ok(key) => (StatusCode::CREATED, Some(key), None),
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            (answer::status(refusal), None, Some(refusal))
        }
    };
    let mut shown = shown(&state, &owner).await?;
    if answer.is_some() {
        shown.typed = NewApiKey {
            name: typed.name,
            write: scopes.write,
            notes: scopes.notes,
        };
    }
    shown.new_key = new_key;
    shown.answer = answer;
    Ok(private(status, site::api_keys(owner.frame(), &shown)))
}

/// Which key.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    id: String,
}

/// Takes a key back.
pub async fn revoke(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let id: ApiKeyId = which.id.parse().map_err(|_| Refusal::NotFound)?;
    match api_keys::revoke(&state.services, &owner.actor, id).await {
        // Whoever presses twice wanted it once.
        Ok(()) | Err(Fault::Refused(Refusal::NotFound)) => Ok(done(API_KEYS, "revoked")),
        Err(fault) => Err(fault.into()),
    }
}

/// Makes another secret for signed news, and shows it this once.
pub async fn hook(State(state): State<AppState>, owner: Owner) -> Result<Response, Failed> {
    let secret = api_keys::new_hook_secret(&state.services, &owner.actor).await?;
    let mut shown = shown(&state, &owner).await?;
    shown.new_secret = Some(secret);
    Ok(private(StatusCode::CREATED, site::api_keys(owner.frame(), &shown)))
}

async fn shown(state: &AppState, owner: &Owner) -> Result<ApiKeysPage, Failed> {
    let keys = api_keys::list(&state.services, &owner.actor).await?;
    Ok(ApiKeysPage {
        hook_address: format!("{}/api/v1/hook/{}", state.services.public_url(), keys.slug),
        hook_secret_set: keys.hook_secret_set,
        keys: keys.keys.into_iter().map(line).collect(),
        ..ApiKeysPage::default()
    })
}

fn line(row: ApiKeyRow) -> ApiKeyLine {
    let scopes = Scopes::from_code(&row.scope);
    let mut may = vec!["read"];
    if scopes.write {
        may.push("write");
    }
    if scopes.notes {
        may.push("notes");
    }
    ApiKeyLine {
        id: row.id,
        name: row.name,
        beginning: row.beginning,
        scopes: may,
        made_by: row.made_by,
        made_at: row.made_at,
        used_at: row.used_at,
    }
}
