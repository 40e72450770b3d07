//! What stands on more than one of the pages that are drawn here: cards, texts to take along, lists of facts, and questions. Browsers open
//! and close a question by themselves, so it needs no program.

use leptos::prelude::*;
use model::words::Words;
use ui::{Button, Erase, Erased, Icon, Look, hidden_fields, icon};

/// A card with its title and a sentence; `id` is the title's.
pub(super) fn card(id: &'static str, title: String, text: String, content: Erased) -> Erased {
    view! {
        <section class="card stack" aria-labelledby=id>
            <h2 class="card__title" id=id>
                {title}
            </h2>
            <p class="muted small measure">{text}</p>
            {content}
        </section>
    }
    .erase()
}

/// Text to take along: selected with one press. The desk's program copies it, and then says so in the words that the button brings.
pub(super) fn copyable(words: &Words, text: &str) -> Erased {
    view! {
        <div class="copy">
            <pre class="copy__text" tabindex="0">
                {text.to_owned()}
            </pre>
            <button class="button button--quiet" type="button" data-copied=words.get("site.your_site.copied")>
                <Icon glyph=icon::copy />
                <span aria-live="polite">{words.get("site.your_site.copy")}</span>
            </button>
        </div>
    }
    .erase()
}

/// What is known, one thing after the other: its name, and what it is.
pub(super) fn facts(facts: Vec<(String, Erased)>) -> Erased {
    let rows = facts.into_iter().map(|(name, value)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    view! { <dl class="facts">{rows.collect_view()}</dl> }.erase()
}

/// A question before something that people do not want by mistake: over the page once a button with its `id` as `popovertarget` was pressed.
pub(super) struct Question {
    /// Unique in the page.
    pub(super) id: String,
    /// What is asked.
    pub(super) title: String,
    /// What will happen.
    pub(super) text: String,
    /// What the button says that lets it happen.
    pub(super) yes: String,
    /// Where the answer goes.
    pub(super) action: &'static str,
    /// What it is about.
    pub(super) fields: Vec<(&'static str, String)>,
}

/// The question.
pub(super) fn question(words: &Words, question: Question) -> Erased {
    let Question {
        id,
        title,
        text,
        yes,
        action,
        fields,
    } = question;
    let heading = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id.clone() popover="auto" aria-labelledby=heading.clone()>
            <h2 class="dialog__title" id=heading.clone()>
                {title}
            </h2>
            <p class="dialog__text">{text}</p>
            <form class="dialog__actions" method="post" action=action>
                {hidden_fields(fields)} {cancel(words, id.clone())}
                <Button look=Look::Danger submit=true>
                    {yes}
                </Button>
            </form>
        </dialog>
    }
    .erase()
}

/// The button that closes what stands over the page under this id.
pub(super) fn cancel(words: &Words, id: String) -> Erased {
    view! {
        <button class="button button--quiet" type="button" popovertarget=id popovertargetaction="hide">
            {words.get("site.your_site.cancel")}
        </button>
    }
    .erase()
}
