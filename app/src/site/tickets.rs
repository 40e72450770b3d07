//! Tickets, as their requester sees them: at a store's desk, on a person's own Buyer dashboard, and in the member centre. The three places
//! have frames of their own and the same three pages: all of theirs, a new one, and one with everything that was said in it. What the
//! team sees is in `team/tickets`, made of the same parts.

mod due;
mod list;
mod new;
mod one;

use leptos::prelude::*;
use model::{
    case::{Priority, Topic},
    words::Words,
};
use ui::{Erase, Erased};

use super::{Account, SettingsFrame, buyer::BuyerFrame, case_words};

pub use due::Due;
pub use list::{TicketLine, TicketList};
pub(super) use list::{older, table};
pub use new::TicketForm;
pub use one::{TicketFacts, TicketPage};
pub(super) use one::{facts, notices, whole_room};

/// Where a requester's pages stand.
#[derive(Clone, Copy)]
pub enum TicketFrame<'a> {
    /// At their store's desk, on behalf of the store.
    Desk(SettingsFrame<'a>),
    /// On their own Buyer dashboard.
    Buyer(BuyerFrame<'a>),
    /// In the member centre of a store.
    Account(&'a Account<'a>),
}

impl TicketFrame<'_> {
    fn words(&self) -> &Words {
        match self {
            Self::Desk(frame) => frame.words,
            Self::Buyer(frame) => frame.words,
            Self::Account(account) => account.words,
        }
    }

    fn around(self, title: &str, view: impl FnOnce() -> Erased) -> String {
        match self {
            Self::Desk(frame) => frame.named(title, view),
            Self::Buyer(frame) => frame.around(super::buyer::BUYER_TICKETS, title, view),
            Self::Account(account) => account.around(title.to_owned(), view),
        }
    }
}

/// All of somebody's tickets.
pub fn tickets(frame: TicketFrame<'_>, page: &TicketList) -> String {
    let words = frame.words().clone();
    frame.around(&words.get("site.tickets.title"), || list::list(&words, page))
}

/// The form that begins one.
pub fn new_ticket(frame: TicketFrame<'_>, form: &TicketForm) -> String {
    let words = frame.words().clone();
    frame.around(&words.get("site.tickets.create"), || new::form(&words, form))
}

/// One ticket.
pub fn ticket(frame: TicketFrame<'_>, page: &TicketPage<'_>) -> String {
    let words = frame.words().clone();
    frame.around(&page.facts.subject, || one::page(&words, page))
}

/// A list to choose one of: a label and the options, each with its value and its words.
pub(super) fn choice(id: &'static str, name: &'static str, label: String, options: Vec<(String, String)>, chosen: &str) -> Erased {
    let options = options
        .into_iter()
        .map(|(value, text)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {text}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <select class="input" id=id name=name>
                {options}
            </select>
        </div>
    }
    .erase()
}

/// What a ticket can be about.
pub(super) fn topics(words: &Words) -> Vec<(String, String)> {
    let one = |topic: Topic| (topic.code().to_owned(), case_words::topic(words, topic));
    Topic::OF_TICKETS.into_iter().map(one).collect()
}

/// How urgent it can be.
pub(super) fn priorities(words: &Words) -> Vec<(String, String)> {
    let one = |priority: Priority| (priority.code().to_owned(), case_words::priority(words, priority));
    Priority::ALL.into_iter().map(one).collect()
}
