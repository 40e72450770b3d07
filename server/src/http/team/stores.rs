//! The marketplace's stores: the list, a new one, and each one's page with what can be done to it.

use std::{collections::HashMap, io};

use app::site::{self, NewStoreForm, StoreLine, StorePage, StoreTrouble, StoresPage, TEAM_STORES};
use axum::{
    Form,
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use futures::stream;
use http::{StatusCode, header};
use model::refusal::Refusal;
use serde::Deserialize;
use service::{
    Fault,
    marketplace::{
        AfterName,
        export::{self, Leaving, Next},
        stores::{self, NewVendor},
    },
};
use storage::VendorRow;

use super::{Administrator, Team, places, private, tar};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The list.
pub(super) async fn list(
    State(state): State<AppState>,
    Administrator(team): Administrator,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let shown = shown(&state, &team, places::after(&asked)).await?;
    Ok(private(StatusCode::OK, site::team_stores(team.frame(), &shown)))
}

/// What the form for a new one sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    slug: String,
    email: String,
    language: String,
}

/// A new one; the link of its owner's invitation stands on the answer, this once.
pub(super) async fn create(State(state): State<AppState>, team: Team, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    let new = NewVendor {
        name: typed.name,
        slug: typed.slug,
        email: typed.email,
        language: typed.language.parse().unwrap_or_default(),
    };
    match stores::create(&state.services, &team.member, new.clone()).await {
        Ok(link) => {
            let mut shown = shown(&state, &team, None).await?;
            shown.link = Some(link);
            Ok(private(StatusCode::CREATED, site::team_stores(team.frame(), &shown)))
        }
        Err(fault) => {
            let refusal = ours(fault)?;
            let mut shown = shown(&state, &team, None).await?;
            shown.answer = Some(refusal);
            shown.form = NewStoreForm {
                name: new.name,
                slug: new.slug,
                email: new.email,
                language: new.language,
            };
            Ok(private(answer::status(refusal), site::team_stores(team.frame(), &shown)))
        }
    }
}

/// One store.
pub(super) async fn one(
    State(state): State<AppState>,
    Administrator(team): Administrator,
    Path(slug): Path<String>,
) -> Result<Response, Failed> {
    let store = stores::one(&state.services, &team.member, &slug).await?;
    let shown = StorePage {
        store: line(store),
        trouble: None,
        reason: String::new(),
        slug: String::new(),
    };
    Ok(private(StatusCode::OK, site::team_store(team.frame(), &shown)))
}

/// What the forms of a store's page send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Why {
    reason: String,
    slug: String,
}

/// Closes it for a while.
pub(super) async fn suspend(
    State(state): State<AppState>,
    team: Team,
    Path(slug): Path<String>,
    Form(why): Form<Why>,
) -> Result<Response, Failed> {
    set_suspended(&state, &team, &slug, true, why).await
}

/// Opens it again.
pub(super) async fn resume(
    State(state): State<AppState>,
    team: Team,
    Path(slug): Path<String>,
    Form(why): Form<Why>,
) -> Result<Response, Failed> {
    set_suspended(&state, &team, &slug, false, why).await
}

async fn set_suspended(state: &AppState, team: &Team, slug: &str, on: bool, why: Why) -> Result<Response, Failed> {
    match stores::set_suspended(&state.services, &team.member, slug, on, &why.reason).await {
        Ok(()) => Ok(Redirect::to(&format!("{TEAM_STORES}/{slug}")).into_response()),
        Err(fault) => refused(state, team, slug, why, StoreTrouble::Suspend(ours(fault)?)).await,
    }
}

/// Sends it off: the answer is everything that is its own, and when all of it was handed over, it has left.
pub(super) async fn leave(
    State(state): State<AppState>,
    team: Team,
    Path(slug): Path<String>,
    Form(why): Form<Why>,
) -> Result<Response, Failed> {
    match export::begin(&state.services, &team.member, &slug, &why.slug, &why.reason).await {
        Ok(leaving) => Ok(archive(state, &slug, leaving)),
        Err(fault) => refused(&state, &team, &slug, why, StoreTrouble::Leave(ours(fault)?)).await,
    }
}

fn archive(state: AppState, slug: &str, leaving: Leaving) -> Response {
    let unix_s = state.services.clock().now().0.div_euclid(1_000);
    let pieces = stream::try_unfold(Some(Next::Store), move |next| {
        let (services, leaving) = (state.services.clone(), leaving.clone());
        async move {
            let Some(next) = next else { return Ok(None) };
            if let Next::Farewell = next {
                // Before the store has left, the last of it is on its way.
                return Ok(Some((tar::end(), Some(Next::End))));
            }
            if let Next::End = next {
                export::next(&services, &leaving, Next::Farewell).await.map_err(stopped)?;
                return Ok(None);
            }
            let (piece, next) = export::next(&services, &leaving, next).await.map_err(stopped)?;
            let bytes = piece.map_or_else(Vec::new, |piece| tar::entry(&piece.path, &piece.bytes, unix_s));
            Ok::<_, io::Error>(Some((bytes, Some(next))))
        }
    });
    // The name of a store in addresses is of letters, digits and hyphens.
    let disposition = format!("attachment; filename=\"{slug}.tar\"");
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

/// The answer has begun, so it can only break off: a file that ends in the middle is seen to be broken, and the store has not left.
fn stopped(fault: Fault) -> io::Error {
    tracing::error!(error = %fault, "An export of a store broke off");
    io::Error::other(fault.to_string())
}

async fn refused(state: &AppState, team: &Team, slug: &str, why: Why, trouble: StoreTrouble) -> Result<Response, Failed> {
    let (StoreTrouble::Suspend(refusal) | StoreTrouble::Leave(refusal)) = trouble;
    let store = stores::one(&state.services, &team.member, slug).await?;
    let shown = StorePage {
        store: line(store),
        trouble: Some(trouble),
        reason: why.reason,
        slug: why.slug,
    };
    Ok(private(answer::status(refusal), site::team_store(team.frame(), &shown)))
}

/// What the person is told; what they cannot do anything about ends here. So does what is none of theirs.
fn ours(fault: Fault) -> Result<Refusal, Failed> {
    match fault.refusal() {
        Some(refusal) if !matches!(refusal, Refusal::NotFound | Refusal::NotAllowed | Refusal::NotSignedIn) => Ok(refusal),
        _ => Err(fault.into()),
    }
}

async fn shown(state: &AppState, team: &Team, after: AfterName) -> Result<StoresPage, Failed> {
    let page = stores::list(&state.services, &team.member, after).await?;
    Ok(StoresPage {
        rows: page.rows.into_iter().map(line).collect(),
        next: places::next(TEAM_STORES, page.next),
        ..StoresPage::default()
    })
}

fn line(row: VendorRow) -> StoreLine {
    StoreLine {
        slug: row.slug.to_string(),
        name: row.name.to_string(),
        people: row.people,
        created_at: row.created_at,
        suspended_at: row.suspended_at,
        off_boarded_at: row.off_boarded_at,
    }
}
