//! Who plays: shoppers, each with a conversation of their own, and people of the desk, who see them all.

use std::{fmt::Debug, str::FromStr};

use model::{
    event::Audience,
    id::{ClientId, ConversationId, Epoch, StoreId},
    party::{Author, Principal, Side},
    text::Name,
};

/// An id that is the same in every run.
pub(crate) fn id<T: FromStr<Err: Debug>>(n: u64) -> T {
    format!("00000000-0000-7000-8000-{n:012x}").parse().expect("an id")
}

pub(crate) fn conversation(n: usize) -> ConversationId {
    id(1_000 + n as u64)
}

pub(crate) fn client_id(n: u64) -> ClientId {
    id(1_000_000 + n)
}

pub(crate) fn epoch() -> Epoch {
    id(7)
}

pub(crate) fn store() -> StoreId {
    id(8)
}

/// Somebody.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) principal: Principal,
    pub(crate) author: Author,
    /// The one conversation of a shopper.
    only: Option<ConversationId>,
}

impl Person {
    pub(crate) fn shopper(n: usize) -> Self {
        Self {
            principal: Principal::Visitor {
                store: store(),
                id: id(100 + n as u64),
            },
            author: Author::Shopper,
            only: Some(conversation(n)),
        }
    }

    pub(crate) fn operator(n: usize) -> Self {
        let account = id(200 + n as u64);
        let name = Name::parse(&format!("Operator {n}")).expect("a name");
        Self {
            principal: Principal::Account(account),
            author: Author::Operator { id: account, name },
            only: None,
        }
    }

    pub(crate) fn side(&self) -> Side {
        self.principal.side()
    }

    /// Whether this person may follow a log and speak in it.
    pub(crate) fn may(&self, conv: ConversationId, aud: Audience) -> bool {
        self.only.is_none_or(|only| only == conv && aud == Audience::All)
    }
}
