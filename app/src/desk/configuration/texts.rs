//! A store's own texts in every language (P-17), each saying what stands there while it is empty (P-i6).

use leptos::prelude::*;
use model::{configuration::TextName, language::Language};
use ui::{Erase, Erased, Field, Reading, TabPanel, Tabs, sentence};

use super::draft::{Draft, Spot};
use crate::desk::state::DeskState;

/// A header and a welcome text, in the language that is chosen.
pub(super) fn texts(desk: DeskState, draft: Draft, id: &'static str, header: TextName, welcome: TextName) -> Erased {
    let titles = Language::ALL.map(|language| language.own_name().to_owned()).to_vec();
    let panels = Language::ALL
        .into_iter()
        .enumerate()
        .map(|(n, language)| {
            let content = view! {
                <div class="stack">
                    {text(desk, draft, (n, language), header, desk.t("desk.configuration.header_text"), 1)}
                    {text(desk, draft, (n, language), welcome, desk.t("desk.configuration.welcome_text"), 3)}
                </div>
            };
            view! { <TabPanel id=id n=n as u32 chosen=draft.language content=content.erase() /> }
        })
        .collect_view();
    view! {
        <div class="stack">
            <Tabs id=id label=desk.t("desk.configuration.languages") titles=titles chosen=draft.language />
            {panels}
        </div>
    }
    .erase()
}

fn text(desk: DeskState, draft: Draft, (n, language): (usize, Language), name: TextName, label: String, rows: u32) -> Erased {
    let words = desk.words();
    let typed = draft.text(n, name);
    let error = draft.error(&words, Spot::Text(n, name));
    let instead = Reading::new(move || {
        if typed.with(|typed| !typed.trim().is_empty()) {
            return None;
        }
        let default = draft.default_language.get();
        let source = Language::ALL.iter().position(|l| *l == default).unwrap_or_default();
        let text = draft.text(source, name).get();
        Some(if language == default || text.trim().is_empty() {
            words.get("desk.configuration.ours_instead")
        } else {
            let values = [("language", default.own_name()), ("text", text.trim())];
            words.with("desk.configuration.default_instead", &values)
        })
    });
    view! {
        <div>
            <Field
                id=format!("{}-{}", name.code(), language.code())
                label=label
                name=name.code()
                text=typed
                rows=rows
                error=error
            />
            {sentence("field__hint", None, None, instead)}
        </div>
    }
    .erase()
}
