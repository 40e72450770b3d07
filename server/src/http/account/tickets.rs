//! Tickets in the member centre: a shopper of a store asks the marketplace.

use app::site::{Here, TicketFrame};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::Response,
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{settings::StoreSettings, words::Words};
use service::support::{Asking, Mine};

use super::Inside;
use crate::{
    http::{
        answer::Failed,
        layer::rate_limit::Budget,
        tickets::{self, Asked, Door, Typed},
    },
    policy::{Policy, Registry, Route},
    state::AppState,
};

/// The routes of the page.
pub(super) fn register(registry: &mut Registry<AppState>) {
    let member = Policy::Member;
    registry
        .add(Route::get("/account/{store}/tickets", member), list)
        .add(Route::post("/account/{store}/tickets", member).within(Budget::Start), begin)
        .add(Route::get("/account/{store}/tickets/new", member), form)
        // What was typed for another channel comes along.
        .add(Route::post("/account/{store}/tickets/new", member), form_with)
        .add(Route::get("/account/{store}/tickets/{conversation}", member), one)
        .add(
            Route::post("/account/{store}/tickets/{conversation}", member).within(Budget::Files),
            reply,
        )
        .add(
            Route::post("/account/{store}/tickets/{conversation}/resolve", member).within(Budget::Messages),
            resolve,
        );
}

impl Door for Inside {
    fn asking(&self) -> Asking {
        Asking::Shopper(self.member.scope)
    }

    fn words(&self) -> &Words {
        &self.words
    }

    fn settings(&self) -> &StoreSettings {
        &self.store.settings
    }

    fn path(&self, rest: &str) -> String {
        let path = format!("/account/{}/tickets{rest}", self.store.slug);
        if self.chosen {
            format!("{path}?lang={}", self.words.language().code())
        } else {
            path
        }
    }

    fn conversation(&self, mine: &Mine) -> Option<String> {
        let (store, id) = mine.row.from?;
        (store == self.store.id).then(|| format!("/account/{}/messages/{id}", self.store.slug))
    }

    fn show(&self, state: &AppState, status: StatusCode, page: &dyn Fn(TicketFrame<'_>) -> String) -> Response {
        Self::show(self, state, status, Here::Tickets, |account| page(TicketFrame::Account(account)))
    }
}

async fn list(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::list(&state, &inside, &asked).await,
        Err(response) => Ok(response),
    }
}

async fn form(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    Query(typed): Query<Typed>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::form(&state, &inside, typed).await,
        Err(response) => Ok(response),
    }
}

async fn form_with(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::form(&state, &inside, typed).await,
        Err(response) => Ok(response),
    }
}

async fn begin(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::begin(&state, &inside, typed).await,
        Err(response) => Ok(response),
    }
}

async fn one(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::one(&state, &inside, &id, &asked).await,
        Err(response) => Ok(response),
    }
}

async fn reply(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
    request: Request,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::reply(&state, &inside, &id, request).await,
        Err(response) => Ok(response),
    }
}

async fn resolve(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    match Inside::find(&state, &slug, asked.lang.as_deref(), &headers, &jar).await? {
        Ok(inside) => tickets::resolve(&state, &inside, &id).await,
        Err(response) => Ok(response),
    }
}
