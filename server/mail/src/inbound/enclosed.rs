//! What a letter encloses, as it came: what of it is taken, and as what, is decided by the same pipeline as for uploads.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};
use model::limits::FILE_BYTES_MAX;

use super::said;

/// Files of one letter; more are named.
pub const ENCLOSED_MAX: usize = 10;
/// Names of what was not taken.
const NAMED_MAX: usize = 20;
/// Pictures inside of a page that are smaller are somebody's signature, not a photo.
const INLINE_BYTES_MIN: usize = 8 * 1024;

/// A file in a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Enclosed {
    /// As its sender called it; anything.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Enclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// The files of a letter, and the names of those that are too large or too many.
pub(super) fn enclosed(message: &Message<'_>) -> (Vec<Enclosed>, Vec<String>) {
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for part in message.attachments() {
        let bytes = part.contents();
        if bytes.is_empty() || decoration(part, bytes.len()) || said::torn(part).is_some() {
            continue;
        }
        let name = name(part);
        if files.len() < ENCLOSED_MAX && bytes.len() <= FILE_BYTES_MAX && !matches!(part.body, PartType::Message(_)) {
            files.push(Enclosed {
                name,
                bytes: bytes.to_vec(),
            });
        } else if left_out.len() < NAMED_MAX {
            left_out.push(name);
        }
    }
    (files, left_out)
}

/// The logo under a signature.
fn decoration(part: &MessagePart<'_>, size: usize) -> bool {
    let attached = part
        .content_disposition()
        .is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment"));
    part.content_id().is_some() && !attached && size < INLINE_BYTES_MIN
}

fn name(part: &MessagePart<'_>) -> String {
    let given = part
        .attachment_name()
        .map(|name| super::one_line(name, 150))
        .filter(|name| !name.is_empty());
    given.unwrap_or_else(|| {
        let ending = match (&part.body, part.content_type().and_then(|c| c.subtype())) {
            (PartType::Message(_), _) => "eml",
            (_, Some(kind)) if kind.len() <= 5 && kind.bytes().all(|b| b.is_ascii_alphanumeric()) => kind,
            _ => "bin",
        };
        format!("file.{}", ending.to_ascii_lowercase())
    })
}
