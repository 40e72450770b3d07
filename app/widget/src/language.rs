//! The panel in another language: a link to the same page.

use leptos::prelude::*;
use model::language::Language;
use ui::{Act, LanguageSwitch};

use crate::state::State;

/// The languages as links. The program knows the whole address and keeps the rest of it.
pub(crate) fn languages(state: State) -> impl IntoView {
    let words = state.words();
    let href = Act::new(move |language| state.query.with(|query| in_language(query, language)));
    view! { <LanguageSwitch label=words.get("widget.language") current=words.language() href=href /> }
}

/// The query of an address, with the language exchanged.
fn in_language(query: &str, language: Language) -> String {
    let kept = query
        .trim_start_matches('?')
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("lang="));
    let mut out = ["?lang=", language.code()].concat();
    for part in kept {
        out.push('&');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_language_changes() {
        assert_eq!(in_language("", Language::Nl), "?lang=nl");
        assert_eq!(
            in_language("?o=https%3A%2F%2Fa&lang=nl&product=X", Language::Fr),
            "?lang=fr&o=https%3A%2F%2Fa&product=X"
        );
    }
}
