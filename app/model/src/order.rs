//! What somebody ordered, as their shop tells it: for the customer's card, the order's dialog, the member centre, and "Where is my order?".

use serde::{Deserialize, Serialize};

use crate::{
    conversation::Money,
    id::{ConversationId, OrderId},
    text::Sku,
    time::Timestamp,
};

/// Where an order stands, in the words that every shop has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Made, not yet paid.
    Placed,
    /// Paid for.
    Received,
    /// In its box.
    Packed,
    /// On its way.
    Shipped,
    /// There.
    Delivered,
    /// Will not come.
    Cancelled,
    /// Came back.
    Returned,
}

impl OrderState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Placed,
        Self::Received,
        Self::Packed,
        Self::Shipped,
        Self::Delivered,
        Self::Cancelled,
        Self::Returned,
    ];

    /// As it stands in the database, in the API, and in the keys of its words (`…order.state.shipped`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Received => "received",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }

    /// The reverse of [`OrderState::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Ours.
    pub id: OrderId,
    /// The shop's.
    pub number: String,
    /// Where it stands.
    pub state: OrderState,
    /// What it cost.
    pub total: Money,
    /// When it was made.
    pub placed_at: Timestamp,
}

/// An order that a conversation can be moved to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderChoice {
    /// Ours.
    pub id: OrderId,
    /// The shop's.
    pub number: String,
    /// Its thread, if somebody wrote about it already: there is one for each.
    pub thread: Option<ConversationId>,
}

/// Where a parcel is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// The parcel's number.
    pub number: String,
    /// Who brings it.
    pub carrier: Option<String>,
    /// The carrier's page about it; only `https`.
    pub url: Option<String>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The shop's key of the product.
    pub sku: Sku,
    /// What it is called.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What one costs.
    pub price: Money,
}

/// An order, opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Its line in lists.
    pub row: OrderRow,
    /// What is in it.
    pub lines: Vec<OrderLine>,
    /// Where the parcel is, once there is one.
    pub tracking: Option<Tracking>,
    /// The delivery address, several lines. `None` where it is not shown: whoever came by a link in a letter sees lines and state only.
    pub ship_to: Option<String>,
    /// When the shop last told us something about it.
    pub updated_at: Timestamp,
}

crate::json::read_codes! {
    OrderState {
        Placed = "placed",
        Received = "received",
        Packed = "packed",
        Shipped = "shipped",
        Delivered = "delivered",
        Cancelled = "cancelled",
        Returned = "returned",
    }
}

crate::read_struct! {
    OrderRow { id, number, state, total, placed_at }
    OrderChoice { id, number, thread }
    Tracking { number, carrier, url }
    OrderLine { sku, name, quantity, price }
    OrderView { row, lines, tracking, ship_to, updated_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::from_code(state.code()), Some(state));
        }
        assert_eq!(OrderState::from_code("lost"), None);
    }
}
