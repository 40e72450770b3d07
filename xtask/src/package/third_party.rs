//! Whose work is inside the executable: every crate that is linked into it or into the browser programs, with its licence and the words that
//! its authors want kept. Made of what Cargo knows, for `third-party.txt` in the package.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{
    files,
    steps::{Outcome, output},
    tools,
};

/// What `cargo metadata` tells, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    /// Nothing for our own crates.
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// Of a dependency; one that is neither for tests nor for build scripts has none.
#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The file.
pub(crate) fn text() -> Outcome<String> {
    let rustc = output(Command::new("rustc").arg("-vV").current_dir(files::root()))?;
    let native = rustc
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc does not say for which system it compiles")?;
    let mut crates = linked(&metadata(native)?, &["server"]);
    crates.extend(linked(&metadata(tools::WASM)?, &["frontend", "frontend-widget"]));
    Ok(written(&crates))
}

fn metadata(platform: &str) -> Outcome<Metadata> {
    let told = output(tools::cargo().args(["metadata", "--locked", "--format-version=1", "--filter-platform", platform]))?;
    serde_json::from_str(&told).map_err(|error| format!("what `cargo metadata` tells could not be read: {error}"))
}

/// A crate of somebody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    license: String,
    repository: String,
    folder: PathBuf,
}

/// What the named packages of ours are linked with.
fn linked(metadata: &Metadata, ours: &[&str]) -> BTreeSet<Crate> {
    let packages: HashMap<&str, &Package> = metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let nodes: HashMap<&str, &Node> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut waiting: Vec<&str> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none() && ours.contains(&package.name.as_str()))
        .map(|package| package.id.as_str())
        .collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let deps = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
        waiting.extend(
            deps.iter()
                .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none()))
                .map(|dependency| dependency.pkg.as_str()),
        );
    }
    seen.iter()
        .filter_map(|id| packages.get(id))
        .filter(|package| package.source.is_some())
        .map(|package| Crate {
            name: package.name.clone(),
            version: package.version.clone(),
            license: package.license.clone().unwrap_or_else(|| "see below".to_owned()),
            repository: package.repository.clone().unwrap_or_default(),
            folder: package.manifest_path.parent().map(Path::to_owned).unwrap_or_default(),
        })
        .collect()
}

fn written(crates: &BTreeSet<Crate>) -> String {
    let mut text = String::from("Vitrine contains these crates of other people. Their words follow below, the same ones once.\n\n");
    let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Crate {
        name,
        version,
        license,
        repository,
        folder,
    } in crates
    {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} {version}: {license} {repository}");
        for own in words_of(folder) {
            words.entry(own).or_default().push(format!("{name} {version}"));
        }
    }
    for (own, whose) in &words {
        let _ = write!(text, "\n{}\n{}\n\n{}\n", "=".repeat(80), whose.join(", "), own.trim_end());
    }
    text
}

/// Licences and notices that lie beside the sources of a crate.
fn words_of(folder: &Path) -> Vec<String> {
    let begins = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().to_uppercase())
                .unwrap_or_default();
            path.is_file() && begins.iter().any(|begin| name.starts_with(begin))
        })
        .collect();
    found.sort();
    found
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_for_tests_and_build_scripts_is_not_inside() {
        let metadata: Metadata = serde_json::from_str(
            r#"{"packages": [
                {"id": "s", "name": "server", "version": "1.0.0", "license": null, "repository": null, "source": null, "manifest_path": "/v/Cargo.toml"},
                {"id": "a", "name": "a", "version": "1.0.0", "license": "MIT", "repository": "https://a.example", "source": "registry", "manifest_path": "/a/Cargo.toml"},
                {"id": "b", "name": "b", "version": "1.0.0", "license": "MIT", "repository": null, "source": "registry", "manifest_path": "/b/Cargo.toml"},
                {"id": "c", "name": "c", "version": "1.0.0", "license": null, "repository": null, "source": "registry", "manifest_path": "/c/Cargo.toml"}],
              "resolve": {"nodes": [
                {"id": "s", "deps": [{"pkg": "a", "dep_kinds": [{"kind": null}]}, {"pkg": "b", "dep_kinds": [{"kind": "dev"}]}]},
                {"id": "a", "deps": [{"pkg": "c", "dep_kinds": [{"kind": "build"}, {"kind": null}]}]}, {"id": "b", "deps": []}, {"id": "c", "deps": []}]}}"#,
        )
        .expect("as Cargo writes it");
        let crates = linked(&metadata, &["server"]);
        let names: Vec<&str> = crates.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
        assert!(written(&crates).contains("a 1.0.0: MIT https://a.example\nc 1.0.0: see below"));
    }
}
