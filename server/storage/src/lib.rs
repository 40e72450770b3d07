//! The only crate that knows SQL: one text per statement, run on SQLite or PostgreSQL.
//!
//! [`Storage::write`] is the only way to change anything: it takes one closure, so that SQLite can commit many of them together,
//! and hands out the [`Notice`]s that the closure left *after* the commit. Who may do what is decided above.

mod account;
mod attachment;
mod audit;
mod blocking;
mod canned;
mod colleague;
mod conversation;
mod customer;
mod erased;
mod error;
mod event;
mod help;
mod history;
mod inbox;
mod mark;
mod meta;
mod migrate;
mod missed;
mod notice;
mod outbox;
mod person;
mod pool;
mod presence;
mod retention;
mod scope;
mod scrub;
mod search;
mod session;
mod staff;
mod statement;
mod store;
mod visitor;
mod window;
mod writer;

pub use account::{AccountRow, DeskSession, MembershipRow, NewAccount, NewSession};
pub use attachment::{AttachmentRow, NewAttachment};
pub use audit::AuditRow;
pub use canned::CannedContent;
pub use conversation::{Conversation, NewConversation};
pub use customer::{NewCustomer, NewOrder, NewOrderLine};
pub use error::StorageError;
pub use event::{Earlier, NewEvent};
pub use help::Begun;
pub use history::HistoryLine;
pub use notice::Notice;
pub use outbox::{ClaimedMail, MAIL_ROWS_MAX, MailJob, MailLink, MailRow};
pub use person::{PERSON_CONVERSATIONS_MAX, PersonKey, PersonsConversation, PersonsRecord, Wiped};
pub use pool::{Engine, Storage, fresh_database};
pub use presence::Lease;
pub use retention::RETENTION_BATCH;
pub use scope::{ConversationScope, Installation, StoreScope, VisitorScope};
pub use session::{Session, Tx};
pub use staff::{InvitationRow, NewInvitation, StaffRow};
pub use store::{NewStore, StoreRow};
pub use visitor::{NewVisitorSession, VisitorSession};
