//! The demo marketplace as typed data: two vendors, their staff and products, the marketplace's team, four shoppers with orders, and what was
//! said before: chats, messages, threads, tickets and disputes.
//!
//! Times are relative ("so many minutes ago"), so that the demo is never stale. Nothing here writes to a database.

mod cases;
mod shoppers;
mod talk;
#[cfg(test)]
mod tests;

use model::{
    conversation::Money,
    language::Language,
    party::Role,
    text::{EmailAddress, Name, Sku, Slug},
};
use serde::Deserialize;

pub use self::{
    cases::{Asker, Dispute, DisputeStep, Move, Mover, Team, Thread, Ticket},
    shoppers::{CURRENCY, Known, Order, OrderLine, OrderState, Shopper, Tracking, Wanted, euro},
    talk::{Closed, Conversation, Guest, Said, Speaker, Taken, Who},
};

/// The password of everybody in the demo: staff and shoppers.
pub const PASSWORD: &str = "vitrine-demo";

/// Everything.
#[derive(Clone, Debug)]
pub struct Marketplace {
    /// The vendors.
    pub stores: Vec<Store>,
    /// The people who buy.
    pub shoppers: Vec<Shopper>,
    /// What was said before the demo began, newest and oldest mixed.
    pub conversations: Vec<Conversation>,
    /// Who runs the marketplace.
    pub team: Team,
    /// Threads between shoppers and vendors.
    pub threads: Vec<Thread>,
    /// Tickets to the team.
    pub tickets: Vec<Ticket>,
    /// Problems with orders.
    pub disputes: Vec<Dispute>,
}

/// One text in the four languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the codes say it")]
pub struct Texts {
    pub en: String,
    pub nl: String,
    pub es: String,
    pub fr: String,
}

impl Texts {
    /// In one of them.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Nl => &self.nl,
            Language::Es => &self.es,
            Language::Fr => &self.fr,
        }
    }
}

/// A vendor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// In addresses.
    pub slug: Slug,
    /// On screen.
    pub name: Name,
    /// One line under the name.
    pub tagline: Texts,
    /// A paragraph about the house.
    pub about: Texts,
    /// The panel's header while somebody is there.
    pub header: Texts,
    /// Above the first message.
    pub welcome: Texts,
    /// Who answers.
    pub staff: Vec<Staff>,
    /// What they sell.
    pub products: Vec<Product>,
}

/// Somebody who answers for a store. Signs in with [`PASSWORD`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// As shoppers see it.
    pub name: Name,
    /// To sign in with.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// The language of their back office.
    pub language: Language,
}

/// Something for sale.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its key in the shop.
    pub sku: Sku,
    /// Its picture: `pictures/NAME.svg`.
    pub picture: String,
    /// What it costs.
    pub price: Money,
    /// Its name.
    pub name: Texts,
    /// A paragraph about it.
    pub description: Texts,
    /// Size, material, care: one line.
    pub details: Texts,
}

impl Marketplace {
    /// A store by its public name.
    pub fn store(&self, slug: &str) -> Option<&Store> {
        self.stores.iter().find(|store| store.slug.as_str() == slug)
    }

    /// A shopper by the shop's number for them.
    pub fn shopper(&self, number: &str) -> Option<&Shopper> {
        self.shoppers.iter().find(|shopper| shopper.number == number)
    }
}

impl Store {
    /// A product by its key.
    pub fn product(&self, sku: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.sku.as_str() == sku)
    }
}

/// The demo marketplace, new each time.
pub fn marketplace() -> Marketplace {
    Marketplace {
        stores: vec![read(include_str!("../data/delft.json")), read(include_str!("../data/oliva.json"))],
        shoppers: read(include_str!("../data/shoppers.json")),
        conversations: read(include_str!("../data/conversations.json")),
        team: read(include_str!("../data/team.json")),
        threads: read(include_str!("../data/threads.json")),
        tickets: read(include_str!("../data/tickets.json")),
        disputes: read(include_str!("../data/disputes.json")),
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the demo's own files, which a test reads")
}
