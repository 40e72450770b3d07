//! What a store says and how it looks, as one thing: read, drawn in the preview, and saved whole. It measures; it saves nothing.

use serde::{Deserialize, Serialize};

use crate::{
    colour::Pair,
    language::Language,
    limits::{MISSED_AFTER_S_MAX, MISSED_AFTER_S_MIN, PAGE_CHARS_MAX, PLACES_MAX, RETENTION_DAYS_MAX},
    refusal::{Field, Refusal},
    settings::StoreSettings,
    text::{Headline, Welcome},
};

/// Everything of the page Configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// What the store decided.
    pub settings: StoreSettings,
    /// What it says, in the order of [`Language::ALL`].
    pub texts: [StoreTexts; 4],
    /// Where a text that is missing in a language comes from (P-i6).
    pub default_language: Language,
    /// How often the settings had been saved when this was read. At another count it is not saved over what somebody else saved.
    #[serde(default)]
    pub rev: i64,
}

/// What a store says in one language. What is missing comes from its default language, and then from us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreTexts {
    /// In the panel's head while somebody is there (P-15).
    pub header: Option<Headline>,
    /// Above the first message (P-16).
    pub welcome: Option<Welcome>,
    /// In the panel's head while nobody is there (P-24).
    pub offline_header: Option<Headline>,
    /// Above the form that leaves a message (P-24).
    pub offline_welcome: Option<Welcome>,
}

crate::read_struct! {
    Configuration { settings, texts, default_language, rev }
    StoreTexts { header, welcome, offline_header, offline_welcome }
}

/// One of a store's own texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `StoreTexts`")]
pub enum TextName {
    Header,
    Welcome,
    OfflineHeader,
    OfflineWelcome,
}

impl TextName {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Header, Self::Welcome, Self::OfflineHeader, Self::OfflineWelcome];

    /// As it stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Welcome => "welcome",
            Self::OfflineHeader => "offline_header",
            Self::OfflineWelcome => "offline_welcome",
        }
    }
}

impl StoreTexts {
    /// One of them.
    pub fn get(&self, name: TextName) -> Option<&str> {
        match name {
            TextName::Header => self.header.as_ref().map(Headline::as_str),
            TextName::Welcome => self.welcome.as_ref().map(Welcome::as_str),
            TextName::OfflineHeader => self.offline_header.as_ref().map(Headline::as_str),
            TextName::OfflineWelcome => self.offline_welcome.as_ref().map(Welcome::as_str),
        }
    }

    /// Reads one of them as it was typed. Nothing typed is none.
    pub fn set(&mut self, name: TextName, typed: &str) -> Result<(), Refusal> {
        match name {
            TextName::Header => self.header = given(Headline::parse(typed))?,
            TextName::Welcome => self.welcome = given(Welcome::parse(typed))?,
            TextName::OfflineHeader => self.offline_header = given(Headline::parse(typed))?,
            TextName::OfflineWelcome => self.offline_welcome = given(Welcome::parse(typed))?,
        }
        Ok(())
    }
}

/// What may be left empty.
pub fn given<T>(read: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Refusal::Missing(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// A place where a store chooses a background and the text on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairName {
    /// The head of the panel while somebody is there (P-18).
    Header,
    /// The operator's messages (P-19).
    Theirs,
    /// The customer's messages (P-20).
    Mine,
    /// The head of the panel while nobody is there (P-27).
    OfflineHeader,
}

impl PairName {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Header, Self::Theirs, Self::Mine, Self::OfflineHeader];

    /// What a store begins with.
    pub fn default_pair(self) -> Pair {
        match self {
            Self::Header => Pair::HEADER,
            Self::Theirs => Pair::THEIRS,
            Self::Mine => Pair::MINE,
            Self::OfflineHeader => Pair::OFFLINE_HEADER,
        }
    }
}

impl StoreSettings {
    /// The colours that were chosen for a place.
    pub fn pair(&self, name: PairName) -> Pair {
        match name {
            PairName::Header => self.online_colours.header,
            PairName::Theirs => self.online_colours.theirs,
            PairName::Mine => self.online_colours.mine,
            PairName::OfflineHeader => self.offline_header,
        }
    }

    /// Chooses the colours of a place.
    pub fn set_pair(&mut self, name: PairName, pair: Pair) {
        match name {
            PairName::Header => self.online_colours.header = pair,
            PairName::Theirs => self.online_colours.theirs = pair,
            PairName::Mine => self.online_colours.mine = pair,
            PairName::OfflineHeader => self.offline_header = pair,
        }
    }

    /// Whether all of it can be kept. That a time zone exists, the server checks besides.
    pub fn check(&self) -> Result<(), Refusal> {
        check_places(self.places)?;
        // The page offers choices for this one: what is none of them was not chosen there.
        if !(MISSED_AFTER_S_MIN..=MISSED_AFTER_S_MAX).contains(&self.missed_after_s) {
            return Err(Refusal::Malformed);
        }
        if PairName::ALL.into_iter().any(|name| !self.pair(name).is_readable()) {
            return Err(Refusal::Invalid(Field::Colour));
        }
        if let Some(hours) = &self.hours {
            hours.check()?;
        }
        let kept = self.retention;
        let days = [kept.chats_days, kept.messages_days, kept.connections_days, kept.mails_days];
        if days.into_iter().any(|days| days > RETENTION_DAYS_MAX) {
            return Err(Refusal::Malformed);
        }
        self.privacy_url.as_deref().map_or(Ok(()), check_web_address)
    }
}

/// Whether a store can have so many places (P-09).
pub fn check_places(places: u32) -> Result<(), Refusal> {
    if (1..=PLACES_MAX).contains(&places) {
        Ok(())
    } else {
        Err(Refusal::Invalid(Field::Places))
    }
}

/// Whether something is the address of a web page that can be linked to: never a script, never somebody's password.
pub fn check_web_address(address: &str) -> Result<(), Refusal> {
    let invalid = Err(Refusal::Invalid(Field::Url));
    if address.chars().count() > PAGE_CHARS_MAX {
        return Err(Refusal::TooLong {
            field: Field::Url,
            max: PAGE_CHARS_MAX as u32,
        });
    }
    let Some(rest) = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")) else {
        return invalid;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let clean = !address
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "<>\\\u{22}".contains(c));
    if clean && !host.is_empty() && !host.contains('@') {
        Ok(())
    } else {
        invalid
    }
}

/// What the preview is asked to draw: a configuration that was not saved, as a shopper would meet it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRequest {
    /// As it is on the page now.
    pub configuration: Configuration,
    /// Which of the panel's faces.
    pub face: PreviewFace,
    /// In which language.
    pub language: Language,
}

/// A face of the panel that the preview draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewFace {
    /// A conversation while somebody is there (P-21).
    Online,
    /// The form while nobody is there (P-28).
    Offline,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        colour::Colour,
        limits::{HEADLINE_CHARS_MAX, WELCOME_CHARS_MAX},
    };

    #[test]
    fn what_a_store_begins_with_can_be_saved() {
        assert_eq!(StoreSettings::default().check(), Ok(()));
    }

    #[test]
    fn p_09_a_store_has_at_least_one_place_and_no_small_ceiling() {
        assert_eq!(check_places(1), Ok(()));
        assert_eq!(check_places(PLACES_MAX), Ok(()));
        assert_eq!(check_places(0), Err(Refusal::Invalid(Field::Places)));
        assert_eq!(check_places(PLACES_MAX + 1), Err(Refusal::Invalid(Field::Places)));
    }

    #[test]
    fn p_18_p_19_p_20_p_27_a_pair_that_cannot_be_read_is_refused_wherever_it_is() {
        for name in PairName::ALL {
            let mut settings = StoreSettings::default();
            let text = Colour::rgb(0x77, 0x77, 0x77);
            let background = Colour::rgb(0xff, 0xff, 0xff);
            settings.set_pair(name, Pair { background, text });
            assert_eq!(settings.check(), Err(Refusal::Invalid(Field::Colour)), "{name:?}");
            settings.set_pair(name, settings.pair(name).nearest_readable());
            assert_eq!(settings.check(), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn the_wait_for_a_missed_chat_and_retention_have_their_bounds() {
        let with = |missed_after_s, chats_days| {
            let mut settings = StoreSettings {
                missed_after_s,
                ..StoreSettings::default()
            };
            settings.retention.chats_days = chats_days;
            settings.check()
        };
        assert_eq!(with(MISSED_AFTER_S_MIN, 0), Ok(()));
        assert_eq!(with(MISSED_AFTER_S_MAX, RETENTION_DAYS_MAX), Ok(()));
        assert_eq!(with(MISSED_AFTER_S_MIN - 1, 0), Err(Refusal::Malformed));
        assert_eq!(with(MISSED_AFTER_S_MAX + 1, 0), Err(Refusal::Malformed));
        assert_eq!(with(60, RETENTION_DAYS_MAX + 1), Err(Refusal::Malformed));
    }

    #[test]
    fn p_15_p_16_texts_have_their_lengths_and_may_be_empty() {
        let mut texts = StoreTexts::default();
        assert_eq!(texts.set(TextName::Header, &"é".repeat(HEADLINE_CHARS_MAX)), Ok(()));
        assert!(texts.set(TextName::Header, &"é".repeat(HEADLINE_CHARS_MAX + 1)).is_err());
        assert_eq!(texts.set(TextName::Welcome, &"é".repeat(WELCOME_CHARS_MAX)), Ok(()));
        assert!(texts.set(TextName::Welcome, &"é".repeat(WELCOME_CHARS_MAX + 1)).is_err());
        assert_eq!(texts.set(TextName::Header, "  "), Ok(()));
        assert_eq!(texts.get(TextName::Header), None);
        assert_eq!(texts.set(TextName::Header, "Hello\nthere"), Ok(()));
        assert_eq!(texts.get(TextName::Header), Some("Hello there"), "one line");
        assert_eq!(texts.set(TextName::Welcome, "Hello\nthere"), Ok(()));
        assert_eq!(texts.get(TextName::Welcome), Some("Hello\nthere"), "as many as were typed");
    }

    /// HC-14.
    #[test]
    fn only_a_web_page_can_be_linked_to() {
        for good in [
            "https://shop.example/privacy",
            "http://localhost:3001/",
            "https://señor.example/a?b#c",
        ] {
            assert_eq!(check_web_address(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "shop.example",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "https://a@b.c/",
            "https://a.b/\"x",
            "https://a b",
        ] {
            assert_eq!(check_web_address(bad), Err(Refusal::Invalid(Field::Url)), "{bad}");
        }
    }
}
