//! What the doors of the desk's served pages have in common that are for everybody who works there (decision 0011): who asks, in which
//! words, and what the clock on the store's wall shows. Each page has a file below; pages for owners only have theirs in `settings`.

pub mod communication;
pub mod disputes;
pub mod everywhere;
pub mod tickets;

use app::site::{RoomLine, SettingsFrame};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use model::{
    desk::Theme,
    event::{Audience, Event},
    refusal::Refusal,
    time::Timestamp,
    words::Words,
};
use service::{Actor, accounts, hours, stores};
use storage::StoreRow;

use crate::{
    extract::part::Part,
    http::{answer::Failed, desk::recognise},
    state::AppState,
};

pub(super) use super::settings::private;

/// Somebody at the desk who looks at one of these pages.
pub(super) struct Clerk {
    /// Who.
    pub(super) actor: Actor,
    /// In their language.
    pub(super) words: Words,
    /// Where they work.
    pub(super) store: StoreRow,
    theme: Theme,
    css: String,
    part: bool,
}

impl Clerk {
    /// Who asks; whoever is not signed in is asked to.
    pub(super) async fn find(state: &AppState, jar: &CookieJar, part: Part) -> Result<Result<Self, Response>, Failed> {
        if !part.0 && recognise(state, jar).await?.is_none() {
            return Ok(Err(Redirect::to("/sign-in").into_response()));
        }
        // In the desk, the desk says it: the form to sign in with is no part of it.
        Self::sending(state, jar, part).await.map(Ok)
    }

    /// The same for a form: without a page to show, nobody else gets further.
    pub(super) async fn sending(state: &AppState, jar: &CookieJar, Part(part): Part) -> Result<Self, Failed> {
        let recognised = recognise(state, jar).await?.ok_or(Refusal::NotSignedIn)?;
        let me = accounts::me(&state.services, &recognised.actor).await?;
        let store = stores::own(&state.services, &recognised.actor).await?;
        Ok(Self {
            actor: recognised.actor,
            words: catalogue::site(me.language),
            store,
            theme: me.theme,
            css: state.assets.desk().css,
            part,
        })
    }

    /// What the pages are framed with.
    pub(super) fn frame(&self) -> SettingsFrame<'_> {
        SettingsFrame {
            words: &self.words,
            css: &self.css,
            theme: self.theme,
            part: self.part,
        }
    }

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
