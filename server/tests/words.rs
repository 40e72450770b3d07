//! Every sentence exists in four languages, names the same values in each, is asked for by somebody, and is there for whoever asks.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use model::language::Language;

const PROGRAMS: [&str; 8] = ["chat.", "widget.", "desk.", "site.", "embed.", "field.", "refusal.", "mail."];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Keys and their texts in one language, without any falling back.
fn texts(language: Language) -> BTreeMap<String, String> {
    catalogue::of_language(language).into_iter().collect()
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && !["target", "node_modules", "tests"].contains(&name.to_str().unwrap_or_default()) {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// String literals of the product that look like keys.
fn asked_for() -> BTreeSet<String> {
    let mut files = Vec::new();
    for folder in ["app", "server/src", "server/service/src", "server/mail/src", "server/catalogue/src"] {
        sources(&root().join(folder), &mut files);
    }
    assert!(files.len() > 60);
    let mut keys = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        for literal in product.split('"').skip(1).step_by(2) {
            let is_key = PROGRAMS.iter().any(|p| literal.starts_with(p) && literal.len() > p.len())
                && *literal != *"embed.js"
                && literal
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b));
            if is_key {
                keys.insert(literal.to_owned());
            }
        }
    }
    keys
}

#[test]
fn d_29_a_29_every_key_is_in_four_languages_with_the_same_values() {
    let english = texts(Language::En);
    assert!(english.len() > 100, "{} keys", english.len());
    for language in Language::ALL {
        let these = texts(language);
        let missing: Vec<_> = english.keys().filter(|k| !these.contains_key(*k)).collect();
        let extra: Vec<_> = these.keys().filter(|k| !english.contains_key(*k)).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{language:?} lacks {missing:?}, has also {extra:?}"
        );
        for (key, text) in &these {
            assert!(!text.trim().is_empty(), "{key} is empty in {language:?}");
            assert_eq!(placeholders(text), placeholders(&english[key]), "{key} in {language:?}");
        }
    }
}

#[test]
fn whoever_asks_for_a_sentence_finds_it() {
    let english = texts(Language::En);
    let known = |key: &str| {
        english.contains_key(key) || (english.contains_key(&format!("{key}.one")) && english.contains_key(&format!("{key}.other")))
    };
    let unknown: Vec<_> = asked_for().into_iter().filter(|k| !known(k)).collect();
    assert!(unknown.is_empty(), "asked for and not there: {unknown:?}");
}

#[test]
fn no_sentence_is_left_that_nobody_asks_for() {
    let asked = asked_for();
    let used = |key: &str| {
        let stem = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key);
        // Fields are named by `Field::key`, which the enum's exhaustive match keeps whole.
        asked.contains(key) || asked.contains(stem) || key.starts_with("field.")
    };
    let unused: Vec<_> = texts(Language::En).into_keys().filter(|k| !used(k)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
