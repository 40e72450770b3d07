//! The server half of the socket, without I/O: who listens to what ([`Hub`]), and what one socket may say and is told
//! ([`Connection`]).
//!
//! Both are machines: the server drives them with axum and a database, the simulation with dice. Nothing here waits, reads a clock
//! or knows who may do what; it asks.
//!
//! How they go together: after a commit, [`Hub::committed`] names the connections to wake. Each takes its notices from
//! [`Hub::take`], gives them to its [`Connection`] as [`Input::Woken`], and does what that answers: [`Output::Pull`] from
//! [`Hub::after`] or else from the database, [`Output::Send`] to the socket. What is pulled is read by number, so a notice that
//! comes twice, late, or for nothing does no harm.

mod connection;
mod hub;
mod notice;
mod pace;

pub use connection::{Alarm, Answer, Ask, Connection, Guest, Input, Output, Standing};
pub use hub::{Badge, ConnectionId, Hub};
pub use notice::Notice;
pub use pace::{Limits, Rate, Rates};
