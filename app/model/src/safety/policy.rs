//! What a marketplace decided about what is better not said.

use serde::{Deserialize, Serialize};

use super::Private;

/// What becomes of a message in which something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It goes.
    Allow,
    /// Its author is asked first; sent again, it goes.
    Warn,
    /// It goes without what was found.
    Mask,
    /// It waits until the marketplace's team has looked at it.
    Hold,
}

impl Deed {
    /// All of them, the mildest first.
    pub const EACH: [Self; 4] = [Self::Allow, Self::Warn, Self::Mask, Self::Hold];

    /// In forms and translation keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Mask => "mask",
            Self::Hold => "hold",
        }
    }

    /// The reverse of [`Deed::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|deed| deed.code() == code)
    }
}

/// What becomes of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the kinds")]
pub struct SafetyPolicy {
    pub card: Deed,
    pub iban: Deed,
    pub password: Deed,
    pub contact: Deed,
}

impl Default for SafetyPolicy {
    /// A card's number never helps whoever reads it; everything else may be meant.
    fn default() -> Self {
        Self {
            card: Deed::Mask,
            iban: Deed::Warn,
            password: Deed::Warn,
            contact: Deed::Warn,
        }
    }
}

impl SafetyPolicy {
    /// What becomes of one kind.
    pub fn of(&self, what: Private) -> Deed {
        match what {
            Private::Card => self.card,
            Private::Iban => self.iban,
            Private::Password => self.password,
            Private::Contact => self.contact,
        }
    }

    /// The same policy with another decision about one kind.
    pub fn with(mut self, what: Private, deed: Deed) -> Self {
        *match what {
            Private::Card => &mut self.card,
            Private::Iban => &mut self.iban,
            Private::Password => &mut self.password,
            Private::Contact => &mut self.contact,
        } = deed;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_25_what_nobody_decided_is_decided() {
        let read: SafetyPolicy = serde_json::from_str(r#"{"iban":"hold"}"#).expect("reads");
        assert_eq!(read, SafetyPolicy::default().with(Private::Iban, Deed::Hold));
        assert_eq!(read.of(Private::Card), Deed::Mask);
        for deed in Deed::EACH {
            assert_eq!(Deed::from_code(deed.code()), Some(deed));
        }
        for kind in Private::EACH {
            assert_eq!(Private::from_code(kind.code()), Some(kind));
        }
    }
}
