//! Whose rows a statement may touch. Every query takes one of these; there is no query without.

use model::id::{StoreId, VisitorId};

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
}

/// The conversations somebody may open: all of a store's, or a visitor's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationScope {
    /// The desk's.
    Desk(StoreScope),
    /// The visitor's own.
    Visitor(VisitorScope),
}

impl ConversationScope {
    /// The store of either.
    pub fn store(self) -> StoreId {
        match self {
            Self::Desk(scope) => scope.0,
            Self::Visitor(scope) => scope.store,
        }
    }
}

/// Rows that belong to no single store: sign-in, sessions looked up by their token, the sweeps of the whole installation.
///
/// Taking one is visible at the call: look twice when you write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation;
