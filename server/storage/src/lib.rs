//! The only crate that knows SQL: one text per statement, run on SQLite or PostgreSQL.
//!
//! [`Storage::write`] is the only way to change anything: it takes one closure, so that SQLite can commit many of them together,
//! and hands out the [`Notice`]s that the closure left *after* the commit. Who may do what is decided above.

mod account;
mod admission;
mod answer;
mod api_key;
mod attachment;
mod audit;
mod backup;
mod blocking;
mod canned;
mod case;
mod colleague;
mod conversation;
mod customer;
mod dispute;
mod erased;
mod error;
mod event;
mod everything;
mod export;
mod fresh;
mod gauge;
mod help;
mod history;
mod idempotency;
mod inbound;
mod inbox;
mod job;
mod mark;
mod marketplace;
mod member;
mod member_view;
mod message;
mod meta;
mod migrate;
mod missed;
mod notice;
mod order;
mod order_status;
mod outbox;
mod oversight;
mod owed;
mod person;
mod planted;
mod pool;
mod presence;
mod pulse;
mod report;
mod reserve;
mod retention;
mod safety;
mod scope;
mod scrub;
mod search;
mod sender;
mod session;
mod shop_context;
mod staff;
mod statement;
mod store;
mod team;
mod thread;
mod ticket;
mod visitor;
mod wake;
mod wall;
mod webhook;
mod window;
mod writer;

pub use account::{AccountRow, DeskSession, MembershipRow, NewAccount, NewSession};
pub use admission::Admission;
pub use answer::AnswerReader;
pub use api_key::{API_KEYS_MAX, ApiKeyRow, FoundApiKey, NewApiKey};
pub use attachment::{AttachmentRow, NewAttachment};
pub use audit::{AuditRow, HouseAuditRow};
pub use backup::{Facts, Held, check_sqlite, companions, copy_sqlite, erasures, facts, hold, is_empty, schema_known};
pub use canned::CannedContent;
pub use case::{CASE_ROWS_MAX, CaseCursor, CaseRow, NewCase, Requester};
pub use conversation::{Conversation, NewConversation};
pub use customer::{
    NewCustomer,
    card::{CUSTOMER_ROWS_MAX, CustomerRecord},
    merge::SameAddress,
};
pub use dispute::{DISPUTE_ROWS_MAX, DisputeCursor, DisputeRow, DisputesWanted, EvidenceRow, NewDispute};
pub use erased::{ERASURES_MAX, Erasure};
pub use error::StorageError;
pub use event::{Earlier, NewEvent};
pub use fresh::{filled_database, fresh_database};
pub use gauge::{Gauges, Pile};
pub use help::Begun;
pub use history::HistoryLine;
pub use idempotency::KeptAnswer;
pub use inbound::{BouncedMail, LETTER_ROWS_MAX, LetterRow, NewLetter, OrderParticipant, Participant};
pub use marketplace::{HOUSE_ROWS_MAX, PersonRow, PostRow, VendorRow, WAITING_ROWS_MAX, WorkplaceRow};
pub use member::{DoorLink, NewDoorLink, Purpose};
pub use member_view::{MEMBER_ROWS_MAX, MemberConversation, MemberRow};
pub use notice::Notice;
pub use order::{KnownOrder, TOLD_ORDERS_MAX, ToldCustomer, ToldOrder};
pub use order_status::{AskedKey, AskedOrder, KeptAsking};
pub use outbox::{ClaimedMail, MAIL_ROWS_MAX, MailJob, MailLink, MailRow};
pub use oversight::{NewOversight, OversightRow, PlaceRow};
pub use owed::Settled;
pub use person::{
    PERSON_CONVERSATIONS_MAX, PersonKey, PersonsConversation, PersonsRecord, Wiped,
    kept::{KeptOfAddress, KeptOfCustomer},
};
#[cfg(feature = "planted")]
pub use planted::Met;
pub use pool::{Engine, Storage};
pub use presence::Lease;
pub use pulse::{Counted, Pulse, STEPS_US};
pub use retention::RETENTION_BATCH;
pub use safety::{HELD_ROWS_MAX, HeldAuthor, HeldRow, NewHeld};
pub use scope::{ConversationScope, Installation, MemberReach, MemberScope, StoreScope, VisitorScope};
pub use sender::SenderRow;
pub use session::{Session, Tx};
pub use staff::{InvitationRow, NewInvitation, StaffRow};
pub use store::{NewStore, StoreRow};
pub use thread::ThreadFilter;
pub use ticket::{AssigneeWanted, QueueCursor, QueueWanted, StatusWanted, TicketsOf};
pub use visitor::{NewVisitorSession, VisitorSession};
pub use wake::{Ears, Revocation, WAKE_BYTES_MAX, Wakes};
pub use webhook::{ClaimedDelivery, DELIVERY_ROWS_MAX, DeliveryRow, NewWebhook, NewsKind, WEBHOOKS_MAX, WebhookRow, WebhookTarget};
