//! `/desk/pages/arrived`: the doors of the page about letters that arrived, and of a letter as it came.

use app::site::{self, ARRIVED, ArrivedLine, ArrivedPage};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use model::{id::LetterId, refusal::Refusal, time::Timestamp};
use serde::Deserialize;
use service::mail_in::{self, LetterLine};

use super::{Owner, private};
use crate::{http::answer::Failed, state::AppState};

/// Bytes of a letter that are shown; its files are longer, and nobody reads those.
const SHOWN_BYTES_MAX: usize = 1024 * 1024;

/// Where a page of the list begins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    at: Option<i64>,
    id: Option<String>,
}

/// The page.
pub async fn page(State(state): State<AppState>, owner: Owner, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let after = asked.at.map(Timestamp).zip(asked.id.and_then(|id| id.parse::<LetterId>().ok()));
    let found = mail_in::letters(&state.services, &owner.actor, after).await?;
    let page = ArrivedPage {
        lines: found.lines.into_iter().map(line).collect(),
        older: found.next.map(|(at, id)| format!("{ARRIVED}?at={}&id={id}", at.0)),
        address: found.address,
    };
    Ok(private(StatusCode::OK, site::arrived(owner.frame(), &page)))
}

fn line(letter: LetterLine) -> ArrivedLine {
    ArrivedLine {
        id: letter.id,
        at: letter.at,
        sender: letter.sender,
        subject: letter.subject,
        verdict: letter.verdict,
        reason: letter.reason,
        place: letter.conversation.map(|id| format!("/desk/messages/{id}")),
        kilobytes: letter.kilobytes,
        kept: letter.kept,
    }
}

/// A letter as it came, as text: whatever is in it is shown and never done.
pub async fn letter(State(state): State<AppState>, owner: Owner, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: LetterId = id.parse().map_err(|_| Refusal::NotFound)?;
    let raw = mail_in::raw_letter(&state.services, &owner.actor, id).await?;
    let shown = raw.get(..SHOWN_BYTES_MAX).unwrap_or(&raw);
    let text = String::from_utf8_lossy(shown).into_owned();
    Ok((
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
        ],
        text,
    )
        .into_response())
}
