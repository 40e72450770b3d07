//! The shopper's panel: in an iframe on a shop's page, or a page of its own.
//!
//! [`Panel`] is drawn by the server from a `PanelStart` and goes on from there in the browser. Every form in it is a real form, so it works
//! before the program runs and without one. It has no router, no server functions and no resources: they would cost more than they do here.

// The panel's view is one type, made of the types of everything on it.
#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the component macro writes its own `pub fn` beside the one that is exported"
)]

mod boot;
mod browser;
mod deeds;
mod form;
mod form_parts;
mod header;
mod host;
mod http;
mod language;
mod offline_form;
mod panel;
mod pre_chat;
mod rating;
mod scene;
mod state;
mod thanks;
mod thread;

pub use panel::{Panel, PanelProps};
