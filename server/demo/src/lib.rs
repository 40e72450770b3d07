//! The demo: a marketplace of two vendors as plain data, and its shop, which embeds Vitrine as any shop would.
//!
//! [`data`] is what the database is filled with; [`seed`] fills it. [`shop`] is a web site of its own that knows
//! nothing of Vitrine but its public address and the two identity secrets.

mod answers;
pub mod data;
pub mod seed;
pub mod shop;
