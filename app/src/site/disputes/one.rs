//! One dispute, opened: where it stands and until when, what may be done, what was given as a proof, and the room.

use std::fmt::Write as _;

use leptos::prelude::*;
use model::{
    conversation::Money,
    dispute::{StepName, Who},
    party::Side,
    refusal::Refusal,
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased};

use super::{DisputeDrawn, DisputeFacts, afterwards, problem, standing, state, steps::steps, turn};
use crate::site::{
    room::{Room, RoomLine, RoomReply, room},
    written::money,
};

/// A file that was given, with what proves that it is still the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeEvidence {
    /// As its giver named it.
    pub name: String,
    /// Where it is had.
    pub href: String,
    /// Bytes.
    pub size: u32,
    /// Who gave it: the buyer's side, the seller's, or (`None`) the mediator.
    pub by: Option<Side>,
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
}

/// What the form of a step said, if it was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields of the form")]
pub struct DisputeTyped {
    pub deed: String,
    pub what: String,
    pub amount: String,
    pub reason: String,
}

impl DisputeTyped {
    /// Only the form that was sent is shown as it was filled in.
    pub(super) fn of(&self, step: StepName) -> Option<&Self> {
        (self.deed == step.code()).then_some(self)
    }
}

/// The page.
#[derive(Clone, Debug)]
pub struct DisputePage {
    /// What it is about, and where it stands.
    pub facts: DisputeFacts,
    /// What the order cost.
    pub total: Money,
    /// Where the order is, for whoever may open it.
    pub order_to: Option<String>,
    /// Where it is: its forms go below.
    pub action: String,
    /// Of the forms.
    pub cid: String,
    /// How many steps were taken when this was drawn.
    pub steps: i64,
    /// Why the last step was refused.
    pub answer: Option<Refusal>,
    /// What that said.
    pub typed: DisputeTyped,
    /// What was given as a proof.
    pub evidence: Vec<DisputeEvidence>,
    /// What was said. `None`: the reader has no part in the room.
    pub lines: Option<Vec<RoomLine>>,
    /// The address of what was said before.
    pub more: Option<String>,
    /// How one answers, unless it is over.
    pub reply: Option<RoomReply>,
    /// What was said about the order before, for the one who mediates.
    pub beside: Option<Vec<RoomLine>>,
    /// Whether the reader may take it, to mediate.
    pub can_take: bool,
    /// Where one came from.
    pub back: String,
    /// What that is called.
    pub back_key: &'static str,
    /// Where its printable file is.
    pub print: Option<String>,
}

/// The page's content.
pub(super) fn opened(drawn: &DisputeDrawn<'_>, page: &DisputePage) -> Erased {
    let words = drawn.words;
    let print = page.print.clone().map(|to| {
        view! {
            <a href=to target="_blank" rel="noopener">
                {words.get("site.dispute.file")}
            </a>
        }
        .erase()
    });
    let talk = match &page.lines {
        Some(lines) => {
            let shown = Room {
                words,
                side: side(drawn.who),
                shopper: page.facts.buyer.as_deref(),
                lines,
                reply: page.reply.as_ref(),
                more: page.more.as_deref(),
                wall: drawn.wall,
            };
            view! {
                {steps(drawn, page)}
                {evidence(drawn, &page.evidence)}
                <h2 class="account__part">{words.get("site.dispute.room")}</h2>
                {room(&shown)}
            }
            .erase()
        }
        None => view! { <p class="muted measure">{words.get("site.dispute.not_yours")}</p> }.erase(),
    };
    view! {
        <div class="stack">
            <p class="cluster">
                <a href=page.back.clone()>{words.get(page.back_key)}</a>
                {print}
            </p>
            {where_it_stands(drawn, &page.facts)}
            {facts(drawn, page)}
            {page.can_take.then(|| take(words, page))}
            {talk}
            {page.beside.as_deref().map(|lines| beside(drawn, page, lines))}
        </div>
    }
    .erase()
}

/// As whom somebody's own words stand at the other edge.
pub(super) fn side(who: Who) -> Side {
    match who {
        Who::Buyer => Side::Shopper,
        Who::Seller | Who::Team => Side::Desk,
    }
}

/// The sheet at the top: the state, what lies on the table, whose turn it is, and what happens otherwise.
pub(super) fn where_it_stands(drawn: &DisputeDrawn<'_>, facts: &DisputeFacts) -> Erased {
    let words = drawn.words;
    let yours = facts.state.responsible().is_some_and(|turn| turn.is(drawn.who));
    let tone = match (facts.state.is_closed(), yours) {
        (true, _) => "good",
        (false, true) => "warn",
        (false, false) => "plain",
    };
    let lies = standing(words, facts, drawn.who).map(|text| view! { <p>{text}</p> }.erase());
    let then = afterwards(words, &facts.state).map(|text| view! { <p class="small">{text}</p> }.erase());
    view! {
        <div class="notice dispute__state" data-tone=tone>
            <p>
                <strong>{state(words, &facts.state)}</strong>
            </p>
            {lies}
            <p>{turn(drawn, facts)}</p>
            {then}
        </div>
    }
    .erase()
}

fn facts(drawn: &DisputeDrawn<'_>, page: &DisputePage) -> Erased {
    let words = drawn.words;
    let facts = &page.facts;
    let fact = |key: &str, value: Erased| {
        view! {
            <div>
                <dt>{words.get(key)}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
        .erase()
    };
    let order = match page.order_to.clone() {
        Some(to) => view! { <a href=to>{facts.order.clone()}</a> }.erase(),
        None => facts.order.clone().erase(),
    };
    let buyer = facts.buyer.clone().unwrap_or_else(|| words.get("site.dispute.buyer"));
    let buyer = (drawn.who != Who::Buyer).then(|| fact("site.dispute.buyer", buyer.erase()));
    let store = (drawn.who != Who::Seller).then(|| fact("site.dispute.store", facts.store.clone().erase()));
    let mediator = facts.mediator.clone().map(|name| fact("site.dispute.mediator", name.erase()));
    view! {
        <dl class="account__facts">
            {fact("site.dispute.column.problem", problem(words, facts.problem).erase())} {fact("site.dispute.column.order", order)}
            {fact("site.dispute.total", money(&page.total, words.language()).erase())} {buyer} {store} {mediator}
            {fact("site.dispute.opened", drawn.time(facts.opened_at))}
        </dl>
    }
    .erase()
}

/// The marketplace takes it: said before it is pressed, what everybody will read.
fn take(words: &Words, page: &DisputePage) -> Erased {
    let submit = words.get("site.dispute.take");
    view! {
        <form class="card stack" method="post" action=format!("{}/take", page.action)>
            <p class="measure">{words.get("site.dispute.take_explained")}</p>
            <div class="cluster">
                <Button submit=true>{submit}</Button>
            </div>
        </form>
    }
    .erase()
}

/// What was given as a proof, each with the hash of its bytes.
pub(super) fn evidence(drawn: &DisputeDrawn<'_>, files: &[DisputeEvidence]) -> Erased {
    let words = drawn.words;
    let list = if files.is_empty() {
        view! { <p class="muted">{words.get("site.dispute.no_evidence")}</p> }.erase()
    } else {
        let rows = files
            .iter()
            .map(|file| {
                let by = match file.by {
                    Some(Side::Shopper) => "site.dispute.buyer",
                    Some(Side::Desk) => "site.dispute.seller",
                    None => "site.dispute.mediator",
                };
                let size = words.with("site.room.kilobytes", &[("n", &file.size.div_ceil(1024).to_string())]);
                view! {
                    <li class="dispute__proof">
                        <p>
                            <a href=file.href.clone() target="_blank" rel="noopener" dir="auto">
                                {file.name.clone()}
                            </a>
                            " "
                            <span class="muted small">{words.get(by)} " · " {size} " · " {drawn.time(file.at)}</span>
                        </p>
                        <p class="muted small">
                            "SHA-256 " <code class="dispute__hash">{hex(&file.sha256)}</code>
                        </p>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="dispute__proofs">{rows}</ul> }.erase()
    };
    let explained =
        (!files.is_empty()).then(|| view! { <p class="muted small measure">{words.get("site.dispute.evidence_explained")}</p> }.erase());
    view! {
        <section aria-labelledby="dispute-evidence">
            <h2 class="account__part" id="dispute-evidence">
                {words.get("site.dispute.evidence")}
            </h2>
            {explained}
            {list}
        </section>
    }
    .erase()
}

/// What was said about the order outside the room: for the one who mediates, and only to be read.
fn beside(drawn: &DisputeDrawn<'_>, page: &DisputePage, lines: &[RoomLine]) -> Erased {
    let words = drawn.words;
    let shown = Room {
        words,
        side: Side::Desk,
        shopper: page.facts.buyer.as_deref(),
        lines,
        reply: None,
        more: None,
        wall: drawn.wall,
    };
    view! {
        <details class="dispute__aside">
            <summary>{words.get("site.dispute.beside")}</summary>
            {room(&shown)}
        </details>
    }
    .erase()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_everybody_writes_it() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }
}
