//! For tests: both databases, a real server on a port of its own, and people who use it only through its public doors.

mod clamd;
mod database;
mod dovecot;
mod nats;
mod people;
mod server;
mod sink;
mod smtp;
mod socket;
mod upload;
mod wire;
mod world;

pub use clamd::{Clamd, INFECTED};
pub use database::{Database, SharedDatabase, both, sqlite};
pub use dovecot::{Dovecot, hand_over};
pub use nats::NatsServer;
pub use people::{Browser, Operator, Visitor};
pub use server::TestServer;
pub use sink::{Deed, Letter, Manners, Sink};
pub use smtp::{Mood, Offers, Received, SmtpServer};
pub use socket::Socket;
pub use upload::with_file;
pub use wire::{Wire, handshake};
pub use world::{PASSWORD, SECRET, StoreOf, World};
