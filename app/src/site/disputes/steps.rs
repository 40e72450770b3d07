//! What somebody may do in a dispute, as forms: an answer with one press, an offer, a decision, an appeal.

use leptos::prelude::*;
use model::{
    conversation::Money,
    dispute::{DisputeState, StepName, Who},
    party::Side,
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{DisputeDrawn, one::DisputePage};
use crate::site::{
    sign_in::{error_of, whole_form},
    written::money,
};

/// All that the reader may do; nothing where that is nothing.
pub(super) fn steps(drawn: &DisputeDrawn<'_>, page: &DisputePage) -> Erased {
    let may = page.facts.state.may(drawn.who);
    let words = drawn.words;
    if may.is_empty() {
        // What came too late is said, though there is no form left to say it at.
        return whole_form(words, page.answer, &[]).erase();
    }
    let has = |name| may.contains(&name);
    let pressed = has(StepName::Accept).then(|| {
        view! {
            <div class="cluster">
                {press(words, page, StepName::Accept, "site.dispute.step.accept", "button")}
                {press(words, page, StepName::Refuse, "site.dispute.step.refuse", "button button--quiet")}
            </div>
        }
        .erase()
    });
    let done = has(StepName::CarriedOut).then(|| {
        let key = if drawn.who == Who::Buyer {
            "site.dispute.step.received"
        } else {
            "site.dispute.step.carried_out"
        };
        press(words, page, StepName::CarriedOut, key, "button")
    });
    let offer = has(StepName::Offer).then(|| offer(drawn, page));
    let decide = has(StepName::Decide).then(|| decide(words, page));
    let appeal = has(StepName::Appeal).then(|| appeal(words, page));
    let (ask_title, ask_explained) = if matches!(page.facts.state, DisputeState::Claimed { .. }) {
        ("site.dispute.not_done", "site.dispute.not_done_explained")
    } else {
        ("site.dispute.ask", "site.dispute.ask_explained")
    };
    let ask = has(StepName::AskMediator).then(|| {
        aside(
            words,
            ask_title,
            ask_explained,
            press(
                words,
                page,
                StepName::AskMediator,
                "site.dispute.step.ask_mediator",
                "button button--quiet",
            ),
        )
    });
    let withdraw = has(StepName::Withdraw).then(|| {
        aside(
            words,
            "site.dispute.withdraw",
            "site.dispute.withdraw_explained",
            press(
                words,
                page,
                StepName::Withdraw,
                "site.dispute.step.withdraw",
                "button button--quiet",
            ),
        )
    });
    // What concerns a field stands at the field; everything else once, above all forms.
    let refused = whole_form(words, page.answer, &[Which::Number, Which::Reason]);
    view! {
        <section class="stack dispute__steps" aria-label=words.get("site.dispute.steps")>
            {refused} {pressed} {done} {offer} {decide} {appeal} {ask} {withdraw}
        </section>
    }
    .erase()
}

/// Where every form of these goes, and what it says besides.
fn form(page: &DisputePage, class: &'static str, content: Erased) -> Erased {
    view! {
        <form class=class method="post" novalidate=true action=format!("{}/step", page.action)>
            <input type="hidden" name="cid" value=page.cid.clone() />
            <input type="hidden" name="steps" value=page.steps.to_string() />
            {content}
        </form>
    }
    .erase()
}

/// One press.
fn press(words: &Words, page: &DisputePage, step: StepName, key: &str, class: &'static str) -> Erased {
    let button = view! {
        <button class=class type="submit" name="deed" value=step.code()>
            {words.get(key)}
        </button>
    };
    form(page, "dispute__press", button.erase())
}

/// What is read before it is pressed: it cannot be taken back.
fn aside(words: &Words, title: &str, explained: &str, press: Erased) -> Erased {
    view! {
        <details class="dispute__aside">
            <summary>{words.get(title)}</summary>
            <div class="stack">
                <p class="measure">{words.get(explained)}</p>
                {press}
            </div>
        </details>
    }
    .erase()
}

fn offer(drawn: &DisputeDrawn<'_>, page: &DisputePage) -> Erased {
    let words = drawn.words;
    let (title, key) = if drawn.who == Who::Buyer {
        ("site.dispute.wish", "site.dispute.step.wish")
    } else {
        ("site.dispute.offer", "site.dispute.step.offer")
    };
    // Whoever has made one already makes another.
    let title = match (&page.facts.state, drawn.who) {
        (DisputeState::Offered { by: Side::Desk, .. }, Who::Seller) => "site.dispute.offer_again",
        (DisputeState::Offered { by: Side::Shopper, .. }, Who::Buyer) => "site.dispute.wish_again",
        (DisputeState::Offered { by: Side::Desk, .. }, Who::Buyer) => "site.dispute.wish_instead",
        _ => title,
    };
    let typed = page.typed.of(StepName::Offer);
    let choice = Choice {
        id: "dispute-offer",
        legend: words.get(title),
        nothing: (drawn.who == Who::Seller).then(|| words.get("site.dispute.choice.decline")),
        total: &page.total,
        what: typed.map_or("", |typed| typed.what.as_str()),
        amount: typed.map_or("", |typed| typed.amount.as_str()),
        answer: page.answer.filter(|_| typed.is_some()),
    };
    let content = view! {
        {choice.view(words)}
        <div class="cluster">
            <button class="button button--quiet" type="submit" name="deed" value=StepName::Offer.code()>
                {words.get(key)}
            </button>
        </div>
    };
    form(page, "card stack", content.erase())
}

fn decide(words: &Words, page: &DisputePage) -> Erased {
    let typed = page.typed.of(StepName::Decide);
    let answer = page.answer.filter(|_| typed.is_some());
    let choice = Choice {
        id: "dispute-decision",
        legend: words.get("site.dispute.decision"),
        nothing: Some(words.get("site.dispute.choice.nothing")),
        total: &page.total,
        what: typed.map_or("", |typed| typed.what.as_str()),
        amount: typed.map_or("", |typed| typed.amount.as_str()),
        answer,
    };
    let content = view! {
        {choice.view(words)}
        {why(words, "dispute-why", typed.map_or("", |typed| typed.reason.as_str()), answer)}
        <div class="cluster">
            <button class="button" type="submit" name="deed" value=StepName::Decide.code()>
                {words.get("site.dispute.step.decide")}
            </button>
        </div>
    };
    form(page, "card stack", content.erase())
}

fn appeal(words: &Words, page: &DisputePage) -> Erased {
    let typed = page.typed.of(StepName::Appeal);
    let answer = page.answer.filter(|_| typed.is_some());
    let submit = words.get("site.dispute.step.appeal");
    let content = view! {
        <h2 class="card__title">{words.get("site.dispute.appeal")}</h2>
        <p class="measure">{words.get("site.dispute.appeal_explained")}</p>
        <input type="hidden" name="deed" value=StepName::Appeal.code() />
        {why(words, "dispute-appeal", typed.map_or("", |typed| typed.reason.as_str()), answer)}
        <div class="cluster">
            <Button submit=true>{submit}</Button>
        </div>
    };
    form(page, "card stack", content.erase())
}

fn why(words: &Words, id: &'static str, typed: &str, answer: Option<Refusal>) -> Erased {
    view! {
        <Field
            id=id
            label=words.get("field.reason")
            name="reason"
            rows=4
            required=true
            text=RwSignal::new(typed.to_owned())
            error=Signal::stored(error_of(words, answer, Which::Reason))
        />
    }
    .erase()
}

/// A refund and how much of it, or one of the others.
pub(super) struct Choice<'a> {
    /// What its ids begin with.
    pub(super) id: &'static str,
    /// What is asked.
    pub(super) legend: String,
    /// What "nothing" is called, where it can be chosen.
    pub(super) nothing: Option<String>,
    /// What the order cost.
    pub(super) total: &'a Money,
    /// As it was chosen.
    pub(super) what: &'a str,
    /// As it was typed.
    pub(super) amount: &'a str,
    /// What is wrong with that.
    pub(super) answer: Option<Refusal>,
}

impl Choice<'_> {
    pub(super) fn view(&self, words: &Words) -> Erased {
        // A form that was never sent suggests what is asked for most.
        let chosen = if self.what.is_empty() { "refund" } else { self.what };
        let one = |value: &'static str, text: String| {
            let checked = chosen == value;
            view! {
                <label class="dispute__choice">
                    <input type="radio" name="what" value=value checked=checked />
                    <span>{text}</span>
                </label>
            }
            .erase()
        };
        // A number in our vocabulary; what is wrong with it is said of the amount.
        let called = words.get("site.dispute.amount");
        let of_amount = words.but("field.number", called.clone());
        let most = words.with("site.dispute.amount_hint", &[("total", &money(self.total, words.language()))]);
        view! {
            <fieldset class="stack dispute__choices">
                <legend class="card__title">{self.legend.clone()}</legend>
                {one("refund", words.get("site.dispute.choice.refund"))}
                <div class="dispute__amount">
                    <Field
                        id=format!("{}-amount", self.id)
                        label=called
                        name="amount"
                        text=RwSignal::new(self.amount.to_owned())
                        hint=most
                        error=Signal::stored(error_of(&of_amount, self.answer, Which::Number))
                    />
                </div>
                {one("replace", words.get("site.dispute.choice.replace"))} {one("return", words.get("site.dispute.choice.return"))}
                {self.nothing.clone().map(|text| one("decline", text))}
            </fieldset>
        }
        .erase()
    }
}
