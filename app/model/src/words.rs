//! What a program says, in one language.
//!
//! The server picks the words a program needs (`widget.*`, `desk.*`, …) from the catalogue and hands them to it in the page,
//! so no program carries the other languages. Looking up and filling in is the same on both sides.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    json::{Read, Value, field},
    language::Language,
    refusal::Refusal,
};

/// Keys with their sentences, in the order of the keys: so they are found like in a tree, without a tree in a program that never adds one.
type Texts = Arc<Vec<(String, String)>>;

/// The sentences of one program in one language. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    language: Language,
    #[serde(serialize_with = "as_a_map", deserialize_with = "from_a_map")]
    texts: Texts,
}

fn as_a_map<S: Serializer>(texts: &Texts, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(texts.iter().map(|entry| (&entry.0, &entry.1)))
}

fn from_a_map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
    Ok(Arc::new(texts.into_iter().collect()))
}

impl Read for Words {
    fn read(value: Value) -> Option<Self> {
        let mut map = value.into_map()?;
        let language = field(&mut map, "language")?;
        let read = field::<Value>(&mut map, "texts")?.into_map()?;
        let mut texts = Vec::with_capacity(read.len());
        for (key, text) in read {
            texts.push((key, text.into_text()?));
        }
        // They were written in their order; in any other, none would be found.
        texts.is_sorted_by(|a, b| a.0 < b.0).then(|| Self {
            language,
            texts: Arc::new(texts),
        })
    }
}

impl Words {
    /// Made by the catalogue on the server, and read from the page in the browser.
    pub fn new(language: Language, texts: BTreeMap<String, String>) -> Self {
        Self {
            language,
            texts: Arc::new(texts.into_iter().collect()),
        }
    }

    /// The language they are in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence of a key. An unknown key is answered with itself; a test makes sure that there is none.
    pub fn get(&self, key: &str) -> String {
        let text = self.place(key).ok().and_then(|place| self.texts.get(place));
        text.map_or(key, |(_, text)| text.as_str()).to_owned()
    }

    /// Where the sentence of a key stands, or would stand.
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.texts.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }

    /// The same, but for one sentence.
    pub fn but(&self, key: &str, text: String) -> Self {
        let mut texts = Vec::clone(&self.texts);
        match self.place(key) {
            Ok(place) => texts[place].1 = text,
            Err(place) => texts.insert(place, (key.to_owned(), text)),
        }
        Self {
            language: self.language,
            texts: Arc::new(texts),
        }
    }

    /// The sentence of a key with `%{name}` filled in.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.get(key), values)
    }

    /// The sentence for a number: `key.one` or `key.other`, with `%{n}` filled in.
    ///
    /// French counts zero as one; the other three languages do not.
    pub fn count(&self, key: &str, n: u64) -> String {
        let one = n == 1 || (n == 0 && self.language == Language::Fr);
        self.with(&format!("{key}.{}", if one { "one" } else { "other" }), &[("n", &n.to_string())])
    }

    /// What a refusal says to a person.
    pub fn refusal(&self, refusal: Refusal) -> String {
        let field = refusal.field().map(|f| self.get(&format!("field.{}", f.key()))).unwrap_or_default();
        let number = refusal.number().unwrap_or_default().to_string();
        self.with(refusal.key(), &[("field", &field), ("n", &number)])
    }
}

/// Replaces each `%{name}`; a name without a value stays as it is, so that a mistake can be seen.
///
/// One pass: a value that itself contains `%{…}` (a person's name, say) is never expanded again.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(start) = rest.find("%{") {
        out.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        let Some(end) = after.find('}') else {
            out.push_str(&rest[start..]);
            return out;
        };
        match values.iter().find(|(name, _)| *name == &after[..end]) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&rest[start..=start + 2 + end]),
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once() {
        assert_eq!(fill("%{a} and %{b}, %{c}", &[("a", "%{b}"), ("b", "2")]), "%{b} and 2, %{c}");
        assert_eq!(fill("broken %{a", &[("a", "1")]), "broken %{a");
    }

    #[test]
    fn one_sentence_can_be_another() {
        let texts: BTreeMap<_, _> = [("a".to_owned(), "1".to_owned()), ("c".to_owned(), "3".to_owned())].into();
        let words = Words::new(Language::En, texts);
        assert_eq!((words.get("a"), words.get("b")), ("1".to_owned(), "b".to_owned()));
        let more = words.but("b", "2".to_owned()).but("c", "4".to_owned());
        assert_eq!(["a", "b", "c", "d"].map(|key| more.get(key)), ["1", "2", "4", "d"]);
        assert_eq!(words.get("c"), "3");
    }

    #[test]
    fn french_counts_zero_as_one() {
        let texts: BTreeMap<_, _> = [
            ("x.one".to_owned(), "%{n} un".to_owned()),
            ("x.other".to_owned(), "%{n} autres".to_owned()),
        ]
        .into();
        assert_eq!(Words::new(Language::Fr, texts.clone()).count("x", 0), "0 un");
        assert_eq!(Words::new(Language::Nl, texts).count("x", 0), "0 autres");
    }
}
