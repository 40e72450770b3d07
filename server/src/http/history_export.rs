//! The history as a file: the table as CSV, or the table with everything that was said as JSON. Both are written while they are read,
//! page by page, so that neither a long history nor a slow reader takes memory. Notes of colleagues are in neither.

use std::io;

use axum::{
    body::Body,
    extract::{Query, State},
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use futures::{StreamExt as _, stream};
use http::header;
use model::{
    event::{Event, EventKind},
    history::{HistoryQuery, HistoryRow, HistorySort},
    party::{Author, Customer},
    refusal::Refusal,
    words::Words,
};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Actor, Fault, Services, accounts, history};

use crate::{
    http::{answer::Failed, desk::recognise},
    state::AppState,
};

/// Programs that open CSV take it for an old character set without this.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What of the table is wanted: the same as on screen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    search: String,
    sort: HistorySort,
    saved: bool,
}

impl From<Wanted> for HistoryQuery {
    fn from(wanted: Wanted) -> Self {
        Self {
            search: wanted.search,
            sort: wanted.sort,
            saved_only: wanted.saved,
            after: None,
        }
    }
}

/// The table, one line a line.
pub async fn csv(State(state): State<AppState>, Query(wanted): Query<Wanted>, jar: CookieJar) -> Result<Response, Failed> {
    let actor = begin(&state, &jar).await?;
    let words = catalogue::desk(accounts::me(&state.services, &actor).await?.language);
    let head = table(std::iter::once(heading(&words))).map(|rows| [BYTE_ORDER_MARK.as_bytes(), rows.as_slice()].concat());
    let pages = stream::try_unfold(Some(HistoryQuery::from(wanted)), move |next| {
        let (services, actor, words) = (state.services.clone(), actor.clone(), words.clone());
        async move {
            let Some(query) = next else { return Ok(None) };
            let page = history::page(&services, &actor, query.clone()).await.map_err(stopped)?;
            let rows = table(page.rows.iter().map(|row| cells(row, &words)))?;
            let next = page.next.map(|place| HistoryQuery {
                after: Some(place),
                ..query
            });
            Ok::<_, io::Error>(Some((rows, next)))
        }
    });
    Ok(file(
        "conversation-history.csv",
        "text/csv; charset=utf-8",
        Body::from_stream(stream::once(std::future::ready(head)).chain(pages)),
    ))
}

/// The table with all that was said, one value a line.
pub async fn json(State(state): State<AppState>, Query(wanted): Query<Wanted>, jar: CookieJar) -> Result<Response, Failed> {
    let actor = begin(&state, &jar).await?;
    let pages = stream::try_unfold((Some(HistoryQuery::from(wanted)), true), move |(next, first)| {
        let (services, actor) = (state.services.clone(), actor.clone());
        async move {
            let Some(query) = next else { return Ok(None) };
            let page = history::page(&services, &actor, query.clone()).await.map_err(stopped)?;
            let mut text = String::new();
            for (n, row) in page.rows.iter().enumerate() {
                text.push_str(if first && n == 0 { "\n" } else { ",\n" });
                text.push_str(&whole(&services, &actor, row).await.map_err(stopped)?.to_string());
            }
            let first = first && page.rows.is_empty();
            let next = page.next.map(|place| HistoryQuery {
                after: Some(place),
                ..query
            });
            Ok::<_, io::Error>(Some((text.into_bytes(), (next, first))))
        }
    });
    let bracket = |text: &'static str| stream::once(std::future::ready(Ok::<_, io::Error>(text.as_bytes().to_vec())));
    Ok(file(
        "conversation-history.json",
        "application/json",
        Body::from_stream(bracket("[").chain(pages).chain(bracket("\n]\n"))),
    ))
}

async fn begin(state: &AppState, jar: &CookieJar) -> Result<Actor, Failed> {
    let actor = recognise(state, jar).await?.ok_or(Refusal::NotSignedIn)?.actor;
    history::begin_export(&state.services, &actor).await?;
    Ok(actor)
}

/// The answer has begun, so it can only break off: a file that ends in the middle is seen to be broken.
fn stopped(fault: Fault) -> io::Error {
    tracing::error!(error = %fault, "An export of the history broke off");
    io::Error::other(fault.to_string())
}

fn file(name: &'static str, kind: &'static str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)],
        body,
    )
        .into_response()
}

/// The columns of the guide (P-57 to P-60), and what we know besides.
fn heading(words: &Words) -> [String; 8] {
    [
        words.get("desk.customer"),
        words.get("desk.history_number"),
        words.get("desk.date"),
        words.get("desk.last_message"),
        words.get("desk.email"),
        words.get("desk.phone"),
        words.get("desk.history_rating"),
        words.get("desk.history_saved"),
    ]
}

fn cells(row: &HistoryRow, words: &Words) -> [String; 8] {
    let (name, number) = match &row.customer {
        Customer::Member { number, name } => (name.to_string(), number.clone()),
        Customer::Guest { number, name } => (
            name.as_ref().map(ToString::to_string).unwrap_or_default(),
            words.with("desk.guest", &[("number", &number.to_string())]),
        ),
    };
    [
        name,
        number,
        row.place.at.rfc3339(),
        row.said.clone(),
        row.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.stars.map(|stars| stars.to_string()).unwrap_or_default(),
        if row.place.saved { "1" } else { "" }.to_owned(),
    ]
}

fn table(rows: impl Iterator<Item = [String; 8]>) -> Result<Vec<u8>, io::Error> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        csv.write_record(row.iter().map(|cell| harmless(cell))).map_err(io::Error::other)?;
    }
    csv.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// A spreadsheet would calculate these (hardening C12): with an apostrophe in front they are text.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A line with its conversations, the latest first, and all that everyone in them could see.
async fn whole(services: &Services, actor: &Actor, row: &HistoryRow) -> Result<Value, Fault> {
    let mut conversations = Vec::new();
    let mut before = None;
    loop {
        // Deleted by somebody since the page was read: then the line has nothing any more.
        let page = match history::line(services, actor, row.id(), before).await {
            Err(Fault::Refused(Refusal::NotFound)) => break,
            other => other?,
        };
        for conversation in &page.rows {
            let events = history::transcript(services, actor, conversation.id).await?;
            conversations.push(json!({
                "id": conversation.id,
                "saved": conversation.saved,
                "events": events.iter().map(told).collect::<Vec<_>>(),
            }));
        }
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let (name, number, guest) = match &row.customer {
        Customer::Member { number, name } => (Some(name.to_string()), Some(number.clone()), None),
        Customer::Guest { number, name } => (name.as_ref().map(ToString::to_string), None, Some(*number)),
    };
    Ok(json!({
        "customer": { "name": name, "number": number, "guest": guest, "email": row.email, "phone": row.phone },
        "last_message_at": row.place.at.rfc3339(),
        "last_message": row.said,
        "rating": row.stars,
        "saved": row.place.saved,
        "conversations": conversations,
    }))
}

/// One event, in words that need no documentation.
fn told(event: &Event) -> Value {
    let from = match &event.author {
        Author::Shopper => "customer".to_owned(),
        Author::Operator { name, .. } => name.to_string(),
        Author::System => "system".to_owned(),
    };
    let mut value = json!({ "at": event.at.rfc3339(), "from": from, "what": event.kind.code() });
    match &event.kind {
        EventKind::Posted { body } => value["text"] = json!(body),
        EventKind::Shared { file } => value["file"] = json!(file.name),
        EventKind::Transferred { to } => value["to"] = json!(to.name),
        EventKind::Rated { stars, comment } => {
            value["stars"] = json!(stars);
            value["comment"] = json!(comment);
        }
        _ => {}
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hc_12_no_cell_is_calculated_and_none_breaks_its_row() {
        let cells = ["=1+1", "+31 20 123", "-2", "@SUM(A1)", "\tx", "a,\"b\"\nc", "fine", ""].map(str::to_owned);
        let csv = String::from_utf8(table(std::iter::once(cells)).expect("writes")).expect("text");
        assert_eq!(csv, "'=1+1,'+31 20 123,'-2,'@SUM(A1),'\tx,\"a,\"\"b\"\"\nc\",fine,\n");
    }
}
