//! Letters and their way out: what a letter says, how it becomes a message, and the only code that speaks SMTP.
//!
//! It knows no database and decides nothing: which letters go, to whom and how often is `service::post_office`'s business.

mod compose;
mod escape;
mod folder;
mod letter;
mod post;
mod server;
mod sheet;

pub use compose::{Digest, Draft, Note, Transcript, confirm_copy, digest, invite, note, test_letter, transcript};
pub use folder::{Folder, Kept};
pub use letter::{Letter, Unsendable};
pub use post::{Failed, Post, Trouble};
pub use server::{Security, SmtpServer};
pub use sheet::{Block, Said, Sheet};
