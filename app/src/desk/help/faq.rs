//! Questions and answers, searched as one types, with a thumb up or down under each (D-31, D-32).

use leptos::prelude::*;
use ui::{Erase, Erased, Field, Reading, known, pressed};

use super::{
    Help,
    articles::{ALL, Article},
};
use crate::desk::state::DeskState;

/// The tab.
pub(super) fn faq(desk: DeskState, help: Help) -> Erased {
    let searched = RwSignal::new(String::new());
    let count = Reading::new(move || {
        let words = desk.words();
        let found = searched.with(|searched| ALL.iter().filter(|article| article.matches(&words, searched)).count());
        match found {
            0 => words.get("desk.help.none_found"),
            found => words.count("desk.help.found", found as u64),
        }
    });
    let articles = ALL.iter().map(|article| shown(desk, help, article, searched)).collect_view();
    view! {
        <div class="stack settings">
            <Field id="help-search" label=desk.t("desk.help.search") name="search" kind="search" text=searched hint=desk.t("desk.help.search_hint") />
            <p class="small muted" role="status">
                {count}
            </p>
            <div class="faq">{articles}</div>
        </div>
    }
    .erase()
}

/// An article stays in the page while it is not found, so that it stays open.
fn shown(desk: DeskState, help: Help, article: &'static Article, searched: RwSignal<String>) -> Erased {
    let words = desk.words();
    let found = known(move || searched.with(|searched| article.matches(&words, searched)));
    view! {
        <details class="faq__article" hidden=Reading::flag(move || !found.get())>
            <summary class="faq__question">{desk.t(article.question)}</summary>
            <div class="faq__answer stack">
                <p class="measure">{desk.t(article.answer)}</p>
                {thumbs(desk, help, article.name)}
            </div>
        </details>
    }
    .erase()
}

fn thumbs(desk: DeskState, help: Help, name: &'static str) -> Erased {
    let votes = known(move || help.votes.with(|votes| votes.iter().find(|votes| votes.article == name).cloned()));
    let thumb = move |helpful: bool, key: &'static str| {
        let count = move || {
            votes.with(|votes| {
                let votes = votes.as_ref();
                votes.map_or(0, |votes| if helpful { votes.helpful } else { votes.unhelpful })
            })
        };
        let mine = move || votes.with(|votes| votes.as_ref().and_then(|votes| votes.mine) == Some(helpful));
        let label = Reading::new(move || desk.words().with(key, &[("n", &count().to_string())]));
        view! {
            <button
                type="button"
                class="button button--quiet button--small"
                aria-pressed=Reading::spelled(mine)
                on:click=pressed(move || help.vote(desk, name, helpful))
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="faq__thumbs" role="group" aria-label=desk.t("desk.help.helpful")>
            <span class="small muted" aria-hidden="true">
                {desk.t("desk.help.helpful")}
            </span>
            {thumb(true, "desk.help.yes")}
            {thumb(false, "desk.help.no")}
        </div>
    }
    .erase()
}
