//! `target/site`: the finished assets under hashed names, each with a brotli sibling, and `manifest.json` that names them. The
//! executable embeds this folder; nothing else writes into it.

use std::{collections::BTreeSet, fs, io::Cursor};

use brotli::enc::BrotliEncoderParams;
use serde::{Deserialize, Serialize};

use crate::{
    files, hash,
    steps::{Outcome, note},
};

/// Kinds of files that become smaller; pictures and fonts are compressed already.
const COMPRESSIBLE: &[&str] = &["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Where `cargo leptos watch` keeps its own files: not ours to sweep.
const WATCH: &str = "watch";

/// What is in `target/site`.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The shopper's panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) widget: Option<Program>,
    /// The back office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) desk: Option<Program>,
    /// The files of `public/`, under their own names.
    #[serde(default)]
    pub(crate) files: Vec<String>,
}

/// The three files of a browser program.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Program {
    pub(crate) js: String,
    pub(crate) wasm: String,
    pub(crate) css: String,
}

impl Program {
    /// Their names.
    pub(crate) fn names(&self) -> [&str; 3] {
        [&self.js, &self.wasm, &self.css]
    }
}

impl Manifest {
    /// As the last build left it; an empty one when there is none, or when an older xtask wrote it.
    pub(crate) fn read() -> Self {
        fs::read(files::site().join("manifest.json"))
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default()
    }

    /// Writes it, and removes what it no longer names.
    pub(crate) fn finish(&self) -> Outcome {
        let json = serde_json::to_vec_pretty(self).expect("names serialise");
        files::write(&files::site().join("manifest.json"), &json)?;
        let mut wanted: BTreeSet<String> = ["manifest.json".to_owned()].into();
        let programs = self.widget.iter().chain(&self.desk).flat_map(Program::names).map(str::to_owned);
        for name in programs.chain(self.files.iter().cloned()) {
            wanted.insert(format!("{name}.br"));
            wanted.insert(name);
        }
        for path in files::walk(&files::site(), &[WATCH])? {
            if !wanted.contains(&files::below(&files::site(), &path)) {
                fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            }
        }
        Ok(())
    }
}

/// Puts an asset there as `STEM.HASH.EXTENSION` and returns that name.
pub(crate) fn put_hashed(stem: &str, extension: &str, content: &[u8]) -> Outcome<String> {
    let name = format!("{stem}.{}.{extension}", hash::of(content));
    put(&name, content)?;
    Ok(name)
}

/// Puts the files of `public/` there under their own names and returns these.
pub(crate) fn put_public() -> Outcome<Vec<String>> {
    let public = files::root().join("public");
    let mut names = Vec::new();
    for path in files::walk(&public, &[])? {
        let name = files::below(&public, &path);
        put(&name, &files::read(&path)?)?;
        names.push(name);
    }
    Ok(names)
}

/// An asset and its brotli sibling; compressing is slow, so it is done only when the content is new.
fn put(name: &str, content: &[u8]) -> Outcome {
    let path = files::site().join(name);
    let sibling = files::site().join(format!("{name}.br"));
    let compressible = name
        .rsplit_once('.')
        .is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension));
    let same = fs::read(&path).is_ok_and(|now| now == content);
    if same && (sibling.exists() || !compressible) {
        return Ok(());
    }
    files::write(&path, content)?;
    if compressible {
        let small = brotli(content);
        note(&format!("{name}: {} bytes, {} brotli", content.len(), small.len()));
        files::write(&sibling, &small)?;
    }
    Ok(())
}

/// As small as brotli makes it.
fn brotli(content: &[u8]) -> Vec<u8> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut Cursor::new(content), &mut small, &params).expect("memory is read and written without errors");
    small
}
