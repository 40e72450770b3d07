//! The server: axum, sockets, configuration, start-up. Every rule of the product lives below it, in `service`.

// The desk's view is one type, made of the types of everything on it.
#![recursion_limit = "512"]

pub mod assets;
pub mod config;
pub mod extract;
pub mod http;
pub mod lifecycle;
pub mod listener;
pub mod live;
pub mod logging;
pub mod mail_in;
pub mod metrics;
pub mod operate;
pub mod policy;
pub mod startup;
pub mod state;
pub mod supervisor;
