//! Who is asking, as the verbs see them. Made only by recognising somebody, never from what a request says.

use model::{
    id::{AccountId, ConversationId, StoreId},
    party::{Author, Role, Side},
    refusal::Refusal,
    text::Name,
};
use storage::{ConversationScope, MembershipRow, StoreScope, VisitorScope};
use uuid::Uuid;

/// What mediators are called beside their own name: it is said, in every language, to people who know the word from the place they buy at.
const MARKETPLACE: &str = "Marketplace";

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
    /// Their own name: for colleagues, and for shoppers where the store has no name for all.
    pub name: Name,
    /// The name that the store shows to shoppers for all of its desk (P-07).
    pub operator_name: Option<Name>,
}

impl Actor {
    /// The rows they may reach.
    pub fn scope(&self) -> StoreScope {
        StoreScope(self.store)
    }

    /// Refuses everybody but the store's owners.
    pub fn must_own(&self) -> Result<(), Refusal> {
        if self.role == Role::Owner {
            Ok(())
        } else {
            Err(Refusal::NotAllowed)
        }
    }

    /// As the author of what they do, among colleagues.
    pub fn author(&self) -> Author {
        Author::Operator {
            id: self.account,
            name: self.name.clone(),
        }
    }

    /// The name that shoppers know them by.
    pub fn shown_name(&self) -> &Name {
        self.operator_name.as_ref().unwrap_or(&self.name)
    }

    /// As the author of what shoppers see.
    pub fn voice(&self) -> Author {
        Author::Operator {
            id: self.account,
            name: self.shown_name().clone(),
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
            operator_name: row.operator_name,
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
    /// Somebody of the marketplace's team, in one room of a store that is not theirs: a dispute that they mediate.
    Mediator(Mediator),
}

/// Somebody of the marketplace's team, in a room of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mediator {
    /// Who they are at the team's own desk.
    pub team: Actor,
    /// The store.
    pub store: StoreId,
    /// The room: nothing else of the store's is open to them.
    pub conversation: ConversationId,
}

impl Mediator {
    /// As everybody in the room knows them: their name, and that they speak for the marketplace.
    pub fn voice(&self) -> Author {
        let name = [self.team.name.as_str(), " · ", MARKETPLACE].concat();
        Author::Operator {
            id: self.team.account,
            // Too long with what it says of them: then without.
            name: Name::parse(&name).unwrap_or_else(|_| self.team.name.clone()),
        }
    }
}

impl Party {
    /// The conversations they may open.
    pub fn scope(&self) -> ConversationScope {
        match self {
            Self::Visitor(scope) => ConversationScope::Visitor(*scope),
            Self::Desk(actor) => ConversationScope::Desk(actor.scope()),
            Self::Mediator(mediator) => ConversationScope::Room(StoreScope(mediator.store), mediator.conversation),
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
            Self::Desk(_) | Self::Mediator(_) => Side::Desk,
        }
    }

    /// As the author of what they do.
    pub fn author(&self) -> Author {
        match self {
            Self::Visitor(_) => Author::Shopper,
            Self::Desk(actor) => actor.author(),
            Self::Mediator(mediator) => mediator.voice(),
        }
    }

    /// As the author of what they do in everyone's log: the one that shoppers see too.
    pub fn voice(&self) -> Author {
        match self {
            Self::Visitor(_) => Author::Shopper,
            Self::Desk(actor) => actor.voice(),
            Self::Mediator(mediator) => mediator.voice(),
        }
    }

    /// Their own id, within their side.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Visitor(scope) => scope.visitor.0,
            Self::Desk(actor) => actor.account.0,
            Self::Mediator(mediator) => mediator.team.account.0,
        }
    }
}
