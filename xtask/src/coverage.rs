//! Which behaviours of the checklist and which attacks have a test: `docs/coverage.md`, made from the ids that tests carry in their names,
//! strings and comments. Whether a test really shows the behaviour is for a reader to judge; this only finds it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

use crate::{
    files,
    steps::{Outcome, note},
};

/// The behaviours, one a line: id, tab, words.
const CHECKLIST: &str = "docs/checklist.tsv";
/// The attacks, in the same way.
const ATTACKS: &str = "docs/attacks.tsv";
/// The attacks, or parts of them, that do not apply: id, why.
const ATTACKS_NOT: &str = "docs/attacks-not.tsv";
/// What is made of them.
const COVERAGE: &str = "docs/coverage.md";

/// Tests by the id they carry.
type Found = BTreeMap<String, BTreeSet<String>>;

/// The `coverage` step of the tests: brings the page up to date; where that is asked for (CI), an outdated page is a failure.
pub(crate) fn check(outdated_fails: bool) -> Outcome {
    let root = files::root();
    let mut found = Found::new();
    for path in files::walk(
        &root,
        &["target", "node_modules", "data", ".git", "test-results", "playwright-report"],
    )? {
        let name = files::below(&root, &path);
        let kind = path.extension().and_then(|e| e.to_str());
        // This file's own tests speak about ids without testing the behaviours.
        if name == "xtask/src/coverage.rs" {
            continue;
        }
        if kind == Some("rs") {
            rust(&name, &files::read_text(&path)?, &mut found);
        } else if kind == Some("ts") && name.starts_with("end2end/tests/") {
            typescript(&name, &files::read_text(&path)?, &mut found);
        }
    }
    let lists = Lists {
        checklist: files::read_text(&root.join(CHECKLIST))?,
        attacks: files::read_text(&root.join(ATTACKS))?,
        attacks_not: files::read_text(&root.join(ATTACKS_NOT))?,
    };
    if let Some(id) = lists.unknown_reason() {
        return Err(format!("{ATTACKS_NOT} gives a reason for {id}, which {ATTACKS} does not know"));
    }
    let page = page(&lists, &found);
    let outdated = !files::read_text(&root.join(COVERAGE)).is_ok_and(|now| now == page);
    for line in page.lines().filter(|line| line.contains("named by at least one test")) {
        note(line);
    }
    if !outdated {
        return Ok(());
    }
    if outdated_fails {
        return Err(format!(
            "{COVERAGE} is outdated: run `cargo xtask test --only coverage` and commit it"
        ));
    }
    note(&format!("{COVERAGE} was brought up to date"));
    files::write(&root.join(COVERAGE), page.as_bytes())
}

/// The ids in a Rust file's tests: all of it in `tests/` folders and in `tests.rs`, otherwise what follows `#[cfg(test)]`.
fn rust(file: &str, text: &str, found: &mut Found) {
    let mut in_tests = Path::new(file).iter().any(|part| part == "tests" || part == "tests.rs");
    let mut test = String::new();
    let mut ahead: Vec<String> = Vec::new();
    for line in text.lines() {
        in_tests |= line.trim_start().starts_with("#[cfg(test)]");
        if !in_tests {
            continue;
        }
        let line = line.trim();
        if let Some(name) = function(line) {
            name.clone_into(&mut test);
            for id in ahead.drain(..).chain(ids(line)).chain(ids_in_name(name)) {
                found.entry(id).or_default().insert(format!("{file}: {name}"));
            }
        } else if (line.starts_with("//") && !line.starts_with("//!")) || line.starts_with("#[") {
            // Of what follows: documentation and attributes of a function, or a remark inside it.
            ahead.extend(ids(line));
        } else if !test.is_empty() {
            for id in ahead.drain(..).chain(ids(line)) {
                found.entry(id).or_default().insert(format!("{file}: {test}"));
            }
        }
    }
}

/// The name in `fn name(`, if the line declares a function.
fn function(line: &str) -> Option<&str> {
    let line = ["pub(crate) ", "pub "].iter().find_map(|p| line.strip_prefix(p)).unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = line.strip_prefix("fn ")?.split(['(', '<']).next()?;
    (!name.is_empty()).then_some(name)
}

/// The ids in a browser test: in titles and tags, in the comments above them, and in what they do.
fn typescript(file: &str, text: &str, found: &mut Found) {
    let mut test = file.to_owned();
    let mut ahead: Vec<String> = Vec::new();
    let mut title_follows = false;
    for line in text.lines() {
        let line = line.trim();
        let declares = title_follows || ["test(", "test.describe(", "test.step("].iter().any(|start| line.contains(start));
        if declares {
            let title = first_string(line);
            title_follows = title.is_none() && !title_follows;
            if let Some(title) = title {
                test = format!("{file}: {title}");
            }
        }
        if line.starts_with("//") || title_follows {
            ahead.extend(ids(line));
            continue;
        }
        for id in ahead.drain(..).chain(ids(line)) {
            found.entry(id).or_default().insert(test.clone());
        }
    }
}

/// What stands in the line's first quotes.
fn first_string(line: &str) -> Option<&str> {
    let start = line.find(['\'', '"', '`'])?;
    let quote = line[start..].chars().next()?;
    let rest = &line[start + 1..];
    rest.find(quote).map(|end| &rest[..end])
}

/// `P-40`, `D-i9`, `HA-1`: one of `D P S A` with two digits or `i` and digits, or `H` with a letter from A to K and digits.
fn ids(line: &str) -> Vec<String> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| is_id(word))
        .map(str::to_owned)
        .collect()
}

fn is_id(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match word.split_once('-') {
        Some(("D" | "P" | "S" | "A", number)) => (number.len() == 2 && digits(number)) || number.strip_prefix('i').is_some_and(digits),
        Some((group, number)) => matches!(group.as_bytes(), [b'H', b'A'..=b'K']) && digits(number),
        None => false,
    }
}

/// In a function's name, `d_i9` and `p_40` are the same ids.
fn ids_in_name(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split('_').collect();
    words
        .windows(2)
        .map(|pair| format!("{}-{}", pair[0].to_ascii_uppercase(), pair[1]))
        .filter(|word| is_id(word))
        .collect()
}

/// What the page is held against.
struct Lists {
    checklist: String,
    attacks: String,
    attacks_not: String,
}

impl Lists {
    /// An attack that somebody gave a reason for, and that is none.
    fn unknown_reason(&self) -> Option<&str> {
        let known = rows(&self.attacks);
        let mut given = rows(&self.attacks_not).into_iter().map(|(id, _)| id);
        given.find(|id| !known.iter().any(|(row, _)| row == id))
    }
}

/// Lines of an id and words.
fn rows(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter_map(|line| line.split_once('\t')).collect()
}

/// The page.
fn page(lists: &Lists, found: &Found) -> String {
    let (behaviours, attacks) = (rows(&lists.checklist), rows(&lists.attacks));
    let why_not: BTreeMap<&str, &str> = rows(&lists.attacks_not).into_iter().collect();
    let tested = behaviours.iter().filter(|(id, _)| found.contains_key(*id)).count();
    let mut text = format!(
        "# Coverage of the checklist\n\n{tested} of {} behaviours are named by at least one test.\n\n\
         Made by `cargo xtask test --only coverage`; not edited by hand. The behaviours are those of `docs/checklist.tsv`.\n\n\
         | id | behaviour | tests |\n|---|---|---|\n",
        behaviours.len()
    );
    for (id, behaviour) in &behaviours {
        let tests = found.get(*id).map_or_else(|| "not yet".to_owned(), listed);
        writeln!(text, "| {id} | {} | {tests} |", cell(behaviour)).expect("writing to a String cannot fail");
    }
    let tested = attacks.iter().filter(|(id, _)| found.contains_key(*id)).count();
    let excused = attacks
        .iter()
        .filter(|(id, _)| !found.contains_key(*id) && why_not.contains_key(id))
        .count();
    write!(
        text,
        "\n## Attacks\n\n{tested} of {} attacks are named by at least one test; for {excused} more it is said why there is none.\n\n\
         The cases are those of `docs/attacks.tsv`; what does not apply, wholly or in part, says why (`docs/attacks-not.tsv`).\n\n\
         | id | case | tests, and what does not apply |\n|---|---|---|\n",
        attacks.len()
    )
    .expect("writing to a String cannot fail");
    for (id, case) in &attacks {
        let why = why_not.get(id).map(|why| cell(why));
        let shown: Vec<String> = found.get(*id).map(listed).into_iter().chain(why).collect();
        let shown = if shown.is_empty() {
            "not yet".to_owned()
        } else {
            shown.join("<br>")
        };
        writeln!(text, "| {id} | {} | {shown} |", cell(case)).expect("writing to a String cannot fail");
    }
    let known = |id: &str| behaviours.iter().chain(&attacks).any(|(row, _)| *row == id);
    let others: Vec<_> = found.iter().filter(|(id, _)| !known(id)).collect();
    if !others.is_empty() {
        text.push_str("\n## Other ids\n\n| id | tests |\n|---|---|\n");
        for (id, tests) in others {
            writeln!(text, "| {id} | {} |", listed(tests)).expect("writing to a String cannot fail");
        }
    }
    text
}

fn listed(tests: &BTreeSet<String>) -> String {
    tests
        .iter()
        .map(|test| format!("`{}`", cell(test)))
        .collect::<Vec<_>>()
        .join("<br>")
}

/// A `|` would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words_that_look_like_them() {
        assert_eq!(ids("(P-40, D-i9) and \"HA-1\"; HK-12"), ["P-40", "D-i9", "HA-1", "HK-12"]);
        assert!(ids("P-4 X-40 D-123 HZ-1 HA-x UTF-8 P-40-1").is_empty());
        assert_eq!(ids_in_name("p_40_replaces_and_d_i9_hides"), ["P-40", "D-i9"]);
    }

    #[test]
    fn an_id_belongs_to_the_test_around_or_below_it() {
        let text = "/// P-01 outside\nfn product() {}\n#[cfg(test)]\nmod tests {\n    /// D-01: both sides.\n    #[test]\n    fn they_talk() {\n        check(\"D-02\");\n    }\n    /// D-03\n    #[test]\n    fn they_part() {}\n}\n";
        let mut found = Found::new();
        rust("a.rs", text, &mut found);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["D-01", "D-02", "D-03"]);
        for (id, test) in [
            ("D-01", "a.rs: they_talk"),
            ("D-02", "a.rs: they_talk"),
            ("D-03", "a.rs: they_part"),
        ] {
            assert_eq!(found[id].iter().collect::<Vec<_>>(), [test], "{id}");
        }
    }

    #[test]
    fn a_browser_test_is_known_by_its_title() {
        let text =
            "// S-01\ntest('a shopper writes (D-13)', async () => {\n  // P-32\n  await go();\n});\ntest(\n  'they end it (P-35)',\n";
        let mut found = Found::new();
        typescript("end2end/tests/chat.spec.ts", text, &mut found);
        let chat = "end2end/tests/chat.spec.ts: a shopper writes (D-13)";
        for id in ["S-01", "D-13", "P-32"] {
            assert!(found[id].contains(chat), "{id}: {found:?}");
        }
        assert!(
            found["P-35"].contains("end2end/tests/chat.spec.ts: they end it (P-35)"),
            "{found:?}"
        );
    }

    fn lists() -> Lists {
        Lists {
            checklist: "D-01\tThey talk\nD-02\tA switch\n".to_owned(),
            attacks: "HA-1\tA guess\nHA-2\tMany guesses\nHB-1\tAnother | one\nHB-2\tA fourth\n".to_owned(),
            attacks_not: "HA-2\tNobody guesses here.\nHB-1\tOnly in part.\n".to_owned(),
        }
    }

    #[test]
    fn the_page_counts_and_says_what_is_missing() {
        let mut found = Found::new();
        for id in ["D-01", "HB-1", "HI-13"] {
            found.entry(id.to_owned()).or_default().insert("a.rs: t".to_owned());
        }
        let page = page(&lists(), &found);
        for line in [
            "1 of 2 behaviours are named by at least one test.",
            "| D-02 | A switch | not yet |",
            "1 of 4 attacks are named by at least one test; for 1 more it is said why there is none.",
            "| HA-1 | A guess | not yet |",
            "| HA-2 | Many guesses | Nobody guesses here. |",
            "| HB-1 | Another \\| one | `a.rs: t`<br>Only in part. |",
            "| HI-13 | `a.rs: t` |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}: {page}");
        }
    }

    #[test]
    fn a_reason_for_no_attack_is_noticed() {
        let mut lists = lists();
        assert_eq!(lists.unknown_reason(), None);
        lists.attacks_not.push_str("HZ-9\tA typing error\n");
        assert_eq!(lists.unknown_reason(), Some("HZ-9"));
    }
}
