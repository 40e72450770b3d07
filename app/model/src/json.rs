//! Reads the JSON that our own server wrote, for programs that are downloaded.
//!
//! A text is parsed once, into a [`Value`]; every type then takes its own parts out of that ([`Read`]), and parts of one type share the
//! code that reads them. The library that writes JSON reads it too, but with a parser for each type, and can say what is wrong with a
//! text, which nobody is ever shown. What this reader deliberately does not do: fractions, texts that stay where they are, explanations.

use std::fmt;

mod parser;
mod read;
mod value;

pub use read::{Read, field, variant};
pub(crate) use read::{place, read_codes};
pub use value::{Map, Value};

/// Not JSON, or not of the shape that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads one value; nothing may follow it.
pub fn from_str<T: Read>(text: &str) -> Result<T, Unreadable> {
    parser::parse(text).and_then(T::read).ok_or(Unreadable)
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
pub(crate) mod tests;
