//! Everything about one dispute on one sheet, to be printed or kept: the order, where it stands, all that was said and happened, and every
//! file with its hash. A document of its own; the browser prints it.

use leptos::prelude::*;
use model::{conversation::Money, order::OrderLine, time::Timestamp};
use ui::{Erase, Erased};

use super::{
    DisputeDrawn, DisputeFacts,
    one::{DisputeEvidence, evidence, side, where_it_stands},
    problem, title,
};
use crate::site::{
    room::{Room, RoomLine, room},
    written::money,
};

/// The file.
#[derive(Clone, Debug)]
pub struct DisputeFile {
    /// What it is about, and where it stands.
    pub facts: DisputeFacts,
    /// What the order cost.
    pub total: Money,
    /// What was in the order.
    pub ordered: Vec<OrderLine>,
    /// Everything that was said and that happened.
    pub lines: Vec<RoomLine>,
    /// Whether there was more than one sheet holds.
    pub shortened: bool,
    /// What was given as a proof.
    pub evidence: Vec<DisputeEvidence>,
    /// When this sheet was made.
    pub made_at: Timestamp,
}

pub(super) fn document(css: &str, drawn: &DisputeDrawn<'_>, page: &DisputeFile) -> Erased {
    let words = drawn.words;
    let (facts, language) = (&page.facts, words.language());
    let headline = title(words, facts);
    let fact = |key: &str, value: String| {
        view! {
            <div>
                <dt>{words.get(key)}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
        .erase()
    };
    let ordered = page
        .ordered
        .iter()
        .map(|line| view! { <li dir="auto">{format!("{} × {}", line.quantity, line.name)} " · " {money(&line.price, language)}</li> })
        .collect_view();
    let buyer = facts.buyer.clone().unwrap_or_else(|| words.get("site.dispute.buyer"));
    let mediator = facts.mediator.clone().map(|name| fact("site.dispute.mediator", name));
    let shortened = page
        .shortened
        .then(|| view! { <p class="notice">{words.get("site.dispute.shortened")}</p> }.erase());
    let shown = Room {
        words,
        side: side(drawn.who),
        shopper: Some(&buyer),
        lines: &page.lines,
        reply: None,
        more: None,
        wall: drawn.wall,
    };
    view! {
        <!DOCTYPE html>
        <html lang=language.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex" />
                <title>{format!("{headline} · Vitrine")}</title>
                <link rel="stylesheet" href=css.to_owned() />
            </head>
            <body class="site dispute__sheet">
                <main class="page stack">
                    <header>
                        <h1>{headline}</h1>
                        <p class="muted small">{words.with("site.dispute.made", &[("date", &drawn.moment(page.made_at))])}</p>
                    </header>
                    {where_it_stands(drawn, facts)}
                    <dl class="account__facts">
                        {fact("site.dispute.column.problem", problem(words, facts.problem))}
                        {fact("site.dispute.column.order", facts.order.clone())}
                        {fact("site.dispute.total", money(&page.total, language))} {fact("site.dispute.buyer", buyer.clone())}
                        {fact("site.dispute.seller", facts.store.clone())} {mediator}
                        {fact("site.dispute.opened", drawn.moment(facts.opened_at))}
                    </dl>
                    <ul>{ordered}</ul>
                    {(!page.evidence.is_empty()).then(|| evidence(drawn, &page.evidence))}
                    <section aria-labelledby="dispute-said">
                        <h2 class="account__part" id="dispute-said">
                            {words.get("site.dispute.room")}
                        </h2>
                        {shortened}
                        {room(&shown)}
                    </section>
                </main>
            </body>
        </html>
    }
    .erase()
}
