//! The desk (the back office), the site's own pages, and the server functions between the desk and the service.
//!
//! Built twice: with `ssr` inside the server, where it renders, and with `hydrate` for the browser, where only [`desk`] and the
//! callers' half of [`api`] remain. It knows no SQL, no routing of HTTP, and no rule of who may do what: those stand in `service`.

// The view of a page is one type, made of the types of everything on it.
#![recursion_limit = "512"]

pub mod api;
pub mod desk;
mod money;
#[cfg(feature = "ssr")]
pub mod site;
