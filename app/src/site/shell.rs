//! The document around every page of the site: its head, its name, and the languages.

use std::fmt::Write as _;

use leptos::prelude::*;
use model::{language::Language, words::Words};
use ui::{Erase, Erased, LanguageSwitch};

/// What a page puts into the document.
pub(super) struct Page<'a> {
    /// What it says.
    pub(super) words: &'a Words,
    /// The styles' address.
    pub(super) css: &'a str,
    /// In the tab, before the product's name.
    pub(super) title: String,
    /// What else stands in the page's address, so that the languages keep it: empty, or `token=…&`.
    pub(super) query: String,
}

impl Page<'_> {
    /// The whole document around a view.
    pub(super) fn around(self, view: impl FnOnce() -> Erased) -> String {
        let owner = Owner::new();
        owner.with(|| self.document(view()).to_html())
    }

    fn document(self, view: Erased) -> Erased {
        let language = self.words.language();
        let label = self.words.get("site.language");
        let query = self.query;
        let href = Callback::new(move |language: Language| format!("?{query}lang={}", language.code()));
        view! {
            <!DOCTYPE html>
            <html lang=language.code()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{format!("{} · Vitrine", self.title)}</title>
                    <link rel="stylesheet" href=self.css.to_owned() />
                </head>
                <body class="site">
                    <header class="site__head">
                        <a class="site__mark" href="/">
                            "Vitrine"
                        </a>
                    </header>
                    <main class="page site__page">{view}</main>
                    <footer class="site__foot">
                        <LanguageSwitch label=label current=language href=href />
                    </footer>
                </body>
            </html>
        }
        .erase()
    }
}

/// A value in an address: everything but letters, digits and a few harmless signs is escaped (RFC 3986, 2.1).
pub fn escaped(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_value_cannot_leave_its_place_in_an_address() {
        assert_eq!(escaped("a-B_9"), "a-B_9");
        assert_eq!(escaped("a&b=\"é"), "a%26b%3D%22%C3%A9");
    }

    #[test]
    fn a_document_is_html_with_its_language_and_no_script() {
        let words = Words::new(Language::Nl, BTreeMap::new());
        let page = Page {
            words: &words,
            css: "/assets/main.css",
            title: "<Thuis>".to_owned(),
            query: String::new(),
        };
        let html = page.around(|| view! { <p>"Hallo"</p> }.erase());
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"nl\">"), "{html}");
        assert!(html.contains("&lt;Thuis&gt; · Vitrine"), "{html}");
        assert!(html.contains("href=\"?lang=fr\""), "{html}");
        assert!(!html.contains("<script") && !html.contains("style="), "{html}");
    }
}
