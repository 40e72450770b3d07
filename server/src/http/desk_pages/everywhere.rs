//! All my stores: what waits in each store that somebody serves, and turning to one of them.

use app::site::{self, EverywherePage, PlaceOfWork, TEAM_TICKETS};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use model::{
    conversation::Kind,
    id::{ConversationId, StoreId},
    refusal::Refusal,
};
use serde::Deserialize;
use service::marketplace::everywhere;

use super::{Clerk, private};
use crate::{
    http::{answer::Failed, desk::signed_in},
    policy::{Need, Policy, Registry, Route},
    state::AppState,
};

/// The routes of the page.
pub(in crate::http) fn register(registry: &mut Registry<AppState>) {
    let staff = Policy::Operator(Need::Staff);
    registry
        .add(Route::get("/desk/pages/everywhere", staff), page)
        .add(Route::post("/desk/switch", staff), switch);
}

/// The page.
async fn page(State(state): State<AppState>, clerk: Clerk) -> Result<Response, Failed> {
    let found = everywhere::read(&state.services, &clerk.actor).await?;
    let places = found.places.into_iter().map(|place| PlaceOfWork {
        here: place.post.store == clerk.actor.store,
        store: place.post.store,
        name: place.post.name.to_string(),
        waiting: place.waiting,
    });
    let waiting = found.waiting.into_iter();
    let shown = EverywherePage {
        places: places.collect(),
        waiting: waiting.map(|one| (one.store, one.store_name.to_string(), one.row)).collect(),
    };
    Ok(private(StatusCode::OK, site::everywhere(clerk.frame(), &shown)))
}

/// Where to.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    store: String,
    conversation: String,
}

/// Turns to a store, and to a conversation there if one was chosen. A store that is not theirs does not exist.
async fn switch(State(state): State<AppState>, jar: CookieJar, Form(chosen): Form<Chosen>) -> Result<Response, Failed> {
    let who = signed_in(&state, &jar).await?;
    let store: StoreId = chosen.store.parse().map_err(|_| Refusal::NotFound)?;
    let conversation: Option<ConversationId> = chosen.conversation.parse().ok();
    let kind = everywhere::turn_to(&state.services, &who, store, conversation).await?;
    let to = kind
        .zip(conversation)
        .map_or_else(|| "/desk".to_owned(), |(kind, id)| address_of(kind, id));
    Ok(Redirect::to(&to).into_response())
}

/// Where a conversation is read and answered, at the desk of its store.
fn address_of(kind: Kind, id: ConversationId) -> String {
    match kind {
        // In a window over the desk's pages, and listed in the recap on each of them.
        Kind::Live => "/desk".to_owned(),
        Kind::Offline => format!("/desk/offline-messages/{id}"),
        Kind::Shop | Kind::Order => format!("/desk/messages/{id}"),
        Kind::Thread => format!("/desk/communication/{id}"),
        Kind::Dispute => format!("/desk/disputes/{id}"),
        // They stand at one desk only: the team's.
        Kind::Ticket => format!("{TEAM_TICKETS}/{id}"),
    }
}
