//! What a letter says: its plain part, or the words of its HTML where there is none; without what it quotes.

use std::borrow::Cow;

use mail_parser::{
    ContentType, Message, MessagePart, MimeHeaders as _, PartType,
    decoders::{base64::base64_decode, charsets::map::charset_decoder, quoted_printable::quoted_printable_decode},
};

use super::{markup, quote};

/// Bytes of text that are read: more than any person writes.
const TEXT_BYTES_MAX: usize = 128 * 1024;

/// The words of a letter that its sender wrote anew.
pub(super) fn said(message: &Message<'_>) -> String {
    let mut plain = String::new();
    let mut page = String::new();
    for part in message.text_bodies() {
        match &part.body {
            PartType::Text(text) if plain.len() < TEXT_BYTES_MAX => {
                let text: String = text.chars().take(TEXT_BYTES_MAX).collect();
                add(&mut plain, &unflowed(part, &text));
            }
            PartType::Html(html) if page.len() < TEXT_BYTES_MAX => add(&mut page, &markup::own_words(html)),
            _ => {}
        }
    }
    for text in message.attachments().filter_map(torn) {
        if plain.len() < TEXT_BYTES_MAX {
            let text: String = text.chars().take(TEXT_BYTES_MAX).collect();
            add(&mut plain, &text.replace("\r\n", "\n"));
        }
    }
    let own = quote::own_words(&plain);
    if own.is_empty() {
        // Some programs send an empty plain part beside a page.
        let bodies = message.html_bodies().filter_map(|part| match &part.body {
            PartType::Html(html) => Some(markup::own_words(html)),
            _ => None,
        });
        if page.is_empty() {
            bodies.for_each(|words| add(&mut page, &words));
        }
        return quote::own_words(&page);
    }
    own
}

/// The words of a part whose end never came: the parser calls it a file, and leaves it as it was encoded. Whatever was given as a file
/// stays one.
pub(super) fn torn<'a>(part: &'a MessagePart<'_>) -> Option<Cow<'a, str>> {
    let PartType::Text(text) = &part.body else { return None };
    let given = part.attachment_name().is_some() || part.content_disposition().is_some_and(ContentType::is_attachment);
    let is_plain = part.content_type().is_none() || part.is_content_type("text", "plain");
    if !part.is_encoding_problem || given || !is_plain {
        return None;
    }
    let encoding = part.content_transfer_encoding().unwrap_or_default();
    let bytes = if encoding.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable_decode(text.as_bytes())?
    } else if encoding.eq_ignore_ascii_case("base64") {
        base64_decode(text.as_bytes())?
    } else {
        return Some(Cow::Borrowed(text.as_ref()));
    };
    let charset = part.content_type().and_then(|content| content.attribute("charset"));
    let decoder = charset.and_then(|charset| charset_decoder(charset.as_bytes()));
    Some(Cow::Owned(decoder.map_or_else(
        || String::from_utf8_lossy(&bytes).into_owned(),
        |decode| decode(&bytes),
    )))
}

fn add(to: &mut String, text: &str) {
    let text = text.trim_matches(['\r', '\n']);
    if !to.is_empty() && !text.is_empty() {
        to.push_str("\n\n");
    }
    to.push_str(text);
}

/// Lines that were broken for the way are whole again (RFC 3676).
fn unflowed(part: &MessagePart<'_>, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let says = |name: &str, value: &str| {
        part.content_type()
            .and_then(|content| content.attribute(name))
            .is_some_and(|is| is.eq_ignore_ascii_case(value))
    };
    if !says("format", "flowed") {
        return text;
    }
    let delete = says("delsp", "yes");
    let mut out = String::new();
    for line in text.split('\n') {
        // A line that began with a space, a quotation mark or "From" was given one more.
        let line = line.strip_prefix(' ').unwrap_or(line);
        let flows = line.ends_with(' ') && line != "-- " && !line.starts_with('>');
        out.push_str(if flows && delete { &line[..line.len() - 1] } else { line });
        if !flows {
            out.push('\n');
        }
    }
    out
}
