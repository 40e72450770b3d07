//! One conversation with many doors: its kind, what it is about, and where it stands.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, OrderId},
    party::{Author, Side},
    refusal::Refusal,
    text::{Name, Sku},
    time::Timestamp,
};

macro_rules! coded {
    ($name:ident { $($variant:ident = $code:literal),* $(,)? }) => {
        impl $name {
            /// As it stands in the database.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            /// The reverse of `code`.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }

        crate::json::read_codes! { $name { $($variant = $code),* } }
    };
}
pub(crate) use coded;

/// How a conversation began, and so which list shows it. Moving it is an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody pressed Start Chat while the desk was there.
    Live,
    /// The form that is shown when nobody is there.
    Offline,
    /// A message to the shop from the member centre.
    Shop,
    /// A message about an order, from the order's page.
    Order,
    /// A written thread between buyer and seller, with a subject and a status.
    Thread,
    /// A ticket at the marketplace's desk.
    Ticket,
    /// A problem with an order, with a mediator when asked.
    Dispute,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 7] = [
        Self::Live,
        Self::Offline,
        Self::Shop,
        Self::Order,
        Self::Thread,
        Self::Ticket,
        Self::Dispute,
    ];
}

coded!(Kind {
    Live = "live",
    Offline = "offline",
    Shop = "shop",
    Order = "order",
    Thread = "thread",
    Ticket = "ticket",
    Dispute = "dispute",
});

/// An amount as the shop told us: in the currency's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Cents, pence, yen.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A product as it was when the shopper asked about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProductSnapshot {
    /// The shop's key for it.
    pub sku: Sku,
    /// Its name, if the shop told us.
    pub name: Option<Name>,
    /// Its price, if the shop told us.
    pub price: Option<Money>,
    /// Which of its variants, if the shop told us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Name>,
    /// The address of its picture, `https` only (or of the shop's own site), if the shop told us. Never fetched by us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// What a conversation is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// A product, as it was.
    Product(ProductSnapshot),
    /// An order.
    Order {
        /// Ours.
        id: OrderId,
        /// The shop's.
        number: String,
    },
}

crate::read_struct! {
    Money { minor, currency }
    ProductSnapshot { sku, name, price, variant, picture }
}

crate::read_enum! {
    About { Nothing = "nothing", Product(_) = "product", Order { id, number } = "order" }
}

/// How the other side is reached now. Every variant carries exactly what is true there; only the methods below move it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody is on duty, nobody took it yet.
    Queued {
        /// Since when it waits.
        since: Timestamp,
    },
    /// Being talked in.
    Live {
        /// Who took it.
        operator: AccountId,
        /// Since when.
        since: Timestamp,
    },
    /// Goes on by mail and on the site, until somebody is back.
    Mail {
        /// Whose turn it is.
        awaiting: Side,
        /// Since when.
        since: Timestamp,
    },
    /// Over, until somebody writes again.
    Closed {
        /// When it ended.
        at: Timestamp,
        /// Who ended it.
        by: Author,
    },
}

/// A stage without its facts: what both sides may know, and what lists sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "see Stage")]
pub enum StageName {
    Queued,
    Live,
    Mail,
    Closed,
}

coded!(StageName { Queued = "queued", Live = "live", Mail = "mail", Closed = "closed" });

impl StageName {
    /// Whether it takes one of the store's places.
    pub fn takes_a_place(self) -> bool {
        matches!(self, Self::Queued | Self::Live)
    }
}

impl Stage {
    /// Its name.
    pub fn name(&self) -> StageName {
        match self {
            Self::Queued { .. } => StageName::Queued,
            Self::Live { .. } => StageName::Live,
            Self::Mail { .. } => StageName::Mail,
            Self::Closed { .. } => StageName::Closed,
        }
    }

    /// Who took it, while it is being talked in.
    pub fn operator(&self) -> Option<AccountId> {
        match self {
            Self::Live { operator, .. } => Some(*operator),
            _ => None,
        }
    }

    /// Somebody at the desk takes it. Taking one's own again changes nothing; a colleague's stays the colleague's.
    pub fn take(self, operator: AccountId, at: Timestamp) -> Result<Self, Refusal> {
        match self {
            Self::Queued { .. } | Self::Mail { .. } => Ok(Self::Live { operator, since: at }),
            Self::Live { operator: whose, .. } if whose == operator => Ok(self),
            Self::Live { .. } => Err(Refusal::NotAllowed),
            Self::Closed { .. } => Err(Refusal::Closed),
        }
    }

    /// The last person of the desk left: what was live goes on by mail, and it is the desk's turn.
    pub fn desk_left(self, at: Timestamp) -> Self {
        match self {
            Self::Queued { .. } | Self::Live { .. } => Self::Mail {
                awaiting: Side::Desk,
                since: at,
            },
            Self::Mail { .. } | Self::Closed { .. } => self,
        }
    }

    /// Whoever took it may chat no longer: it waits for a colleague (D-i1).
    pub fn requeue(self, at: Timestamp) -> Self {
        match self {
            Self::Live { .. } => Self::Queued { since: at },
            other => other,
        }
    }

    /// The colleague who has it, or anybody while nobody has it, hands it to another.
    pub fn transfer(self, to: AccountId, at: Timestamp) -> Result<Self, Refusal> {
        match self {
            Self::Queued { .. } | Self::Live { .. } => Ok(Self::Live { operator: to, since: at }),
            Self::Mail { .. } => Err(Refusal::NotAllowed),
            Self::Closed { .. } => Err(Refusal::Closed),
        }
    }

    /// Either side ends it.
    pub fn close(self, by: Author, at: Timestamp) -> Result<Self, Refusal> {
        match self {
            Self::Closed { .. } => Err(Refusal::Closed),
            _ => Ok(Self::Closed { at, by }),
        }
    }

    /// Somebody writes into a closed one: it waits again while the desk is there, and goes on by mail when not.
    pub fn reopen(self, side: Side, desk_there: bool, at: Timestamp) -> Self {
        match self {
            Self::Closed { .. } if desk_there => Self::Queued { since: at },
            Self::Closed { .. } => Self::Mail {
                awaiting: side.other(),
                since: at,
            },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn operator(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    #[test]
    fn a_colleagues_chat_cannot_be_taken() {
        let live = Stage::Queued { since: Timestamp(1) }
            .take(operator(1), Timestamp(2))
            .expect("queued");
        assert_eq!(live.clone().take(operator(1), Timestamp(3)), Ok(live.clone()));
        assert_eq!(live.take(operator(2), Timestamp(3)), Err(Refusal::NotAllowed));
    }

    #[test]
    fn a_closed_conversation_ends_once_and_reopens_when_somebody_writes() {
        let closed = Stage::Queued { since: Timestamp(1) }
            .close(Author::Shopper, Timestamp(2))
            .expect("open");
        assert_eq!(closed.clone().close(Author::System, Timestamp(3)), Err(Refusal::Closed));
        assert_eq!(
            closed.clone().reopen(Side::Shopper, true, Timestamp(4)),
            Stage::Queued { since: Timestamp(4) }
        );
        assert_eq!(
            closed.reopen(Side::Shopper, false, Timestamp(4)),
            Stage::Mail {
                awaiting: Side::Desk,
                since: Timestamp(4)
            }
        );
    }

    #[test]
    fn when_the_desk_leaves_only_what_was_live_goes_on_by_mail() {
        let closed = Stage::Closed {
            at: Timestamp(1),
            by: Author::System,
        };
        assert_eq!(closed.clone().desk_left(Timestamp(2)), closed);
        assert_eq!(
            Stage::Live {
                operator: operator(1),
                since: Timestamp(1)
            }
            .desk_left(Timestamp(2))
            .name(),
            StageName::Mail
        );
    }

    #[test]
    fn codes_read_back() {
        for kind in [
            Kind::Live,
            Kind::Offline,
            Kind::Shop,
            Kind::Order,
            Kind::Thread,
            Kind::Ticket,
            Kind::Dispute,
        ] {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        for stage in [StageName::Queued, StageName::Live, StageName::Mail, StageName::Closed] {
            assert_eq!(StageName::from_code(stage.code()), Some(stage));
        }
    }
}
