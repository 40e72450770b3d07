//! A letter that arrived, read: who says they wrote it, whether somebody whom we trust vouches for that, whether a person wrote it at all,
//! what they said anew, and what they enclosed.
//!
//! Pure: bytes in, facts out. Nothing is looked up, not even in the DNS (decision 0010), nothing is stored, and no letter, however it is
//! made, brings a panic or more work than its size. Where a letter belongs is decided by its signed address and nobody's header.

mod enclosed;
mod heads;
mod markup;
mod nature;
mod quote;
mod said;
mod vouch;

use mail_parser::MessageParser;
use model::text::EmailAddress;
use sha2::{Digest, Sha256};

pub use enclosed::{ENCLOSED_MAX, Enclosed};
pub use nature::{Bounced, Nature};

use self::heads::{Heads, body_of};

/// Bytes of a letter that is read: what most mail servers allow.
pub const LETTER_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Characters of a subject that are kept.
const SUBJECT_CHARS_MAX: usize = 200;
/// Characters of a `Message-ID` that are kept; RFC 5322 has no longer line.
const MESSAGE_ID_CHARS_MAX: usize = 998;

/// A letter that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// What it calls itself, with its brackets.
    pub message_id: Option<String>,
    /// The same for the same letter, however often and by which way it comes: its own name, and all it says.
    pub fingerprint: Vec<u8>,
    /// Who says they wrote it. `None`: nobody, or nobody whom one could answer.
    pub from: Option<EmailAddress>,
    /// As they call themselves.
    pub from_name: String,
    /// Whether the mail system that we trust vouches for that address.
    pub vouched: bool,
    /// One line.
    pub subject: String,
    /// What kind of letter it is.
    pub nature: Nature,
    /// Which address it was delivered to, as the last mail server wrote it at the top. Only for letters that come without an envelope.
    pub delivered_to: Option<String>,
    /// What they say, without what they quote.
    pub words: String,
    /// What they enclosed.
    pub files: Vec<Enclosed>,
    /// The names of what else was enclosed: too large, too many, or nothing that could be given.
    pub left_out: Vec<String>,
}

/// Reads a letter. `envelope_from` is the return path, empty for none; `None` where there was no envelope. `authserv` is the mail server
/// whose word on the sender counts.
pub fn read(raw: &[u8], envelope_from: Option<&str>, authserv: Option<&str>) -> Arrived {
    let heads = Heads::read(raw);
    let message = MessageParser::default().parse(raw);
    let senders = message.as_ref().map(|m| senders(m, &heads)).unwrap_or_default();
    let (from, from_name) = match senders.as_slice() {
        [(name, address)] => (EmailAddress::parse(address).ok(), name.clone()),
        _ => (None, String::new()),
    };
    let return_path = envelope_from.or_else(|| heads.first("return-path"));
    let nature = nature::nature(&heads, message.as_ref(), return_path);
    let vouched = match (&from, authserv) {
        (Some(from), Some(authserv)) => vouch::vouched(&heads, authserv, from.domain()),
        _ => false,
    };
    let (words, files, left_out) = match &message {
        Some(message) if nature == Nature::Written => {
            let (files, left_out) = enclosed::enclosed(message);
            (said::said(message), files, left_out)
        }
        _ => (String::new(), Vec::new(), Vec::new()),
    };
    let message_id = heads.first("message-id").map(|id| one_line(id, MESSAGE_ID_CHARS_MAX)).filter(|id| {
        // It goes into the head of our answers.
        id.starts_with('<') && id.ends_with('>') && id.is_ascii() && !id.contains(' ')
    });
    Arrived {
        fingerprint: fingerprint(heads.first("message-id"), raw),
        message_id,
        from,
        from_name: one_line(&from_name, SUBJECT_CHARS_MAX),
        vouched,
        subject: one_line(message.as_ref().and_then(|m| m.subject()).unwrap_or_default(), SUBJECT_CHARS_MAX),
        nature,
        delivered_to: heads.delivered_to(),
        words,
        files,
        left_out,
    }
}

/// Everybody in every `From`: more than one is nobody (hardening E18).
fn senders(message: &mail_parser::Message<'_>, heads: &Heads) -> Vec<(String, String)> {
    if heads.count("from") != 1 {
        return Vec::new();
    }
    let Some(from) = message.from() else { return Vec::new() };
    from.clone()
        .into_list()
        .into_iter()
        .map(|one| {
            let name = one.name.map(std::borrow::Cow::into_owned).unwrap_or_default();
            (name, one.address.map(std::borrow::Cow::into_owned).unwrap_or_default())
        })
        .collect()
}

/// Headers change on the way (each server adds its own), what is said does not.
fn fingerprint(message_id: Option<&str>, raw: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(message_id.unwrap_or_default().trim().as_bytes());
    hash.update([0]);
    // Servers differ in how lines end.
    for line in body_of(raw).split(|byte| *byte == b'\n') {
        hash.update(line.strip_suffix(b"\r").unwrap_or(line));
        hash.update(b"\n");
    }
    hash.finalize().to_vec()
}

/// Decoded headers may hold line breaks and worse.
fn one_line(text: &str, max: usize) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

#[cfg(test)]
mod tests;
