//! `/m/{token}`: the question whether a copy of a conversation is wanted, and what became of the answer. It shows no word of the
//! conversation, and no address.

use leptos::prelude::*;
use model::words::Words;
use ui::{Button, Erase, Erased};

use super::shell::Page;

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyPage {
    /// The question.
    Question,
    /// The copy is on its way.
    Sent,
    /// The question was answered before.
    Used,
    /// No such letter will come any more.
    Never,
}

/// The page. The form is sent to the address that it stands at.
pub fn copy(words: &Words, css: &str, store: &str, shown: CopyPage) -> String {
    let (title, text) = match shown {
        CopyPage::Question => ("site.copy.title", "site.copy.text"),
        CopyPage::Sent => ("site.copy.sent_title", "site.copy.sent_text"),
        CopyPage::Used => ("site.copy.used_title", "site.copy.used_text"),
        CopyPage::Never => ("site.copy.never_title", "site.copy.never_text"),
    };
    let page = Page {
        words,
        css,
        title: words.get(title),
        query: String::new(),
    };
    let text = words.with(text, &[("store", store)]);
    page.around(|| {
        view! {
            <section class="page--narrow site__narrow stack">
                <h1>{words.get(title)}</h1>
                <p class="measure">{text}</p>
                {(shown == CopyPage::Question).then(|| question(words))}
            </section>
        }
        .erase()
    })
}

fn question(words: &Words) -> Erased {
    let (send, never) = (words.get("site.copy.send"), words.get("site.copy.never"));
    view! {
        <form class="cluster" method="post">
            <input type="hidden" name="choice" value="send" />
            <Button submit=true>{send}</Button>
        </form>
        <form class="cluster" method="post">
            <input type="hidden" name="choice" value="never" />
            <button class="button button--quiet" type="submit">
                {never}
            </button>
        </form>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn he_16_only_the_question_can_be_answered() {
        let words = Words::new(Language::En, BTreeMap::new());
        let page = |shown| copy(&words, "/a.css", "<Atelier>", shown);
        assert_eq!(page(CopyPage::Question).matches("<form").count(), 2);
        for answered in [CopyPage::Sent, CopyPage::Used, CopyPage::Never] {
            assert!(!page(answered).contains("<form"));
        }
        assert!(!page(CopyPage::Question).contains("<script"));
    }
}
