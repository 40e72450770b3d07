//! Bank accounts: a country, its shape, and two check digits over all of it (mod 97). Words may stand between the parts, and each part may
//! be written as anything that reads the same.

use std::collections::HashMap;

use super::{
    fold::{Glyph, at, word},
    pieces::{GAP, Piece, is_filler},
};

/// Behind the check digits: so many digits (n), letters (a), or either (c).
const SHAPES: &str = "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BR23n1a1c CH5n12c CR18n CY8n16c CZ20n DE18n DK14n
    DO4c20n EE16n EG25n ES20n FI14n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT20c HR17n HU24n IE4a14n IL19n IQ4a15n IS22n
    IT1a10n12c JO4a22c KW4a22c KZ3n13c LB4n20c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MR23n MT4a5n18c
    MU4a19n3a NL4a10n NO11n PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c ST21n
    SV4a20n TL19n TN20n TR5n17c UA6n19c VA18n VG4a16n XK16n";
/// Steps that one beginning may take, and all of them together: bounds the time of a text that was made to be slow.
const STEPS: u32 = 6_000;
const STEPS_MAX: u32 = 200_000;
/// Letters that may be meant as digits are tried both ways, so many of them.
const DOUBTS_MAX: usize = 10;
/// Words between its parts that belong to nothing, so many of them. An account without any is looked for first: most of the ways lead
/// over such words, and would use up the steps.
const SKIPS: [u8; 2] = [0, 8];
/// Signs of a number and the word behind it which may be a part of an account as they stand.
const JOINED_MAX: usize = 8;

/// What may be a part of an account.
pub(super) struct Token {
    /// The digits that a word stands for, and what stands there.
    ways: Vec<String>,
    /// What stands there, in capitals; of a word for a number only where it is short enough for letters of a bank.
    raw: String,
    a: usize,
    b: usize,
    word: bool,
    maybe: bool,
}

impl Token {
    fn is_letters(&self) -> bool {
        is_letters(&self.raw)
    }

    fn is_capitals(&self, gs: &[Glyph]) -> bool {
        gs[self.a..self.b].iter().all(|g| g.c.is_ascii_uppercase())
    }
}

fn is_letters(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether at least half of the letters may be meant as digits: no word is written like that.
fn is_drawn(letters: &str) -> bool {
    2 * letters.chars().filter(|c| as_digit(*c).is_some()).count() >= letters.len()
}

/// The parts: words for numbers, and everything else as it stands.
pub(super) fn tokens(gs: &[Glyph], pieces: &[Option<Piece>]) -> Vec<Token> {
    let said: HashMap<usize, &Piece> = pieces
        .iter()
        .flatten()
        .filter(|piece| piece.word)
        .map(|piece| (piece.a, piece))
        .collect();
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(glyph) = at(gs, i) {
        if !glyph.is_word() {
            i += 1;
            continue;
        }
        let token = if let Some(piece) = said.get(&i) {
            let raw = word(gs, piece.a, piece.b).to_ascii_uppercase();
            let raw = if raw.len() <= 4 && is_letters(&raw) { raw } else { String::new() };
            let mut ways = vec![piece.digits.clone()];
            ways.extend(Some(raw.clone()).filter(|raw| !raw.is_empty()));
            // "07 UNS" is seven ones, or a number and the letters of a bank.
            let joined: String = gs[piece.a..piece.b]
                .iter()
                .filter(|g| g.is_word())
                .map(|g| g.c.to_ascii_uppercase())
                .collect();
            ways.extend(Some(joined).filter(|joined| joined.len() <= JOINED_MAX && joined.contains(|c: char| c.is_ascii_digit())));
            Token {
                ways,
                raw,
                a: i,
                b: piece.b,
                word: true,
                maybe: piece.maybe,
            }
        } else {
            let mut b = i + 1;
            while at(gs, b).is_some_and(Glyph::is_word) && !said.contains_key(&b) {
                b += 1;
            }
            let raw = word(gs, i, b).to_ascii_uppercase();
            Token {
                ways: vec![raw.clone()],
                raw,
                a: i,
                b,
                word: false,
                maybe: false,
            }
        };
        i = token.b;
        out.push(token);
    }
    out
}

/// What stands behind the country, the check digits included: one sign for each place.
fn shape(country: &str) -> Option<Vec<u8>> {
    if !is_letters(country) || country.len() != 2 {
        return None;
    }
    let entry = SHAPES.split_ascii_whitespace().find_map(|entry| entry.strip_prefix(country))?;
    let mut out = b"nn".to_vec();
    let mut count = 0;
    for byte in entry.bytes() {
        if byte.is_ascii_digit() {
            count = count * 10 + usize::from(byte - b'0');
        } else {
            out.extend(std::iter::repeat_n(byte, count));
            count = 0;
        }
    }
    Some(out)
}

fn as_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        'O' | 'Q' => Some('0'),
        'I' | 'L' => Some('1'),
        _ => None,
    }
}

fn as_letter(c: char) -> Option<char> {
    match c {
        '0' => Some('O'),
        '1' => Some('I'),
        c => Some(c).filter(char::is_ascii_alphabetic),
    }
}

/// What was read so far with more of it, as far as it fits the shape.
fn feed(shape: &[u8], body: &str, more: &str) -> Option<String> {
    let mut out = body.to_owned();
    for c in more.chars() {
        out.push(match shape.get(out.len())? {
            b'n' => as_digit(c)?,
            b'a' => as_letter(c)?,
            _ => c,
        });
    }
    Some(out)
}

/// The remainder of letters and digits by 97.
pub(super) fn mod97(signs: impl Iterator<Item = u8>) -> u32 {
    signs.fold(0, |rest, sign| match sign {
        b'0'..=b'9' => (rest * 10 + u32::from(sign - b'0')) % 97,
        _ => (rest * 100 + u32::from(sign) - u32::from(b'A') + 10) % 97,
    })
}

/// Whether the check digits are right, whatever of O, Q, I and L is meant as a digit.
fn checks(country: &str, shape: &[u8], body: &str, budget: &mut u32) -> bool {
    let places = body.bytes().zip(shape).enumerate();
    let doubts: Vec<usize> = places
        .filter(|(_, (sign, kind))| **kind == b'c' && matches!(*sign, b'O' | b'Q' | b'I' | b'L'))
        .map(|(place, _)| place)
        .take(DOUBTS_MAX)
        .collect();
    *budget = budget.saturating_sub(1 << doubts.len());
    (0..1_u32 << doubts.len()).any(|bits| {
        let mut signs = body.as_bytes().to_vec();
        for (n, place) in doubts.iter().enumerate() {
            if (bits >> n) & 1 == 1 {
                signs[*place] = if matches!(signs[*place], b'O' | b'Q') { b'0' } else { b'1' };
            }
        }
        mod97(signs[2..].iter().copied().chain(country.bytes()).chain(signs[..2].iter().copied())) == 1
    })
}

/// The accounts in a text, as the signs from and to.
pub(super) fn ibans(gs: &[Glyph], tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut left = STEPS_MAX;
    let mut n = 0;
    while let Some(token) = tokens.get(n) {
        let found = beginning(gs, tokens, n, &mut left);
        n += 1;
        if let Some((offset, end)) = found {
            out.push((token.a + offset, end));
            while tokens.get(n).is_some_and(|token| token.a < end) {
                n += 1;
            }
        }
    }
    if out.is_empty() {
        out.extend(apart(gs, tokens));
    }
    out
}

/// An account that begins in this token: at which of its signs, and where it ends.
fn beginning(gs: &[Glyph], tokens: &[Token], n: usize, left: &mut u32) -> Option<(usize, usize)> {
    let token = &tokens[n];
    if token.word {
        return None;
    }
    for offset in 0..token.raw.len() {
        let (mut country, mut m) = (token.raw.get(offset..offset + 2).unwrap_or_default().to_owned(), n);
        let mut rest = token.raw.get(offset + 2..).unwrap_or_default();
        // Letter by letter.
        if token.raw.len() == 1
            && let Some(next) = tokens.get(n + 1).filter(|next| !next.raw.is_empty())
        {
            country = [token.raw.as_str(), &next.raw[..1]].concat();
            rest = &next.raw[1..];
            m = n + 1;
        }
        // In the middle of a word only where its digits follow.
        if offset > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let Some(shape) = shape(&country) else { continue };
        let Some(body) = feed(&shape, "", rest) else { continue };
        if *left == 0 {
            return None;
        }
        for skips in SKIPS {
            let mut way = Way {
                gs,
                tokens,
                country: &country,
                shape: &shape,
                first: n,
                skips,
                budget: STEPS,
            };
            let end = way.go(m + 1, &body, Passed::default(), tokens[m].b);
            *left = left.saturating_sub(STEPS - way.budget);
            if let Some(end) = end {
                return Some((offset, end));
            }
        }
    }
    None
}

/// What was passed over on a way through the tokens.
#[derive(Clone, Copy, Default)]
struct Passed {
    /// Words that are no part of it.
    skipped: u8,
    /// Fillers.
    fillers: u8,
    /// Small words that were taken for letters of it.
    small: u8,
}

/// A search for the rest of one account.
struct Way<'t> {
    gs: &'t [Glyph],
    tokens: &'t [Token],
    country: &'t str,
    shape: &'t [u8],
    first: usize,
    /// How many words may be passed over.
    skips: u8,
    budget: u32,
}

impl Way<'_> {
    /// Where it ends, if what follows from this token completes it.
    fn go(&mut self, i: usize, body: &str, passed: Passed, end: usize) -> Option<usize> {
        self.budget = self.budget.checked_sub(1)?;
        if body.len() == self.shape.len() {
            let enough = 2 * self.real(i) >= body.len();
            return (enough && checks(self.country, self.shape, body, &mut self.budget)).then_some(end);
        }
        let tokens = self.tokens;
        let token = tokens.get(i)?;
        if token.a - end > GAP {
            return None;
        }
        for way in &token.ways {
            // Small words are no letters of an account, or hardly ever.
            let small = is_letters(way) && self.shape.get(body.len()) == Some(&b'c') && !token.is_capitals(self.gs);
            if small && (passed.small > 2 || (way.len() > 4 && !is_drawn(way))) {
                continue;
            }
            let with = Passed {
                small: passed.small + u8::from(small),
                ..passed
            };
            if let Some(more) = feed(self.shape, body, way)
                && let Some(end) = self.go(i + 1, &more, with, token.b)
            {
                return Some(end);
            }
        }
        if !token.is_letters() || (token.word && !token.maybe) {
            return None;
        }
        let without = if is_filler(&token.raw.to_ascii_lowercase()) {
            (passed.fillers < 80).then_some(Passed {
                fillers: passed.fillers + 1,
                ..passed
            })
        } else {
            // Nothing but fillers stands between the country and its check digits.
            (passed.skipped < self.skips && body.len() > 1).then_some(Passed {
                skipped: passed.skipped + 1,
                ..passed
            })
        };
        self.go(i + 1, body, without?, token.b)
    }

    /// Digits that are digits, what stands among such, and the words for some.
    fn real(&self, to: usize) -> usize {
        let tokens = self.tokens[self.first..to].iter();
        tokens
            .map(|token| {
                let signs = &self.gs[token.a..token.b];
                if token.word {
                    token.ways[0].len()
                } else if signs.iter().all(|g| matches!(g.c, 'o' | 'O')) || signs.len() == 1 || signs.iter().any(|g| g.is_digit()) {
                    signs.iter().filter(|g| as_digit(g.c.to_ascii_uppercase()).is_some()).count()
                } else {
                    0
                }
            })
            .sum()
    }
}

/// The digits here, and their country elsewhere.
fn apart(gs: &[Glyph], tokens: &[Token]) -> Option<(usize, usize)> {
    let mut countries: Vec<&str> = tokens
        .iter()
        .filter(|token| token.raw.len() == 2 && token.is_capitals(gs))
        .map(|token| token.raw.as_str())
        .collect();
    countries.sort_unstable();
    countries.dedup();
    let mut budget = STEPS_MAX;
    for country in countries {
        let Some(shape) = shape(country) else { continue };
        for (n, first) in tokens.iter().enumerate() {
            if !at(gs, first.a).is_some_and(Glyph::is_digit) || budget == 0 {
                continue;
            }
            let (mut body, mut end) = (String::new(), first.a);
            for token in &tokens[n..] {
                budget = budget.saturating_sub(1);
                if token.a - end > 3 {
                    break;
                }
                let Some(more) = token.ways.first().and_then(|way| feed(&shape, &body, way)) else {
                    break;
                };
                (body, end) = (more, token.b);
                if body.len() == shape.len() {
                    if checks(country, &shape, &body, &mut budget) {
                        return Some((first.a, end));
                    }
                    break;
                }
            }
        }
    }
    None
}
