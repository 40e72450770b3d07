//! What is better not said here: numbers of cards, bank accounts, passwords, and ways to talk where nobody can help. Recognised in every
//! spelling that we could think of, in four languages, without a dictionary of regular expressions: signs are read as what they look
//! like, digits as what they are said as, and the check digits decide.
//!
//! [`find`] is the whole of it and runs on the server; [`glance`] is the little of it that browsers carry, so that somebody is warned
//! while they type. What becomes of what is found is the marketplace's decision ([`SafetyPolicy`]).

mod address;
mod card;
mod chunks;
mod fold;
mod glance;
mod iban;
mod numbers;
mod phone;
mod pieces;
mod policy;
mod secret;
mod vocabulary;

use serde::{Deserialize, Serialize};

use self::{
    fold::{Glyph, glyphs},
    pieces::Part,
};
pub use self::{
    glance::glance,
    policy::{Deed, SafetyPolicy},
};

/// What is better not said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Private {
    /// The number of a payment card.
    Card,
    /// A bank account.
    Iban,
    /// A password, announced as one.
    Password,
    /// A way to talk elsewhere: mail, telephone, a page, a name in another chat.
    Contact,
}

crate::json::read_codes! {
    Private {
        Card = "card",
        Iban = "iban",
        Password = "password",
        Contact = "contact",
    }
}

impl Private {
    /// All of them, in the order in which they are spoken of.
    pub const EACH: [Self; 4] = [Self::Card, Self::Iban, Self::Password, Self::Contact];

    /// In forms and translation keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Password => "password",
            Self::Contact => "contact",
        }
    }

    /// The reverse of [`Private::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|kind| kind.code() == code)
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: Private,
    /// Its first byte in the text.
    pub from: usize,
    /// Behind its last byte.
    pub to: usize,
    /// Of a card: the last four digits, which may stay.
    pub tail: String,
}

/// What stands in place of what was masked.
const MASK: &str = "••••";
/// Whoever says one of these has turned the rest around.
const BACKWARDS: &str = "achterstevoren backwards reversed reverse revés reves envers omgekeerd andersom invertido";

/// Whether a word is in a list.
fn one_of(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|known| known == word)
}

/// Whether a word begins like one of a list.
fn starts_with(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| word.starts_with(known))
}

/// Everything that is better not said, in the order of the text.
pub fn find(text: &str) -> Vec<Finding> {
    let mut found = look(text);
    if found.is_empty() {
        let low = text.to_lowercase();
        if BACKWARDS.split_ascii_whitespace().any(|word| low.contains(word)) {
            let turned: String = text.chars().rev().collect();
            let whole = |what| Finding {
                what,
                from: 0,
                to: text.len(),
                tail: String::new(),
            };
            let numbers = look(&turned).into_iter().map(|f| f.what);
            found.extend(
                numbers
                    .filter(|what| matches!(what, Private::Card | Private::Iban))
                    .map(whole)
                    .take(1),
            );
        }
    }
    found.sort_by_key(|f| (f.from, f.to));
    found
}

fn look(text: &str) -> Vec<Finding> {
    let gs = glyphs(text);
    let parts = pieces::parts(&gs);
    let words: Vec<&Part> = parts.iter().filter(|part| part.letters).collect();
    let pieces = pieces::pieces(&gs, &parts);
    let runs = pieces::runs(&gs, &pieces);
    let ibans = iban::ibans(&gs, &iban::tokens(&gs, &pieces));
    let mut found: Vec<Finding> = ibans.iter().map(|iban| finding(Private::Iban, &gs, *iban)).collect();
    for card in card::cards(&gs, &runs, &words) {
        // An account that begins within a card has two of its digits for a country: 6OlI… is no account of Liechtenstein.
        let within = ibans
            .iter()
            .any(|iban| card.a < iban.1 && iban.0 <= card.a && !is_by_chance(&gs, iban.0));
        if !within {
            let number = finding(Private::Card, &gs, (card.a, card.b));
            found.push(Finding { tail: card.tail, ..number });
        }
    }
    let drawn = address::drawn_together(&gs);
    let mut contacts: Vec<Finding> = [address::mails(&gs), address::pages(&gs), address::names(&gs, &words)]
        .concat()
        .into_iter()
        .map(|stretch| finding(Private::Contact, &gs, stretch))
        .collect();
    if drawn.len() < gs.len() {
        let more = [address::mails(&drawn), address::pages(&drawn)].concat();
        contacts.extend(more.into_iter().map(|stretch| finding(Private::Contact, &drawn, stretch)));
    }
    contacts.retain(|contact| !overlaps(&found, contact));
    found.append(&mut contacts);
    let is_taken = |a, b| overlaps(&found, &finding(Private::Contact, &gs, (a, b)));
    let phones = phone::phones(&gs, &runs, &words, is_taken);
    found.extend(phones.into_iter().map(|stretch| finding(Private::Contact, &gs, stretch)));
    found.extend(
        secret::secrets(&gs)
            .into_iter()
            .map(|stretch| finding(Private::Password, &gs, stretch)),
    );
    found
}

fn finding(what: Private, gs: &[Glyph], (a, b): (usize, usize)) -> Finding {
    Finding {
        what,
        from: gs.get(a).map_or(0, |g| g.from),
        to: b.checked_sub(1).and_then(|last| gs.get(last)).map_or(0, |g| g.to),
        tail: String::new(),
    }
}

fn overlaps(found: &[Finding], one: &Finding) -> bool {
    found.iter().any(|f| f.from < one.to && one.from < f.to)
}

/// The country of an account is a small word of its own, which stands before many numbers: "at 4111 …".
fn is_by_chance(gs: &[Glyph], a: usize) -> bool {
    let mut country = gs.iter().skip(a);
    country.by_ref().take(2).all(|g| g.c.is_ascii_lowercase()) && country.next().is_some_and(|g| g.c == ' ')
}

/// The text without what was found and is to be masked.
pub fn masked(text: &str, found: &[Finding], is_masked: impl Fn(Private) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for one in found.iter().filter(|one| is_masked(one.what)) {
        // What begins within another is gone with it, up to its own end.
        if let Some(before) = text.get(at..one.from) {
            out.push_str(before);
            out.push_str(MASK);
            if !one.tail.is_empty() {
                out.push(' ');
                out.push_str(&one.tail);
            }
        }
        at = at.max(one.to);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
