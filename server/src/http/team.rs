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

use std::ops::Deref;

use app::site::{TEAM_TICKETS, TeamFrame, TeamWaiting};
use axum::{
    extract::FromRequestParts,
    response::{Redirect, Response},
};
use http::request::Parts;
use model::refusal::Refusal;
use service::{
    Fault,
    team::{self, TeamMember, Waiting},
};

use crate::{
    http::{answer::Failed, asker::Asker},
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

/// Somebody of the team, at one of these pages. To all others there is no such page.
pub struct Team {
    asker: Asker,
    /// Who, at the team's own desk.
    pub(super) member: TeamMember,
    waiting: Waiting,
}

impl FromRequestParts<AppState> for Team {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let asker = Asker::of(parts, state).await?;
        match team::member(&state.services, &asker.actor).await {
            Ok(member) => {
                let waiting = team::waiting(&state.services, &member).await.map_err(Failed::from)?;
                Ok(Self { asker, member, waiting })
            }
            Err(Fault::Refused(_)) => Err(asker.refused(Refusal::NotFound)),
            Err(fault) => Err(Failed::from(fault).into()),
        }
    }
}

/// Somebody who administers the marketplace looks at one of these pages; support reads that it is not theirs. Of a form the verb asks it.
pub struct Administrator(pub(super) Team);

impl FromRequestParts<AppState> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let team = Team::from_request_parts(parts, state).await?;
        if team.member.administers() {
            Ok(Self(team))
        } else {
            Err(team.asker.refused(Refusal::NotAllowed))
        }
    }
}

impl Deref for Team {
    type Target = Asker;

    fn deref(&self) -> &Asker {
        &self.asker
    }
}

impl Team {
    /// What the pages are framed with.
    pub(super) fn frame(&self) -> TeamFrame<'_> {
        TeamFrame {
            words: &self.words,
            css: &self.css,
            theme: self.theme,
            who: &self.name,
            administers: self.member.administers(),
            waiting: TeamWaiting {
                tickets: self.waiting.tickets,
                disputes: self.waiting.disputes,
                held: self.waiting.held,
            },
        }
    }
}

/// The house's front door leads to what waits.
async fn home(_: Team) -> Redirect {
    Redirect::to(TEAM_TICKETS)
}
