//! Numbers of cards and accounts that nobody ever had, spelled in every way that we thought of: each of them must be found. The same ones in
//! each run, so that a change is judged by what it changed. `VITRINE_SPELLINGS=40000000 cargo test -p model --release every_spelling` draws as
//! many others, and says from which seed; `VITRINE_SEED=…` draws the same ones again.

use std::{
    env,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    thread,
};

use super::{Private, find};
use crate::safety::{card::luhn, iban::mod97};

/// How many, and from which seed, unless it is said.
const SPELLINGS: u64 = 100_000;
const SEED: u64 = 11_407;
const THREADS: u64 = 4;

const WORDS: &[[&str; 10]] = &[
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"],
    ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
];
const FILLERS: &[&[&str]] = &[
    &["then", "and then", "followed by", "next", "and"],
    &["dan", "en dan", "gevolgd door", "daarna"],
    &["luego", "y luego", "despues"],
    &["puis", "et puis", "ensuite"],
];
const BETWEEN: &[&str] = &[
    "", " ", " ", "-", ".", "/", "_", " - ", "*", "  ", "\n", "·", ", ", " | ", "•", "🌸", " 😀 ", "\u{200B}", "\u{2009}", "\u{A0}", "–",
    "+", ":", "~", "'",
];
const UNSEEN: &[char] = &['\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{AD}'];
/// What the zero looks like; the other digits follow it.
const ZEROS: &[char] = &[
    '0',
    '\u{FF10}',
    '\u{1D7CE}',
    '\u{1D7D8}',
    '\u{1D7E2}',
    '\u{1D7EC}',
    '\u{1D7F6}',
    '\u{660}',
    '\u{6F0}',
    '\u{966}',
    '\u{9E6}',
];
const SUPERSCRIPTS: &[char] = &['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const CIRCLED: &[char] = &['⓪', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨'];
const BRANDS: &[(&str, usize)] = &[
    ("4", 16),
    ("4", 16),
    ("4", 13),
    ("4", 19),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("300", 14),
    ("36", 14),
    ("38", 14),
    ("6011", 16),
    ("65", 16),
    ("644", 16),
    ("3528", 16),
    ("3589", 16),
    ("62", 16),
    ("5018", 16),
    ("6759", 16),
];
/// A country and what follows its check digits.
const COUNTRIES: &[(&str, &str)] = &[
    ("NL", "aaaannnnnnnnnn"),
    ("BE", "nnnnnnnnnnnn"),
    ("DE", "nnnnnnnnnnnnnnnnnn"),
    ("FR", "nnnnnnnnnncccccccccccnn"),
    ("ES", "nnnnnnnnnnnnnnnnnnnn"),
    ("IT", "annnnnnnnnncccccccccccc"),
    ("GB", "aaaannnnnnnnnnnnnn"),
    ("IE", "aaaannnnnnnnnnnnnn"),
    ("LU", "nnnccccccccccccc"),
    ("CH", "nnnnncccccccccccc"),
    ("AT", "nnnnnnnnnnnnnnnn"),
    ("PT", "nnnnnnnnnnnnnnnnnnnnn"),
    ("PL", "nnnnnnnnnnnnnnnnnnnnnnnn"),
    ("MT", "aaaannnnncccccccccccccccccc"),
    ("LV", "aaaaccccccccccccc"),
];
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOOKS: &[(char, char)] = &[
    ('A', 'А'),
    ('B', 'В'),
    ('E', 'Е'),
    ('K', 'К'),
    ('M', 'М'),
    ('H', 'Н'),
    ('O', 'О'),
    ('P', 'Р'),
    ('C', 'С'),
    ('T', 'Т'),
    ('X', 'Х'),
];
const BEFORE: &[&str] = &[
    "",
    "my card is ",
    "hier is hij: ",
    "es la de mi marido ",
    "voici ",
    "pay to ",
    "Hi! ",
    "hola, ",
    "(",
    "rekening ",
];
const BEHIND: &[&str] = &[
    "",
    " thanks",
    " exp 12/29",
    " cvc 123",
    ", bedankt",
    " gracias",
    " merci",
    ")",
    " . ok?",
    "\nbye",
];

/// Dice (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn digit(&mut self) -> u8 {
        b'0' + self.below(10) as u8
    }
}

fn card(dice: &mut Dice) -> String {
    let (begin, long) = dice.of(BRANDS);
    let mut digits = begin.as_bytes().to_vec();
    while digits.len() < long - 1 {
        digits.push(dice.digit());
    }
    digits.push(b'0');
    while !luhn(&digits) {
        digits[long - 1] += 1;
    }
    String::from_utf8(digits).expect("digits")
}

fn iban(dice: &mut Dice) -> String {
    let (country, shape) = dice.of(COUNTRIES);
    let mut letters = 3;
    let mut body = Vec::new();
    for kind in shape.bytes() {
        body.push(match kind {
            b'n' => dice.digit(),
            b'a' => dice.of(LETTERS),
            _ if letters > 0 && dice.percent(12) => {
                letters -= 1;
                dice.of(LETTERS)
            }
            _ => dice.digit(),
        });
    }
    let rest = mod97(body.iter().copied().chain(country.bytes()).chain(*b"00"));
    format!("{country}{:02}{}", 98 - rest, String::from_utf8(body).expect("letters and digits"))
}

/// In pieces: of four signs, of one to three, all of it, or of any lengths.
fn cut(dice: &mut Dice, text: &str) -> Vec<String> {
    let long = dice.of(&[4, 4, 4, 0, 1, 2, 3, 40]);
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let count = if long == 0 { 1 + dice.below(6) } else { long };
        let (piece, more) = rest.split_at(count.min(rest.len()));
        out.push(piece.to_owned());
        rest = more;
    }
    out
}

/// A digit in one of the styles.
fn drawn(digit: u8, style: usize) -> String {
    let value = usize::from(digit - b'0');
    match style {
        0 => format!("{value}\u{FE0F}\u{20E3}"),
        1 => SUPERSCRIPTS[value].to_string(),
        2 => CIRCLED[value].to_string(),
        n => char::from_u32(u32::from(ZEROS[n - 3]) + value as u32).expect("a digit").to_string(),
    }
}

fn style(dice: &mut Dice) -> usize {
    dice.below(ZEROS.len() + 3)
}

/// The plain one.
const PLAIN: usize = 3;

fn in_words(piece: &str, language: usize) -> String {
    let words: Vec<&str> = piece.bytes().map(|digit| WORDS[language][usize::from(digit - b'0')]).collect();
    words.join(" ")
}

fn with_unseen(dice: &mut Dice, text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if dice.percent(15) {
            out.push(dice.of(UNSEEN));
        }
    }
    out
}

/// Puts pieces together again.
struct Glue {
    language: usize,
    between: &'static str,
    same: bool,
    words: bool,
}

impl Glue {
    fn new(dice: &mut Dice) -> Self {
        Self {
            language: dice.below(WORDS.len()),
            between: dice.of(BETWEEN),
            same: dice.percent(70),
            words: false,
        }
    }

    fn next(&self, dice: &mut Dice) -> String {
        if self.words {
            let filler = dice.of(FILLERS[self.language]);
            let filler = format!(" {filler} ");
            return dice.of(&[" ", ", ", " - ", filler.as_str()]).to_owned();
        }
        if self.same { self.between } else { dice.of(BETWEEN) }.to_owned()
    }
}

fn spelled_card(dice: &mut Dice, digits: &str) -> String {
    let mut glue = Glue::new(dice);
    let (first, mixed, way) = (style(dice), dice.percent(20), dice.below(100));
    glue.words = way < 35;
    let mut out = String::new();
    for (n, piece) in cut(dice, digits).iter().enumerate() {
        if n > 0 {
            out.push_str(&glue.next(dice));
        }
        if way < 15 || (way < 35 && dice.percent(40)) {
            out.push_str(&in_words(piece, glue.language));
            continue;
        }
        let mut text = String::new();
        for (m, digit) in piece.bytes().enumerate() {
            let plain = first == PLAIN && !mixed && way >= 90 && n + m > 0;
            match digit {
                b'0' if plain => text.push(dice.of(&['o', 'O'])),
                b'1' if plain => text.push(dice.of(&['l', 'I'])),
                _ => text.push_str(&drawn(digit, if mixed { style(dice) } else { first })),
            }
        }
        out.push_str(&if dice.percent(10) { with_unseen(dice, &text) } else { text });
    }
    out
}

fn spelled_iban(dice: &mut Dice, account: &str) -> String {
    let mut glue = Glue::new(dice);
    let (way, small, style) = (dice.below(100), dice.percent(40), style(dice));
    glue.words = way < 15;
    let mut pieces = cut(dice, account);
    if way < 20 {
        pieces = cut(dice, &account[4..]);
        pieces.insert(0, account[..4].to_owned());
    }
    let mut out = String::new();
    for (n, piece) in pieces.iter().enumerate() {
        if n > 0 {
            out.push_str(&glue.next(dice));
        }
        let text = if small { piece.to_lowercase() } else { piece.clone() };
        let text = match way {
            0..15 if piece.bytes().all(|sign| sign.is_ascii_digit()) => in_words(piece, glue.language),
            20..35 => text.chars().map(full_width).collect(),
            35..50 => text
                .bytes()
                .map(|sign| {
                    if sign.is_ascii_digit() {
                        drawn(sign, style)
                    } else {
                        char::from(sign).to_string()
                    }
                })
                .collect(),
            50..60 => text
                .chars()
                .map(|c| LOOKS.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, like)| *like))
                .collect(),
            60..65 if n > 1 => text.replace('0', "O"),
            _ => text,
        };
        out.push_str(&if dice.percent(10) { with_unseen(dice, &text) } else { text });
    }
    out
}

fn full_width(c: char) -> char {
    char::from_u32(u32::from(c) + 0xFEE0).expect("there is one of each")
}

/// Those of a seed that are not found, with what was asked for.
fn missed(seed: u64, count: u64) -> Vec<(String, String)> {
    let mut dice = Dice(seed);
    let mut out = Vec::new();
    for n in 0..count {
        let (what, number) = if n % 2 == 0 {
            (Private::Card, card(&mut dice))
        } else {
            (Private::Iban, iban(&mut dice))
        };
        let spelled = match what {
            Private::Card => spelled_card(&mut dice, &number),
            _ => spelled_iban(&mut dice, &number),
        };
        let text = [dice.of(BEFORE), spelled.as_str(), dice.of(BEHIND)].concat();
        if !find(&text).iter().any(|f| f.what == what) {
            out.push((number, text));
        }
    }
    out
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration but this")]
fn said(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn a_25_a_i6_every_spelling_of_cards_and_accounts_is_found() {
    let more = said("VITRINE_SPELLINGS");
    let drawn = || more.map_or(SEED, |_| RandomState::new().build_hasher().finish());
    let (seed, spellings) = (said("VITRINE_SEED").unwrap_or_else(drawn), more.unwrap_or(SPELLINGS));
    println!("seed {seed}: {spellings} spellings");
    let missed: Vec<(String, String)> = thread::scope(|scope| {
        let runs: Vec<_> = (0..THREADS)
            .map(|n| scope.spawn(move || missed(seed.wrapping_add(n), spellings / THREADS)))
            .collect();
        runs.into_iter().flat_map(|run| run.join().expect("a run ends")).collect()
    });
    let shown = &missed[..missed.len().min(60)];
    assert!(
        missed.is_empty(),
        "seed {seed}: {} of {spellings} were not found: {shown:#?}",
        missed.len()
    );
}
