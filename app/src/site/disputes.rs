//! Disputes: the table, the form that begins one, one of them opened, and its printable file. Buyer, seller and the marketplace's team see
//! the same, each with what they may do; the frames around it are the member centre's, the desk's and the team's.
//!
//! It runs no program and decides nothing: what may be done stands in `model::dispute`, and who asks was found out before.

mod begin;
mod file;
mod one;
mod steps;
mod table;

use leptos::prelude::*;
use model::{
    case::Remedy,
    dispute::{DisputeState, Outcome, Problem, Turn, Who},
    party::Side,
    time::Timestamp,
    words::Words,
};
use ui::{Erase, Erased};

use super::{
    Account, SettingsFrame,
    room::remedy,
    team::{TEAM_DISPUTES, TeamFrame},
    written,
};

pub use begin::NewDisputePage;
pub use file::DisputeFile;
pub use one::{DisputeEvidence, DisputePage, DisputeTyped};
pub use table::{DisputeLine, DisputesPage};

/// Where the desk's page is.
pub const DISPUTES: &str = "/desk/pages/disputes";

/// How a page of these is drawn.
#[derive(Clone, Copy)]
pub struct DisputeDrawn<'a> {
    /// What it says.
    pub words: &'a Words,
    /// Who reads it.
    pub who: Who,
    /// What the clock on the wall shows at a moment.
    pub wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync),
}

/// What a dispute is about, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeFacts {
    /// Counted with the vendor's other cases.
    pub number: i64,
    /// What is wrong.
    pub problem: Problem,
    /// The shop's number of the order.
    pub order: String,
    /// The vendor.
    pub store: String,
    /// The buyer, if their name is known.
    pub buyer: Option<String>,
    /// Who mediates.
    pub mediator: Option<String>,
    /// Where it stands.
    pub state: DisputeState,
    /// When it was begun.
    pub opened_at: Timestamp,
}

/// The way to a problem with an order, and those that were told already: on the order's own page.
pub(super) fn of_order(words: &Words, known: &[DisputeLine], begin: Option<&str>, wall: &dyn Fn(Timestamp) -> Timestamp) -> Erased {
    if known.is_empty() && begin.is_none() {
        return ().erase();
    }
    let lines = known
        .iter()
        .map(|line| {
            let title = words.with("site.dispute.number", &[("number", &line.facts.number.to_string())]);
            let opened = written::day(wall(line.facts.opened_at), words.language());
            view! {
                <li>
                    <a href=line.href.clone()>{title}</a>
                    <span class="muted small">" · " {state(words, &line.facts.state)} " · " {opened}</span>
                </li>
            }
        })
        .collect_view();
    let list = (!known.is_empty()).then(|| view! { <ul class="dispute__known">{lines}</ul> }.erase());
    let begin = begin.map(|to| {
        view! {
            <p>
                <a class="button button--quiet" href=to.to_owned()>
                    {words.get("site.dispute.problem_with_order")}
                </a>
            </p>
        }
        .erase()
    });
    view! {
        <section class="dispute__order" aria-label=words.get("site.dispute.title")>
            {list} {begin}
        </section>
    }
    .erase()
}

/// The form that begins one, in the member centre.
pub fn account_new_dispute(account: &Account<'_>, page: &NewDisputePage) -> String {
    let title = account.words.get("site.dispute.problem_with_order");
    account.around(title, || begin::form(account.words, page))
}

/// One of the member's own.
pub fn account_dispute(account: &Account<'_>, page: &DisputePage) -> String {
    account.around(title(account.words, &page.facts), || one::opened(&drawn_for_buyer(account), page))
}

/// The vendor's.
pub fn desk_disputes(frame: SettingsFrame<'_>, drawn: &DisputeDrawn<'_>, page: &DisputesPage) -> String {
    frame.alone("site.dispute.title", "site.dispute.explained_desk", || table::list(drawn, page))
}

/// One of the vendor's.
pub fn desk_dispute(frame: SettingsFrame<'_>, drawn: &DisputeDrawn<'_>, page: &DisputePage) -> String {
    frame.named(&title(frame.words, &page.facts), || one::opened(drawn, page))
}

/// Everybody's, for the team.
pub fn team_disputes(frame: TeamFrame<'_>, drawn: &DisputeDrawn<'_>, page: &DisputesPage) -> String {
    let title = frame.words.get("site.dispute.title");
    frame.around(TEAM_DISPUTES, &title, || {
        view! {
            <div class="stack">
                <p class="muted measure">{drawn.words.get("site.dispute.explained_team")}</p>
                {table::list(drawn, page)}
            </div>
        }
        .erase()
    })
}

/// One of them, for the team.
pub fn team_dispute(frame: TeamFrame<'_>, drawn: &DisputeDrawn<'_>, page: &DisputePage) -> String {
    let title = title(frame.words, &page.facts);
    frame.around(TEAM_DISPUTES, &title, || one::opened(drawn, page))
}

/// Everything about one, to be printed or kept: a document of its own.
pub fn dispute_file(css: &str, drawn: &DisputeDrawn<'_>, page: &DisputeFile) -> String {
    let owner = Owner::new();
    owner.with(|| file::document(css, drawn, page).to_html())
}

fn drawn_for_buyer<'a>(account: &Account<'a>) -> DisputeDrawn<'a> {
    DisputeDrawn {
        words: account.words,
        who: Who::Buyer,
        wall: account.wall,
    }
}

fn title(words: &Words, facts: &DisputeFacts) -> String {
    words.with(
        "site.dispute.headline",
        &[("number", &facts.number.to_string()), ("order", &facts.order)],
    )
}

impl DisputeDrawn<'_> {
    fn moment(&self, at: Timestamp) -> String {
        written::moment((self.wall)(at), self.words.language())
    }

    fn time(&self, at: Timestamp) -> Erased {
        view! { <time datetime=at.rfc3339()>{self.moment(at)}</time> }.erase()
    }
}

/// What is wrong.
fn problem(words: &Words, problem: Problem) -> String {
    words.get(match problem {
        Problem::NotReceived => "site.dispute.problem.not_received",
        Problem::NotAsDescribed => "site.dispute.problem.not_as_described",
        Problem::Damaged => "site.dispute.problem.damaged",
        Problem::Incomplete => "site.dispute.problem.incomplete",
        Problem::Other => "site.dispute.problem.other",
    })
}

/// Where it stands, in a few words.
fn state(words: &Words, state: &DisputeState) -> String {
    words.get(match state {
        DisputeState::Open { .. } => "site.dispute.state.open",
        DisputeState::Offered { .. } => "site.dispute.state.offered",
        DisputeState::Mediation { .. } => "site.dispute.state.mediation",
        DisputeState::Decided { .. } => "site.dispute.state.decided",
        DisputeState::Appealed { .. } => "site.dispute.state.appealed",
        DisputeState::Settled { .. } => "site.dispute.state.settled",
        DisputeState::Claimed { .. } => "site.dispute.state.claimed",
        DisputeState::Closed { .. } => "site.dispute.state.closed",
    })
}

/// Who is to do something until when, in a sentence; of one that is over, how it ended.
fn turn(drawn: &DisputeDrawn<'_>, facts: &DisputeFacts) -> String {
    let words = drawn.words;
    let (Some(turn), Some(deadline)) = (facts.state.responsible(), facts.state.deadline()) else {
        return ended(words, &facts.state);
    };
    let date = drawn.moment(deadline);
    if turn == Turn::Both {
        return words.with("site.dispute.turn_both", &[("date", &date)]);
    }
    if turn.is(drawn.who) {
        return words.with("site.dispute.turn_yours", &[("date", &date)]);
    }
    let name = match turn {
        Turn::Buyer | Turn::Both => facts.buyer.clone().unwrap_or_else(|| words.get("site.dispute.buyer")),
        Turn::Seller => facts.store.clone(),
        Turn::Team => words.get("site.dispute.marketplace"),
    };
    words.with("site.dispute.turn_theirs", &[("name", &name), ("date", &date)])
}

fn ended(words: &Words, state: &DisputeState) -> String {
    match state {
        DisputeState::Closed {
            outcome: Outcome::Done { remedy: done },
        } => words.with("site.dispute.outcome.done", &[("remedy", &remedy(words, done))]),
        DisputeState::Closed { outcome: Outcome::Nothing } => words.get("site.dispute.outcome.nothing"),
        DisputeState::Closed {
            outcome: Outcome::Withdrawn,
        } => words.get("site.dispute.outcome.withdrawn"),
        DisputeState::Closed { outcome: Outcome::Lapsed } => words.get("site.dispute.outcome.lapsed"),
        _ => String::new(),
    }
}

/// What lies on the table, was decided or agreed, in a sentence.
fn standing(words: &Words, facts: &DisputeFacts, who: Who) -> Option<String> {
    let (key, what) = match &facts.state {
        DisputeState::Offered {
            by: Side::Shopper, remedy, ..
        } if who == Who::Buyer => ("site.dispute.wished_yours", remedy),
        DisputeState::Offered {
            by: Side::Shopper, remedy, ..
        } => ("site.dispute.wished", remedy),
        DisputeState::Offered {
            by: Side::Desk, remedy, ..
        } if who == Who::Seller => ("site.dispute.offered_yours", remedy),
        DisputeState::Offered {
            by: Side::Desk, remedy, ..
        } => ("site.dispute.offered", remedy),
        DisputeState::Decided { remedy, .. } => ("site.dispute.decided", remedy),
        DisputeState::Settled { remedy, .. } => ("site.dispute.settled", remedy),
        DisputeState::Claimed { remedy, .. } => ("site.dispute.claimed", remedy),
        DisputeState::Open { .. } | DisputeState::Mediation { .. } | DisputeState::Appealed { .. } | DisputeState::Closed { .. } => {
            return None;
        }
    };
    Some(words.with(key, &[("remedy", &remedy(words, what))]))
}

/// What happens when whoever is to do something does nothing.
fn afterwards(words: &Words, state: &DisputeState) -> Option<String> {
    let key = match state {
        DisputeState::Open { .. } | DisputeState::Offered { by: Side::Shopper, .. } => "site.dispute.then.mediation",
        DisputeState::Offered {
            remedy: Remedy::Decline, ..
        } => "site.dispute.then.lapses",
        DisputeState::Offered { .. } => "site.dispute.then.accepted",
        DisputeState::Mediation { .. } | DisputeState::Appealed { .. } => "site.dispute.then.late",
        DisputeState::Decided { .. } => "site.dispute.then.stands",
        DisputeState::Settled { .. } => "site.dispute.then.looked_at",
        DisputeState::Claimed { .. } => "site.dispute.then.done",
        DisputeState::Closed { .. } => return None,
    };
    Some(words.get(key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{conversation::Money, language::Language};

    use super::*;

    pub(super) fn facts(state: DisputeState) -> DisputeFacts {
        DisputeFacts {
            number: 7,
            problem: Problem::Damaged,
            order: "M-1".to_owned(),
            store: "<Delft>".to_owned(),
            buyer: Some("Jane".to_owned()),
            mediator: None,
            state,
            opened_at: Timestamp(0),
        }
    }

    fn page(state: DisputeState) -> DisputePage {
        DisputePage {
            facts: facts(state),
            total: Money {
                minor: 3_400,
                currency: "EUR".to_owned(),
            },
            order_to: None,
            action: "/here/1".to_owned(),
            cid: "c".to_owned(),
            steps: 3,
            answer: None,
            typed: DisputeTyped::default(),
            evidence: Vec::new(),
            lines: Some(Vec::new()),
            more: None,
            reply: None,
            beside: None,
            can_take: false,
            back: "/here".to_owned(),
            back_key: "site.dispute.title",
            print: Some("/here/1/print".to_owned()),
        }
    }

    fn html(who: Who, page: &DisputePage) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let wall = |at| at;
        let drawn = DisputeDrawn {
            words: &words,
            who,
            wall: &wall,
        };
        Owner::new().with(|| one::opened(&drawn, page).to_html())
    }

    #[test]
    fn everybody_sees_whose_turn_it_is_and_only_what_they_may_do() {
        let offered = DisputeState::Offered {
            by: Side::Desk,
            remedy: Remedy::Replace,
            answer_by: Timestamp(1_000),
        };
        let buyer = html(Who::Buyer, &page(offered.clone()));
        assert!(
            buyer.contains("site.dispute.turn_yours") && buyer.contains("value=\"accept\""),
            "{buyer}"
        );
        assert!(
            buyer.contains("name=\"steps\" value=\"3\"") && !buyer.contains("value=\"decide\""),
            "{buyer}"
        );
        let seller = html(Who::Seller, &page(offered));
        assert!(
            seller.contains("site.dispute.turn_theirs") && !seller.contains("value=\"accept\""),
            "{seller}"
        );
        let over = html(
            Who::Seller,
            &page(DisputeState::Closed {
                outcome: Outcome::Withdrawn,
            }),
        );
        assert!(
            over.contains("site.dispute.outcome.withdrawn") && !over.contains("name=\"deed\""),
            "{over}"
        );
    }

    #[test]
    fn what_was_typed_stays_and_is_not_markup() {
        let mut shown = page(DisputeState::opened(Timestamp(0)));
        shown.answer = Some(model::refusal::Refusal::Invalid(model::refusal::Field::Number));
        shown.typed = DisputeTyped {
            deed: "offer".to_owned(),
            what: "refund".to_owned(),
            amount: "\"><script>".to_owned(),
            reason: String::new(),
        };
        let html = html(Who::Seller, &shown);
        assert!(!html.contains("<script") && html.contains("aria-invalid=\"true\""), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn the_order_page_shows_a_way_in_only_where_there_is_one() {
        let words = Words::new(Language::En, BTreeMap::new());
        let wall = |at| at;
        let shown = |begin| Owner::new().with(|| of_order(&words, &[], begin, &wall).to_html());
        assert!(shown(Some("/to")).contains("site.dispute.problem_with_order"));
        assert!(!shown(None).contains("<section"));
    }
}
