//! A letter's words as messages: a long letter is several, and what it enclosed in vain is named.

use model::{limits::BODY_CHARS_MAX, text::Body};

/// Messages that one letter becomes at most; whoever writes more is read in the letter itself.
const BODIES_MAX: usize = 8;

/// The messages of a letter: its subject where it begins something, its words, and the names of files that were not taken.
pub(super) fn bodies(subject: Option<&str>, words: &str, not_taken: &[String]) -> Vec<Body> {
    let mut text = String::new();
    for paragraph in [subject.unwrap_or_default(), words] {
        add(&mut text, paragraph);
    }
    let named: Vec<String> = not_taken.iter().map(|name| format!("[{name}]")).collect();
    add(&mut text, &named.join("\n"));
    let mut bodies = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() && bodies.len() < BODIES_MAX {
        let (piece, more) = split(rest);
        bodies.extend(Body::parse(piece));
        rest = more.trim_start_matches('\n');
    }
    bodies
}

fn add(text: &mut String, paragraph: &str) {
    if !text.is_empty() && !paragraph.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}

/// As much as one message holds: up to the end of a line, or of a word, if there is one in its second half.
fn split(text: &str) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(BODY_CHARS_MAX) else {
        return (text, "");
    };
    let piece = &text[..end];
    let at = piece
        .rfind('\n')
        .filter(|at| *at > end / 2)
        .or_else(|| piece.rfind(' ').filter(|at| *at > end / 2));
    text.split_at(at.unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_letter_is_several_messages_and_loses_no_word() {
        let words = "word ".repeat(3_000);
        let bodies = bodies(None, words.trim(), &[]);
        assert_eq!(bodies.len(), 4);
        let together: Vec<&str> = bodies.iter().flat_map(|body| body.as_str().split_whitespace()).collect();
        assert_eq!(together.len(), 3_000);
        assert_eq!(super::bodies(None, &"é".repeat(BODY_CHARS_MAX + 1), &[]).len(), 2);
        assert_eq!(super::bodies(None, &"é".repeat(BODY_CHARS_MAX), &[]).len(), 1);
        assert_eq!(super::bodies(None, &"x".repeat(BODY_CHARS_MAX * 20), &[]).len(), BODIES_MAX);
    }

    #[test]
    fn a_subject_stands_above_and_names_below() {
        let said = |bodies: Vec<Body>| bodies.into_iter().map(String::from).collect::<Vec<_>>();
        assert_eq!(
            said(bodies(Some("Hello"), "World", &["a.docx".to_owned()])),
            ["Hello\n\nWorld\n\n[a.docx]"]
        );
        assert_eq!(said(bodies(None, "", &["a.docx".to_owned()])), ["[a.docx]"]);
        assert!(bodies(None, "", &[]).is_empty());
    }
}
