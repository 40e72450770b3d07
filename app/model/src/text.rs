//! Text that a person typed, parsed once at the door. After that the type is the proof.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    json::{Read, Value},
    limits::{
        BODY_CHARS_MAX, COMMENT_CHARS_MAX, EMAIL_CHARS_MAX, FILE_NAME_CHARS_MAX, HEADLINE_CHARS_MAX, NAME_CHARS_MAX, ORIGIN_CHARS_MAX,
        PHONE_CHARS_MAX, PREVIEW_CHARS_MAX, SKU_CHARS_MAX, SLUG_CHARS_MAX, TAG_CHARS_MAX, WELCOME_CHARS_MAX,
    },
    refusal::{Field, Refusal},
};

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident = $parse:path;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The only way in.
            pub fn parse(raw: &str) -> Result<Self, Refusal> {
                $parse(raw).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(raw: String) -> Result<Self, Refusal> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl Read for $name {
            fn read(value: Value) -> Option<Self> {
                parsed(value, $parse).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

text! {
    /// What somebody says: at most 5 000 characters, several lines, never empty. Always sendable.
    Body = body;
    /// What somebody or something is called: one line, no control characters (it reaches mail headers).
    Name = name;
    /// An address that mail can be sent to: stricter than RFC 5322 on purpose (no quotes, no comments, no literals).
    EmailAddress = email;
    /// A telephone number as the person wrote it.
    Phone = phone;
    /// A store's public name in addresses: `a-z`, `0-9` and inner hyphens.
    Slug = slug;
    /// Scheme, host and port of a web site, exactly as a browser sends it in `Origin`.
    Origin = origin;
    /// A product's key in the shop.
    Sku = sku;
    /// What a shopper says with a rating: like a message, shorter.
    Comment = comment;
    /// A store's own line in the panel's head.
    Headline = headline;
    /// What a store says above the first message: several lines.
    Welcome = welcome;
    /// A word that customers are sorted under: one line, short.
    Tag = tag;
    /// What a file is called: one line, without folders.
    FileName = file_name;
}

/// What was written, as if it had just been typed.
fn parsed(value: Value, parse: fn(&str) -> Result<String, Refusal>) -> Option<String> {
    parse(&value.into_text()?).ok()
}

impl Body {
    /// The first line's worth of it, for lists.
    pub fn preview(&self) -> String {
        let mut line: String = self.0.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((cut, _)) = line.char_indices().nth(PREVIEW_CHARS_MAX) {
            line.truncate(cut);
            line.push('…');
        }
        line
    }

    /// Pieces of the text, with web addresses apart, so that a view can show links and never needs HTML.
    pub fn spans(&self) -> Vec<Span<'_>> {
        spans(&self.0)
    }
}

impl EmailAddress {
    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// A piece of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    /// To be shown as it is.
    Text(&'a str),
    /// An `http` or `https` address, to be shown as it is and to be followed.
    Link(&'a str),
}

/// Control characters and invisible direction changes have no business in a line of text; line breaks and tabs become spaces.
fn one_line(raw: &str) -> String {
    let kept: String = raw
        .chars()
        .map(|c| {
            if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control() && !is_bidi_control(*c))
        .collect();
    kept.trim().to_owned()
}

/// Marks that reorder what is on screen; a name could otherwise pretend to be another (hardening C4).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The same for text of several lines: they stay.
fn lines(raw: &str) -> String {
    let kept: String = raw
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| (!c.is_control() || *c == '\n') && !is_bidi_control(*c))
        .collect();
    kept.trim().to_owned()
}

fn tag(raw: &str) -> Result<String, Refusal> {
    let tag = bounded(one_line(raw), Field::Tag, TAG_CHARS_MAX)?;
    // A list of tags is written with commas between them.
    if tag.contains(',') {
        return Err(Refusal::Invalid(Field::Tag));
    }
    Ok(tag)
}

fn comment(raw: &str) -> Result<String, Refusal> {
    bounded(lines(raw), Field::Comment, COMMENT_CHARS_MAX)
}

fn headline(raw: &str) -> Result<String, Refusal> {
    bounded(one_line(raw), Field::Text, HEADLINE_CHARS_MAX)
}

fn welcome(raw: &str) -> Result<String, Refusal> {
    bounded(lines(raw), Field::Text, WELCOME_CHARS_MAX)
}

/// Folders are cut off, whichever system's; what is left of `..` and of dots in front is not a name.
fn file_name(raw: &str) -> Result<String, Refusal> {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let line = one_line(last);
    let name = line.trim_start_matches(|c: char| c == '.' || c.is_whitespace());
    bounded(name.to_owned(), Field::File, FILE_NAME_CHARS_MAX)
}

fn bounded(text: String, field: Field, max: usize) -> Result<String, Refusal> {
    if text.is_empty() {
        return Err(Refusal::Missing(field));
    }
    if text.chars().count() > max {
        return Err(Refusal::TooLong { field, max: max as u32 });
    }
    Ok(text)
}

fn body(raw: &str) -> Result<String, Refusal> {
    let unix = raw.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = unix.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    bounded(kept.trim().to_owned(), Field::Message, BODY_CHARS_MAX)
}

fn name(raw: &str) -> Result<String, Refusal> {
    bounded(one_line(raw), Field::Name, NAME_CHARS_MAX)
}

fn phone(raw: &str) -> Result<String, Refusal> {
    let text = bounded(one_line(raw), Field::Phone, PHONE_CHARS_MAX)?;
    let plausible = text.chars().filter(char::is_ascii_digit).count() >= 3
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " +-()./#*".contains(c));
    if plausible { Ok(text) } else { Err(Refusal::Invalid(Field::Phone)) }
}

/// A letter or digit of any script. Beyond ASCII nearly everything passes: the tables that know letters from other signs would be a
/// tenth of what a shopper downloads, and whether an address exists only a mail can tell.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_whitespace() && !c.is_control()
}

fn email(raw: &str) -> Result<String, Refusal> {
    let text = bounded(one_line(raw), Field::Email, EMAIL_CHARS_MAX)?;
    let invalid = Refusal::Invalid(Field::Email);
    let (local, domain) = text.rsplit_once('@').ok_or(invalid)?;
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| is_plain(c) || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_ok = labels.len() >= 2
        && labels.iter().all(|l| {
            !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-') && l.chars().all(|c| is_plain(c) || c == '-')
        })
        && labels.last().is_some_and(|l| !l.chars().all(|c| c.is_ascii_digit()));
    if local_ok && domain_ok {
        Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
    } else {
        Err(invalid)
    }
}

fn slug(raw: &str) -> Result<String, Refusal> {
    let text = bounded(raw.trim().to_owned(), Field::Slug, SLUG_CHARS_MAX)?;
    let ok = text.len() >= 2
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if ok { Ok(text) } else { Err(Refusal::Invalid(Field::Slug)) }
}

fn origin(raw: &str) -> Result<String, Refusal> {
    let invalid = Refusal::Invalid(Field::Origin);
    let text = bounded(
        raw.trim().trim_end_matches('/').to_ascii_lowercase(),
        Field::Origin,
        ORIGIN_CHARS_MAX,
    )?;
    let (scheme, authority) = text.split_once("://").ok_or(invalid)?;
    if !matches!(scheme, "http" | "https") {
        return Err(invalid);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let host_ok = !host.is_empty()
        && host.split('.').all(|l| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    let port_ok = port.is_none_or(|p| p.parse::<u16>().is_ok_and(|n| n > 0 && n.to_string() == p));
    if !host_ok || !port_ok {
        return Err(invalid);
    }
    // A browser leaves out the scheme's own port.
    Ok(match (scheme, port) {
        ("http", Some("80")) | ("https", Some("443")) => format!("{scheme}://{host}"),
        _ => text,
    })
}

fn sku(raw: &str) -> Result<String, Refusal> {
    bounded(one_line(raw), Field::Product, SKU_CHARS_MAX)
}

/// Finds `http://` and `https://` addresses. Trailing punctuation belongs to the sentence, not to the link.
fn spans(text: &str) -> Vec<Span<'_>> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut from = 0;
    while let Some(found) = find_scheme(&text[from..]).map(|i| i + from) {
        let boundary = text[..found].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let end = text[found..]
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^') || is_bidi_control(c))
            .map_or(text.len(), |i| found + i);
        let link = text[found..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '…']);
        let after_scheme = link.split_once("://").map_or("", |(_, rest)| rest);
        // `https://a@b` shows one host and goes to another, and so does a host with letters that look like others (hardening C3): no links.
        let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        let is_host = authority.contains('.') || authority == "localhost" || authority.starts_with("localhost:");
        if boundary && is_host && authority.is_ascii() && !authority.contains('@') && !authority.starts_with('.') {
            if plain < found {
                out.push(Span::Text(&text[plain..found]));
            }
            out.push(Span::Link(link));
            plain = found + link.len();
        }
        from = end.max(found + 4);
    }
    if plain < text.len() {
        out.push(Span::Text(&text[plain..]));
    }
    out
}

fn find_scheme(text: &str) -> Option<usize> {
    text.char_indices().map(|(i, _)| i).find(|i| {
        let rest = &text.as_bytes()[*i..];
        [&b"https://"[..], &b"http://"[..]]
            .iter()
            .any(|s| rest.len() >= s.len() && rest[..s.len()].eq_ignore_ascii_case(s))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_body_holds_its_maximum_and_not_one_more() {
        assert!(Body::parse(&"é".repeat(BODY_CHARS_MAX)).is_ok());
        assert_eq!(
            Body::parse(&"é".repeat(BODY_CHARS_MAX + 1)),
            Err(Refusal::TooLong {
                field: Field::Message,
                max: BODY_CHARS_MAX as u32
            })
        );
        assert_eq!(Body::parse(" \n\t "), Err(Refusal::Missing(Field::Message)));
        assert_eq!(Body::parse("a\r\nb\u{0}\u{7}").expect("fine").as_str(), "a\nb");
    }

    #[test]
    fn a_name_cannot_break_a_mail_header_or_turn_a_line_around() {
        assert_eq!(Name::parse("Jane\r\nBcc: all@x.y").expect("fine").as_str(), "Jane  Bcc: all@x.y");
        assert_eq!(Name::parse("a\u{202E}b").expect("fine").as_str(), "ab");
        assert!(Name::parse(&"x".repeat(NAME_CHARS_MAX)).is_ok());
        assert!(Name::parse(&"x".repeat(NAME_CHARS_MAX + 1)).is_err());
    }

    /// HD-2.
    #[test]
    fn a_file_is_never_called_like_a_hidden_one() {
        for (raw, name) in [
            (".htaccess", "htaccess"),
            (". .htaccess", "htaccess"),
            ("..\\..\\x", "x"),
            ("/etc/passwd", "passwd"),
        ] {
            assert_eq!(FileName::parse(raw).expect("fine").as_str(), name, "{raw}");
        }
        for none in ["", "...", ". . .", "a/", "a\\..", "\u{0}"] {
            assert!(FileName::parse(none).is_err(), "{none:?}");
        }
    }

    #[test]
    fn addresses_that_only_a_parser_could_love_are_refused() {
        for good in ["jane@shop.example", "j.o'neil+tag@Sub.Shop.Example", "josé@señor.example"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "jane",
            "@x.y",
            "a@b",
            "\"<img>\"@b.c",
            "a@[127.0.0.1]",
            "a b@c.d",
            "a@b..c",
            ".a@b.c",
            "a@b.c\nx",
            "a@-b.c",
            "a@1.2",
        ] {
            assert!(
                EmailAddress::parse(bad).is_err() || bad == "a@b.c\nx" && EmailAddress::parse(bad).is_err(),
                "{bad}"
            );
        }
        let longest = format!("{}@{}.example", "a".repeat(64), "b".repeat(63));
        assert!(EmailAddress::parse(&longest).is_ok());
        assert!(EmailAddress::parse(&format!("{}@b.example", "a".repeat(65))).is_err());
    }

    /// HC-14.
    #[test]
    fn origins_are_what_a_browser_sends() {
        assert_eq!(
            Origin::parse("HTTPS://Shop.Example:443/").expect("fine").as_str(),
            "https://shop.example"
        );
        assert_eq!(
            Origin::parse("http://localhost:3001").expect("fine").as_str(),
            "http://localhost:3001"
        );
        for bad in [
            "shop.example",
            "https://shop.example/path",
            "javascript://x",
            "https://*.example",
            "https://a@b.c",
            "https://x:0",
            "https://x:99999",
            "null",
            "https://x y",
            "https://x;script-src",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    /// HC-2, HC-3.
    #[test]
    fn links_are_web_addresses_and_nothing_else() {
        let body =
            Body::parse("See https://shop.example/a?b=1. Or (http://x.example), javascript:alert(1) https://a@evil.example xhttp://y.z http://localhost:3001/a http://localhostage")
                .expect("fine");
        let links: Vec<_> = body
            .spans()
            .into_iter()
            .filter_map(|s| if let Span::Link(l) = s { Some(l) } else { None })
            .collect();
        assert_eq!(links, ["https://shop.example/a?b=1", "http://x.example", "http://localhost:3001/a"]);
        for none in [
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "&#104;ttps://shop.example",
            "https:shop.example",
            "https://shop.example@evil.example/",
            "https://sh\u{43e}p.example/",
            "https://intranet",
            "//shop.example",
        ] {
            let body = Body::parse(none).expect("fine");
            assert_eq!(body.spans(), [Span::Text(body.as_str())], "{none}");
        }
    }

    proptest! {
        #[test]
        fn spans_lose_nothing(text in "\\PC{0,200}") {
            let joined: String = spans(&text).iter().map(|s| match s { Span::Text(t) | Span::Link(t) => *t }).collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn parsing_never_panics_and_is_stable(text in "(?s).{0,300}") {
            if let Ok(body) = Body::parse(&text) {
                prop_assert_eq!(Body::parse(body.as_str()).expect("still fine"), body.clone());
                prop_assert!(body.preview().chars().count() <= PREVIEW_CHARS_MAX + 1);
            }
            for parse in [name, phone, email, slug, origin, sku] {
                if let Ok(once) = parse(&text) {
                    prop_assert_eq!(parse(&once), Ok(once.clone()));
                }
            }
        }
    }
}
