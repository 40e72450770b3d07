//! What a committed transaction tells the world. Left inside the transaction, handed out after the commit.

use model::{
    event::{Audience, Event, Mark},
    id::{AccountId, ConversationId, StoreId, VisitorId},
    party::Side,
};

/// Something that others want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A log has grown.
    Log {
        /// Which conversation.
        conversation: ConversationId,
        /// Which of its logs.
        audience: Audience,
        /// By this.
        event: Event,
    },
    /// A side has come further in a log.
    Marks {
        /// Which conversation.
        conversation: ConversationId,
        /// Which side.
        side: Side,
        /// How far.
        mark: Mark,
    },
    /// A list of a store's desk has changed.
    Inbox(StoreId),
    /// What an account may do has changed, or its sessions ended: look again at all it has open.
    Account(AccountId),
    /// A store was closed for everybody who works or buys there.
    Closed(StoreId),
    /// A visitor's sessions ended.
    Visitor {
        /// Where.
        store: StoreId,
        /// Whose.
        visitor: VisitorId,
    },
}
