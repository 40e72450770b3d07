//! Opaque secrets: 256 random bits, shown to one person, kept only as a hash.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A secret on its way to the one who holds it. It does not print itself.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    pub fn new() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random_bytes::<32>()))
    }

    /// For the cookie, the header or the link.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// For the database.
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash under which a secret is looked up. Looking up by hash needs no comparison in constant time.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// A code that a person types from a letter: six digits. Only for what counts its tries.
pub(crate) fn digits() -> String {
    // Of 2^64 values all remainders are as good as equally likely.
    format!("{:06}", u64::from_le_bytes(random_bytes()) % 1_000_000)
}

/// Randomness of the operating system.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness, or nothing here is safe");
    bytes
}
