//! The vocabulary of Vitrine, shared by the server and both browser programs.
//!
//! Read it in this order: [`id`], [`text`], [`party`], [`conversation`], [`event`], [`timeline`], [`wire`].
//! Nothing here does I/O, knows a clock, or can block: a type that needs the time is given a [`time::Timestamp`].

pub mod availability;
pub mod canned;
pub mod card;
pub mod case;
pub mod colour;
pub mod configuration;
pub mod conversation;
pub mod desk;
pub mod dispute;
pub mod event;
pub mod file;
pub mod help;
pub mod history;
pub mod hours;
pub mod id;
pub mod json;
pub mod language;
pub mod limits;
pub mod order;
pub mod panel;
pub mod party;
pub mod post;
pub mod privacy;
pub mod refusal;
pub mod safety;
pub mod settings;
pub mod staff;
pub mod text;
pub mod time;
pub mod timeline;
pub mod wire;
pub mod words;
