//! Who is asking, as the verbs see them. Made only by recognising somebody, never from what a request says.

use model::{
    id::{AccountId, StoreId},
    party::{Author, Role, Side},
    text::Name,
};
use storage::{ConversationScope, MembershipRow, StoreScope, VisitorScope};
use uuid::Uuid;

/// A signed-in person, at the store they work for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub account: AccountId,
    /// Where.
    pub store: StoreId,
    /// As what.
    pub role: Role,
    /// Whether the store lets them chat live.
    pub live_chat: bool,
    /// The name shown to shoppers.
    pub name: Name,
}

impl Actor {
    /// The rows they may reach.
    pub fn scope(&self) -> StoreScope {
        StoreScope(self.store)
    }

    /// As the author of what they do.
    pub fn author(&self) -> Author {
        Author::Operator {
            id: self.account,
            name: self.name.clone(),
        }
    }
}

impl From<MembershipRow> for Actor {
    fn from(row: MembershipRow) -> Self {
        Self {
            account: row.account,
            store: row.store,
            role: row.role,
            live_chat: row.live_chat,
            name: row.name,
        }
    }
}

/// Either side of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// A visitor of a store.
    Visitor(VisitorScope),
    /// Somebody at its desk.
    Desk(Actor),
}

impl Party {
    /// The conversations they may open.
    pub fn scope(&self) -> ConversationScope {
        match self {
            Self::Visitor(scope) => ConversationScope::Visitor(*scope),
            Self::Desk(actor) => ConversationScope::Desk(actor.scope()),
        }
    }

    /// The store.
    pub fn store(&self) -> StoreScope {
        StoreScope(self.scope().store())
    }

    /// The side they speak for.
    pub fn side(&self) -> Side {
        match self {
            Self::Visitor(_) => Side::Shopper,
            Self::Desk(_) => Side::Desk,
        }
    }

    /// As the author of what they do.
    pub fn author(&self) -> Author {
        match self {
            Self::Visitor(_) => Author::Shopper,
            Self::Desk(actor) => actor.author(),
        }
    }

    /// Their own id, within their side.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Visitor(scope) => scope.visitor.0,
            Self::Desk(actor) => actor.account.0,
        }
    }
}
