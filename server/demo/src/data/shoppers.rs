//! The people who buy, and what they bought. Prices of a line are those of its day.

use model::{
    conversation::Money,
    language::Language,
    text::{Body, EmailAddress, Name, Phone, Sku, Slug, Tag},
};
use serde::Deserialize;

/// What all prices of the demo are in.
pub const CURRENCY: &str = "EUR";

/// Somebody who buys. Signs in at the demo shop with [`PASSWORD`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shopper {
    /// The shop's number for them: the `sub` of their identity token.
    pub number: String,
    /// Their name.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    /// Their telephone.
    pub phone: Phone,
    /// What they read.
    pub language: Language,
    /// Where their parcels go: street, then town.
    pub address: [String; 2],
    /// Of that address.
    pub postcode: String,
    /// What a store's staff sort them under, and noted of them.
    #[serde(default)]
    pub known: Vec<Known>,
    /// What they put into the basket, at whichever store, and have not bought yet.
    #[serde(default)]
    pub basket: Vec<Wanted>,
    /// What they bought, newest first.
    pub orders: Vec<Order>,
}

/// Something in a basket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Which product.
    pub sku: Sku,
    /// How many.
    pub quantity: i64,
}

/// What one store's staff know of a shopper.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Which store.
    pub store: Slug,
    /// Who of its staff wrote it down.
    pub by: EmailAddress,
    /// Words they are sorted under.
    pub tags: Vec<Tag>,
    /// What else.
    pub note: Option<Body>,
}

/// An order at one store.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The shop's number of it.
    pub number: String,
    /// Whose it is to send.
    pub store: Slug,
    /// How many days ago it was placed.
    pub days_ago: i64,
    /// How far it is.
    pub state: OrderState,
    /// Postage, in cents.
    pub shipping_minor: i64,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// Where the parcel is, once there is one.
    pub tracking: Option<Tracking>,
}

impl Order {
    /// The lines together.
    pub fn subtotal(&self) -> Money {
        euro(self.lines.iter().map(OrderLine::total_minor).sum())
    }

    /// The lines and the postage.
    pub fn total(&self) -> Money {
        euro(self.subtotal().minor + self.shipping_minor)
    }
}

/// A line of an order, with the price of that day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLine {
    /// Which product.
    pub sku: Sku,
    /// How many.
    pub quantity: i64,
    /// The price of one, in cents.
    pub unit_minor: i64,
}

impl OrderLine {
    /// The price of all of them, in cents.
    pub fn total_minor(&self) -> i64 {
        self.quantity * self.unit_minor
    }
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Paid for.
    Received,
    /// In its box.
    Packed,
    /// On its way.
    Shipped,
    /// There.
    Delivered,
}

impl OrderState {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Received, Self::Packed, Self::Shipped, Self::Delivered];

    /// As it stands in a database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
        }
    }
}

/// Where a parcel is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tracking {
    /// Who carries it.
    pub carrier: String,
    /// Their number for it.
    pub code: String,
}

/// An amount in the demo's currency.
pub fn euro(minor: i64) -> Money {
    Money {
        minor,
        currency: CURRENCY.to_owned(),
    }
}
