//! What a text of JSON says, before anybody knows what it means.

/// The parts of an object, as they were written. They are few: who wants one looks through them.
pub type Map = Vec<(String, Value)>;

/// One value.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`, and whatever is not there.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number. We send none, so nothing reads it; a later version may, in a part that this one does not know.
    Number,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Map(Map),
}

impl Value {
    /// Whether it says nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    pub fn into_text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The list, if it is one.
    pub fn into_list(self) -> Option<Vec<Self>> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    /// The object's parts, if it is one.
    pub fn into_map(self) -> Option<Map> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }
}
