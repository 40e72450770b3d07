//! Who may do what, and how: one file per noun, functions are verbs.
//!
//! Server functions, sockets, forms and jobs all call the same verbs; none of these knows a header, a signal or a row of SQL.

pub mod accounts;
pub mod actor;
pub mod attempts;
pub mod clock;
pub mod conversation;
pub mod desk;
pub mod duty;
pub mod fault;
pub mod identity;
mod passwords;
pub mod secret;
pub mod services;
pub mod setup;
pub mod stores;
pub mod tickets;
pub mod visitor;
pub mod your_site;

pub use actor::{Actor, Party};
pub use clock::Clock;
pub use fault::Fault;
pub use services::Services;
