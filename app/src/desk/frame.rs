//! What the pages of the desk are framed with: their headings and cards, what stands there until the server has answered, and the small
//! things that stand on more than one of them.

use leptos::prelude::*;
use model::{party::Customer, refusal::Refusal};
use ui::{Act, Badge, Button, Dialog, Erase, Erased, Look, Reading, Slot, known};

use super::{
    label::{customer_label, typed_name},
    list::Phase,
    state::DeskState,
};
use crate::api::ApiError;

/// A page's heading, and a sentence about it.
pub(super) fn head(desk: DeskState, title: &str, text: &str) -> Erased {
    view! {
        <header class="page__head">
            <h1>{desk.t(title)}</h1>
            <p>{desk.t(text)}</p>
        </header>
    }
    .erase()
}

/// What needs the server's answer, once it is there. `load` asks for it, and again after a failure.
pub(super) fn loaded(
    desk: DeskState,
    phase: Slot<Phase>,
    load: impl Fn() + Send + Sync + 'static,
    ready: impl Fn() -> Erased + Send + Sync + 'static,
) -> Erased {
    let again = move |()| {
        phase.set(Phase::Loading);
        load();
    };
    by_phase(desk, phase, Act::new(again), Reading::new(ready))
}

fn by_phase(desk: DeskState, phase: Slot<Phase>, again: Act<()>, ready: Reading<Erased>) -> Erased {
    let phase = known(move || phase.get());
    let shown = Reading::new(move || match phase.get() {
        Phase::Loading => skeleton(desk),
        Phase::Failed(error) => failed(desk, &error, again.clone()),
        Phase::Ready => ready.get(),
    });
    shown.erase()
}

/// What is coming, in its size.
pub(super) fn skeleton(desk: DeskState) -> Erased {
    view! {
        <div class="letters__loading" role="status">
            <span class="visually-hidden">{desk.t("desk.loading")}</span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
    .erase()
}

fn failed(desk: DeskState, error: &ApiError, again: Act<()>) -> Erased {
    notice(desk, error.sentence(&desk.words()), "desk.try_again", again)
}

/// Somebody else saved meanwhile: that, and the way to load what they saved. What was typed here stays until it is taken.
pub(super) fn changed_meanwhile(desk: DeskState, load: Act<()>) -> Erased {
    notice(desk, desk.words().refusal(Refusal::ChangedMeanwhile), "desk.load_again", load)
}

fn notice(desk: DeskState, sentence: String, key: &str, press: Act<()>) -> Erased {
    let label = desk.t(key);
    view! {
        <div class="notice" data-tone="danger" role="alert">
            <p>{sentence}</p>
            <Button look=Look::Quiet on_press=press>
                {label}
            </Button>
        </div>
    }
    .erase()
}

/// A card with its title; `id` is the title's.
pub(super) fn card(id: &'static str, title: String, text: Option<String>, content: Erased) -> Erased {
    view! {
        <section class="card stack" aria-labelledby=id>
            <h2 class="card__title" id=id>
                {title}
            </h2>
            {text.map(|text| view! { <p class="muted small measure">{text}</p> }.erase())}
            {content}
        </section>
    }
    .erase()
}

/// A question before something that cannot be undone.
pub(super) struct Question {
    /// Unique in the page.
    pub(super) id: String,
    /// The key of the question.
    pub(super) title: &'static str,
    /// What will happen.
    pub(super) text: Reading<String>,
    /// What the button says that lets it happen.
    pub(super) yes: Reading<String>,
}

/// Asks while `open`; `deed` is done when the answer is yes, and the dialog is closed by then.
pub(super) fn question(desk: DeskState, question: Question, open: RwSignal<bool>, deed: impl Fn() + Send + Sync + 'static) -> Erased {
    ask(desk, question, open, Act::new(move |()| deed()))
}

fn ask(desk: DeskState, question: Question, open: RwSignal<bool>, deed: Act<()>) -> Erased {
    let Question { id, title, text, yes } = question;
    let close = Act::new(move |()| open.set(false));
    let agree = Act::new(move |()| {
        open.set(false);
        deed.run(());
    });
    view! {
        <Dialog id=id title=desk.t(title) open=open>
            <p class="dialog__text">{text}</p>
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=close>
                    {desk.t("desk.cancel")}
                </Button>
                <Button look=Look::Danger on_press=agree>
                    {yes}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}

/// How many wait; `key` says it in a sentence.
pub(super) fn unread(desk: DeskState, key: &'static str, count: impl Fn() -> u32 + Send + Sync + 'static) -> Erased {
    badge(desk, key, Reading::new(count))
}

fn badge(desk: DeskState, key: &'static str, count: Reading<u32>) -> Erased {
    let said = count.clone();
    let label = Reading::new(move || desk.words().count(key, u64::from(said.get())));
    view! { <Badge count=count label=label /> }.erase()
}

/// One thing that is known, in a list of them.
pub(super) fn fact(name: String, value: Erased) -> Erased {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .erase()
}

/// What a person is called, and beside it the name a guest typed.
pub(super) fn who(desk: DeskState, customer: &Customer) -> Erased {
    let typed = typed_name(customer).map(|name| view! { <span class="row__typed">{name.to_string()}</span> }.erase());
    view! {
        {customer_label(&desk.words(), customer)}
        " "
        {typed}
    }
    .erase()
}
