//! What was said before the demo began: live chats that were finished, and messages that wait for an answer.

use model::{
    conversation::Kind,
    language::Language,
    party::Side,
    text::{Body, EmailAddress, Name, Phone, Sku, Slug},
};
use serde::Deserialize;

/// A conversation of before: a live one that was finished, or a message that waits for an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// At which store.
    pub store: Slug,
    /// How it began: `live`, `offline`, or written in the member centre: `shop`, `order`.
    pub kind: Kind,
    /// With whom.
    pub who: Who,
    /// In which language.
    pub language: Language,
    /// From which product's page.
    pub product: Option<Sku>,
    /// About which order.
    pub order: Option<String>,
    /// How many minutes ago it began.
    pub minutes_ago: i64,
    /// When somebody took it, if anybody did.
    pub taken: Option<Taken>,
    /// When it ended, if it did.
    pub closed: Option<Closed>,
    /// What was said, in order; the first words are the shopper's.
    pub said: Vec<Said>,
}

impl Conversation {
    /// Whose turn it is while it is open.
    pub fn awaiting(&self) -> Side {
        self.said.last().map_or(Side::Desk, |last| last.by.side().other())
    }
}

/// The shopper of a conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Somebody with an account: their [`Shopper::number`].
    Member(String),
    /// Somebody without: what they typed.
    Guest(Guest),
}

/// What a guest typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the fields of the form")]
pub struct Guest {
    pub first_name: Name,
    pub last_name: Option<Name>,
    pub email: EmailAddress,
    pub phone: Option<Phone>,
}

/// Who took it, and when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Seconds after it began.
    pub after_s: i64,
    /// Which of the staff.
    pub by: EmailAddress,
}

/// Who ended it, and when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Seconds after it began.
    pub after_s: i64,
    /// Who.
    pub by: Speaker,
}

/// One message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Seconds after it began.
    pub after_s: i64,
    /// Who.
    pub by: Speaker,
    /// What.
    pub body: Body,
}

/// One of the two who talk.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The shopper.
    Shopper,
    /// One of the store's staff, by their address.
    Staff(EmailAddress),
}

impl Speaker {
    /// The side they speak for.
    pub fn side(&self) -> Side {
        match self {
            Self::Shopper => Side::Shopper,
            Self::Staff(_) => Side::Desk,
        }
    }
}
