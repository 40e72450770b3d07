//! How a type takes its parts out of a [`Value`]: the trait, what everything is made of, and the macros that say it for structures.
//!
//! The macros name parts as they are written on the wire, and do not compile while one is missing. That the names are those which the
//! server writes, a test of every type makes sure.

use std::mem;

use super::value::{Map, Value};

/// Made of what a text of JSON says.
///
/// What is not there is [`Value::Null`]. So an `Option` may be left out, and a list that may be empty, and a `bool` that is false;
/// everything else must be there. What nobody asks for is ignored.
pub trait Read: Sized {
    /// `None` if the value is of another shape.
    fn read(value: Value) -> Option<Self>;
}

/// A part of an object. One function for each type, whatever the parts of that type are called.
pub fn field<T: Read>(map: &mut Map, name: &str) -> Option<T> {
    T::read(take(map, name))
}

#[inline(never)]
fn take(map: &mut Map, name: &str) -> Value {
    map.iter_mut()
        .find(|(key, _)| key == name)
        .map(|(_, value)| mem::take(value))
        .unwrap_or_default()
}

/// One of several: its name, and what it holds. `"name"`, or `{"name": what it holds}`.
#[inline(never)]
pub fn variant(value: Value) -> Option<(String, Value)> {
    match value {
        Value::Text(name) => Some((name, Value::Null)),
        Value::Map(mut map) if map.len() == 1 => map.pop(),
        _ => None,
    }
}

/// One of several that hold nothing: where its name stands among the names.
#[inline(never)]
pub(crate) fn place(value: Value, names: &[&str]) -> Option<usize> {
    let name = value.into_text()?;
    names.iter().position(|known| *known == name)
}

impl Read for Value {
    fn read(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl Read for () {
    fn read(value: Value) -> Option<Self> {
        value.is_null().then_some(())
    }
}

impl Read for bool {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(false),
            Value::Bool(is) => Some(is),
            _ => None,
        }
    }
}

impl Read for i64 {
    fn read(value: Value) -> Option<Self> {
        if let Value::Int(number) = value { Some(number) } else { None }
    }
}

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl Read for $integer {
            fn read(value: Value) -> Option<Self> {
                i64::read(value)?.try_into().ok()
            }
        }
    )*};
}

integers! { i16 u8 u16 u32 u64 }

impl Read for String {
    fn read(value: Value) -> Option<Self> {
        value.into_text()
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value) -> Option<Self> {
        if value.is_null() {
            return Some(Self::new());
        }
        let mut list = value.into_list()?;
        let mut out = Self::with_capacity(list.len());
        // Taken out one by one: the list that is left behind is dropped by the same code whatever was in it.
        for value in &mut list {
            out.push(T::read(mem::take(value))?);
        }
        Some(out)
    }
}

impl<T: Read, const N: usize> Read for [T; N] {
    fn read(value: Value) -> Option<Self> {
        Vec::<T>::read(value)?.try_into().ok()
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(value: Value) -> Option<Self> {
        let mut list = value.into_list()?;
        let [first, second] = list.as_mut_slice() else { return None };
        Some((A::read(mem::take(first))?, B::read(mem::take(second))?))
    }
}

/// Reads structures by their fields: `read_struct! { Mark { got = "got_seq", read = "read_seq" } Ticket { ticket } }`.
///
/// A field is called on the wire what it is called here, unless a name follows it. It does not compile while a field is missing.
#[macro_export]
macro_rules! read_struct {
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
    ($($type:ident { $($field:ident $(= $name:literal)?),* $(,)? })*) => {$(
        impl $crate::json::Read for $type {
            fn read(value: $crate::json::Value) -> Option<Self> {
                let mut map = value.into_map()?;
                Some(Self {
                    $($field: $crate::json::field(&mut map, $crate::read_struct!(@name $field $($name)?))?,)*
                })
            }
        }
    )*};
}

/// Reads one of several by its name: `read_enum! { About { Nothing = "nothing", Product(_) = "product", Order { id } = "order" } }`.
///
/// It does not compile while a variant, or a field of one, is missing. For those that never hold anything there is `read_codes!`.
#[macro_export]
macro_rules! read_enum {
    (@build $content:ident $variant:ident) => {
        $content.is_null().then_some(Self::$variant)
    };
    (@build $content:ident $variant:ident ($inner:tt)) => {
        $crate::json::Read::read($content).map(Self::$variant)
    };
    (@build $content:ident $variant:ident { $($field:ident),* }) => {{
        let mut map = $content.into_map()?;
        Some(Self::$variant { $($field: $crate::json::field(&mut map, stringify!($field))?),* })
    }};
    ($($type:ident { $($variant:ident $(($inner:tt))? $({ $($field:ident),* $(,)? })? = $name:literal),* $(,)? })*) => {$(
        impl $crate::json::Read for $type {
            fn read(value: $crate::json::Value) -> Option<Self> {
                let (name, content) = $crate::json::variant(value)?;
                match name.as_str() {
                    $($name => $crate::read_enum!(@build content $variant $(($inner))? $({ $($field),* })?),)*
                    _ => None,
                }
            }
        }

        // All of them stand above.
        const _: fn(&$type) = |value| match value {
            $($type::$variant $(($inner))? $({ $($field: _),* })?)|* => {}
        };
    )*};
}

/// Reads one of several that hold nothing, by its name: `read_codes! { Side { Shopper = "shopper", Desk = "desk" } }`.
///
/// It does not compile while one is missing.
macro_rules! read_codes {
    ($($type:ident { $($variant:ident = $name:literal),* $(,)? })*) => {$(
        impl $crate::json::Read for $type {
            fn read(value: $crate::json::Value) -> Option<Self> {
                let place = $crate::json::place(value, &[$($name),*])?;
                [$(Self::$variant),*].get(place).copied()
            }
        }

        // All of them stand above.
        const _: fn($type) = |value| match value {
            $($type::$variant)|* => {}
        };

        #[cfg(test)]
        impl $crate::json::tests::All for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),*];
        }
    )*};
}

pub(crate) use read_codes;
