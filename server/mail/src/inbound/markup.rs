//! Words out of HTML, for letters without a plain part: what mail programs mark as a quotation is cut off first, then only text is left.
//! Nothing of the markup is kept, so nothing of it can do anything.

use mail_parser::decoders::html::add_html_token;

/// Bytes of HTML that are read.
const HTML_BYTES_MAX: usize = 512 * 1024;
/// Bytes of a tag that are looked through for its end, or its beginning: whoever writes longer ones wants us to work.
const TAG_BYTES_MAX: usize = 1_024;
/// Characters of an entity: `&CounterClockwiseContourIntegral;` is the longest.
const ENTITY_BYTES_MAX: usize = 34;

/// What stands inside the tag with which a mail program begins what it quotes.
const QUOTES: [&str; 12] = [
    // Gmail, Outlook (four times), Thunderbird, Yahoo, Outlook for Mac, Proton, GMX, Spark, Zimbra.
    "gmail_quote",
    "divrplyfwdmsg",
    "appendonsend",
    "mail-editor-reference-message-container",
    "border-top:solid #e1e1e1",
    "moz-cite-prefix",
    "yahoo_quoted",
    "olk_src_body_section",
    "protonmail_quote",
    "name=\"quote\"",
    "messagereplysection",
    "data-marker=\"__quoted_text__\"",
];

/// Elements whose content is not for reading.
const SILENT: [&str; 5] = ["head", "style", "script", "template", "title"];
/// Elements that stand on lines of their own.
const BLOCKS: [&str; 17] = [
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "blockquote",
    "hr",
    "pre",
];

/// The words of a page that its sender wrote anew.
pub(super) fn own_words(html: &str) -> String {
    let html = upto(html, HTML_BYTES_MAX);
    // ASCII only, so that places in both are the same.
    let lower = html.to_ascii_lowercase();
    let marked = QUOTES.iter().filter_map(|mark| tag_with(&lower, mark)).min();
    let quoted = lower.find("<blockquote").filter(|_| {
        lower
            .rfind("</blockquote>")
            .is_none_or(|end| text(upto_from(html, end)).trim().is_empty())
    });
    let cut = marked.into_iter().chain(quoted).min();
    let own = cut.map(|at| text(upto(html, at))).filter(|own| !own.trim().is_empty());
    own.unwrap_or_else(|| text(html))
}

/// Where the tag begins that has this in it.
fn tag_with(lower: &str, mark: &str) -> Option<usize> {
    lower.match_indices(mark).find_map(|(at, _)| {
        let near = &lower.as_bytes()[at.saturating_sub(TAG_BYTES_MAX)..at];
        let border = near.iter().rposition(|byte| matches!(byte, b'<' | b'>'))?;
        (near.get(border) == Some(&b'<')).then_some(at - near.len() + border)
    })
}

fn upto(text: &str, mut end: usize) -> &str {
    end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn upto_from(text: &str, begin: usize) -> &str {
    text.get(begin..).unwrap_or_default()
}

/// All words of a page, with its lines.
fn text(html: &str) -> String {
    let mut out = String::new();
    let mut silent: Option<&str> = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if silent.is_none() {
            words(&rest[..at], &mut out);
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let end = tag_end(rest);
        let tag = rest[1..end].trim_end_matches(['>', '/']);
        rest = &rest[end..];
        let closing = tag.starts_with('/');
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\t', '\r', '\n', '/'])
            .next()
            .unwrap_or_default();
        match silent {
            Some(open) if closing && name.eq_ignore_ascii_case(open) => silent = None,
            None if !closing => silent = SILENT.into_iter().find(|s| name.eq_ignore_ascii_case(s)),
            _ => {}
        }
        if silent.is_none() && BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block)) {
            line(name, closing, &mut out);
        }
    }
    if silent.is_none() {
        words(rest, &mut out);
    }
    out.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A `>` in a quoted attribute ends nothing. A tag that never ends is the rest of the page.
fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (at, sign) in rest.bytes().take(TAG_BYTES_MAX).enumerate() {
        match (sign, quote) {
            (b'"' | b'\'', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            (b'>', None) => return at + 1,
            _ => {}
        }
    }
    // A stray quotation mark would swallow the rest: then the nearest `>` it is.
    rest.find('>').map_or(rest.len(), |at| at + 1)
}

fn line(name: &str, closing: bool, out: &mut String) {
    let broken = name.eq_ignore_ascii_case("br");
    if broken || (!out.is_empty() && !out.ends_with('\n')) {
        out.push('\n');
    }
    if closing && name.eq_ignore_ascii_case("p") && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// Text between tags: any white space is one space, entities are what they stand for.
fn words(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if sign.is_ascii_whitespace() || sign == '\u{a0}' {
            space(out);
            rest = &rest[sign.len_utf8()..];
        } else if sign == '&' {
            let entity = rest.bytes().take(ENTITY_BYTES_MAX).position(|byte| byte == b';');
            let token = &rest[..entity.map_or(1, |end| end + 1)];
            if token.eq_ignore_ascii_case("&nbsp;") || token == "&#160;" {
                space(out);
            } else {
                add_html_token(out, token.as_bytes(), false);
            }
            rest = &rest[token.len()..];
        } else {
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || c == '&' || c == '\u{a0}')
                .unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '\n']) {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_and_lines_are_left_and_nothing_that_could_do_anything() {
        assert_eq!(
            own_words(
                "<html><head><style>p{}</style><title>x</title></head><body><p>Dag &amp; <b>hallo</b></p><p>Groe&#8217;t&nbsp;&euro;<br>Jan</p><script>alert(1)</script></body>"
            ),
            "Dag & hallo\n\nGroe’t €\nJan"
        );
        assert_eq!(own_words("<div>a</div><div>b</div><!-- <p>no</p> --><ul><li>c</ul>d"), "a\nb\nc\nd");
        assert_eq!(own_words("<img alt=\"a>b\">x<"), "x");
        assert_eq!(own_words("a & b < c"), "a & b");
    }

    #[test]
    fn what_mail_programs_quote_is_cut() {
        for quoting in [
            "<div>Yes</div><div class=\"gmail_quote gmail_quote_container\"><div class=\"gmail_attr\">On Monday</div><blockquote>old</blockquote></div>",
            "<p>Yes</p><div id=appendonsend></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> old</div>",
            "<p>Yes</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt'><p><b>From:</b> old</p></div></div>",
            "Yes<div class=\"moz-cite-prefix\">On Monday</div><blockquote type=\"cite\">old</blockquote>",
            "Yes<br><blockquote type=\"cite\"><div>On Monday</div>old</blockquote></body>",
        ] {
            assert_eq!(own_words(quoting), "Yes", "{quoting}");
        }
        assert_eq!(
            own_words("<blockquote>old</blockquote><p>Yes</p>"),
            "old\nYes",
            "an answer below is kept, with what it answers"
        );
    }

    proptest! {
        #[test]
        fn any_page_is_read(html in "(?s).{0,400}", tags in "([<>/=\"'&;! a-z-]|é|\u{a0}){0,200}") {
            let _ = own_words(&html);
            let _ = own_words(&tags);
        }
    }
}
