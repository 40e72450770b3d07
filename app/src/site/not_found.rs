//! The pages that say no: nothing here, not for you, not now. Each says what to do next.

use leptos::prelude::*;
use model::{refusal::Refusal, words::Words};
use ui::Erase;

use super::shell::Page;

/// There is no such page, or it is not this person's: the same page for both.
pub fn not_found(words: &Words, css: &str) -> String {
    saying(words, css, words.get("site.not_found.title"), words.get("site.not_found.text"))
}

/// A no that the person can act on.
pub fn refused(words: &Words, css: &str, refusal: Refusal) -> String {
    if refusal == Refusal::NotFound {
        return not_found(words, css);
    }
    saying(words, css, words.get("site.refused.title"), words.refusal(refusal))
}

/// Something is broken, and the log knows it by the reference.
pub fn unavailable(words: &Words, css: &str, reference: &str) -> String {
    saying(
        words,
        css,
        words.get("site.unavailable.title"),
        words.with("site.unavailable.text", &[("reference", reference)]),
    )
}

fn saying(words: &Words, css: &str, title: String, text: String) -> String {
    let page = Page {
        words,
        css,
        title: title.clone(),
        query: String::new(),
    };
    page.around(|| {
        view! {
            <section class="hero">
                <h1>{title}</h1>
                <p class="hero__text measure">{text}</p>
                <p>
                    <a class="button button--quiet" href="/">
                        {words.get("site.to_home")}
                    </a>
                </p>
            </section>
        }
        .erase()
    })
}
