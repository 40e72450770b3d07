//! What the doors of the pages that are drawn here (`/desk/pages/…`, decision 0011) have in common: who asks, in which words, whether
//! the page is wanted whole or as a part of the desk, and how it leaves. Each page has a file below.

pub mod api_keys;
pub mod arrived;
pub mod imports;
pub mod mail;
pub mod privacy;
pub mod senders;
pub mod staff;
pub mod webhooks;
pub mod your_site;

use app::site::{self, SettingsFrame};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use http::{HeaderValue, StatusCode, header};
use model::{desk::Theme, party::Role, refusal::Refusal, words::Words};
use service::{Actor, accounts};

use crate::{
    extract::part::Part,
    http::{answer::Failed, desk::recognise, site::page as html_page},
    state::AppState,
};

/// The owner who looks at one of these pages.
pub(super) struct Owner {
    /// Who.
    pub(super) actor: Actor,
    /// In their language.
    pub(super) words: Words,
    theme: Theme,
    css: String,
    part: bool,
}

impl Owner {
    /// Who asks; or what somebody else is answered: whoever is not signed in is asked to, and staff read that this is the owner's.
    pub(super) async fn find(state: &AppState, jar: &CookieJar, Part(part): Part) -> Result<Result<Self, Response>, Failed> {
        let Some(recognised) = recognise(state, jar).await? else {
            if part {
                // The desk says it; the form to sign in with is no part of it.
                return Err(Refusal::NotSignedIn.into());
            }
            return Ok(Err(Redirect::to("/sign-in").into_response()));
        };
        let actor = recognised.actor;
        if part && actor.role != Role::Owner {
            // The same: what says no is no page of the desk.
            return Err(Refusal::NotAllowed.into());
        }
        let me = accounts::me(&state.services, &actor).await?;
        let (words, css) = (catalogue::site(me.language), state.assets.desk().css);
        if actor.role != Role::Owner {
            let html = site::refused(&words, &css, Refusal::NotAllowed);
            return Ok(Err(html_page(StatusCode::FORBIDDEN, html)));
        }
        Ok(Ok(Self {
            actor,
            words,
            theme: me.theme,
            css,
            part,
        }))
    }

    /// The same for a form: without a page to show, nobody but the owner gets further.
    pub(super) async fn sending(state: &AppState, jar: &CookieJar, Part(part): Part) -> Result<Self, Failed> {
        let recognised = recognise(state, jar).await?.ok_or(Refusal::NotSignedIn)?;
        if recognised.actor.role != Role::Owner {
            return Err(Refusal::NotAllowed.into());
        }
        let me = accounts::me(&state.services, &recognised.actor).await?;
        Ok(Self {
            actor: recognised.actor,
            words: catalogue::site(me.language),
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
}

/// A page of these, on its way out: kept by nobody.
pub(super) fn private(status: StatusCode, html: String) -> Response {
    let mut response = html_page(status, html);
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Back to a page of these after its form did something (so that loading it again does nothing again). `word` says what.
pub(super) fn done(path: &str, word: &str) -> Response {
    Redirect::to(&format!("{path}?done={word}")).into_response()
}
