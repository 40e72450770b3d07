//! Answers that are written once and said often: found by what is typed after a slash, in the customer's language, with names filled in.
//!
//! Nothing here sends anything: a filled-in answer lands in the box, and a person reads it before it goes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::CannedReplyId,
    json::{Read, Value},
    language::Language,
    limits::SHORTCUT_CHARS_MAX,
    refusal::{Field, Refusal},
    text::Body,
};

/// What is typed after the slash: `a-z`, `0-9` and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shortcut(String);

impl Shortcut {
    /// The only way in. A slash in front is no part of it, and capitals are small letters.
    pub fn parse(raw: &str) -> Result<Self, Refusal> {
        let text = raw.trim().trim_start_matches('/').to_lowercase();
        if text.is_empty() {
            return Err(Refusal::Missing(Field::Shortcut));
        }
        if text.chars().count() > SHORTCUT_CHARS_MAX {
            return Err(Refusal::TooLong {
                field: Field::Shortcut,
                max: SHORTCUT_CHARS_MAX as u32,
            });
        }
        if text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            Ok(Self(text))
        } else {
            Err(Refusal::Invalid(Field::Shortcut))
        }
    }

    /// The text, without the slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Shortcut {
    type Error = Refusal;
    fn try_from(raw: String) -> Result<Self, Refusal> {
        Self::parse(&raw)
    }
}

impl Read for Shortcut {
    fn read(value: Value) -> Option<Self> {
        Self::parse(&value.into_text()?).ok()
    }
}

impl From<Shortcut> for String {
    fn from(shortcut: Shortcut) -> Self {
        shortcut.0
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A ready-made answer, as those see it who may use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReply {
    /// Which.
    pub id: CannedReplyId,
    /// Whether it is the reader's own; else it is the whole store's.
    pub own: bool,
    /// What finds it.
    pub shortcut: Shortcut,
    /// What it says, in the languages it was written in; never empty.
    pub texts: Vec<(Language, Body)>,
}

crate::read_struct! {
    CannedReply { id, own, shortcut, texts }
}

impl CannedReply {
    /// What it says to somebody: in the first of these languages that it was written in, else in any.
    pub fn text(&self, wanted: &[Language]) -> Option<&Body> {
        wanted
            .iter()
            .find_map(|language| self.texts.iter().find(|(l, _)| l == language))
            .or_else(|| self.texts.first())
            .map(|(_, body)| body)
    }

    /// Whether what was typed after the slash may mean this one: the beginning of its shortcut, or a word that it says.
    pub fn matches(&self, typed: &str) -> bool {
        let typed = typed.to_lowercase();
        self.shortcut.0.starts_with(&typed) || self.texts.iter().any(|(_, body)| body.as_str().to_lowercase().contains(&typed))
    }
}

/// A ready-made answer as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedDraft {
    /// Which is changed; `None` for a new one.
    pub id: Option<CannedReplyId>,
    /// Whether a new one is the writer's own; else it is the whole store's.
    pub own: bool,
    /// As typed.
    pub shortcut: String,
    /// As typed; an empty one is none.
    pub texts: Vec<(Language, String)>,
}

/// Who and what an answer may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the variables")]
pub struct Names {
    pub customer: Option<String>,
    pub operator: String,
    pub store: String,
    pub product: Option<String>,
}

/// The variables that an answer may hold, as they are typed.
pub const VARIABLES: [&str; 4] = ["{{customer}}", "{{operator}}", "{{store}}", "{{product}}"];

/// Fills the variables in. One that has no value goes, with the space before it ("Hello {{customer}}!" becomes "Hello!"); what is none
/// stays as it is. One pass: a name that looks like a variable is never expanded.
pub fn fill(text: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        let after = &rest[start..];
        let Some(end) = after.find("}}").map(|end| end + 2) else {
            rest = after;
            break;
        };
        let value = match &after[..end] {
            "{{customer}}" => names.customer.as_deref().unwrap_or_default(),
            "{{operator}}" => &names.operator,
            "{{store}}" => &names.store,
            "{{product}}" => names.product.as_deref().unwrap_or_default(),
            // Not one of ours: only the braces are passed over, so that a variable inside them is still found.
            _ => {
                out.push_str("{{");
                rest = &after[2..];
                continue;
            }
        };
        if value.is_empty() && out.ends_with(' ') {
            out.pop();
        }
        out.push_str(value);
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn reply() -> CannedReply {
        let body = |text| Body::parse(text).expect("fine");
        CannedReply {
            id: CannedReplyId(Uuid::nil()),
            own: false,
            shortcut: Shortcut::parse("hours").expect("fine"),
            texts: vec![
                (Language::En, body("We are open until five.")),
                (Language::Nl, body("We zijn open tot vijf uur.")),
            ],
        }
    }

    #[test]
    fn a_shortcut_is_what_can_be_typed_after_a_slash() {
        assert_eq!(Shortcut::parse(" /Thanks-2 ").map(String::from), Ok("thanks-2".to_owned()));
        assert_eq!(Shortcut::parse("/"), Err(Refusal::Missing(Field::Shortcut)));
        for bad in ["two words", "café", "a/b", "<b>"] {
            assert_eq!(Shortcut::parse(bad), Err(Refusal::Invalid(Field::Shortcut)), "{bad}");
        }
        assert!(Shortcut::parse(&"a".repeat(SHORTCUT_CHARS_MAX)).is_ok());
        assert!(Shortcut::parse(&"a".repeat(SHORTCUT_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn it_speaks_the_customers_language_if_it_can() {
        let says = |wanted: &[Language]| reply().text(wanted).map(|b| b.as_str().to_owned());
        assert_eq!(says(&[Language::Nl, Language::En]).as_deref(), Some("We zijn open tot vijf uur."));
        assert_eq!(says(&[Language::Fr, Language::En]).as_deref(), Some("We are open until five."));
        assert_eq!(says(&[Language::Es]).as_deref(), Some("We are open until five."));
    }

    #[test]
    fn it_is_found_by_its_shortcut_and_by_its_words() {
        assert!(reply().matches(""));
        assert!(reply().matches("HO"));
        assert!(reply().matches("vijf"));
        assert!(!reply().matches("ours"));
    }

    #[test]
    fn names_are_filled_in_once_and_what_is_missing_leaves_no_hole() {
        let names = Names {
            customer: Some("{{store}}".to_owned()),
            operator: "Anna".to_owned(),
            store: "Atelier Delft".to_owned(),
            product: None,
        };
        assert_eq!(
            fill("Hello {{customer}}, {{operator}} of {{store}} here.", &names),
            "Hello {{store}}, Anna of Atelier Delft here."
        );
        assert_eq!(fill("About the {{product}}: it is here.", &names), "About the: it is here.");
        assert_eq!(fill("{{{{operator}}}} {{who}} {{", &names), "{{Anna}} {{who}} {{");
    }

    proptest! {
        #[test]
        fn text_without_variables_is_left_alone(text in "[^{]{0,100}") {
            prop_assert_eq!(fill(&text, &Names::default()), text);
        }

        #[test]
        fn filling_never_panics(text in "[{}a-z ]{0,100}") {
            let _ = fill(&text, &Names::default());
        }
    }
}
