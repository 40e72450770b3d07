//! The same texts, for every type that the library can read: what the back office's server functions answer.
//!
//! It is the library's own way of reading, around our parser, and without its explanations: each of them would put a sentence together
//! that nobody is shown. A shopper's panel holds none of it; types that the panel reads have [`super::Read`].

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, Expected, Unexpected, Visitor};

use super::{
    Unreadable,
    parser::{DEPTH_MAX, Parser},
    value::Value,
};

/// Reads one value; nothing may follow it.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader(Parser::new(text));
    let value = T::deserialize(&mut reader)?;
    if reader.0.peek().is_some() { Err(Unreadable) } else { Ok(value) }
}

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

struct Reader<'t>(Parser<'t>);

impl Reader<'_> {
    fn take(&mut self, wanted: u8) -> Result<(), Unreadable> {
        self.0.take(wanted).ok_or(Unreadable)
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        self.0.string().ok_or(Unreadable)
    }

    fn word(&mut self) -> Result<Value, Unreadable> {
        self.0.word().ok_or(Unreadable)
    }

    fn integer(&mut self) -> Result<i64, Unreadable> {
        if let Value::Int(number) = self.word()? {
            Ok(number)
        } else {
            Err(Unreadable)
        }
    }

    fn null(&mut self) -> Result<(), Unreadable> {
        if self.word()?.is_null() { Ok(()) } else { Err(Unreadable) }
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
        match self.word()? {
            Value::Bool(is) => visitor.visit_bool(is),
            _ => Err(Unreadable),
        }
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
        if self.0.peek() == Some(b'n') {
            self.null()?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.null()?;
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
        let is_bare = self.0.peek() == Some(b'"');
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
        self.0.value(DEPTH_MAX).ok_or(Unreadable)?;
        visitor.visit_unit()
    }
}

/// What stands between two brackets.
struct Parts<'r, 't> {
    reader: &'r mut Reader<'t>,
    is_first: bool,
}

impl Parts<'_, '_> {
    fn goes_on(&mut self, end: u8) -> Result<bool, Unreadable> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        self.reader.0.goes_on(end, is_first).ok_or(Unreadable)
    }
}

impl<'de> de::SeqAccess<'de> for Parts<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        if self.goes_on(b']')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> de::MapAccess<'de> for Parts<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        if self.goes_on(b'}')? {
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
    use crate::{desk::WindowKind, refusal::Refusal, wire::ClientFrame};

    #[test]
    fn a_frame_of_a_later_version_is_read_without_what_is_new() {
        let text = r#"{ "typing" : {"conv":"018f0000-0000-7000-8000-000000000001","mood":{"a":[1.5e3,"}",null,{}]},"on":true} }"#;
        let frame: ClientFrame = from_str(text).expect("reads");
        assert_eq!(Ok(frame), serde_json::from_str(text).map_err(|_| Unreadable));
        let text = r#"{"hello":{"ticket":"t"}}"#;
        let frame = ClientFrame::Hello {
            ticket: "t".into(),
            window: WindowKind::default(),
            resume: Vec::new(),
        };
        assert_eq!(from_str(text), Ok(frame));
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
        for text in ["", "\"", "\"\\ud800\"", "\"a\nb\"", "\"a\" b", "nul", "{}"] {
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
