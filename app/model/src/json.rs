//! Reads the JSON that our own server wrote, for programs that are downloaded.
//!
//! The library that writes JSON reads it too, and can say what is wrong with a text. Nobody is ever shown those words, and with them come
//! numbers with fractions, which we do not send: a tenth of the panel. What this reader deliberately does not do: fractions, texts that
//! stay where they are, values of a type that is not known beforehand, explanations.

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, Expected, Unexpected, Visitor};

/// Not JSON, or not of the shape that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads one value; nothing may follow it.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader { text, at: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.next().is_some() { Err(Unreadable) } else { Ok(value) }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

/// Every one of these would otherwise put a sentence together first.
impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A text, and how far it is read.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that means something. It is not taken yet.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, wanted: u8) -> Result<(), Unreadable> {
        if self.next() == Some(wanted) {
            self.at += 1;
            Ok(())
        } else {
            Err(Unreadable)
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Unreadable> {
        let here = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += word.len();
        if here { Ok(()) } else { Err(Unreadable) }
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.byte().is_some_and(|b| b >= b' ' && b != b'"' && b != b'\\') {
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at).ok_or(Unreadable)?);
            let end = self.byte();
            self.at += 1;
            match end {
                Some(b'"') => return Ok(out),
                Some(b'\\') => out.push(self.escaped()?),
                _ => return Err(Unreadable),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Unreadable> {
        let sign = self.byte().ok_or(Unreadable)?;
        self.at += 1;
        match sign {
            b'"' | b'\\' | b'/' => Ok(char::from(sign)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.code(),
            _ => Err(Unreadable),
        }
    }

    fn code(&mut self) -> Result<char, Unreadable> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(Unreadable);
        }
        // Two of them make one character beyond the first plane.
        self.word("\\u")?;
        let second = self.hex()?;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(Unreadable)?;
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low).ok_or(Unreadable)
    }

    fn hex(&mut self) -> Result<u32, Unreadable> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|b| char::from(b).to_digit(16)).ok_or(Unreadable)?;
            self.at += 1;
            code = code * 16 + digit;
        }
        Ok(code)
    }

    fn integer(&mut self) -> Result<i64, Unreadable> {
        let is_negative = self.next() == Some(b'-');
        if is_negative {
            self.at += 1;
        }
        let start = self.at;
        // Counted downwards: there is one more number below zero than above.
        let mut value: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            self.at += 1;
            let digit = i64::from(digit - b'0');
            value = value.checked_mul(10).and_then(|v| v.checked_sub(digit)).ok_or(Unreadable)?;
        }
        let goes_on = matches!(self.byte(), Some(b'.' | b'e' | b'E'));
        if self.at == start || goes_on {
            Err(Unreadable)
        } else if is_negative {
            Ok(value)
        } else {
            value.checked_neg().ok_or(Unreadable)
        }
    }

    /// Passes over a value that nobody asked for, whatever it is.
    fn skip(&mut self) -> Result<(), Unreadable> {
        let mut depth = 0_usize;
        loop {
            match self.next() {
                Some(b'"') => drop(self.string()?),
                Some(b'{' | b'[') => {
                    self.at += 1;
                    depth += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    self.at += 1;
                    depth -= 1;
                }
                Some(b',' | b':') if depth > 0 => self.at += 1,
                _ => self.skip_word()?,
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn skip_word(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        while self.byte().is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Unreadable) }
    }

    /// Whether a list goes on; its comma is taken.
    fn goes_on(&mut self, end: u8, is_first: &mut bool) -> Result<bool, Unreadable> {
        if self.next() == Some(end) {
            return Ok(false);
        }
        if !std::mem::replace(is_first, false) {
            self.take(b',')?;
        }
        Ok(true)
    }
}

macro_rules! integers {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.visit_i64(self.integer()?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    serde::forward_to_deserialize_any! { i128 u128 f32 f64 char bytes byte_buf unit_struct }

    integers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let is = self.next() == Some(b't');
        self.word(if is { "true" } else { "false" })?;
        visitor.visit_bool(is)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.next() == Some(b'n') {
            self.word("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.next();
        self.word("null")?;
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.take(b'[')?;
        let value = visitor.visit_seq(Parts {
            reader: &mut *self,
            is_first: true,
        })?;
        self.take(b']')?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.take(b'{')?;
        let value = visitor.visit_map(Parts {
            reader: &mut *self,
            is_first: true,
        })?;
        self.take(b'}')?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    /// `"name"`, or `{"name": what it holds}`.
    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        let is_bare = self.next() == Some(b'"');
        if !is_bare {
            self.take(b'{')?;
        }
        let value = visitor.visit_enum(Variant {
            reader: &mut *self,
            is_bare,
        })?;
        if !is_bare {
            self.take(b'}')?;
        }
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// What stands between two brackets.
struct Parts<'r, 't> {
    reader: &'r mut Reader<'t>,
    is_first: bool,
}

impl<'de> de::SeqAccess<'de> for Parts<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        if self.reader.goes_on(b']', &mut self.is_first)? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> de::MapAccess<'de> for Parts<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        if self.reader.goes_on(b'}', &mut self.is_first)? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

struct Variant<'r, 't> {
    reader: &'r mut Reader<'t>,
    /// It stands alone and holds nothing.
    is_bare: bool,
}

impl<'de> de::EnumAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Unreadable> {
        let name = seed.deserialize(&mut *self.reader)?;
        if !self.is_bare {
            self.reader.take(b':')?;
        }
        Ok((name, self))
    }
}

impl Variant<'_, '_> {
    fn holds_something(&self) -> Result<(), Unreadable> {
        if self.is_bare { Err(Unreadable) } else { Ok(()) }
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.is_bare { Ok(()) } else { Err(Unreadable) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Unreadable> {
        self.holds_something()?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.holds_something()?;
        de::Deserializer::deserialize_seq(self.reader, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        self.holds_something()?;
        de::Deserializer::deserialize_map(self.reader, visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{refusal::Refusal, wire::ServerFrame};

    #[test]
    fn a_frame_of_a_later_version_is_read_without_what_is_new() {
        let text = r#"{ "typing" : {"conv":"018f0000-0000-7000-8000-000000000001","mood":{"a":[1.5e3,"}",null,{}]},"on":true} }"#;
        let frame: ServerFrame = from_str(text).expect("reads");
        assert_eq!(Ok(frame), serde_json::from_str(text).map_err(|_| Unreadable));
    }

    #[test]
    fn a_refusal_is_read_in_all_its_shapes() {
        for text in [r#""busy""#, r#"{"too_fast":{"after_s":3}}"#, r#"{"missing":"email"}"#] {
            let refusal: Refusal = from_str(text).expect("reads");
            assert_eq!(Some(refusal), serde_json::from_str(text).ok());
        }
    }

    #[test]
    fn what_is_wrong_is_not_read() {
        for text in [
            "",
            "\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"a\nb\"",
            "\"a\" b",
            "nul",
            "{}",
        ] {
            assert_eq!(from_str::<String>(text), Err(Unreadable), "{text}");
        }
        for text in ["", "-", "1.5", "1e3", "9223372036854775808", "[1,]", "[1 2]", "[1"] {
            assert_eq!(from_str::<i64>(text), Err(Unreadable), "{text}");
            assert_eq!(from_str::<Vec<i64>>(text), Err(Unreadable), "{text}");
        }
        assert_eq!(from_str::<Refusal>(r#"{"busy":1}"#), Err(Unreadable));
        assert_eq!(from_str::<Refusal>(r#""missing""#), Err(Unreadable));
        assert_eq!(from_str::<u32>("-1"), Err(Unreadable));
    }

    proptest! {
        /// Whatever the library writes is read as the library reads it.
        #[test]
        fn what_was_written_is_read(map in prop::collection::btree_map(".*", (any::<i64>(), any::<Option<bool>>(), prop::collection::vec(".*", 0..4)), 0..6)) {
            let text = serde_json::to_string_pretty(&map).expect("writes");
            let read: BTreeMap<String, (i64, Option<bool>, Vec<String>)> = from_str(&text).expect("reads");
            prop_assert_eq!(read, map);
        }
    }
}
