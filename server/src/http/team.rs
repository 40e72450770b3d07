//! What the doors of the team's house (`/team…`) have in common: who asks, in which words, and how a page leaves. Each page has a file
//! below. Whoever does not belong to the team is answered as if there were nothing.

mod disputes;
mod tickets;

mod oversight;
mod people;
mod places;
mod reports;
mod safety;
mod stores;
mod tar;

use app::site::{self, TEAM_TICKETS, TeamFrame};
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use model::{desk::Theme, refusal::Refusal, words::Words};
use service::{
    Fault, accounts,
    team::{self, TeamMember},
};

use crate::{
    http::{answer::Failed, desk::recognise, site::page as html_page},
    policy::{Policy, Registry, Route, TeamNeed},
    state::AppState,
};

pub(super) use super::settings::private;

/// Every route of the house.
pub(super) fn register(registry: &mut Registry<AppState>) {
    let team = Policy::Team(TeamNeed::Member);
    let administrator = Policy::Team(TeamNeed::Administrator);
    registry
        .add(Route::get("/team", team), home)
        .add(Route::get("/team/stores", administrator), stores::list)
        .add(Route::post("/team/stores", administrator), stores::create)
        .add(Route::get("/team/stores/{store}", administrator), stores::one)
        .add(Route::post("/team/stores/{store}/suspend", administrator), stores::suspend)
        .add(Route::post("/team/stores/{store}/resume", administrator), stores::resume)
        .add(Route::post("/team/stores/{store}/leave", administrator), stores::leave)
        .add(Route::get("/team/people", administrator), people::list)
        .add(Route::post("/team/people", administrator), people::invite)
        .add(Route::post("/team/people/role", administrator), people::set_role)
        .add(Route::post("/team/people/remove", administrator), people::remove)
        .add(Route::get("/team/oversight", administrator), oversight::find)
        .add(Route::get("/team/oversight/{conversation}", administrator), oversight::read)
        .add(Route::post("/team/oversight/{conversation}", administrator), oversight::open)
        .add(Route::get("/team/reports", team), reports::list)
        .add(Route::get("/team/safety", team), safety::page)
        .add(Route::post("/team/safety", administrator), safety::decide)
        .add(Route::post("/team/safety/try", team), safety::try_text)
        .add(Route::post("/team/safety/held", team), safety::held)
        .add(Route::get("/team/audit", administrator), reports::audited);
    tickets::register(registry);
    disputes::register(registry);
}

/// Somebody of the team who looks at one of these pages.
pub(super) struct Team {
    /// Who, at the team's own desk.
    pub(super) member: TeamMember,
    /// In their language.
    pub(super) words: Words,
    who: String,
    theme: Theme,
    css: String,
}

impl Team {
    /// Who asks; or what somebody else is answered: whoever is not signed in is asked to, and to all others there is no such page.
    pub(super) async fn find(state: &AppState, jar: &CookieJar) -> Result<Result<Self, Response>, Failed> {
        let Some(recognised) = recognise(state, jar).await? else {
            return Ok(Err(Redirect::to("/sign-in").into_response()));
        };
        let me = accounts::me(&state.services, &recognised.actor).await?;
        let (words, css) = (catalogue::site(me.language), state.assets.desk().css);
        match team::member(&state.services, &recognised.actor).await {
            Ok(member) => Ok(Ok(Self {
                member,
                words,
                who: me.name.to_string(),
                theme: me.theme,
                css,
            })),
            Err(Fault::Refused(_)) => Ok(Err(html_page(StatusCode::NOT_FOUND, site::not_found(&words, &css)))),
            Err(fault) => Err(fault.into()),
        }
    }

    /// The same for those who administer the marketplace; support reads that it is not theirs.
    pub(super) async fn administering(state: &AppState, jar: &CookieJar) -> Result<Result<Self, Response>, Failed> {
        let team = match Self::find(state, jar).await? {
            Ok(team) => team,
            Err(answer) => return Ok(Err(answer)),
        };
        if team.member.administers() {
            return Ok(Ok(team));
        }
        let html = site::refused(&team.words, &team.css, Refusal::NotAllowed);
        Ok(Err(html_page(StatusCode::FORBIDDEN, html)))
    }

    /// The same for a form: without a page to show, nobody but the team gets further. What an administrator must be, the verb asks.
    pub(super) async fn sending(state: &AppState, jar: &CookieJar) -> Result<Self, Failed> {
        let recognised = recognise(state, jar).await?.ok_or(Refusal::NotSignedIn)?;
        let member = match team::member(&state.services, &recognised.actor).await {
            Ok(member) => member,
            Err(Fault::Refused(_)) => return Err(Refusal::NotFound.into()),
            Err(fault) => return Err(fault.into()),
        };
        let me = accounts::me(&state.services, &recognised.actor).await?;
        Ok(Self {
            member,
            words: catalogue::site(me.language),
            who: me.name.to_string(),
            theme: me.theme,
            css: state.assets.desk().css,
        })
    }

    /// What the pages are framed with.
    pub(super) fn frame(&self) -> TeamFrame<'_> {
        TeamFrame {
            words: &self.words,
            css: &self.css,
            theme: self.theme,
            who: &self.who,
            administers: self.member.administers(),
        }
    }
}

/// The house's front door leads to what waits.
async fn home(State(state): State<AppState>, jar: CookieJar) -> Result<Response, Failed> {
    Ok(match Team::find(&state, &jar).await? {
        Ok(_) => Redirect::to(TEAM_TICKETS).into_response(),
        Err(answer) => answer,
    })
}
