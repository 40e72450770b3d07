//! The design system's components: what both programs are drawn with.
//!
//! Each takes plain values, what changes ([`Reading`]) and what to do ([`Act`]), and the words it says. None reads a context, calls a
//! server or knows a socket. Everything renders the same on the server and in the browser; what only a browser knows (time zone, focus,
//! scroll) comes in an effect.

// The view of a component is one type, made of the types of everything in it.
#![recursion_limit = "512"]
#![expect(
    unreachable_pub,
    reason = "the component macro writes its own `pub fn` beside the one that is exported"
)]

mod badge;
mod bar;
mod browser;
mod bubble;
mod button;
mod composer;
mod dialog;
mod each;
mod effect;
mod emoji;
mod empty;
mod end;
mod erased;
mod field;
mod heard;
mod hidden_fields;
pub mod icon;
mod language_switch;
mod lines;
mod notice;
mod phase;
mod place;
mod prop;
mod rows;
mod sentence;
mod shared;
mod slot;
mod start_data;
mod switch;
mod tabs;
mod time;
mod timeline_view;
mod tools;
mod typed;
mod typing;
mod typist;

pub use badge::Badge;
pub use bar::Bar;
pub use browser::copy;
pub use button::{Button, Look};
pub use composer::Composer;
pub use dialog::Dialog;
pub use each::each;
pub use effect::effect;
pub use empty::{Empty, empty_place};
pub use erased::{Erase, Erased};
pub use field::Field;
pub use heard::{changed, keyed, pressed, submitted};
pub use hidden_fields::hidden_fields;
pub use icon::{Glyph, Icon};
pub use language_switch::LanguageSwitch;
pub use lines::Lines;
pub use notice::notice_text;
pub use place::Place;
pub use prop::{Act, Reading};
pub use sentence::sentence;
pub use slot::{ArcSlot, Known, Slot, known};
pub use start_data::{StartData, read_start, start_json};
pub use switch::Switch;
pub use tabs::{TabPanel, Tabs};
pub use time::Time;
pub use timeline_view::TimelineView;
pub use tools::Tools;
pub use typing::TypingDots;
