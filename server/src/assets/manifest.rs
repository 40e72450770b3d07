//! `target/site/manifest.json`: which files belong to which program. `cargo xtask` writes it; here it is only read.

use serde::Deserialize;

/// Which files there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Manifest {
    /// The panel's.
    #[serde(default)]
    pub(super) widget: Option<Files>,
    /// The desk's.
    #[serde(default)]
    pub(super) desk: Option<Files>,
}

/// The files of a program: names in the manifest, addresses in pages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Files {
    /// The script; it starts the program itself.
    pub js: String,
    /// The program, for pages that want to fetch it early.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

impl Manifest {
    /// `None` when it is not what we know.
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// Whether both programs are there.
    pub(super) fn is_complete(&self) -> bool {
        self.widget.is_some() && self.desk.is_some()
    }

    /// Whether a name is one of its hashed files.
    pub(super) fn names(&self, name: &str) -> bool {
        self.widget
            .iter()
            .chain(&self.desk)
            .any(|files| [&files.js, &files.wasm, &files.css].into_iter().any(|own| own == name))
    }
}

impl Files {
    /// Where they are fetched.
    pub(super) fn addresses(&self) -> Self {
        let address = |name: &str| format!("/assets/{name}");
        Self {
            js: address(&self.js),
            wasm: address(&self.wasm),
            css: address(&self.css),
        }
    }

    /// Addresses of files that are not there.
    pub(super) fn missing(program: &str) -> Self {
        let address = |extension: &str| format!("/assets/{program}.not-built.{extension}");
        Self {
            js: address("js"),
            wasm: address("wasm"),
            css: address("css"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"widget":{"js":"widget.0a.js","wasm":"widget.0b.wasm","css":"widget.0c.css"},"files":["embed.js"]}"#;

    #[test]
    fn names_become_addresses() {
        let manifest = Manifest::read(JSON.as_bytes()).expect("readable");
        assert!(!manifest.is_complete());
        let files = manifest.widget.as_ref().expect("there").addresses();
        assert_eq!(
            (files.js.as_str(), files.css.as_str()),
            ("/assets/widget.0a.js", "/assets/widget.0c.css")
        );
    }

    #[test]
    fn only_hashed_files_are_named() {
        let manifest = Manifest::read(JSON.as_bytes()).expect("readable");
        assert!(manifest.names("widget.0b.wasm"));
        for other in ["embed.js", "manifest.json", "widget.0b.wasm.br", "", "widget"] {
            assert!(!manifest.names(other), "{other}");
        }
        assert_eq!(Manifest::read(b"{"), None);
    }
}
