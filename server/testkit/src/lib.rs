//! For tests: both databases, a real server on a port of its own, and people who use it only through its public doors.

mod clamd;
mod database;
mod dovecot;
mod people;
mod server;
mod smtp;
mod socket;
mod upload;
mod world;

pub use clamd::{Clamd, INFECTED};
pub use database::{Database, both, sqlite};
pub use dovecot::{Dovecot, hand_over};
pub use people::{Browser, Operator, Visitor};
pub use server::TestServer;
pub use smtp::{Mood, Offers, Received, SmtpServer};
pub use socket::Socket;
pub use upload::with_file;
pub use world::{PASSWORD, SECRET, StoreOf, World};
