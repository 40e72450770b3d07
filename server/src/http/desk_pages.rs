//! What the doors of the desk's served pages have in common that are for everybody who works there (decision 0011): who asks, in which
//! words, and what the clock on the store's wall shows. Each page has a file below; pages for owners only have theirs in `settings`.

pub mod communication;
pub mod disputes;
pub mod everywhere;
pub mod tickets;

use std::ops::Deref;

use app::site::RoomLine;
use axum::{extract::FromRequestParts, response::Response};
use http::request::Parts;
use model::{
    event::{Audience, Event},
    time::Timestamp,
};
use service::{hours, stores};
use storage::StoreRow;

use crate::{
    http::{answer::Failed, asker::Asker},
    state::AppState,
};

pub(super) use super::settings::private;

/// Somebody at the desk, at one of these pages.
pub struct Clerk {
    asker: Asker,
    /// Where they work.
    pub(super) store: StoreRow,
}

impl FromRequestParts<AppState> for Clerk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let asker = Asker::of(parts, state).await?;
        let store = stores::own(&state.services, &asker.actor).await.map_err(Failed::from)?;
        Ok(Self { asker, store })
    }
}

impl Deref for Clerk {
    type Target = Asker;

    fn deref(&self) -> &Asker {
        &self.asker
    }
}

impl Clerk {
    /// What the clock on the store's wall shows at a moment.
    pub(super) fn wall(&self) -> impl Fn(Timestamp) -> Timestamp + Send + Sync + '_ {
        move |at| hours::on_the_wall(&self.store.settings, at)
    }
}

/// What a room shows of its logs.
pub(super) fn lines(found: Vec<(Audience, Event)>) -> Vec<RoomLine> {
    found
        .into_iter()
        .map(|(audience, event)| RoomLine {
            event,
            internal: audience == Audience::Desk,
        })
        .collect()
}
