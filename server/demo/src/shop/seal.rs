//! Signs short texts (HMAC-SHA-256), for the cookie and for the identity tokens. Keeps no keys.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The seal of a text, fit for addresses and cookies.
pub(super) fn seal(key: &[u8], text: &str) -> String {
    encode(&over(key, text).finalize().into_bytes())
}

/// Whether it is the seal of this text, in a time that tells nothing.
pub(super) fn holds(key: &[u8], text: &str, seal: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(seal)
        .is_ok_and(|tag| over(key, text).verify_slice(&tag).is_ok())
}

/// Bytes as text, in the alphabet of tokens.
pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn over(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}
