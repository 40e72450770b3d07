//! A letter as a message of RFC 5322: who it is from, whom an answer goes to, and both parts of what it says.
//!
//! `From` is ours, because we can prove only that (hardening, note 2); whoever presses Reply writes to the customer. Every name passes
//! [`crate::escape::header_line`] first: the builder of messages panics at a line break in one.

use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};

use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use model::{text::EmailAddress, time::Timestamp};
use uuid::Uuid;

use crate::{escape::header_line, sheet::Sheet};

/// The last moment that the header `Date` can say.
const LAST_DATE_MS: i64 = 253_402_300_799_000;
/// Bytes of a name that another mail system gave a letter.
const MESSAGE_ID_MAX: usize = 250;

/// A letter that is ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same at every attempt, so that a repeated one can be recognised.
    pub id: Uuid,
    /// When it was written.
    pub at: Timestamp,
    /// The address that stands for us: in the envelope always, and in `From` unless `literal` says otherwise.
    pub ours: EmailAddress,
    /// The name in `From`.
    pub from_name: String,
    /// The guide's literal way (P-54): this address in `From`, and ours in `Sender`.
    pub literal: Option<EmailAddress>,
    /// Whom an answer goes to, when not to us.
    pub reply_to: Option<(String, EmailAddress)>,
    /// Who hears that it did not arrive, when not `ours`: in the envelope.
    pub bounce: Option<EmailAddress>,
    /// The names ([`message_id`]) of the letters before it in its thread, the earliest first.
    pub thread: Vec<String>,
    /// The page where its reader says that such letters shall not come any more (RFC 2369, RFC 8058).
    pub stop: Option<String>,
    /// To whom.
    pub to: Vec<EmailAddress>,
    /// One line.
    pub subject: String,
    /// What it says.
    pub sheet: Sheet,
}

/// A letter that no mail server could take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsendable;

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address in it cannot be written")
    }
}

impl std::error::Error for Unsendable {}

impl Letter {
    /// `From` as people read it.
    pub fn from(&self) -> String {
        let address = self.literal.as_ref().unwrap_or(&self.ours);
        named(&self.from_name, address)
    }

    /// The message.
    pub(crate) fn message(&self) -> Result<Message, Unsendable> {
        let ours = address(&self.ours)?;
        let recipients = self.to.iter().map(address).collect::<Result<Vec<_>, _>>()?;
        let back = self.bounce.as_ref().map_or_else(|| Ok(ours.clone()), address)?;
        let envelope = Envelope::new(Some(back), recipients.clone()).map_err(|_| Unsendable)?;
        let moment = Duration::from_millis(self.at.0.clamp(0, LAST_DATE_MS).unsigned_abs());
        let mut builder = Message::builder()
            .envelope(envelope)
            .date(UNIX_EPOCH + moment)
            .message_id(Some(message_id(self.id, &self.ours)))
            .subject(header_line(&self.subject))
            // RFC 3834: answering machines keep quiet.
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-Auto-Response-Suppress", "All"))
            .raw_header(raw("Content-Language", self.sheet.language.code()));
        if let Some(last) = self.thread.last() {
            builder = builder.in_reply_to(last.clone()).references(self.thread.join(" "));
        }
        if let Some(stop) = &self.stop {
            builder = builder
                .raw_header(raw("List-Unsubscribe", &format!("<{stop}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        builder = match &self.literal {
            None => builder.from(mailbox(&self.from_name, ours)),
            Some(theirs) => builder.from(mailbox(&self.from_name, address(theirs)?)).sender(mailbox("", ours)),
        };
        for to in recipients {
            builder = builder.to(mailbox("", to));
        }
        if let Some((name, theirs)) = &self.reply_to {
            builder = builder.reply_to(mailbox(name, address(theirs)?));
        }
        builder
            .multipart(MultiPart::alternative_plain_html(self.sheet.text(), self.sheet.html()))
            .map_err(|_| Unsendable)
    }
}

/// What a letter of ours is called in mail programs: the same at every attempt.
pub fn message_id(letter: Uuid, ours: &EmailAddress) -> String {
    format!("<ob-{letter}@{}>", ours.domain())
}

/// The name of a letter that came in, if it can stand in a header of ours: its sender chose it.
pub fn foreign_message_id(name: &str) -> Option<String> {
    let inner = name.trim().trim_start_matches('<').trim_end_matches('>');
    let plain = inner
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != 0x22 && !b"<>()[]\\,;:".contains(&b));
    let parts = inner.split('@').filter(|part| !part.is_empty()).count();
    (plain && parts == 2 && inner.len() <= MESSAGE_ID_MAX).then(|| format!("<{inner}>"))
}

/// `Jane Doe <jane@customer.example>`, for people.
pub(crate) fn named(name: &str, address: &EmailAddress) -> String {
    let name = header_line(name);
    if name.is_empty() {
        address.to_string()
    } else {
        format!("{name} <{address}>")
    }
}

fn mailbox(name: &str, address: Address) -> Mailbox {
    Mailbox::new(Some(header_line(name)).filter(|name| !name.is_empty()), address)
}

fn address(address: &EmailAddress) -> Result<Address, Unsendable> {
    address.as_str().parse().map_err(|_| Unsendable)
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use model::language::Language;
    use proptest::prelude::*;

    use super::*;
    use crate::sheet::Block;

    fn email(text: &str) -> EmailAddress {
        EmailAddress::parse(text).expect("an address")
    }

    fn letter(name: &str, subject: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            at: Timestamp(1_800_000_000_000),
            ours: email("chat@vitrine.example"),
            from_name: name.to_owned(),
            literal: None,
            reply_to: Some((name.to_owned(), email("jane@customer.example"))),
            bounce: None,
            thread: Vec::new(),
            stop: None,
            to: vec![email("owner@shop.example")],
            subject: subject.to_owned(),
            sheet: Sheet {
                language: Language::En,
                title: subject.to_owned(),
                blocks: vec![Block::Text(name.to_owned())],
            },
        }
    }

    /// Header lines, unfolded.
    fn headers(letter: &Letter) -> Vec<String> {
        let bytes = letter.message().expect("a message").formatted();
        let text = String::from_utf8(bytes).expect("ASCII headers");
        let head = text.split("\r\n\r\n").next().expect("a head").replace("\r\n ", " ");
        // Whether a name stands in quotes is the builder's business.
        head.split("\r\n").map(|line| line.replace('"', "")).collect()
    }

    #[test]
    fn he_3_p_i4_from_is_the_store_and_an_answer_goes_to_the_customer() {
        let headers = headers(&letter("Jane Doe", "Hello"));
        assert!(headers.contains(&"From: Jane Doe <chat@vitrine.example>".to_owned()), "{headers:?}");
        assert!(
            headers.contains(&"Reply-To: Jane Doe <jane@customer.example>".to_owned()),
            "{headers:?}"
        );
        assert!(headers.contains(&"To: owner@shop.example".to_owned()), "{headers:?}");
        assert!(headers.contains(&"Auto-Submitted: auto-generated".to_owned()), "{headers:?}");
        assert!(
            headers
                .iter()
                .any(|h| h.starts_with("Message-ID: <ob-00000000-") && h.ends_with("@vitrine.example>"))
        );
    }

    #[test]
    fn p_54_the_literal_way_names_both() {
        let mut literal = letter("Jane Doe", "Hello");
        literal.literal = Some(email("jane@customer.example"));
        let headers = headers(&literal);
        assert!(
            headers.contains(&"From: Jane Doe <jane@customer.example>".to_owned()),
            "{headers:?}"
        );
        assert!(headers.contains(&"Sender: chat@vitrine.example".to_owned()), "{headers:?}");
        let message = literal.message().expect("a message");
        assert_eq!(
            message.envelope().from().map(ToString::to_string).as_deref(),
            Some("chat@vitrine.example")
        );
    }

    #[test]
    fn s_19_a_letter_of_a_thread_names_the_ones_before_it_and_how_to_end_them() {
        let mut answer = letter("Atelier", "Hello");
        let ours = answer.ours.clone();
        answer.thread = (1..=12).map(|n| message_id(Uuid::from_u128(n), &ours)).collect();
        answer.stop = Some(format!("https://chat.example/unsubscribe/{}", "t".repeat(43)));
        answer.bounce = Some(email("bounce+abc.def@in.vitrine.example"));
        let headers = headers(&answer);
        let last = message_id(Uuid::from_u128(12), &ours);
        assert!(headers.contains(&format!("In-Reply-To: {last}")), "{headers:?}");
        let references = headers.iter().find_map(|h| h.strip_prefix("References: ")).expect("is there");
        assert_eq!(
            references.split_whitespace().collect::<Vec<_>>(),
            answer.thread.iter().map(String::as_str).collect::<Vec<_>>()
        );
        let stop = format!("List-Unsubscribe: <https://chat.example/unsubscribe/{}>", "t".repeat(43));
        assert!(headers.contains(&stop), "{headers:?}");
        assert!(
            headers.contains(&"List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned()),
            "{headers:?}"
        );
        let message = answer.message().expect("a message");
        assert_eq!(
            message.envelope().from().map(ToString::to_string).as_deref(),
            Some("bounce+abc.def@in.vitrine.example")
        );
    }

    #[test]
    fn he_1_a_strangers_name_for_a_letter_makes_no_header() {
        assert_eq!(
            foreign_message_id("<CAF+x=1@mail.gmail.com>").as_deref(),
            Some("<CAF+x=1@mail.gmail.com>")
        );
        for evil in [
            "<a@b>\r\nBcc: x@y.example",
            "a b@c",
            "a@b> <c@d",
            "",
            "@",
            "a@b@c",
            &format!("{}@b", "a".repeat(300)),
        ] {
            assert_eq!(foreign_message_id(evil), None, "{evil:?}");
        }
    }

    #[test]
    fn he_1_a_name_with_line_breaks_makes_no_header_and_no_panic() {
        for evil in [
            "Jane\r\nBcc: all@x.example",
            "Jane\nX-Evil: 1",
            "a\u{0}b\rc\u{2028}d",
            "=?utf-8?q?=0D=0AX-Evil:_1?=",
        ] {
            let headers = headers(&letter(evil, evil));
            assert!(
                !headers.iter().any(|h| h.starts_with("Bcc") || h.starts_with("X-Evil")),
                "{evil:?}: {headers:?}"
            );
            assert!(headers.iter().all(|h| !h.contains("=?utf-8?q?=0D")), "{headers:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_and_subject_make_a_message(name in "(?s).{0,300}", subject in "(?s).{0,300}") {
            let message = letter(&name, &subject).message().expect("a message");
            let formatted = message.formatted();
            let text = String::from_utf8_lossy(&formatted);
            let head = text.split("\r\n\r\n").next().expect("a head").replace("\r\n ", " ");
            let names: Vec<&str> = head.split("\r\n").filter_map(|line| line.split_once(": ").map(|(name, _)| name)).collect();
            let ours = [
                "Date", "Message-ID", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "From", "To",
                "Reply-To", "MIME-Version", "Content-Type",
            ];
            prop_assert!(names.iter().all(|name| ours.contains(name)), "{names:?}");
            prop_assert!(names.len() <= ours.len());
        }
    }
}
