//! `/account`: the shopper's own side. What they wrote and what they ordered at one store, and the ways in.
//!
//! The pages run no program. Only the thread that stands in one of them does: it is the panel, in a frame of its own.

mod contact;
mod doors;
mod messages;
mod orders;
mod threads;

use leptos::prelude::*;
use model::{time::Timestamp, words::Words};
use ui::{Badge, Erase, Erased};

use super::{
    shell::{Page, escaped},
    written,
};

pub use contact::{ContactPage, contact};
pub use doors::{DoorPage, DoorTo, Entrance, account_home, door, enter};
pub use messages::{MessageLine, MessagesPage, account_conversation, account_messages};
pub use orders::{OrderLineOf, OrderOf, account_order, account_orders};
pub use threads::{account_new_thread, account_thread, account_threads};

/// Which part of the member centre a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// Messages, or one of them.
    Messages,
    /// Orders, or one of them.
    Orders,
    /// My Communication History: threads, one of them, or the way to another channel.
    Threads,
    /// Tickets to the marketplace, or one of them.
    Tickets,
}

/// What every page inside knows.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    /// What it says.
    pub words: &'a Words,
    /// The styles' address.
    pub css: &'a str,
    /// The store, in addresses.
    pub slug: &'a str,
    /// The store, on screen.
    pub store: &'a str,
    /// Who is here, if their name is known.
    pub who: Option<&'a str>,
    /// Where.
    pub here: Here,
    /// Answers that they have not seen: in messages, and about orders.
    pub unread: (u32, u32),
    /// Whether all of theirs is open to them. Whoever came by a letter sees what it was about.
    pub whole: bool,
    /// Whether the reader chose the language on this page: the links keep it then.
    pub chosen: bool,
    /// Where "Submit a request" leads to.
    pub help: Option<&'a str>,
    /// What the clock on the store's wall shows at a moment.
    pub wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync),
}

impl Account<'_> {
    /// An address inside.
    fn path(&self, rest: &str) -> String {
        let path = format!("/account/{}{rest}", self.slug);
        if self.chosen {
            format!("{path}?lang={}", self.words.language().code())
        } else {
            path
        }
    }

    /// The thread's own page, which stands in a frame.
    fn thread(&self, id: &str) -> Erased {
        let src = format!("/account/{}/thread/{id}?lang={}", self.slug, self.words.language().code());
        let title = self.words.with("site.account.thread", &[("store", self.store)]);
        view! { <iframe class="account__thread" src=src title=title></iframe> }.erase()
    }

    /// A moment, with its date.
    fn time(&self, at: Timestamp) -> Erased {
        let shown = written::moment((self.wall)(at), self.words.language());
        view! { <time datetime=at.rfc3339()>{shown}</time> }.erase()
    }

    /// A day.
    fn day(&self, at: Timestamp) -> Erased {
        let shown = written::day((self.wall)(at), self.words.language());
        view! { <time datetime=at.rfc3339()>{shown}</time> }.erase()
    }

    /// A count of answers that were not seen.
    fn badge(&self, count: u32) -> Erased {
        let label = self.words.count("site.account.unread", u64::from(count));
        view! { <Badge count=Signal::stored(count) label=Signal::stored(label) /> }.erase()
    }

    /// The whole document around one of the pages.
    pub(super) fn around(&self, title: String, view: impl FnOnce() -> Erased) -> String {
        let page = Page {
            words: self.words,
            css: self.css,
            title: format!("{title} · {}", self.store),
            query: String::new(),
        };
        page.around(|| {
            view! {
                {self.head()}
                <h1 class="account__title">{title}</h1>
                {view()}
                {self.foot()}
            }
            .erase()
        })
    }

    fn head(&self) -> Erased {
        let words = self.words;
        let leave = words.get("site.account.leave");
        let tab = |here: Here, rest: &str, key: &str, unread: u32| {
            let current = (here == self.here).then_some("page");
            view! {
                <a class="tab" href=self.path(rest) aria-current=current>
                    {words.get(key)}
                    {self.badge(unread)}
                </a>
            }
            .erase()
        };
        let parts = self.whole.then(|| {
            view! {
                <nav class="tabs tabs--rows" aria-label=words.get("site.account.title")>
                    {tab(Here::Messages, "", "site.account.messages", self.unread.0)}
                    {tab(Here::Orders, "/orders", "site.account.orders", self.unread.1)}
                    {tab(Here::Threads, "/threads", "site.threads.title", 0)}
                    {tab(Here::Tickets, "/tickets", "site.tickets.title", 0)}
                </nav>
            }
            .erase()
        });
        let alone = (!self.whole).then(|| {
            view! {
                <p class="muted small">
                    {words.get("site.account.only_this")} " "
                    <a href=self.path("/enter")>{words.get("site.account.see_all")}</a>
                </p>
            }
            .erase()
        });
        view! {
            <div class="account__head">
                <p class="account__store">{self.store.to_owned()}</p>
                <form class="cluster" method="post" action=self.path("/leave")>
                    <span class="muted small">{self.who.map(str::to_owned)}</span>
                    <button class="button button--quiet" type="submit">
                        {leave}
                    </button>
                </form>
            </div>
            {parts}
            {alone}
        }
        .erase()
    }

    fn foot(&self) -> Erased {
        let words = self.words;
        let Some(help) = self.help else { return ().erase() };
        view! {
            <p class="account__help muted">
                {words.get("site.account.more_help")} " "
                <a href=help.to_owned() rel="noopener">
                    {words.get("site.account.request")}
                </a>
            </p>
        }
        .erase()
    }
}

/// A part of an address that came from elsewhere: an order's number.
fn part(value: &str) -> String {
    escaped(value)
}
