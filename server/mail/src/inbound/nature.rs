//! Whether a person wrote a letter. Machines that answer machines never stop, so whatever looks like one is kept and not answered: RFC 3834,
//! what lists and answering machines add without it, and reports about letters of ours (RFC 3464).

use mail_parser::{Message, MimeHeaders as _};

use super::heads::Heads;

/// Characters of a report's reason that are kept.
const REASON_CHARS_MAX: usize = 300;

/// What kind of letter it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Somebody wrote it.
    Written,
    /// A machine answered, or told something.
    Automatic,
    /// It came by a list.
    List,
    /// It has no return path, and no report in it.
    NoReturn,
    /// One of our own, come back.
    Ours,
    /// A report that a letter did not arrive, or not yet.
    Bounce(Option<Bounced>),
}

/// What a report says of one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounced {
    /// Whether it will never arrive.
    pub for_good: bool,
    /// `5.1.1`.
    pub status: String,
    /// In the words of the mail server that would not have it.
    pub reason: String,
}

/// What kind of letter this is. `return_path` is empty for none.
pub(super) fn nature(heads: &Heads, message: Option<&Message<'_>>, return_path: Option<&str>) -> Nature {
    let says = |name: &str| heads.first(name).unwrap_or_default().to_ascii_lowercase();
    let first_word = |name: &str| says(name).split([';', ' ', '(']).next().unwrap_or_default().to_owned();
    let content_type = says("content-type");
    if content_type.starts_with("multipart/report") {
        // Read receipts (RFC 8098) and complaints (RFC 5965) are reports too, and nobody's words.
        return if content_type.contains("delivery-status") {
            Nature::Bounce(message.and_then(report))
        } else {
            Nature::Automatic
        };
    }
    let null = return_path.is_some_and(|path| path.trim_matches(['<', '>', ' ']).is_empty());
    let sender = says("from");
    let daemon = ["mailer-daemon", "postmaster@", "mail delivery subsystem"]
        .iter()
        .any(|word| sender.contains(word));
    if heads.first("x-failed-recipients").is_some() || (null && daemon) {
        return Nature::Bounce(None);
    }
    if heads.first("x-lc-loop").is_some() || heads.first("x-vitrine-loop").is_some() {
        return Nature::Ours;
    }
    let submitted = first_word("auto-submitted");
    let suppresses = says("x-auto-response-suppress");
    let automatic = (!submitted.is_empty() && submitted != "no")
        || [
            "x-autoreply",
            "x-autorespond",
            "x-autoresponder",
            "x-autoreply-from",
            "x-mail-autoreply",
            "x-auto-reply-from",
        ]
        .iter()
        .any(|name| heads.first(name).is_some_and(|value| !value.eq_ignore_ascii_case("no")))
        || suppresses.split([',', ' ']).any(|word| matches!(word, "all" | "oof" | "autoreply"))
        || first_word("precedence") == "auto_reply";
    if automatic {
        return Nature::Automatic;
    }
    if heads.first("list-id").is_some() || matches!(first_word("precedence").as_str(), "bulk" | "list" | "junk") {
        return Nature::List;
    }
    if null { Nature::NoReturn } else { Nature::Written }
}

/// The first recipient that a report is about whose letter failed, or else the first.
fn report(message: &Message<'_>) -> Option<Bounced> {
    let part = message
        .parts
        .iter()
        .find(|part| part.is_content_type("message", "delivery-status") || part.is_content_type("message", "global-delivery-status"))?;
    let text = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
    let mut found: Option<Bounced> = None;
    for group in text.split("\n\n") {
        let fields = Heads::read(group.trim_start().as_bytes());
        let (Some(action), Some(status)) = (fields.first("action"), fields.first("status")) else {
            continue;
        };
        let status: String = status.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let failed = action.trim().eq_ignore_ascii_case("failed") && status.starts_with('5');
        let reason = fields.first("diagnostic-code").unwrap_or_default();
        if failed || found.is_none() {
            found = Some(Bounced {
                for_good: failed,
                status,
                reason: super::one_line(reason, REASON_CHARS_MAX),
            });
        }
        if failed {
            break;
        }
    }
    found
}
