//! What the API takes are objects. serde's structs would be read from a list just as well, by the order of their fields: that order is ours,
//! nobody outside knows it, and a list is a mistake that should be told to its author.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// `T`, read from an object and from nothing else.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        from.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// For a field that is an object, or left out, or null.
pub fn maybe<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(from)?.map(|Object(value)| value))
}

/// For a field that is a list of objects.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(from)?
        .into_iter()
        .map(|Object(value)| value)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Pair {
        a: i64,
        #[serde(default, deserialize_with = "maybe")]
        inner: Option<Single>,
        #[serde(default, deserialize_with = "list")]
        many: Vec<Single>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Single {
        b: i64,
    }

    fn read(text: &str) -> Option<Pair> {
        serde_json::from_str::<Object<Pair>>(text).ok().map(|Object(pair)| pair)
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        let whole = read(r#"{"a":1,"inner":{"b":2},"many":[{"b":3}],"more":[]}"#);
        assert_eq!(
            whole,
            Some(Pair {
                a: 1,
                inner: Some(Single { b: 2 }),
                many: vec![Single { b: 3 }],
            })
        );
        assert!(read(r#"{"a":1,"inner":null}"#).is_some());
        for text in [
            "[1,null,[]]",
            r#"{"a":1,"inner":[2]}"#,
            r#"{"a":1,"many":[[3]]}"#,
            r#"{"a":1,"many":{"b":3}}"#,
            "null",
            "1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
