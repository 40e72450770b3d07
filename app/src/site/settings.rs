//! `/desk/pages/…`: pages of the desk that are drawn here and need no program: plain forms, read by any browser. The desk fetches them as
//! a part of itself (decision 0011). What they have in common is their frame, and the list of those where a store is tied to other programs.

mod api_keys;
mod arrived;
mod everywhere;
mod imports;
mod mail;
mod parts;
mod privacy;
mod senders;
mod staff;
mod webhooks;
mod your_site;

use leptos::prelude::*;
use model::{desk::Theme, time::Timestamp, words::Words};
use ui::{Erase, Erased, icon};

pub use api_keys::{API_KEYS, ApiKeyLine, ApiKeysPage, NewApiKey, api_keys};
pub use arrived::{ARRIVED, ArrivedLine, ArrivedPage, arrived};
pub use everywhere::{EverywherePage, PlaceOfWork, everywhere};
pub use imports::{BadLine, IMPORTS, ImportAnswer, ImportsPage, imports};
pub use mail::{MAIL, MailPage, mail};
pub use privacy::{PRIVACY, PrivacyForms, RetentionSaid, kept_code, privacy};
pub use senders::{SENDERS, SenderProof, SendersForm, SendersPage, senders};
pub use staff::{STAFF, StaffPage, staff};
pub use webhooks::{DeliveryLine, WEBHOOKS, WebhookDone, WebhookLine, WebhooksPage, webhooks};
pub use your_site::{YOUR_SITE, YourSitePage, your_site};

/// The only list of the pages that tie a store to other programs: where each is, and the key of its name. They stand side by side.
const PAGES: &[(&str, &str)] = &[
    (API_KEYS, "site.api_keys.title"),
    (WEBHOOKS, "site.webhooks.title"),
    (IMPORTS, "site.imports.title"),
    (SENDERS, "site.senders.title"),
    (ARRIVED, "site.arrived.title"),
];

/// Where these pages are fetched from.
const SERVED: &str = "/desk/pages/";
/// Where the desk shows them.
const SHOWN: &str = "/desk/settings/";

/// What every page of these knows.
#[derive(Clone, Copy, Debug)]
pub struct SettingsFrame<'a> {
    /// What it says, in the language of whoever is signed in.
    pub words: &'a Words,
    /// The styles' address.
    pub css: &'a str,
    /// How they like their screens.
    pub theme: Theme,
    /// Whether it becomes a part of the desk, which brings its own document along.
    pub part: bool,
}

impl SettingsFrame<'_> {
    /// A page of [`PAGES`]: `here` is its address there, `explained` the key of a sentence about it.
    fn around(self, here: &'static str, explained: &str, view: impl FnOnce() -> Erased) -> String {
        let title = PAGES.iter().find(|(path, _)| *path == here).map_or("", |(_, key)| *key);
        let (title, explained) = (self.words.get(title), Some(self.words.get(explained)));
        self.framed(&title, explained, || self.tabs(here), view)
    }

    /// A page that stands by itself: the keys of its name and of a sentence about it, and what is on it.
    pub(super) fn alone(self, title: &str, explained: &str, view: impl FnOnce() -> Erased) -> String {
        let (title, explained) = (self.words.get(title), Some(self.words.get(explained)));
        self.framed(&title, explained, || ().erase(), view)
    }

    /// A page that is called what it is about: a conversation, by its subject.
    pub(super) fn named(self, title: &str, view: impl FnOnce() -> Erased) -> String {
        self.framed(title, None, || ().erase(), view)
    }

    fn framed(self, title: &str, explained: Option<String>, tabs: impl FnOnce() -> Erased, view: impl FnOnce() -> Erased) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let (tabs, content) = (tabs(), view());
            let page = view! {
                <main class="page">
                    {tabs} <header class="page__head">
                        <h1>{title.to_owned()}</h1>
                        {explained.map(|text| view! { <p>{text}</p> }.erase())}
                    </header> {content}
                </main>
            }
            .erase();
            if self.part {
                page.to_html()
            } else {
                self.document(title, page).to_html()
            }
        })
    }

    fn document(self, title: &str, page: Erased) -> Erased {
        let words = self.words;
        view! {
            <!DOCTYPE html>
            <html lang=words.language().code() data-theme=self.theme.code()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="robots" content="noindex" />
                    <title>{format!("{title} · Vitrine")}</title>
                    <link rel="stylesheet" href=self.css.to_owned() />
                </head>
                <body class="site">
                    <header class="site__head cluster">
                        <a class="site__mark" href="/desk">
                            "Vitrine"
                        </a>
                        <a href="/desk">{words.get("site.settings.back")}</a>
                    </header>
                    {page}
                    {icon::sprite(|_| true)}
                </body>
            </html>
        }
        .erase()
    }

    /// The pages side by side. In the desk each has an address of its own, so that the browser's Back goes through them.
    fn tabs(self, here: &str) -> Erased {
        let pages = PAGES
            .iter()
            .map(|(path, key)| {
                let current = (*path == here).then_some("page");
                let href = if self.part {
                    path.replacen(SERVED, SHOWN, 1)
                } else {
                    (*path).to_owned()
                };
                view! {
                    <a class="tab" href=href aria-current=current>
                        {self.words.get(key)}
                    </a>
                }
            })
            .collect_view();
        view! {
            <nav class="tabs integrations__tabs" aria-label=self.words.get("site.settings.title")>
                {pages}
            </nav>
        }
        .erase()
    }
}

/// What became of the last form: good news above everything else.
fn done(text: String) -> Erased {
    view! {
        <div class="notice" data-tone="good" role="status">
            <p>{text}</p>
        </div>
    }
    .erase()
}

/// A moment, in UTC and said so: no program of the page knows the reader's own zone.
fn moment(at: Timestamp) -> Erased {
    let utc = at.rfc3339();
    let (day, minute) = (utc.get(..10).unwrap_or_default(), utc.get(11..16).unwrap_or_default());
    let shown = format!("{day} {minute} UTC");
    view! {
        <time class="no-wrap" datetime=utc>
            {shown}
        </time>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn every_page_names_itself_once_and_links_to_the_others() {
        let words = Words::new(Language::Nl, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Dark,
            part: false,
        };
        for (here, _) in PAGES {
            let html = frame.around(here, "site.settings.title", || view! { <p>"<Hallo>"</p> }.erase());
            assert!(html.contains("data-theme=\"dark\""), "{html}");
            assert_eq!(html.matches("aria-current=\"page\"").count(), 1, "{html}");
            for (path, _) in PAGES {
                assert!(html.contains(&format!("href=\"{path}\"")), "{html}");
            }
            assert!(!html.contains("<script") && !html.contains("style="), "{html}");
        }
    }

    #[test]
    fn a_part_of_the_desk_is_the_page_without_its_document() {
        let words = Words::new(Language::Nl, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Dark,
            part: true,
        };
        let html = frame.around(WEBHOOKS, "site.settings.title", || view! { <p>"Hallo"</p> }.erase());
        assert!(html.starts_with("<main") && html.contains("Hallo"), "{html}");
        assert!(html.contains("href=\"/desk/settings/webhooks\""), "{html}");
        assert!(!html.contains("<head>") && !html.contains("href=\"/desk/pages/"), "{html}");
        let html = frame.alone("site.settings.title", "site.settings.title", || view! { <p>"Hallo"</p> }.erase());
        assert!(!html.contains("<nav"), "{html}");
    }
}
