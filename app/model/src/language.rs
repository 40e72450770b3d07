//! The languages of the interface.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language every screen exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the codes say it")]
pub enum Language {
    #[default]
    En,
    Nl,
    Es,
    Fr,
}

crate::json::read_codes! {
    Language { En = "en", Nl = "nl", Es = "es", Fr = "fr" }
}

impl Language {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::En, Self::Nl, Self::Es, Self::Fr];

    /// ISO 639-1, as in `lang` attributes and file names.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nl => "nl",
            Self::Es => "es",
            Self::Fr => "fr",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Nl => "Nederlands",
            Self::Es => "Español",
            Self::Fr => "Français",
        }
    }

    /// The best of ours for an `Accept-Language` header (RFC 9110, 12.5.4), or `None` if it names none of them.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',').take(32) {
            let mut pieces = part.split(';');
            let Some(language) = pieces.next().and_then(|tag| tag.parse::<Self>().ok()) else {
                continue;
            };
            let quality = pieces
                .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()))
                .unwrap_or(1.0);
            if quality > 0.0 && best.is_none_or(|(_, q)| quality > q) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// Text that is none of our languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Accepts a tag with a region: `nl-BE` is `nl`.
    fn from_str(s: &str) -> Result<Self, UnknownLanguage> {
        let primary = s.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|l| l.code().eq_ignore_ascii_case(primary))
            .ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_favourite_that_we_speak_wins() {
        assert_eq!(
            Language::from_accept_language("de-DE,fr;q=0.6,nl-BE;q=0.8,*;q=0.1"),
            Some(Language::Nl)
        );
        assert_eq!(Language::from_accept_language("de,ja"), None);
        assert_eq!(Language::from_accept_language("es;q=0,en;q=0.1"), Some(Language::En));
    }

    #[test]
    fn a_region_does_not_matter() {
        assert_eq!("fr-CA".parse(), Ok(Language::Fr));
        assert_eq!("".parse::<Language>(), Err(UnknownLanguage));
    }
}
