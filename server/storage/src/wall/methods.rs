//! That every method says for whom it works, read in the crate's own files.

use std::{collections::BTreeSet, fs, path::Path};

/// Methods that widen what they were given, with the reason.
const WIDENED: &[(&str, &str)] = &[
    (
        "put_lease",
        "one account's own lease, which may have been for another of its stores",
    ),
    ("delete_lease", "one account's own leases, for whichever of its stores"),
    ("duties_elsewhere", "one account's own leases, at whichever of its stores"),
];

/// The methods of the crate's files: file, name, head and body.
fn methods(folder: &Path, into: &mut Vec<(String, String, String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            methods(&path, into);
            continue;
        }
        let source = fs::read_to_string(&path).expect("a text");
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let Some((_, named)) = line
                .strip_prefix("    ")
                .filter(|l| !l.starts_with([' ', '/']))
                .and_then(|l| l.split_once("async fn "))
            else {
                continue;
            };
            let name = named.split(['(', '<']).next().unwrap_or_default().to_owned();
            let mut head = line.to_owned();
            while !head.ends_with('{') {
                head.push_str(lines.next().expect("a head ends"));
            }
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "    }").collect();
            into.push((path.display().to_string(), name, head, body.join("\n")));
        }
    }
}

#[test]
fn every_method_says_for_whom_before_its_first_statement() {
    let mut all = Vec::new();
    methods(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let mut widened = BTreeSet::new();
    let mut seen = 0;
    for (file, name, head, body) in &all {
        let first = ["on!(", "self.conn", "self.session.conn"]
            .iter()
            .filter_map(|sign| body.find(sign))
            .min();
        let (Some(first), true) = (first, head.contains("&mut self")) else {
            continue;
        };
        if name == "say" {
            continue;
        }
        seen += 1;
        let said = ["self.within(", "self.within_planned(", "self.within_at_first("]
            .iter()
            .filter_map(|said| body.find(said))
            .min();
        assert!(
            said.is_some_and(|said| said < first),
            "{file}: {name} must say `self.within(scope).await?` before its first statement: on PostgreSQL it finds nothing otherwise"
        );
        // Whoever works for a store, and asks others for the whole installation on the way, would go on with that.
        if head.contains("scope: ") && body.contains("Installation") {
            assert!(
                WIDENED.iter().any(|(known, _)| known == name),
                "{file}: {name} works for one store, and names the whole installation"
            );
            widened.insert(name.as_str());
        }
    }
    assert!(seen > 300, "the reader of the files works: {seen}");
    assert_eq!(widened.len(), WIDENED.len(), "{widened:?}");
}
