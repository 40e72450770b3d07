//! Numbers of payment cards: of a known kind, of its length, and with the check digit that makes nine of ten other numbers impossible.

use super::{
    fold::{Glyph, at},
    one_of,
    pieces::{Part, Piece, before, is_list},
    starts_with,
};

/// What printed codes are called, which look like the short kinds of cards.
const CODES: &str = "ean eans gtin isbn imei upc barcode streepjescode barre barres barras";
/// A shop's own cards.
const GIFTS: &str = "gift cadeau kado regalo loyalty fidel voucher klantenkaart";
/// What things are numbered by.
const SERIALS: &str = "serie serial imei typeplaat";
/// Whoever says one of these speaks of a card.
const CARDS: &str = "card kaart kart carte cb tarjeta visa master amex cvc cvv exp geldig valid caduc pas";

/// A number: its signs, and its last four digits.
pub(super) struct Card {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) tail: String,
}

/// Whether the last digit is the one that the others ask for.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, digit)| {
            let value = u32::from(digit - b'0') << (n % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a card begins like this and is as long.
fn is_brand(digits: &str) -> bool {
    let long = digits.len();
    let Some(first) = digits.get(..4).and_then(|first| first.parse::<u32>().ok()) else {
        return false;
    };
    match first {
        4000..=4999 => matches!(long, 13 | 16 | 19),
        5100..=5599 | 2221..=2720 => long == 16,
        3400..=3499 | 3700..=3799 => long == 15,
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => matches!(long, 14 | 16),
        3528..=3589 | 6011 | 6440..=6499 | 6500..=6599 | 6200..=6299 => (16..=19).contains(&long),
        5018 | 5019 | 5020 | 5038 | 5612 | 5893 | 6304 | 6759 | 6761..=6763 => (13..=19).contains(&long),
        _ => false,
    }
}

/// The cards in the runs of digits.
pub(super) fn cards(gs: &[Glyph], runs: &[Vec<&Piece>], words: &[&Part]) -> Vec<Card> {
    let mut out = Vec::new();
    for run in runs {
        in_run(gs, run, words, &mut out);
        // Once more without what may be articles.
        let rest: Vec<&Piece> = run.iter().copied().filter(|piece| !piece.maybe).collect();
        if rest.len() < run.len() {
            in_run(gs, &rest, words, &mut out);
        }
    }
    out
}

fn in_run(gs: &[Glyph], run: &[&Piece], words: &[&Part], out: &mut Vec<Card>) {
    let mut i = 0;
    while let Some(first) = run.get(i) {
        let mut digits = String::new();
        let mut found = None;
        // No card begins with a zero or a one.
        let rest: &[&Piece] = if first.soft { &[] } else { &run[i..] };
        for (n, piece) in rest.iter().enumerate() {
            digits.push_str(&piece.digits);
            if digits.len() > 19 {
                break;
            }
            if digits.len() >= 13
                && is_brand(&digits)
                && luhn(digits.as_bytes())
                && !is_list(&run[i..=i + n])
                && !is_something_else(gs, words, first.a, &digits)
            {
                found = Some(i + n);
                break;
            }
        }
        i = match found {
            Some(last) => {
                out.push(Card {
                    a: first.a,
                    b: run[last].b,
                    tail: digits[digits.len() - 4..].to_owned(),
                });
                last + 1
            }
            None => i + 1,
        };
    }
}

/// What is said before it: a printed code, a shop's own card, the number of a thing.
fn is_something_else(gs: &[Glyph], words: &[&Part], a: usize, digits: &str) -> bool {
    let code = || digits.len() < 16 && before(words, a, 4).iter().any(|word| one_of(CODES, &word.text));
    let gift = || digits.starts_with('6') && before(words, a, 3).iter().any(|word| starts_with(GIFTS, &word.text));
    code() || gift() || is_serial(gs, words, a)
}

/// In the same sentence as what things are numbered by, and nothing is said of a card anywhere.
fn is_serial(gs: &[Glyph], words: &[&Part], a: usize) -> bool {
    let mut start = a;
    while start > 0 && at(gs, start - 1).is_some_and(|g| !matches!(g.c, '.' | '!' | '?' | '\n')) {
        start -= 1;
    }
    let serial = words
        .iter()
        .any(|word| word.a >= start && word.b <= a && starts_with(SERIALS, &word.text));
    serial && !words.iter().any(|word| starts_with(CARDS, &word.text))
}
