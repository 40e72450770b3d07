//! Which language a page is in: what the address asks for, else what the browser prefers, else the store's own.

use http::{HeaderMap, header};
use model::language::Language;

/// The language of a public page. Nothing is remembered on the device.
pub fn choose(asked: Option<&str>, headers: &HeaderMap, otherwise: Language) -> Language {
    asked
        .and_then(|l| l.parse().ok())
        .or_else(|| {
            headers
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|h| h.to_str().ok())
                .and_then(Language::from_accept_language)
        })
        .unwrap_or(otherwise)
}
