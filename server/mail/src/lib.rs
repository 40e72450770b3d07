//! Letters, their way out and their way in: what a letter says, how it becomes a message, what a message that arrives says, and the only code
//! that speaks SMTP and IMAP.
//!
//! It knows no database and decides nothing: which letters go, to whom and how often is `service::post_office`'s business, and what becomes
//! of those that arrive `service::mail_in`'s.

mod address;
mod answer;
mod compose;
mod escape;
mod folder;
mod imap;
pub mod inbound;
mod letter;
mod news;
mod post;
mod server;
mod sheet;

pub use address::{AddressKey, Addressed, Target};
pub use answer::{Answer, answer, order_code, prove_sender, sign_in};
pub use compose::{Digest, Draft, Note, Transcript, confirm_copy, digest, invite, note, test_letter, transcript};
pub use folder::{Folder, Kept};
pub use imap::{ImapError, ImapServer, Mailbox, Waiting};
pub use letter::{Letter, Unsendable, foreign_message_id, message_id};
pub use news::{News, news};
pub use post::{Failed, Post, Trouble};
pub use server::{Security, SmtpServer};
pub use sheet::{Block, Said, Sheet};
