//! Who takes part, and from which side.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, ConversationId, StoreId, VisitorId},
    text::Name,
};

/// The two sides of every conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The visitor, customer or member.
    Shopper,
    /// The people who answer.
    Desk,
}

crate::json::read_codes! {
    Side { Shopper = "shopper", Desk = "desk" }
    Role { Owner = "owner", Operator = "operator" }
}

crate::read_enum! {
    Author { Shopper = "shopper", Operator { id, name } = "operator", System = "system" }
    Customer { Member { number, name } = "member", Guest { number, name } = "guest" }
}

impl Side {
    /// The one across the counter.
    pub fn other(self) -> Self {
        match self {
            Self::Shopper => Self::Desk,
            Self::Desk => Self::Shopper,
        }
    }
}

/// Who did something, as everybody in the conversation may know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The shopper. There is one per conversation; the conversation says who it is.
    Shopper,
    /// Somebody at the desk, with the name shown to shoppers at that moment.
    Operator {
        /// Tells colleagues with the same name apart.
        id: AccountId,
        /// The display name.
        name: Name,
    },
    /// Vitrine itself: nobody did it.
    System,
}

impl Author {
    /// The side it speaks for; `None` for the system.
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Shopper => Some(Side::Shopper),
            Self::Operator { .. } => Some(Side::Desk),
            Self::System => None,
        }
    }
}

/// Somebody whom the server has recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A browser that began a conversation with this store.
    Visitor {
        /// The store it belongs to; another store never sees it.
        store: StoreId,
        /// The browser.
        id: VisitorId,
    },
    /// A signed-in person of a desk. What they may do is looked up at each deed, because it can change.
    Account(AccountId),
}

impl Principal {
    /// The side it speaks for.
    pub fn side(self) -> Side {
        match self {
            Self::Visitor { .. } => Side::Shopper,
            Self::Account(_) => Side::Desk,
        }
    }
}

/// What a person may do in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, settings and staff included.
    Owner,
    /// Answers customers.
    Operator,
}

impl Role {
    /// As it stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Operator => "operator",
        }
    }

    /// The reverse of [`Role::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "owner" => Some(Self::Owner),
            "operator" => Some(Self::Operator),
            _ => None,
        }
    }
}

/// The customer as the desk sees them in lists and headings (P-30, P-31, P-57).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Customer {
    /// Signed in by the shop: the shop's own number for them, and their name.
    Member {
        /// The customer's id in the shop.
        number: String,
        /// Their name there.
        name: Name,
    },
    /// Nobody vouches for them: a number of ours, and the name they typed, if they did.
    Guest {
        /// New for each conversation (P-64), counted per store.
        number: i64,
        /// As typed, never verified.
        name: Option<Name>,
    },
}

/// Which conversation, at which store: what a topic of the hub is named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The store whose desk it stands at.
    pub store: StoreId,
    /// The conversation.
    pub conversation: ConversationId,
}
