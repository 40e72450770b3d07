//! Who may do what, and how: one file per noun, functions are verbs.
//!
//! Server functions, sockets, forms and jobs all call the same verbs; none of these knows a header, a signal or a row of SQL.

pub mod accounts;
pub mod actor;
pub mod address;
mod agent;
pub mod attempts;
pub mod blocking;
pub mod canned;
pub mod clock;
pub mod configuration;
pub mod conversation;
pub mod copies;
pub mod desk;
pub mod duty;
pub mod fault;
pub mod files;
pub mod help;
pub mod history;
pub mod hold;
pub mod hours;
pub mod identity;
mod missed;
mod passwords;
pub mod post_office;
pub mod privacy;
pub mod rating;
pub mod retention;
pub mod secret;
pub mod services;
pub mod setup;
pub mod staff;
pub mod stores;
pub mod tickets;
pub mod visitor;
pub mod windows;
pub mod your_site;

pub use actor::{Actor, Party};
pub use clock::Clock;
pub use fault::Fault;
pub use services::Services;
