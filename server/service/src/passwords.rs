//! Passwords: hashed with Argon2id, compared in a place of their own so that sign-ins never slow the chat.

use std::sync::OnceLock;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use model::{
    limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN},
    refusal::{Field, Refusal},
};
use tokio::sync::Semaphore;

/// Hashes at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Sign-ins that wait for one of these, besides: all of them are done within a second. Whoever comes then is told at once to come back.
const WAITING: usize = 24;
/// The first guesses of everybody who guesses; whoever sets one of these has set none.
const COMMON: [&str; 12] = [
    "1234567890",
    "0123456789",
    "12345678910",
    "qwertyuiop",
    "password123",
    "password1234",
    "passwordpassword",
    "iloveyou123",
    "administrator",
    "letmein1234",
    "welcome1234",
    "1q2w3e4r5t",
];

pub(crate) struct Passwords {
    places: Semaphore,
    /// Everybody who signs in, those at work and those who wait.
    queue: Semaphore,
}

/// OWASP's second recommendation: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1_024, 2, 1, None).expect("valid parameters"),
    )
}

/// Refuses what is too short, too long or too common, before any hashing.
pub(crate) fn check(password: &str) -> Result<(), Refusal> {
    let chars = password.chars().count();
    let field = Field::Password;
    if chars < PASSWORD_CHARS_MIN {
        return Err(Refusal::TooShort {
            field,
            min: PASSWORD_CHARS_MIN as u32,
        });
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(Refusal::TooLong {
            field,
            max: PASSWORD_CHARS_MAX as u32,
        });
    }
    if COMMON.contains(&password.to_lowercase().as_str()) {
        return Err(Refusal::Invalid(field));
    }
    Ok(())
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(AT_ONCE + WAITING),
        }
    }

    /// A new hash, with a salt of its own.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Refusal> {
        let _place = self.places.acquire().await.map_err(|_| Refusal::Busy)?;
        tokio::task::spawn_blocking(move || argon2().hash_password(password.as_bytes()).map(|h| h.to_string()))
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or(Refusal::Busy)
    }

    /// Whether it is the password. Without a hash (nobody has this address) it takes just as long, and it is not. When very many ask,
    /// [`Refusal::Busy`] at once, and nothing is hashed.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Refusal> {
        let _turn = self.queue.try_acquire().map_err(|_| Refusal::Busy)?;
        let _place = self.places.acquire().await.map_err(|_| Refusal::Busy)?;
        tokio::task::spawn_blocking(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| nobodys_hash().to_owned());
            let right = PasswordHash::new(&hash).is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok());
            known && right
        })
        .await
        .map_err(|_| Refusal::Busy)
    }
}

fn nobodys_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| argon2().hash_password(b"nobody").map(|h| h.to_string()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_and_nothing_else_is() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".to_owned()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await, Ok(true));
        assert_eq!(passwords.verify("wrong horse".to_owned(), Some(hash)).await, Ok(false));
        assert_eq!(passwords.verify("nobody".to_owned(), None).await, Ok(false));
    }

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_told_so_at_once() {
        let passwords = Passwords::new();
        let everybody = passwords
            .queue
            .try_acquire_many((AT_ONCE + WAITING) as u32)
            .expect("nobody is there");
        assert_eq!(passwords.verify("nobody".to_owned(), None).await, Err(Refusal::Busy));
        drop(everybody);
        assert_eq!(passwords.verify("nobody".to_owned(), None).await, Ok(false));
    }

    #[test]
    fn lengths_are_checked_before_hashing() {
        assert!(check(&"x".repeat(PASSWORD_CHARS_MIN)).is_ok() && check(&"x".repeat(PASSWORD_CHARS_MIN - 1)).is_err());
        assert!(check(&"ü".repeat(PASSWORD_CHARS_MAX)).is_ok() && check(&"ü".repeat(PASSWORD_CHARS_MAX + 1)).is_err());
        assert!(check("Password123").is_err());
    }
}
