//! Who asks for a page that is drawn here, in which words, and how a "no" reaches them. Doors take an [`Owner`](super::settings::Owner), a
//! [`Clerk`](super::desk_pages::Clerk) or somebody of the [`Team`](super::team::Team), and get further only when one of these asks.
//!
//! Whoever looks at a page gets a page: to sign in, or one that says why not. A form, and the desk about a part of itself (decision 0011),
//! get the bare refusal: there is no page to show, or the desk says it.

use app::site::{self, SettingsFrame};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use http::request::Parts;
use model::{desk::Theme, refusal::Refusal, words::Words};
use service::{Actor, accounts};

use crate::{
    extract::part::Part,
    http::{
        answer::{self, Failed},
        desk::recognise,
        site::page,
    },
    state::AppState,
};

/// Somebody who is signed in.
pub struct Asker {
    /// Who.
    pub(super) actor: Actor,
    /// In their language.
    pub(super) words: Words,
    /// What they are called.
    pub(super) name: String,
    /// How they want it to look.
    pub(super) theme: Theme,
    /// The sheet of the pages.
    pub(super) css: String,
    part: bool,
    looks: bool,
}

impl Asker {
    /// Who asks; or what nobody is answered.
    pub(super) async fn of(parts: &Parts, state: &AppState) -> Result<Self, Response> {
        let part = Part::of(&parts.headers).0;
        let looks = parts.method.is_safe() && !part;
        let Some(recognised) = recognise(state, &CookieJar::from_headers(&parts.headers)).await? else {
            return Err(if looks {
                Redirect::to("/sign-in").into_response()
            } else {
                Failed::from(Refusal::NotSignedIn).into()
            });
        };
        let me = accounts::me(&state.services, &recognised.actor).await.map_err(Failed::from)?;
        Ok(Self {
            actor: recognised.actor,
            words: catalogue::site(me.language),
            name: me.name.to_string(),
            theme: me.theme,
            css: state.assets.desk().css,
            part,
            looks,
        })
    }

    /// That this is not for them.
    pub(super) fn refused(&self, refusal: Refusal) -> Response {
        if self.looks {
            page(answer::status(refusal), site::refused(&self.words, &self.css, refusal))
        } else {
            Failed::from(refusal).into()
        }
    }

    /// What the pages of the desk are framed with.
    pub(super) fn frame(&self) -> SettingsFrame<'_> {
        SettingsFrame {
            words: &self.words,
            css: &self.css,
            theme: self.theme,
            part: self.part,
        }
    }
}
