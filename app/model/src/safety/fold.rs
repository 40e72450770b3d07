//! A text as it looks to a person: whatever a sign is made of, what reads as `4` is `4` here, what reads as `a` is `a`, and what nobody
//! sees is not there. Each sign remembers the bytes it came from.

/// One sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    /// What it reads as; plain letters and digits are ASCII.
    pub(super) c: char,
    /// Its first byte in the text.
    pub(super) from: usize,
    /// Behind its last byte, and behind what nobody sees after it.
    pub(super) to: usize,
}

impl Glyph {
    pub(super) fn is_letter(self) -> bool {
        self.c.is_ascii_alphabetic()
    }

    pub(super) fn is_digit(self) -> bool {
        self.c.is_ascii_digit()
    }

    /// A letter or a digit.
    pub(super) fn is_word(self) -> bool {
        self.c.is_ascii_alphanumeric()
    }
}

/// The signs of a text.
pub(super) fn glyphs(text: &str) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(text.len());
    for (from, c) in text.char_indices() {
        let to = from + c.len_utf8();
        match fold(c) {
            Some(c) => out.push(Glyph { c, from, to }),
            None => {
                if let Some(last) = out.last_mut() {
                    last.to = to;
                }
            }
        }
    }
    out
}

/// The signs from one to before another, as text.
pub(super) fn word(gs: &[Glyph], a: usize, b: usize) -> String {
    gs.get(a..b).unwrap_or_default().iter().map(|g| g.c).collect()
}

/// The same in small letters.
pub(super) fn lower(gs: &[Glyph], a: usize, b: usize) -> String {
    word(gs, a, b).to_lowercase()
}

/// The sign at a place, if there is one.
pub(super) fn at(gs: &[Glyph], i: usize) -> Option<Glyph> {
    gs.get(i).copied()
}

/// The zeros of other scripts; their nine other digits follow them.
const ZEROS: &str = "\u{660}\u{6F0}\u{7C0}\u{966}\u{9E6}\u{A66}\u{AE6}\u{B66}\u{BE6}\u{C66}\u{CE6}\u{D66}\u{DE6}\u{E50}\u{ED0}\u{F20}\u{1040}\u{1090}\u{17E0}\u{1810}\u{1946}\u{19D0}\u{1A80}\u{1A90}\u{1B50}\u{1BB0}\u{1C40}\u{1C50}\u{A620}\u{A8D0}\u{A900}\u{A9D0}\u{A9F0}\u{AA50}\u{ABF0}\u{FF10}\u{104A0}\u{11066}\u{1FBF0}";

/// Signs, and below each the one it is read as.
const LOOKS: &[(&str, &str)] = &[
    ("авекмнорстухіѕјԁԛѡһгпиѵ", "abekmhopctyxisjdqwhrnuv"),
    ("АВЕКМНОРСТУХІЅЈԚԜҺ", "ABEKMHOPCTYXISJQWH"),
    ("αβενορτυχικγωμησ", "abevoptuxikywuno"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("ıɑɡℓⅼⅰℎℯℴℊ", "iaglliheog"),
    (
        "àáâãäåāăąçćĉčďèéêëēĕėęěìíîïĩīįñńňòóôõöøōŏőŕřśŝşšţťùúûüũūŭůűųýÿŷźżžğġģĺļľłķĥĵŵđ",
        "aaaaaaaaaccccdeeeeeeeeeiiiiiiinnnooooooooorrssssttuuuuuuuuuuyyyzzzgggllllkhjwd",
    ),
    (
        "ÀÁÂÃÄÅĀĂĄÇĆĈČĎÈÉÊËĒĔĖĘĚÌÍÎÏĨĪĮÑŃŇÒÓÔÕÖØŌŎŐŔŘŚŜŞŠŢŤÙÚÛÜŨŪŬŮŰŲÝŸŶŹŻŽĞĠĢĹĻĽŁĶĤĴŴĐ",
        "AAAAAAAAACCCCDEEEEEEEEEIIIIIIINNNOOOOOOOOORRSSSSTTUUUUUUUUUUYYYZZZGGGLLLLKHJWD",
    ),
    ("’‘ʼ′", "''''"),
    ("‐‑‒–—―−﹣", "--------"),
    ("﹫。．․﹒", "@...."),
];

/// What a sign reads as; `None`: nobody sees it.
fn fold(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(if matches!(c, '\t' | '\r') { ' ' } else { c });
    }
    if is_unseen(c) {
        return None;
    }
    if c.is_whitespace() {
        let line = matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
        return Some(if line { '\n' } else { ' ' });
    }
    Some(like(c).or_else(|| digit(c)).or_else(|| letter(c)).unwrap_or(c))
}

/// Joiners, marks of direction, accents that stand by themselves, and what makes a picture of a digit.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{300}'..='\u{36F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E01EF}'
    )
}

fn like(c: char) -> Option<char> {
    LOOKS.iter().find_map(|(signs, plain)| {
        let at = signs.chars().position(|sign| sign == c)?;
        plain.chars().nth(at)
    })
}

/// How far a sign stands behind another.
fn behind(c: char, first: char) -> u32 {
    u32::from(c).wrapping_sub(u32::from(first))
}

fn digit(c: char) -> Option<char> {
    let other = || ZEROS.chars().map(|zero| behind(c, zero)).find(|value| *value < 10);
    let value = match c {
        '\u{1D7CE}'..='\u{1D7FF}' => behind(c, '\u{1D7CE}') % 10,
        '\u{B9}' | '\u{2460}'..='\u{2468}' | '\u{2474}'..='\u{247C}' | '\u{2776}'..='\u{277E}' => match c {
            '\u{B9}' => 1,
            '\u{2460}'..='\u{2468}' => behind(c, '\u{245F}'),
            '\u{2474}'..='\u{247C}' => behind(c, '\u{2473}'),
            _ => behind(c, '\u{2775}'),
        },
        '\u{2780}'..='\u{2788}' => behind(c, '\u{277F}'),
        '\u{278A}'..='\u{2792}' => behind(c, '\u{2789}'),
        '\u{24EA}' | '\u{24FF}' | '\u{1F10B}' | '\u{1F10C}' => 0,
        '\u{B2}' => 2,
        '\u{B3}' => 3,
        '\u{2070}' | '\u{2074}'..='\u{2079}' => behind(c, '\u{2070}'),
        '\u{2080}'..='\u{2089}' => behind(c, '\u{2080}'),
        _ => other()?,
    };
    char::from_digit(value, 10)
}

fn letter(c: char) -> Option<char> {
    let small = |n: u32| char::from_u32(u32::from('a') + n);
    let capital = |n: u32| char::from_u32(u32::from('A') + n);
    match c {
        '\u{1D400}'..='\u{1D6A3}' => match behind(c, '\u{1D400}') % 52 {
            n @ 0..=25 => capital(n),
            n => small(n - 26),
        },
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from('!') + behind(c, '\u{FF01}')),
        '\u{24B6}'..='\u{24CF}' => capital(behind(c, '\u{24B6}')),
        '\u{24D0}'..='\u{24E9}' => small(behind(c, '\u{24D0}')),
        '\u{1F130}'..='\u{1F149}' => capital(behind(c, '\u{1F130}')),
        '\u{1F150}'..='\u{1F169}' => capital(behind(c, '\u{1F150}')),
        '\u{1F170}'..='\u{1F189}' => capital(behind(c, '\u{1F170}')),
        '\u{1F1E6}'..='\u{1F1FF}' => capital(behind(c, '\u{1F1E6}')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        glyphs(text).iter().map(|g| g.c).collect()
    }

    #[test]
    fn each_sign_has_one_it_is_read_as() {
        for (signs, plain) in LOOKS {
            assert_eq!(signs.chars().count(), plain.chars().count(), "{signs}");
        }
    }

    #[test]
    fn a_25_what_reads_the_same_is_the_same() {
        for (typed, read) in [
            ("４１１１", "4111"),
            ("𝟒𝟙𝟣𝟷", "4111"),
            ("٤۱१১", "4111"),
            ("4️⃣1️⃣", "41"),
            ("⁴₁①⓪", "4110"),
            ("раsswоrd", "password"),
            ("𝐩𝒂𝓼𝘀", "pass"),
            ("c\u{200B}a\u{AD}f\u{301}e\u{2060}", "cafe"),
            ("🇳🇱91", "NL91"),
            ("ａ＠ｂ．ｃ", "a@b.c"),
        ] {
            assert_eq!(folded(typed), read, "{typed}");
        }
    }

    #[test]
    fn signs_remember_their_bytes() {
        let text = "é4\u{200B}１";
        let gs = glyphs(text);
        let bytes: Vec<&str> = gs.iter().map(|g| &text[g.from..g.to]).collect();
        assert_eq!(bytes, ["é", "4\u{200B}", "１"]);
    }
}
