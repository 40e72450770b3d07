//! The translations: `locales/*.yml`, every key beside its four languages. Programs are handed only the words they use.

use std::collections::BTreeMap;

use model::{language::Language, words::Words};

rust_i18n::i18n!("../../locales", fallback = "en");

/// The words of the keys that begin with one of the prefixes (`"widget."`), in a language; a missing one falls back to English.
pub fn words(language: Language, prefixes: &[&str]) -> Words {
    let mut texts = BTreeMap::new();
    for code in [Language::En.code(), language.code()] {
        for (key, value) in of_code(code) {
            if prefixes.iter().any(|p| key.starts_with(p)) {
                texts.insert(key, value);
            }
        }
    }
    Words::new(language, texts)
}

/// Everything that exists in a language itself, without falling back: for the test that compares them.
pub fn of_language(language: Language) -> Vec<(String, String)> {
    of_code(language.code())
}

fn of_code(code: &str) -> Vec<(String, String)> {
    let found = _rust_i18n_backend().messages_for_locale(code).unwrap_or_default();
    found
        .into_iter()
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

/// Words of the panel.
pub fn panel(language: Language) -> Words {
    words(language, &["chat.", "widget.", "field.", "refusal."])
}

/// Words of the desk.
pub fn desk(language: Language) -> Words {
    words(language, &["chat.", "desk.", "field.", "refusal."])
}

/// Words of the public pages.
pub fn site(language: Language) -> Words {
    words(language, &["site.", "field.", "refusal."])
}

/// Words of letters.
pub fn mail(language: Language) -> Words {
    words(language, &["mail.", "field."])
}

/// Words of the loader's answer.
pub fn embed(language: Language) -> Words {
    words(language, &["embed."])
}
