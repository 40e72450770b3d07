//! Settings, Import: a file comes in, and its answer is the page again with what became of it. Loading that again would send the file again,
//! and the same file twice changes nothing.

use app::site::{self, ImportAnswer, ImportsPage};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use model::refusal::{Field, Refusal};
use service::{
    Fault,
    imports::{self, BAD_LINES_MAX, BadLine, Holds, Outcome},
};

use super::{Owner, private};
use crate::{
    http::{
        answer::{self, Failed},
        sent_form::{self, Sent},
    },
    state::AppState,
};

/// The form.
pub async fn page(owner: Owner) -> Result<Response, Failed> {
    Ok(private(StatusCode::OK, site::imports(owner.frame(), &ImportsPage::default())))
}

/// Checks a file, or takes it in.
pub async fn take(State(state): State<AppState>, owner: Owner, request: Request) -> Result<Response, Failed> {
    // Whoever may not is told so before anything of a long file is read.
    let (orders, done) = match sent_form::read(request).await {
        Ok(sent) => {
            let orders = sent.fields.raw("kind") == "orders";
            (orders, import(&state, &owner, sent, orders).await)
        }
        Err(refusal) => (false, Err(refusal.into())),
    };
    let done = match done {
        Ok(outcome) => Ok(outcome),
        Err(fault) => Err(fault.refusal().ok_or(fault)?),
    };
    let status = match &done {
        Ok(Outcome::Checked(_) | Outcome::Taken(_)) => StatusCode::OK,
        Ok(Outcome::Bad(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Err(refusal) => answer::status(*refusal),
    };
    let page = ImportsPage {
        answer: Some(told(done)),
        orders,
    };
    Ok(private(status, site::imports(owner.frame(), &page)))
}

async fn import(state: &AppState, owner: &Owner, sent: Sent, orders: bool) -> Result<Outcome, Fault> {
    let holds = if orders { Holds::Orders } else { Holds::Customers };
    let only_check = sent.fields.raw("deed") == "check";
    let file = sent.file.map(|(_, bytes)| bytes).filter(|bytes| !bytes.is_empty());
    let file = file.ok_or(Refusal::Missing(Field::File))?;
    imports::import(&state.services, &owner.actor, holds, &file, only_check).await
}

fn told(done: Result<Outcome, Refusal>) -> ImportAnswer {
    match done {
        Ok(Outcome::Checked(n)) => ImportAnswer::Checked(n),
        Ok(Outcome::Taken(n)) => ImportAnswer::Taken(n),
        Ok(Outcome::Bad(mut bad)) => {
            bad.sort_by_key(|bad| bad.line);
            let more = bad.len() > BAD_LINES_MAX;
            bad.truncate(BAD_LINES_MAX);
            ImportAnswer::Bad {
                lines: bad.into_iter().map(line).collect(),
                more,
            }
        }
        Err(refusal) => ImportAnswer::Refused(refusal),
    }
}

fn line(bad: BadLine) -> site::BadLine {
    site::BadLine {
        line: bad.line,
        column: bad.column,
        reason: bad.why.key(),
    }
}
