//! The client half of the socket, shared by both browser programs.
//!
//! [`link::Link`] is a state machine without a clock, a socket or a browser: it is told what happened and answers what to do, so
//! that every rule of delivery is tested natively and the simulation runs the very code that shoppers run. [`Client`] is the same
//! machine with a browser around it. What it deliberately does not know is how anything looks.

mod backoff;
mod cursor;
pub mod link;
mod marks;
mod outbox;
mod traffic;
mod whispers;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod device;
#[cfg(not(target_arch = "wasm32"))]
mod elsewhere;
#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(target_arch = "wasm32")]
mod http;

#[cfg(target_arch = "wasm32")]
pub use browser::Client;
#[cfg(not(target_arch = "wasm32"))]
pub use elsewhere::Client;
#[cfg(target_arch = "wasm32")]
pub use fetch::{get, part, post};
pub use outbox::Pending;
pub use traffic::{Attempt, Door, Failure, Input, News, Output, Status};
