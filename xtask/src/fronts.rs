//! The two programs that run in browsers: compiled, given their JavaScript, made small, and put into `target/site`. They are built
//! one by one, because one build for both would unify their features and give the panel what only the desk needs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use minifier::js::minify;
use serde::{Deserialize, Serialize};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    css, files, hash, names,
    site::{self, Manifest, Program},
    steps::{Outcome, note, run, step},
    tools,
};

/// A program for browsers.
pub(crate) struct Front {
    /// In the names of its files.
    pub(crate) name: &'static str,
    /// The crate that is its entry.
    package: &'static str,
    /// What Cargo calls the compiled module.
    module: &'static str,
    /// The entry of its style sheet.
    pub(crate) style: &'static str,
}

/// The shopper's panel.
pub(crate) const WIDGET: Front = Front {
    name: "widget",
    package: "frontend-widget",
    module: "frontend_widget.wasm",
    style: "style/widget.css",
};
/// The back office.
pub(crate) const DESK: Front = Front {
    name: "desk",
    package: "frontend",
    module: "frontend.wasm",
    style: "style/main.css",
};
/// Both.
pub(crate) const FRONTS: [Front; 2] = [WIDGET, DESK];

/// What Rust's compiler uses, and every browser we support knows.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What is downloaded is compressed, and repeated code compresses well: a function that is put into its callers makes the module
/// smaller and the download larger. Measured on the panel: 159 KB with, 151 KB without.
const SMALLEST: &[&str] = &[
    "-Oz",
    "--converge",
    "--always-inline-max-function-size=0",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
    // Alike beside alike compresses better: 2 KB.
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// From what the last glue and module were made; when nothing of it changed, they stand.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    compiled: String,
    recipe: String,
    wasm_opt: Option<String>,
}

/// Builds one program and writes it, its style sheet and the public files into the manifest.
pub(crate) fn make(front: &Front) -> Outcome {
    tools::wasm_target()?;
    let compiled = step(&format!("{}: compile to WebAssembly", front.name), || compile(front))?;
    let (js, wasm) = browser_files(front, &compiled)?;
    let mut manifest = Manifest::read();
    let program = step(&format!("{}: assets", front.name), || {
        let wasm = site::put_hashed(front.name, "wasm", &wasm)?;
        let js = site::put_hashed(front.name, "js", smaller(&booting(&js, &wasm)?)?.as_bytes())?;
        let css = site::put_hashed(front.name, "css", css::bundle(&files::root().join(front.style))?.as_bytes())?;
        Ok(Program { js, wasm, css })
    })?;
    if front.name == WIDGET.name {
        manifest.widget = Some(program);
    } else {
        manifest.desk = Some(program);
    }
    manifest.files = site::put_public()?;
    manifest.finish()
}

/// Cargo knows best whether anything changed.
fn compile(front: &Front) -> Outcome<Vec<u8>> {
    let mut cargo = tools::cargo();
    cargo.args([
        "build",
        "--package",
        front.package,
        "--lib",
        "--target",
        tools::WASM,
        "--profile",
        "wasm-release",
    ]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", tools::without_paths().join("\u{1f}"));
    run(&mut cargo)?;
    files::read(&files::target().join(tools::WASM).join("wasm-release").join(front.module))
}

/// The glue and the final module, made anew only when the compiled module or a tool changed.
fn browser_files(front: &Front, compiled: &[u8]) -> Outcome<(String, Vec<u8>)> {
    let folder = files::root().join("target/xtask").join(front.name);
    let glue = folder.join(format!("{}.js", front.name));
    let module = folder.join(format!("{}_bg.wasm", front.name));
    let stamp = folder.join("stamp.json");
    let mut fresh = Stamp {
        compiled: hash::of(compiled),
        recipe: hash::of(&[include_bytes!("fronts.rs").as_slice(), include_bytes!("names.rs")].concat()),
        wasm_opt: tools::wasm_opt().map(|tool| tool.version),
    };
    let known = fs::read(&stamp).ok().and_then(|json| serde_json::from_slice::<Stamp>(&json).ok());
    if known.is_some_and(|known| known == fresh) && module.exists() {
        note(&format!("{}: unchanged", front.name));
        return Ok((files::read_text(&glue)?, files::read(&module)?));
    }
    files::remove_folder(&folder)?;
    step(&format!("{}: JavaScript glue", front.name), || bindgen(front, compiled, &folder))?;
    fresh.wasm_opt = step(&format!("{}: make it small", front.name), || shrink(&module, &glue))?;
    let finished = (files::read_text(&glue)?, files::read(&module)?);
    files::write(&stamp, &serde_json::to_vec(&fresh).expect("a stamp serialises"))?;
    Ok(finished)
}

fn bindgen(front: &Front, compiled: &[u8], folder: &Path) -> Outcome {
    let mut bindgen = Bindgen::new();
    let failed = |e| format!("wasm-bindgen, {}: {e:#}", front.name);
    let mut output = bindgen
        .input_bytes(front.name, compiled.to_vec())
        .typescript(false)
        // For the order of the functions, below.
        .remove_name_section(false)
        .remove_producers_section(true)
        .web(true)
        .and_then(Bindgen::generate_output)
        .map_err(failed)?;
    output.emit(folder).map_err(failed)?;
    if folder.join("snippets").exists() {
        return Err(format!(
            "{}: a crate brings JavaScript files of its own; the program must be one script and one module",
            front.name
        ));
    }
    Ok(())
}

/// `wasm-opt -Oz` in place, and short names on both sides; returns the tool's version, or nothing when there is no such tool.
fn shrink(module: &Path, glue: &Path) -> Outcome<Option<String>> {
    let Some(tool) = tools::wasm_opt_or_fetch() else {
        return Ok(None);
    };
    let small: PathBuf = module.with_extension("small");
    run(Command::new(&tool.path)
        .args(SMALLEST)
        .args(WASM_FEATURES)
        .arg(module)
        .arg("-o")
        .arg(&small))?;
    let short = names::shorten(&tool.path, WASM_FEATURES, &small, module, &files::read_text(glue)?)?;
    files::write(glue, short.as_bytes())?;
    fs::remove_file(&small).map_err(|e| format!("{}: {e}", small.display()))?;
    Ok(Some(tool.version))
}

/// A script without comments and needless spaces.
fn smaller(script: &str) -> Outcome<String> {
    let small = minify(script).map_err(|e| format!("the glue could not be made smaller: {e}"))?;
    Ok(small.to_string())
}

/// The glue with a last line that starts the module, so that one script tag starts the program.
fn booting(glue: &str, wasm: &str) -> Outcome<String> {
    if !glue.contains("async function __wbg_init(") {
        return Err("wasm-bindgen's glue has no `__wbg_init` any more: look at what it exports, and change `booting`".to_owned());
    }
    Ok(format!(
        "{glue}\n__wbg_init({{module_or_path:new URL(\"{wasm}\",import.meta.url)}});\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_starts_its_module() {
        let glue = booting("async function __wbg_init(a) {}", "widget.0123.wasm").expect("it has the function");
        assert!(
            glue.ends_with("__wbg_init({module_or_path:new URL(\"widget.0123.wasm\",import.meta.url)});\n"),
            "{glue}"
        );
        assert!(booting("function other() {}", "x.wasm").is_err());
    }
}
