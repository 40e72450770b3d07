//! "Problem with this order": what is wrong, in the buyer's own words, and what they would like.

use leptos::prelude::*;
use model::{
    conversation::Money,
    dispute::Problem,
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{problem, steps::Choice};
use crate::site::sign_in::{error_of, whole_form};

/// The page.
#[derive(Clone, Debug)]
pub struct NewDisputePage {
    /// Where it is sent to.
    pub action: String,
    /// Where the order is.
    pub back: String,
    /// The shop's number of the order.
    pub order: String,
    /// What it cost.
    pub total: Money,
    /// So that what is sent twice is one dispute.
    pub cid: String,
    /// As chosen.
    pub problem: String,
    /// As typed.
    pub message: String,
    /// Whether a wish goes with it.
    pub wishes: bool,
    /// As chosen.
    pub what: String,
    /// As typed.
    pub amount: String,
    /// Why the last try was refused.
    pub answer: Option<Refusal>,
}

pub(super) fn form(words: &Words, page: &NewDisputePage) -> Erased {
    let send = words.get("site.dispute.tell");
    let options = Problem::ALL
        .into_iter()
        .map(|one| {
            let selected = page.problem == one.code();
            view! {
                <option value=one.code() selected=selected>
                    {problem(words, one)}
                </option>
            }
        })
        .collect_view();
    let choice = Choice {
        id: "dispute-wish",
        legend: words.get("site.dispute.wish"),
        nothing: None,
        total: &page.total,
        what: &page.what,
        amount: &page.amount,
        answer: page.answer,
    };
    view! {
        <p>
            <a href=page.back.clone()>{words.with("site.account.about_order", &[("number", &page.order)])}</a>
        </p>
        <form class="card stack account__write" method="post" novalidate=true action=page.action.clone()>
            <p class="measure">{words.get("site.dispute.begin_explained")}</p>
            {whole_form(words, page.answer, &[Which::Message, Which::Number])}
            <input type="hidden" name="cid" value=page.cid.clone() />
            <div class="field">
                <label class="field__label" for="dispute-problem">
                    {words.get("site.dispute.what_is_wrong")}
                </label>
                <select class="input" id="dispute-problem" name="problem">
                    {options}
                </select>
            </div>
            <Field
                id="dispute-message"
                label=words.get("field.message")
                name="message"
                rows=6
                required=true
                text=RwSignal::new(page.message.clone())
                hint=words.get("site.dispute.message_hint")
                error=Signal::stored(error_of(words, page.answer, Which::Message))
            />
            <label class="dispute__choice">
                <input type="checkbox" name="wishes" value="on" checked=page.wishes />
                <span>{words.get("site.dispute.with_wish")}</span>
            </label>
            {choice.view(words)}
            <p class="notice measure" data-tone="warn">
                {words.get("site.dispute.disclosed")}
            </p>
            <div class="cluster">
                <Button submit=true>{send}</Button>
            </div>
        </form>
    }
    .erase()
}
