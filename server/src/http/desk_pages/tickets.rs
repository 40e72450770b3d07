//! Tickets of somebody who works for a store: at its desk on behalf of the store, which its staff sees (A-i7), and on their own Buyer
//! dashboard, which nobody else there sees (A-17, A-24, B11).

use app::site::{self, BUYER_TICKETS, BuyerFrame, TEAM_TICKETS, TicketFrame};
use axum::{
    Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{settings::StoreSettings, words::Words};
use service::{
    support::{self, Asking, Mine},
    team,
};

use super::{Clerk, private};
use crate::{
    http::{
        answer::Failed,
        layer::rate_limit::Budget,
        tickets::{self, Asked, Door, Typed, page_at_desk},
    },
    policy::{Need, Policy, Registry, Route},
    state::AppState,
};

/// Where the desk's page is.
const TICKETS: &str = "/desk/pages/tickets";

/// The routes of both places.
pub(in crate::http) fn register(registry: &mut Registry<AppState>) {
    let staff = Policy::Operator(Need::Staff);
    registry
        .add(Route::get("/desk/pages/tickets", staff), list)
        .add(Route::post("/desk/pages/tickets", staff).within(Budget::Start), begin)
        .add(Route::get("/desk/pages/tickets/new", staff), form)
        // In the desk, a form is always sent; this one only asks for another.
        .add(Route::post("/desk/pages/tickets/new", staff), form_with)
        .add(Route::get("/desk/pages/tickets/{conversation}", staff), one)
        .add(
            Route::post("/desk/pages/tickets/{conversation}", staff).within(Budget::Files),
            reply,
        )
        .add(
            Route::post("/desk/pages/tickets/{conversation}/resolve", staff).within(Budget::Messages),
            resolve,
        );
    registry
        .add(Route::get("/buyer", staff), overview)
        .add(Route::get("/buyer/tickets", staff), own_list)
        .add(Route::post("/buyer/tickets", staff).within(Budget::Start), own_begin)
        .add(Route::get("/buyer/tickets/new", staff), own_form)
        .add(Route::get("/buyer/tickets/{conversation}", staff), own_one)
        .add(Route::post("/buyer/tickets/{conversation}", staff).within(Budget::Files), own_reply)
        .add(
            Route::post("/buyer/tickets/{conversation}/resolve", staff).within(Budget::Messages),
            own_resolve,
        );
}

/// At the desk, for the store.
struct ForStore(Clerk);

impl Door for ForStore {
    fn asking(&self) -> Asking {
        Asking::Store(self.0.actor.clone())
    }

    fn words(&self) -> &Words {
        &self.0.words
    }

    fn settings(&self) -> &StoreSettings {
        &self.0.store.settings
    }

    fn path(&self, rest: &str) -> String {
        format!("{TICKETS}{rest}")
    }

    fn conversation(&self, mine: &Mine) -> Option<String> {
        mine.from.and_then(|(kind, id)| page_at_desk(kind, id))
    }

    fn show(&self, _state: &AppState, status: StatusCode, page: &dyn Fn(TicketFrame<'_>) -> String) -> Response {
        private(status, page(TicketFrame::Desk(self.0.frame())))
    }
}

/// On the Buyer dashboard, for themselves.
struct ForPerson(Clerk);

impl ForPerson {
    fn frame(&self) -> BuyerFrame<'_> {
        BuyerFrame {
            words: &self.0.words,
            css: &self.0.css,
            theme: self.0.theme,
            who: self.0.actor.name.as_str(),
            store: self.0.store.name.as_str(),
        }
    }
}

impl Door for ForPerson {
    fn asking(&self) -> Asking {
        Asking::Person(self.0.actor.clone())
    }

    fn words(&self) -> &Words {
        &self.0.words
    }

    fn settings(&self) -> &StoreSettings {
        &self.0.store.settings
    }

    fn path(&self, rest: &str) -> String {
        format!("{BUYER_TICKETS}{rest}")
    }

    fn conversation(&self, _mine: &Mine) -> Option<String> {
        None
    }

    fn show(&self, _state: &AppState, status: StatusCode, page: &dyn Fn(TicketFrame<'_>) -> String) -> Response {
        private(status, page(TicketFrame::Buyer(self.frame())))
    }
}

async fn list(State(state): State<AppState>, clerk: Clerk, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    // The team's own tickets are those that it answers.
    if team::desk(&state.services).await? == Some(clerk.actor.scope()) {
        return Ok(Redirect::to(TEAM_TICKETS).into_response());
    }
    tickets::list(&state, &ForStore(clerk), &asked).await
}

async fn form(State(state): State<AppState>, clerk: Clerk, Query(typed): Query<Typed>) -> Result<Response, Failed> {
    tickets::form(&state, &ForStore(clerk), typed).await
}

async fn form_with(State(state): State<AppState>, clerk: Clerk, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    tickets::form(&state, &ForStore(clerk), typed).await
}

async fn begin(State(state): State<AppState>, clerk: Clerk, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    tickets::begin(&state, &ForStore(clerk), typed).await
}

async fn one(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    tickets::one(&state, &ForStore(clerk), &id, &asked).await
}

async fn reply(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>, request: Request) -> Result<Response, Failed> {
    tickets::reply(&state, &ForStore(clerk), &id, request).await
}

async fn resolve(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>) -> Result<Response, Failed> {
    tickets::resolve(&state, &ForStore(clerk), &id).await
}

/// What the Buyer dashboard begins with.
async fn overview(State(state): State<AppState>, clerk: Clerk) -> Result<Response, Failed> {
    let door = ForPerson(clerk);
    let found = support::list(&state.services, &door.asking(), None).await?;
    let open = found.rows.iter().filter(|row| row.status.is_open()).count();
    Ok(private(StatusCode::OK, site::buyer(door.frame(), open)))
}

async fn own_list(State(state): State<AppState>, clerk: Clerk, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    tickets::list(&state, &ForPerson(clerk), &asked).await
}

async fn own_form(State(state): State<AppState>, clerk: Clerk, Query(typed): Query<Typed>) -> Result<Response, Failed> {
    tickets::form(&state, &ForPerson(clerk), typed).await
}

async fn own_begin(State(state): State<AppState>, clerk: Clerk, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    tickets::begin(&state, &ForPerson(clerk), typed).await
}

async fn own_one(
    State(state): State<AppState>,
    clerk: Clerk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    tickets::one(&state, &ForPerson(clerk), &id, &asked).await
}

async fn own_reply(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>, request: Request) -> Result<Response, Failed> {
    tickets::reply(&state, &ForPerson(clerk), &id, request).await
}

async fn own_resolve(State(state): State<AppState>, clerk: Clerk, Path(id): Path<String>) -> Result<Response, Failed> {
    tickets::resolve(&state, &ForPerson(clerk), &id).await
}
