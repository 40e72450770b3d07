//! What the sources never do, whoever writes them next: compare secrets with `==`, put text into a statement, or into a page as markup. A
//! place that is an exception stands here, with its reason.

use std::path::{Path, PathBuf};

/// Every Rust file below some folders of the repository, with what it is before its tests.
fn products(folders: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut files = Vec::new();
    for folder in folders {
        walk(&root.join(folder), &mut files);
    }
    assert!(files.len() > 100, "{} files", files.len());
    files
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).expect("text");
            let product = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            let name = file.strip_prefix(root).expect("is below").display().to_string();
            (name, product)
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["tests", "target"].iter().any(|skipped| name == *skipped) {
                walk(&path, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The words on the sides of a comparison that would be one of secrets.
const SECRETS: [&str; 6] = ["token", "secret", "mac", "signature", "password", "sha256"];

/// A comparison of hashes of high-entropy secrets tells nothing that a timing could be used for; comparing what somebody sent with what
/// the same person sent tells them nothing new.
const COMPARED: [(&str, &str, &str); 5] = [
    (
        "server/src/http/panel.rs",
        "cookies::visitor_cookie",
        "both are what the asker sent",
    ),
    (
        "server/service/src/store_voice.rs",
        "request_sha256",
        "the hash of a request, to know it again",
    ),
    ("server/mail/src/inbound/markup.rs", "&#160;", "a word of HTML"),
    ("server/storage/src/order_status.rs", "code_sha256", "three tries, and hashes"),
    ("server/service/src/setup.rs", "Some(expected)", "hashes of a token of 256 bits"),
];

#[test]
fn hk_6_secrets_are_not_compared_with_equal_signs() {
    let mut found = Vec::new();
    for (file, text) in products(&["server/src", "server/service/src", "server/mail/src", "server/storage/src"]) {
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let compares = line.split(" == ").count() > 1 || line.split(" != ").count() > 1;
            let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let secret = words.flat_map(|word| word.split('_')).any(|word| SECRETS.contains(&word));
            // What is compared with a text that stands there, or with a length, is no secret.
            let harmless = line.contains("== \"") || line.contains("!= \"") || line.contains("len()") || line.contains("is_empty()");
            let known = COMPARED.iter().any(|(where_, what, _)| *where_ == file && line.contains(what));
            if compares && secret && !harmless && !known {
                found.push(format!("{file}: {line}"));
            }
        }
    }
    assert!(found.is_empty(), "use `subtle`, or say above why not:\n{}", found.join("\n"));
}

/// Where a statement is not a constant, and why nobody chooses a part of it.
const BUILT: [(&str, &str); 2] = [
    ("server/storage/src/fresh.rs", "databases of tests, by names made here"),
    ("server/storage/src/everything.rs", "for tests: the schema's own names"),
];

#[test]
fn hk_8_statements_are_constants() {
    for (file, text) in products(&[
        "server/src",
        "server/service/src",
        "server/storage/src",
        "server/demo/src",
        "server/mail/src",
    ]) {
        let built = text.contains("AssertSqlSafe") || text.contains("QueryBuilder") || text.contains("raw_sql(");
        assert!(!built || BUILT.iter().any(|(known, _)| *known == file), "{file} builds a statement");
    }
}

#[test]
fn hc_5_nothing_is_put_into_a_page_as_markup() {
    for (file, text) in products(&[
        "app/src",
        "app/ui/src",
        "app/widget/src",
        "app/live/src",
        "frontend/src",
        "frontend/widget/src",
    ]) {
        // To read what stands in a page is no harm.
        let text = text.replace(".inner_html()", "");
        for way in [
            "inner_html",
            "innerHTML",
            "outer_html",
            "insert_adjacent_html",
            "eval(",
            "document.write",
        ] {
            assert!(!text.contains(way), "{file}: {way}");
        }
    }
}
