//! The shop's identity token: a JWT, HS256 with the store's own secret, that says who is signed in on the shop's page.
//!
//! It may also carry what the page shows: cart, product, last orders (`page`).
//!
//! By hand, and only this one algorithm: there is no `alg` to be confused about. `aud` must be the store, `exp` at most five minutes away.

mod page;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use model::{
    language::Language,
    limits::IDENTITY_MS,
    panel::Known,
    refusal::Refusal,
    text::{EmailAddress, Name, Phone},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use storage::StoreRow;

pub use self::page::FromPage;

/// Characters of a token: a full cart fits, and so does the address of a page that carries it.
const TOKEN_CHARS_MAX: usize = 8_192;
/// How far the shop's clock may be ahead of ours.
const SKEW_MS: i64 = 60_000;
/// Characters of the shop's own id of a customer.
const SUBJECT_CHARS_MAX: usize = 100;

/// Whom the shop vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The shop's own id for them.
    pub subject: String,
    /// What it says of them.
    pub known: Known,
    /// The language they read in the shop.
    pub language: Option<Language>,
    /// Their telephone number.
    pub phone: Option<Phone>,
    /// What the page shows them.
    pub page: Option<FromPage>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    sub: String,
    exp: i64,
    name: Option<String>,
    email: Option<String>,
    language: Option<String>,
    #[serde(default)]
    phone: Value,
    #[serde(default)]
    context: Value,
}

/// Reads a token for a store. Every failure is the same refusal.
pub fn verify(store: &StoreRow, token: &str, now: Timestamp) -> Result<Identity, Refusal> {
    read(store, token, now).ok_or(Refusal::BadIdentity)
}

fn read(store: &StoreRow, token: &str, now: Timestamp) -> Option<Identity> {
    let secret = store.identity_secret.as_deref()?;
    if token.len() > TOKEN_CHARS_MAX {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(signed.as_bytes());
    // Compares in constant time.
    mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let expires = Timestamp(claims.exp.checked_mul(1_000)?);
    let good = header.alg == "HS256"
        && claims.aud == store.slug.as_str()
        && expires > now
        && expires <= now.plus_ms(IDENTITY_MS + SKEW_MS)
        && !claims.sub.trim().is_empty()
        && claims.sub.chars().count() <= SUBJECT_CHARS_MAX
        && !claims.sub.chars().any(char::is_control);
    good.then(|| Identity {
        subject: claims.sub,
        known: Known {
            name: claims.name.as_deref().and_then(|n| Name::parse(n).ok()),
            email: claims.email.as_deref().and_then(|e| EmailAddress::parse(e).ok()),
        },
        language: claims.language.and_then(|l| l.parse().ok()),
        phone: claims.phone.as_str().and_then(|p| Phone::parse(p).ok()),
        page: page::read(&claims.context, now),
    })
}

#[cfg(test)]
mod tests {
    use model::{id::StoreId, settings::StoreSettings, text::Slug};

    use super::*;

    fn store() -> StoreRow {
        StoreRow {
            id: StoreId(uuid::Uuid::nil()),
            slug: Slug::parse("delft").expect("fine"),
            name: Name::parse("Delft").expect("fine"),
            default_language: Language::En,
            settings: StoreSettings::default(),
            settings_rev: 0,
            identity_secret: Some(b"secret".to_vec()),
            identity_secret_at: None,
            suspended: false,
        }
    }

    fn token(header: &str, claims: &str, secret: &[u8]) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
    const CLAIMS: &str = r#"{"aud":"delft","sub":"C-1001","exp":300,"name":"Jane Doe","email":"jane@customer.example"}"#;

    #[test]
    fn a_fresh_token_of_this_store_is_believed() {
        let identity = verify(&store(), &token(HEADER, CLAIMS, b"secret"), Timestamp(0)).expect("good");
        assert_eq!(
            (identity.subject.as_str(), identity.known.name.expect("named").as_str()),
            ("C-1001", "Jane Doe")
        );
    }

    #[test]
    fn what_the_page_shows_comes_along_and_nonsense_there_keeps_nobody_out() {
        let with = |more: &str| CLAIMS.replace('}', &format!(",{more}}}"));
        let claims = with(r#""phone":"+31 20 123","context":{"cart":[{"name":"Cups","quantity":2}]}"#);
        let identity = verify(&store(), &token(HEADER, &claims, b"secret"), Timestamp(9)).expect("good");
        assert_eq!(identity.phone.as_ref().map(Phone::as_str), Some("+31 20 123"));
        let page = identity.page.expect("says something");
        assert_eq!((page.context.cart.len(), page.context.at), (1, Timestamp(9)));
        let claims = with(r#""phone":7,"context":"everything""#);
        let identity = verify(&store(), &token(HEADER, &claims, b"secret"), Timestamp(0)).expect("good");
        assert_eq!((identity.phone, identity.page), (None, None));
    }

    #[test]
    fn everything_else_is_refused_alike() {
        let good = token(HEADER, CLAIMS, b"secret");
        let other_store = CLAIMS.replace("delft", "oliva");
        let eternal = CLAIMS.replace("300", "99999");
        let nobody = CLAIMS.replace("C-1001", " ");
        let none = r#"{"alg":"none"}"#;
        let mut flipped = good.clone().into_bytes();
        *flipped.last_mut().expect("not empty") ^= 1;
        let flipped = String::from_utf8(flipped).unwrap_or_default();
        for (why, token, now) in [
            ("expired", good.clone(), 300_000),
            ("another secret", token(HEADER, CLAIMS, b"other"), 0),
            ("another store", token(HEADER, &other_store, b"secret"), 0),
            ("lives too long", token(HEADER, &eternal, b"secret"), 0),
            ("names nobody", token(HEADER, &nobody, b"secret"), 0),
            ("another algorithm", token(none, CLAIMS, b"secret"), 0),
            ("unsigned", good.rsplit_once('.').expect("signed").0.to_owned() + ".", 0),
            ("one bit", flipped, 0),
            ("empty", String::new(), 0),
            ("huge", "a.".repeat(5_000), 0),
        ] {
            assert_eq!(verify(&store(), &token, Timestamp(now)), Err(Refusal::BadIdentity), "{why}");
        }
        let without = StoreRow {
            identity_secret: None,
            ..store()
        };
        assert_eq!(verify(&without, &good, Timestamp(0)), Err(Refusal::BadIdentity));
    }
}
