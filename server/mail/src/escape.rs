//! Text on its way into places that mean something: header lines and HTML.

/// Characters of a name or a subject in a header: longer ones are cut, because nobody reads them.
const HEADER_CHARS_MAX: usize = 150;

/// One harmless line for a header: no line breaks of any kind, nothing invisible, nothing that a mail program would decode again.
///
/// Names come from strangers. A line break in one would be a second header, and the builder of messages panics at it.
pub(crate) fn header_line(raw: &str) -> String {
    let spaced: String = raw
        .chars()
        .filter(|c| !matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'))
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(HEADER_CHARS_MAX).collect();
    // `=?utf-8?b?…?=` would be decoded after all that, and say something else.
    line.replace("=?", "= ?")
}

/// Text as text in HTML, in elements and in attributes.
pub(crate) fn html(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + raw.len() / 8);
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{22}' => out.push_str("&quot;"),
            '\u{27}' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn he_1_a_name_stays_one_line_and_is_not_decoded() {
        assert_eq!(header_line("Jane\r\nBcc: all@x.example"), "Jane Bcc: all@x.example");
        assert_eq!(header_line("a\u{2028}b\u{0}c\u{85}d\u{202E}e"), "a b c de");
        assert_eq!(header_line("=?utf-8?b?SGk=?="), "= ?utf-8?b?SGk= ?=");
        assert_eq!(header_line(&"x".repeat(500)).len(), HEADER_CHARS_MAX);
        assert_eq!(header_line(" \r\n "), "");
    }

    #[test]
    fn he_15_nothing_becomes_markup() {
        assert_eq!(
            html("<img src=x onerror='alert(1)'> & \"more\"\u{0}"),
            "&lt;img src=x onerror=&#39;alert(1)&#39;&gt; &amp; &quot;more&quot;"
        );
    }
}
