//! Disputes over HTTP: what the three doors to them have in common. The buyer's is in the member centre (`account/disputes`), the vendor's
//! at the desk (`desk_pages/disputes`), the marketplace's in its house (`team/disputes`).

use app::site::{DisputeEvidence, DisputeFacts, DisputeFile, DisputeLine, DisputePage, DisputeTyped, RoomLine, RoomReply};
use http::StatusCode;
use model::{
    id::{ClientId, ConversationId},
    refusal::{Field, Refusal},
    text::{Comment, Name},
    time::Timestamp,
};
use serde::Deserialize;
use service::{
    Fault, Party, Services,
    clock::new_id,
    disputes::{Deed, Seen, Wish},
    rooms::{self, RoomView},
};
use storage::{DisputeCursor, DisputeRow, DisputesWanted};

use super::{answer, desk_pages::lines, sent_form};

/// Pages of a room that one printed sheet holds.
const PAGES_MAX: usize = 20;

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The language that the reader chose.
    pub(super) lang: Option<String>,
    /// Which of them a list shows.
    pub(super) show: String,
    /// Where a list goes on.
    pub(super) after: String,
    /// Where a room begins.
    pub(super) before: String,
}

/// What the form of a step says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pressed {
    cid: String,
    steps: String,
    deed: String,
    what: String,
    amount: String,
    reason: String,
}

impl Pressed {
    pub(super) fn cid(&self) -> ClientId {
        self.cid.parse().unwrap_or_else(|_| new_id())
    }

    /// How many steps had been taken when the form was drawn. What is no number was drawn by nobody.
    pub(super) fn seen(&self) -> i64 {
        self.steps.parse().unwrap_or(-1)
    }

    pub(super) fn deed(&self) -> Result<Deed, Refusal> {
        let wish = || Wish {
            what: self.what.clone(),
            amount: self.amount.clone(),
        };
        Ok(match self.deed.as_str() {
            "offer" => Deed::Offer(wish()),
            "accept" => Deed::Accept,
            "refuse" => Deed::Refuse,
            "ask_mediator" => Deed::AskMediator,
            "decide" => Deed::Decide(wish(), reason(&self.reason)?),
            "appeal" => Deed::Appeal(reason(&self.reason)?),
            "carried_out" => Deed::CarriedOut,
            "withdraw" => Deed::Withdraw,
            _ => return Err(Refusal::Malformed),
        })
    }

    fn typed(self) -> DisputeTyped {
        DisputeTyped {
            deed: self.deed,
            what: self.what,
            amount: self.amount,
            reason: self.reason,
        }
    }
}

/// Why, in somebody's own words: refused as a reason.
fn reason(text: &str) -> Result<Comment, Refusal> {
    Comment::parse(text).map_err(|refusal| match refusal {
        Refusal::Missing(_) => Refusal::Missing(Field::Reason),
        Refusal::TooLong { max, .. } => Refusal::TooLong { field: Field::Reason, max },
        other => other,
    })
}

/// A form that was refused, as it is shown again.
pub(super) enum Refused {
    /// Of a step.
    Step(Refusal, DisputeTyped),
    /// Of the room: its id and its words.
    Reply(Refusal, String, String),
}

impl Refused {
    pub(super) fn step(refusal: Refusal, pressed: Pressed) -> Self {
        Self::Step(refusal, pressed.typed())
    }
}

/// Where a dispute is shown.
pub(super) struct Place {
    /// Its page; its forms go below.
    pub(super) action: String,
    /// The address of what was said before a line, up to that line.
    pub(super) before: String,
    /// Where the order is, for whoever may open it.
    pub(super) order_to: Option<String>,
    /// Where one came from, and the key of what that is called.
    pub(super) back: (String, &'static str),
}

/// The page of a dispute. Without a room its reader has no part in it.
pub(super) fn page(seen: &Seen, room: Option<RoomView>, place: Place, refused: Option<Refused>) -> (StatusCode, DisputePage) {
    let fresh = || new_id::<ClientId>().to_string();
    let (step, reply) = match refused {
        Some(Refused::Step(refusal, typed)) => (Some((refusal, typed)), None),
        Some(Refused::Reply(refusal, cid, typed)) => (None, Some((refusal, cid, typed))),
        None => (None, None),
    };
    let refusal = step
        .as_ref()
        .map(|(refusal, _)| *refusal)
        .or(reply.as_ref().map(|(refusal, ..)| *refusal));
    let (answer_to_step, typed) = step.unzip();
    let (answer_to_reply, cid, said) = match reply {
        Some((refusal, cid, said)) => {
            let (cid, said) = sent_form::again(refusal, cid, said);
            (Some(refusal), cid, said)
        }
        None => (None, fresh(), String::new()),
    };
    let takes_words = room.is_some() && !seen.row.state.is_closed();
    let (lines, older) = room.map_or((None, None), |room| (Some(lines(room.lines)), room.older));
    let page = DisputePage {
        facts: facts(&seen.row),
        total: seen.row.total.clone(),
        order_to: place.order_to,
        cid: fresh(),
        steps: seen.row.steps,
        answer: answer_to_step,
        typed: typed.unwrap_or_default(),
        evidence: evidence(seen),
        print: lines.is_some().then(|| format!("{}/print", place.action)),
        lines,
        more: older.map(|older| format!("{}{older}", place.before)),
        reply: takes_words.then(|| RoomReply {
            action: place.action.clone(),
            cid,
            typed: said,
            answer: answer_to_reply,
            can_attach: true,
            can_note: false,
        }),
        beside: None,
        can_take: false,
        back: place.back.0,
        back_key: place.back.1,
        action: place.action,
    };
    (refusal.map_or(StatusCode::OK, answer::status), page)
}

/// What it is about, and where it stands.
fn facts(row: &DisputeRow) -> DisputeFacts {
    DisputeFacts {
        number: row.number,
        problem: row.problem,
        order: row.order_number.clone(),
        store: row.store_name.to_string(),
        buyer: row.buyer.as_ref().map(Name::to_string),
        mediator: row.mediator.as_ref().map(|(_, name)| name.to_string()),
        state: row.state.clone(),
        opened_at: row.opened_at,
    }
}

fn evidence(seen: &Seen) -> Vec<DisputeEvidence> {
    let one = |file: &storage::EvidenceRow| DisputeEvidence {
        name: file.name.to_string(),
        href: format!("/files/{}", file.id),
        size: file.size,
        by: seen.giver(file),
        at: file.at,
        sha256: file.sha256.clone(),
    };
    seen.evidence.iter().map(one).collect()
}

/// A row of a table, opened at an address.
pub(super) fn line(row: &DisputeRow, href: String, unread: u32) -> DisputeLine {
    DisputeLine {
        href,
        facts: facts(row),
        unread,
    }
}

/// Which of them a list shows, and what it is called in an address.
pub(super) fn wanted(code: &str, otherwise: DisputesWanted) -> (DisputesWanted, &'static str) {
    let wanted = match code {
        "waiting" => DisputesWanted::Waiting,
        "open" => DisputesWanted::Open,
        "closed" => DisputesWanted::Closed,
        _ => otherwise,
    };
    let code = match wanted {
        DisputesWanted::Waiting => "waiting",
        DisputesWanted::Open => "open",
        DisputesWanted::Closed => "closed",
    };
    (wanted, code)
}

/// Where a list goes on.
pub(super) fn cursor(text: &str) -> Option<DisputeCursor> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// The address of the page behind a list.
pub(super) fn older(path: &str, code: &str, rows: &[DisputeRow], more: bool) -> Option<String> {
    let last = rows.last().filter(|_| more)?;
    let at = last.closed_at.or(last.state.deadline())?;
    Some(format!("{path}?show={code}&after={}-{}", at.0, last.conversation))
}

/// Everything on one sheet, for whoever takes part.
pub(super) async fn sheet(services: &Services, party: &Party, id: ConversationId, seen: Seen) -> Result<DisputeFile, Fault> {
    let (lines, shortened) = whole_room(services, party, id).await?;
    Ok(DisputeFile {
        facts: facts(&seen.row),
        total: seen.row.total.clone(),
        evidence: evidence(&seen),
        ordered: seen.order.map(|order| order.lines).unwrap_or_default(),
        lines,
        shortened,
        made_at: services.clock().now(),
    })
}

/// All that was said, the oldest first; and whether there was more than a sheet holds. Without what colleagues noted among themselves.
async fn whole_room(services: &Services, party: &Party, id: ConversationId) -> Result<(Vec<RoomLine>, bool), Fault> {
    let (mut pages, mut before) = (Vec::new(), None);
    for _ in 0..PAGES_MAX {
        let page = rooms::read(services, party, id, before).await?;
        pages.push(lines(page.lines));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    let all = pages.into_iter().rev().flatten().filter(|line| !line.internal).collect();
    Ok((all, before.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_one_deed_and_nothing_else_is_one() {
        let pressed = |deed: &str, reason: &str| Pressed {
            deed: deed.to_owned(),
            what: "replace".to_owned(),
            reason: reason.to_owned(),
            ..Pressed::default()
        };
        assert_eq!(pressed("accept", "").deed(), Ok(Deed::Accept));
        assert_eq!(pressed("appeal", " ").deed(), Err(Refusal::Missing(Field::Reason)));
        assert!(matches!(pressed("decide", "It is clear.").deed(), Ok(Deed::Decide(..))));
        assert_eq!(pressed("reopen", "").deed(), Err(Refusal::Malformed));
        assert_eq!(pressed("accept", "").seen(), -1);
    }
}
