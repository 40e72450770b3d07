//! The desk's server functions: each is a door of three lines into one verb of the service.
//!
//! Their addresses are written out (`/fn/recap`), so that programs that are open in browsers survive a deploy. No rule stands here.

pub(crate) mod account;
pub(crate) mod canned;
pub(crate) mod configuration;
#[cfg(feature = "ssr")]
mod context;
pub(crate) mod conversation;
pub(crate) mod customers;
pub(crate) mod desk;
mod error;
pub(crate) mod help;
pub(crate) mod history;
mod lean;
pub(crate) mod privacy;

#[cfg(feature = "ssr")]
pub use context::Caller;
pub use error::{ApiError, status_of};
