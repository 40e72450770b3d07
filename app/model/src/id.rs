//! Typed identifiers: one type per table, so that no id can be handed to the wrong query.
//!
//! Ids are UUIDv7. They are made where randomness is allowed (the server's clock module, the browser's driver), never here.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::json::{Read, Value};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(s).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl Read for $name {
            fn read(value: Value) -> Option<Self> {
                written(value).map(Self)
            }
        }
    )*};
}

/// An id as we write it: 32 digits in five groups. The library reads it in four ways more, and can say what is wrong with it.
fn written(value: Value) -> Option<Uuid> {
    let mut bytes = [0_u8; 16];
    let mut digits = 0;
    for (at, sign) in value.into_text()?.bytes().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if sign != b'-' {
                return None;
            }
        } else {
            let digit = char::from(sign).to_digit(16)?;
            let byte = bytes.get_mut(digits / 2)?;
            *byte = (*byte << 4) | digit as u8;
            digits += 1;
        }
    }
    (digits == 32).then(|| Uuid::from_bytes(bytes))
}

id! {
    /// A vendor's shop on the marketplace.
    StoreId
    /// A person who signs in with a password: staff of a store, or the marketplace's team.
    AccountId
    /// A browser that wrote to one store. Another store never learns this id.
    VisitorId
    /// A person a store knows: with an address, or signed in by the shop.
    CustomerId
    /// A conversation, whatever its kind.
    ConversationId
    /// An order that the shop told us about.
    OrderId
    /// A file that somebody attached.
    AttachmentId
    /// A ready-made answer.
    CannedReplyId
    /// A note about a customer.
    NoteId
    /// A key of an integrator.
    ApiKeyId
    /// An address that a store's news are sent to.
    WebhookId
    /// One piece of news on its way there.
    DeliveryId
    /// A letter that arrived.
    LetterId
    /// An invitation to a store's staff.
    InvitationId
    /// A letter in the outbox.
    MailId
    /// Made by the client for one thing it wants done; the same on every retry.
    ClientId
    /// The random name of this database's history; changed by a restore, so that positions from before are recognised.
    Epoch
}

/// The number of an event within one log (a conversation and an audience). Starts at 1, without gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

impl Seq {
    /// Before the first event.
    pub const ZERO: Self = Self(0);

    /// The number that must follow.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Read for Seq {
    fn read(value: Value) -> Option<Self> {
        i64::read(value).map(Self)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
