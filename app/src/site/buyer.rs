//! `/buyer`: the Buyer dashboard, where somebody who sells is somebody who asks. What stands here is the person's own: nobody
//! else at their store sees it. Plain documents with a menu at their left; they run no program.

use leptos::prelude::*;
use model::{desk::Theme, words::Words};
use ui::{Erase, Erased, Glyph, Icon, icon};

/// Where it is.
pub const BUYER: &str = "/buyer";
/// Where the person's own tickets are.
pub const BUYER_TICKETS: &str = "/buyer/tickets";

/// The only list of its pages: where each is, its picture, and the key of its name. Tickets stand at the bottom, where people know them.
const PAGES: &[(&str, Glyph, &str)] = &[
    (BUYER, icon::menu, "site.buyer.overview"),
    (BUYER_TICKETS, icon::life_buoy, "site.tickets.title"),
];

/// What every page of it knows.
#[derive(Clone, Copy, Debug)]
pub struct BuyerFrame<'a> {
    /// What it says, in the language of whoever is signed in.
    pub words: &'a Words,
    /// The styles' address.
    pub css: &'a str,
    /// How they like their screens.
    pub theme: Theme,
    /// Who is here.
    pub who: &'a str,
    /// The store whose desk they come from.
    pub store: &'a str,
}

impl BuyerFrame<'_> {
    /// A page. `here` is the page of the menu that it is or belongs to, `title` its heading.
    pub(super) fn around(self, here: &str, title: &str, view: impl FnOnce() -> Erased) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let content = view();
            self.document(here, title, content).to_html()
        })
    }

    fn document(self, here: &str, title: &str, content: Erased) -> Erased {
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
                    <header class="site__head buyer__head">
                        <a class="site__mark" href="/desk">
                            "Vitrine"
                        </a>
                        <a href="/desk">{words.with("site.buyer.back", &[("store", self.store)])}</a>
                        <span class="muted small">{self.who.to_owned()}</span>
                    </header>
                    <div class="buyer">
                        {self.menu(here)} <main class="page">
                            <header class="page__head">
                                <h1>{title.to_owned()}</h1>
                            </header>
                            {content}
                        </main>
                    </div>
                    {icon::sprite(|_| true)}
                </body>
            </html>
        }
        .erase()
    }

    fn menu(self, here: &str) -> Erased {
        let words = self.words;
        let pages = PAGES
            .iter()
            .map(|(path, glyph, key)| {
                let current = (*path == here).then_some("page");
                view! {
                    <li>
                        <a class="buyer__link" href=*path aria-current=current>
                            <Icon glyph=*glyph />
                            {words.get(key)}
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <nav class="buyer__menu" aria-label=words.get("site.buyer.title")>
                <ul class="buyer__list" role="list">
                    {pages}
                </ul>
            </nav>
        }
        .erase()
    }
}

/// The overview: what this is, and what waits.
pub fn buyer(frame: BuyerFrame<'_>, open: usize) -> String {
    let words = frame.words;
    frame.around(BUYER, &words.get("site.buyer.title"), || {
        let count = words.count("site.buyer.open", u64::try_from(open).unwrap_or_default());
        view! {
            <div class="stack">
                <p class="measure">{words.get("site.buyer.explained")}</p>
                <section class="card stack" aria-labelledby="buyer-tickets">
                    <h2 class="card__title" id="buyer-tickets">
                        {words.get("site.tickets.title")}
                    </h2>
                    <p>{count}</p>
                    <p>
                        <a class="button button--quiet" href=BUYER_TICKETS>
                            {words.get("site.buyer.to_tickets")}
                        </a>
                    </p>
                </section>
            </div>
        }
        .erase()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn a_17_tickets_stand_at_the_bottom_of_the_menu_at_the_left() {
        let words = Words::new(Language::Fr, BTreeMap::new());
        let frame = BuyerFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Dark,
            who: "<Anna>",
            store: "Delft",
        };
        let html = buyer(frame, 2);
        assert_eq!(PAGES.last().map(|(path, ..)| *path), Some(BUYER_TICKETS));
        assert_eq!(html.matches("aria-current=\"page\"").count(), 1, "{html}");
        assert!(html.contains("&lt;Anna&gt;") && html.contains("data-theme=\"dark\""), "{html}");
        assert!(!html.contains("<script") && !html.contains("style="), "{html}");
    }
}
