//! A text as it is spoken: what stands between spaces, without the punctuation around it, which is remembered.

use super::fold::{Glyph, at, word};

/// What stands between two spaces.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what stands around a word, each by itself")]
pub(super) struct Chunk {
    /// Without punctuation.
    pub(super) text: String,
    /// The same in small letters.
    pub(super) low: String,
    /// From this sign …
    pub(super) a: usize,
    /// … to before that one.
    pub(super) b: usize,
    /// What stands before it without a space.
    pub(super) lead: String,
    /// With everything.
    pub(super) raw: String,
    /// Letters with spaces between them.
    pub(super) spaced: bool,
    /// A colon or an equals sign follows.
    pub(super) open: bool,
    /// Punctuation or a picture follows.
    pub(super) punct: bool,
    /// A question mark follows.
    pub(super) asks: bool,
    /// No letter or digit at all.
    pub(super) mark: bool,
    /// The line ends here.
    pub(super) ends: bool,
}

impl Chunk {
    fn new(gs: &[Glyph], text: &str, a: usize, b: usize, spaced: bool) -> Self {
        let inner = |c: char| c.is_ascii_alphanumeric();
        let rest = text.trim_start_matches(|c: char| !inner(c) && !matches!(c, '@' | '$'));
        let mark = !text.contains(inner) && (rest.is_empty() || rest.len() == text.len());
        let rest = if rest.is_empty() { text } else { rest };
        let core = rest.trim_end_matches(|c: char| !inner(c));
        let core = if core.is_empty() { rest } else { core };
        let lead = &text[..text.len() - rest.len()];
        let tail = &rest[core.len()..];
        let start = if spaced { a } else { a + lead.chars().count() };
        Self {
            text: core.to_owned(),
            low: core.to_lowercase(),
            a: start,
            b: if spaced { b } else { start + core.chars().count() },
            lead: lead.to_owned(),
            raw: text.to_owned(),
            spaced,
            open: tail.contains([':', '=']),
            punct: tail.contains(|c: char| ".,;:!?)".contains(c) || c > '\u{2000}'),
            asks: tail.contains('?'),
            mark,
            ends: at(gs, b).is_none_or(|g| g.c == '\n'),
        }
    }

    /// What stands before a sign in it, and what behind: `pass:word` is two.
    fn split(&self) -> Option<(Self, Self)> {
        if self.spaced || self.text.contains("://") {
            return None;
        }
        let place = self.text.char_indices().position(|(_, c)| matches!(c, ':' | '='))?;
        let (byte, _) = self.text.char_indices().nth(place)?;
        let behind = &self.text[byte + 1..];
        if place == 0 || behind.is_empty() {
            return None;
        }
        let head = &self.text[..byte];
        let before = Self {
            text: head.to_owned(),
            low: head.to_lowercase(),
            b: self.a + place,
            open: true,
            punct: false,
            asks: false,
            ends: false,
            ..self.clone()
        };
        let after = Self {
            text: behind.to_owned(),
            low: behind.to_lowercase(),
            a: self.a + place + 1,
            lead: String::new(),
            ..self.clone()
        };
        Some((before, after))
    }
}

/// The chunks of a text. Letters that stand alone are drawn together: p a s s w o r d.
pub(super) fn chunks(gs: &[Glyph]) -> Vec<Chunk> {
    let stretches = stretches(gs);
    let mut out: Vec<Chunk> = Vec::new();
    let mut k = 0;
    while let Some((a, b)) = stretches.get(k).copied() {
        let letter = |(a, b): (usize, usize)| b - a == 1 && at(gs, a).is_some_and(Glyph::is_letter);
        let mut m = k;
        if letter((a, b)) {
            while let Some(next) = stretches.get(m + 1).copied()
                && next.0 - stretches[m].1 == 1
                && letter(next)
            {
                m += 1;
            }
        }
        let goes_on = m > k && out.last().is_some_and(|last| last.spaced);
        let chunk = if m - k >= 2 || goes_on {
            let text: String = stretches[k..=m].iter().map(|(a, b)| word(gs, *a, *b)).collect();
            Chunk::new(gs, &text, a, stretches[m].1, true)
        } else {
            m = k;
            Chunk::new(gs, &word(gs, a, b), a, b, false)
        };
        match chunk.split() {
            Some((before, after)) => out.extend([before, after]),
            None => out.push(chunk),
        }
        k = m + 1;
    }
    out
}

fn stretches(gs: &[Glyph]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, glyph) in gs.iter().enumerate() {
        let space = matches!(glyph.c, ' ' | '\n');
        match (space, start) {
            (true, Some(from)) => {
                out.push((from, i));
                start = None;
            }
            (false, None) => start = Some(i),
            _ => {}
        }
    }
    out.extend(start.map(|from| (from, gs.len())));
    out
}

#[cfg(test)]
mod tests {
    use super::{super::fold::glyphs, *};

    #[test]
    fn words_know_what_stands_around_them() {
        let chunks = chunks(&glyphs("\"Hello\", m o t  d e pin:1234 = why?\nx 🍪"));
        let texts: Vec<&str> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
        assert_eq!(texts, ["Hello", "mot", "de", "pin", "1234", "=", "why", "x", "🍪"]);
        assert!(chunks[0].punct && chunks[0].lead == "\"" && chunks[1].spaced && chunks[2].spaced);
        assert!(chunks[3].open && chunks[5].mark && chunks[6].asks && chunks[6].ends && chunks[8].mark);
    }
}
