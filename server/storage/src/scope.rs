//! Whose rows a statement may touch. Every query takes one of these; there is no query without.

use model::id::{ConversationId, CustomerId, OrderId, StoreId, VisitorId};

/// The rows of one store, for its desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreScope(pub StoreId);

/// The rows of one visitor at one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitorScope {
    /// The store.
    pub store: StoreId,
    /// The visitor.
    pub visitor: VisitorId,
    /// Of all their conversations, this one only: the session came by a thread of the member centre.
    pub only: Option<ConversationId>,
}

impl VisitorScope {
    /// All conversations of a visitor.
    pub fn all_of(store: StoreId, visitor: VisitorId) -> Self {
        Self {
            store,
            visitor,
            only: None,
        }
    }
}

/// The rows of one customer at one store: what the member centre shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberScope {
    /// The store.
    pub store: StoreId,
    /// The customer.
    pub customer: CustomerId,
    /// What of theirs the session may open.
    pub reach: MemberReach,
}

/// What a session in the member centre may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberReach {
    /// Everything of the customer's.
    All,
    /// One conversation: the session came by the link of a letter about it.
    Conversation(ConversationId),
    /// One order, without address and payment, and its thread.
    Order(OrderId),
}

/// The conversations somebody may open: all of a store's, or a visitor's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationScope {
    /// The desk's.
    Desk(StoreScope),
    /// The visitor's own.
    Visitor(VisitorScope),
    /// One conversation at a desk that is not one's own: a mediator's.
    Room(StoreScope, ConversationId),
}

impl ConversationScope {
    /// The store of either.
    pub fn store(self) -> StoreId {
        match self {
            Self::Desk(scope) | Self::Room(scope, _) => scope.0,
            Self::Visitor(scope) => scope.store,
        }
    }
}

/// Rows that belong to no single store: sign-in, sessions looked up by their token, the sweeps of the whole installation.
///
/// Taking one is visible at the call: look twice when you write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation;
