//! The corpus of other people's spellings, and a generator of more than anybody would write down.
//!
//! Of the half that nobody looked at while this was built only rates are printed, never a text.

mod generator;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    kinds: Vec<Private>,
}

fn half(name: &str) -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let text = fs::read_to_string(path).expect("the corpus is beside the crate");
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("a line of the corpus"))
        .collect()
}

/// Found, of how many, for each kind.
fn recall(lines: &[Line]) -> BTreeMap<Private, (usize, usize)> {
    let mut out = BTreeMap::new();
    for line in lines {
        let found = find(&line.text);
        for kind in &line.kinds {
            let (hits, all) = out.entry(*kind).or_insert((0, 0));
            *hits += usize::from(found.iter().any(|f| f.what == *kind));
            *all += 1;
        }
    }
    out
}

fn alarms(lines: &[Line]) -> usize {
    lines.iter().filter(|line| !find(&line.text).is_empty()).count()
}

/// The lines of a table: what was found in each half, and where there was nothing to find.
fn table() -> String {
    let (seen, unseen) = (recall(&half("evasions_seen.jsonl")), recall(&half("evasions_unseen.jsonl")));
    let rate = |rates: &BTreeMap<Private, (usize, usize)>, kind: Private| {
        let (hits, all) = rates.get(&kind).copied().unwrap_or_default();
        let permille = (hits * 1_000).checked_div(all).unwrap_or(0);
        format!("{hits} of {all} ({}.{} %)", permille / 10, permille % 10)
    };
    let mut out = "| kind | found in the half that was looked at | found in the other |\n|---|---|---|\n".to_owned();
    for kind in Private::EACH {
        let _ = writeln!(out, "| {} | {} | {} |", kind.code(), rate(&seen, kind), rate(&unseen, kind));
    }
    let (known, other) = (half("innocent_seen.jsonl"), half("innocent_unseen.jsonl"));
    let _ = writeln!(
        out,
        "| false alarms | {} of {} | {} of {} |",
        alarms(&known),
        known.len(),
        alarms(&other),
        other.len()
    );
    out
}

/// The table of `docs/results/safety.md`: `cargo test -p model prints_the_table -- --nocapture`.
#[test]
fn a_25_a_i6_what_is_found_in_the_corpus_prints_the_table() {
    println!("{}", table());
}

#[test]
fn a_26_at_most_one_innocent_text_of_a_hundred_is_an_alarm() {
    for name in ["innocent_seen.jsonl", "innocent_unseen.jsonl"] {
        let lines = half(name);
        let alarms = alarms(&lines);
        assert!(100 * alarms <= lines.len(), "{name}: {alarms} of {}", lines.len());
    }
}

/// What becomes of a text when everything that is found is masked.
fn all_masked(text: &str) -> String {
    masked(text, &find(text), |_| true)
}

#[test]
fn a_25_a_card_keeps_its_last_digits_and_everything_else_nothing() {
    assert_eq!(
        all_masked("Take it from 4111 1111 1111 1111, please"),
        "Take it from •••• 1111, please"
    );
    assert_eq!(all_masked("４１１１-1111-1111-1111"), "•••• 1111");
    assert_eq!(all_masked("To NL91 ABNA 0417 1643 00 then"), "To •••• then");
    assert_eq!(all_masked("my password is Tulips4Ever!"), "my password is ••••!");
    assert_eq!(all_masked("mail kate@clayworks.example today"), "mail •••• today");
    assert_eq!(all_masked("zet om: 9432109876543214 achterstevoren"), "••••");
    assert_eq!(all_masked("nothing at all"), "nothing at all");
}

#[test]
fn a_25_only_what_is_to_be_masked_is() {
    let text = "4111 1111 1111 1111 and kate@clayworks.example";
    let masked = masked(text, &find(text), |what| what == Private::Card);
    assert_eq!(masked, "•••• 1111 and kate@clayworks.example");
}

#[test]
fn what_lies_in_each_other_is_masked_once() {
    let one = |from, to| Finding {
        what: Private::Contact,
        from,
        to,
        tail: String::new(),
    };
    assert_eq!(masked("0123456789", &[one(1, 8), one(2, 4), one(6, 9)], |_| true), "0••••9");
}

#[test]
fn a_26_order_numbers_sizes_and_prices_pass() {
    for text in [
        "Order M-20418, placed on 2026-11-19",
        "The tiles are 13 x 13 cm, four for € 52.00",
        "Parcel 3SDELF0204187 says Thursday 10:00-12:00",
        "sizes 36 37 38 39 40 41 42 43",
        "my password is too short, it says",
        "do you have whatsapp, or only this chat?",
    ] {
        assert!(find(text).is_empty(), "{text}");
    }
}

#[test]
fn no_text_is_slow_and_none_is_too_much() {
    let long = |part: &str| part.chars().cycle().take(5_000).collect::<String>();
    for part in [
        "NL12 aa ",
        "l0 ",
        "O",
        "then ",
        "@ at ",
        "password is ",
        "FR14 O0I1 ",
        "4111 ",
        "a.b",
        "\u{200B}",
        "1",
    ] {
        find(&long(part));
    }
}

proptest::proptest! {
    /// Whatever is typed, what is found lies in it and can be cut out of it.
    #[test]
    fn findings_lie_on_the_borders_of_signs(text in "\\PC{0,60}") {
        for one in find(&text) {
            proptest::prop_assert!(text.get(one.from..one.to).is_some());
        }
        all_masked(&text);
        glance(&text);
    }
}
