//! What both walks along the table of routes share (`isolation.rs`, `matrix.rs`): how each door is knocked at, and about what.

pub(crate) mod frames;
pub(crate) mod functions;
pub(crate) mod samples;

use model::id::ConversationId;

/// What somebody asks about: the ids belong together, or none of them exists.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// The store that the address names.
    pub(crate) store: &'static str,
    /// A chat, or a message of somebody without a name.
    pub(crate) conversation: ConversationId,
    /// A message of a member.
    pub(crate) message: ConversationId,
    /// A thread between buyer and seller.
    pub(crate) thread: ConversationId,
    /// A ticket to the marketplace's team, for the store: its staff sees it.
    pub(crate) ticket: ConversationId,
    /// A ticket of one who works there, for themselves: nobody else there sees it.
    pub(crate) buyers_ticket: ConversationId,
    /// A ticket of a member.
    pub(crate) members_ticket: ConversationId,
    /// A dispute about an order.
    pub(crate) dispute: ConversationId,
    /// A file in the conversation.
    pub(crate) file: String,
    /// An order, as the database knows it …
    pub(crate) order: String,
    /// … and as its number.
    pub(crate) number: String,
    /// The shop's number of a customer.
    pub(crate) customer: String,
}

impl Thing {
    /// One id for whatever may be asked about: what it is not, does not exist.
    pub(crate) fn known_by(store: &'static str, id: ConversationId) -> Self {
        Self {
            store,
            conversation: id,
            message: id,
            thread: id,
            ticket: id,
            buyers_ticket: id,
            members_ticket: id,
            dispute: id,
            file: id.to_string(),
            order: id.to_string(),
            number: "M-20418".to_owned(),
            customer: "C-1".to_owned(),
        }
    }

    /// The id that a door is asked about: addresses say what stands behind them, and whose it is.
    pub(crate) fn id_at(&self, path: &str) -> ConversationId {
        let (ticket, otherwise) = match path {
            path if path.starts_with("/buyer") => (self.buyers_ticket, self.buyers_ticket),
            path if path.starts_with("/account") => (self.members_ticket, self.message),
            _ => (self.ticket, self.conversation),
        };
        let kinds = [
            ("/disputes", self.dispute),
            ("/tickets", ticket),
            ("/threads", self.thread),
            ("/communication", self.thread),
        ];
        let kind = kinds.into_iter().find(|(word, _)| path.contains(word));
        kind.map_or(otherwise, |(_, id)| id)
    }
}
