//! Who asks for a page, and in which language: two cookies, and the choice of the language switch. Never refuses anybody.

use std::{convert::Infallible, future, sync::Arc};

use axum::{
    extract::{FromRequestParts, Query},
    http::{HeaderMap, header, request::Parts},
};
use model::language::Language;
use serde::Deserialize;

use crate::{
    data::Shopper,
    shop::{Site, seal, texts::Phrase},
};

const WHO: &str = "mesa_who";
const LANGUAGE: &str = "mesa_language";
/// A week.
const SIGNED_IN_S: i64 = 7 * 86_400;
/// A year.
const LANGUAGE_S: i64 = 365 * 86_400;

/// One request's person.
pub(super) struct Visit {
    /// What they read.
    pub(super) language: Language,
    /// Whether they chose it just now.
    pub(super) chosen: bool,
    /// Where they are.
    pub(super) path: String,
    number: Option<String>,
}

impl Visit {
    /// A phrase in their language.
    pub(super) fn say(&self, phrase: Phrase) -> &'static str {
        phrase.get(self.language)
    }

    /// Who they are, if they signed in.
    pub(super) fn shopper<'a>(&self, site: &'a Site) -> Option<&'a Shopper> {
        self.number.as_deref().and_then(|number| site.market.shopper(number))
    }
}

#[derive(Deserialize)]
struct Switch {
    lang: Option<String>,
}

impl FromRequestParts<Arc<Site>> for Visit {
    type Rejection = Infallible;

    fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> impl Future<Output = Result<Self, Infallible>> + Send {
        let chosen: Option<Language> = Query::<Switch>::try_from_uri(&parts.uri)
            .ok()
            .and_then(|switch| switch.0.lang?.parse().ok());
        let kept = || cookie(&parts.headers, LANGUAGE).and_then(|code| code.parse().ok());
        let browsers = || {
            parts
                .headers
                .get(header::ACCEPT_LANGUAGE)?
                .to_str()
                .ok()
                .and_then(Language::from_accept_language)
        };
        let visit = Self {
            language: chosen.or_else(kept).or_else(browsers).unwrap_or_default(),
            chosen: chosen.is_some(),
            path: parts.uri.path().to_owned(),
            number: cookie(&parts.headers, WHO).and_then(|value| signed_in(value, site.key.as_bytes(), (site.now)())),
        };
        future::ready(Ok(visit))
    }
}

/// The `Set-Cookie` that signs somebody in.
pub(super) fn sign_in(site: &Site, shopper: &Shopper) -> String {
    let claim = format!("{}.{}", shopper.number, (site.now)() + SIGNED_IN_S);
    let seal = seal::seal(site.key.as_bytes(), &claim);
    format!("{WHO}={claim}.{seal}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SIGNED_IN_S}")
}

/// The `Set-Cookie` that signs them out.
pub(super) fn sign_out() -> String {
    format!("{WHO}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// The `Set-Cookie` that keeps the language.
pub(super) fn keep_language(language: Language) -> String {
    format!(
        "{LANGUAGE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={LANGUAGE_S}",
        language.code()
    )
}

fn signed_in(value: &str, key: &[u8], now: i64) -> Option<String> {
    let (claim, seal) = value.rsplit_once('.')?;
    let (number, until) = claim.rsplit_once('.')?;
    let valid = until.parse::<i64>().is_ok_and(|until| now < until) && seal::holds(key, claim, seal);
    valid.then(|| number.to_owned())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}
