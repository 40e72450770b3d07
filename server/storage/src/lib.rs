//! The only crate that knows SQL: one text per statement, run on SQLite or PostgreSQL.
//!
//! [`Storage::write`] is the only way to change anything: it takes one closure, so that SQLite can commit many of them together,
//! and hands out the [`Notice`]s that the closure left *after* the commit. Who may do what is decided above.

mod account;
mod conversation;
mod customer;
mod error;
mod event;
mod inbox;
mod mark;
mod meta;
mod migrate;
mod notice;
mod pool;
mod presence;
mod scope;
mod session;
mod statement;
mod store;
mod visitor;
mod writer;

pub use account::{AccountRow, DeskSession, MembershipRow, NewAccount, NewSession};
pub use conversation::{Conversation, NewConversation};
pub use customer::{NewCustomer, NewOrder, NewOrderLine};
pub use error::StorageError;
pub use event::{Earlier, NewEvent};
pub use notice::Notice;
pub use pool::{Engine, Storage, fresh_database};
pub use presence::Lease;
pub use scope::{ConversationScope, Installation, StoreScope, VisitorScope};
pub use session::{Session, Tx};
pub use store::{NewStore, StoreRow};
pub use visitor::{NewVisitorSession, VisitorSession};
