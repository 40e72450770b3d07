//! Settings, Mail: the doors of the page about what became of the store's letters.

use app::site::{self, MAIL, MailPage};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use model::{id::MailId, post::PostCursor, refusal::Refusal, time::Timestamp};
use serde::Deserialize;
use service::post_office;

use super::{Owner, done, private};
use crate::{http::answer::Failed, state::AppState};

/// Where a page of the list begins, and what was done just now.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    at: Option<i64>,
    id: Option<String>,
    done: Option<String>,
}

/// The page.
pub async fn page(State(state): State<AppState>, owner: Owner, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let after = asked.at.zip(asked.id.and_then(|id| id.parse::<MailId>().ok()));
    let after = after.map(|(at, id)| PostCursor { at: Timestamp(at), id });
    let post = post_office::read(&state.services, &owner.actor, after).await?;
    let last = post.rows.last().filter(|_| post.more);
    let page = MailPage {
        older: last.map(|last| format!("{MAIL}?at={}&id={}", last.at.0, last.id)),
        post,
        tested: asked.done.is_some_and(|word| word == "test"),
    };
    Ok(private(StatusCode::OK, site::mail(owner.frame(), &page)))
}

/// Sends a test mail to whoever asks.
pub async fn test(State(state): State<AppState>, owner: Owner) -> Result<Response, Failed> {
    post_office::send_test(&state.services, &owner.actor).await?;
    Ok(done(MAIL, "test"))
}

/// Which letter.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    id: String,
}

/// Tries a letter that failed once more.
pub async fn retry(State(state): State<AppState>, owner: Owner, Form(which): Form<Which>) -> Result<Response, Failed> {
    let id: MailId = which.id.parse().map_err(|_| Refusal::NotFound)?;
    post_office::retry(&state.services, &owner.actor, id).await?;
    Ok(Redirect::to(MAIL).into_response())
}
