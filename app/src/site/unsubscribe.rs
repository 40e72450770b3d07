//! `/unsubscribe/{token}`: whether a store's answers still come by mail. It shows no word of any conversation, and no address.

use leptos::prelude::*;
use model::words::Words;
use ui::{Button, Erase, Erased};

use super::shell::Page;

/// The page. `quiet`: they come no more. The form is sent to the address that it stands at.
pub fn unsubscribe(words: &Words, css: &str, store: &str, quiet: bool) -> String {
    let (title, text, label, choice) = if quiet {
        ("site.stop.done_title", "site.stop.done_text", "site.stop.again", "again")
    } else {
        ("site.stop.title", "site.stop.text", "site.stop.button", "stop")
    };
    let page = Page {
        words,
        css,
        title: words.get(title),
        query: String::new(),
    };
    page.around(|| {
        view! {
            <section class="page--narrow site__narrow stack">
                <h1>{words.get(title)}</h1>
                <p class="measure">{words.with(text, &[("store", store)])}</p>
                <form class="cluster" method="post">
                    <input type="hidden" name="choice" value=choice />
                    {button(words.get(label), quiet)}
                </form>
            </section>
        }
        .erase()
    })
}

fn button(label: String, quiet: bool) -> Erased {
    if quiet {
        return view! {
            <button class="button button--quiet" type="submit">
                {label}
            </button>
        }
        .erase();
    }
    view! { <Button submit=true>{label}</Button> }.erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn he_16_one_button_ends_the_letters_and_one_brings_them_back() {
        let words = Words::new(Language::En, BTreeMap::new());
        let page = |quiet| unsubscribe(&words, "/a.css", "<Atelier>", quiet);
        assert!(page(false).contains("value=\"stop\"") && !page(false).contains("value=\"again\""));
        assert!(page(true).contains("value=\"again\"") && !page(true).contains("<script"));
    }
}
