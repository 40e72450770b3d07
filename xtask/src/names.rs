//! Short names for what a program and its glue call each other by. wasm-bindgen's names carry hashes, which nothing can compress: two
//! hundred of them, once in the module and once in the script, are five kilobytes of a download.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use serde::Deserialize;

use crate::steps::{Outcome, output};

/// What `wasm-opt` prints when it has given short names: the old module and name and the new name of each import, and the old and new name
/// of each export.
#[derive(Deserialize)]
struct Names {
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

/// The name of the glue in the module afterwards, chosen by `wasm-opt`.
const MODULE: &str = "a";

/// Gives a module short names, and its glue the same ones. Returns the glue.
pub(crate) fn shorten(tool: &Path, features: &[&str], module: &Path, short: &Path, glue: &str) -> Outcome<String> {
    let told = output(
        Command::new(tool)
            .arg("--minify-imports-and-exports-and-modules")
            .args(features)
            .arg(module)
            .arg("-o")
            .arg(short),
    )?;
    let names: Names = serde_json::from_str(&told).map_err(|e| format!("wasm-opt's new names could not be read: {e}"))?;
    renamed(glue, &names)
}

fn renamed(glue: &str, names: &Names) -> Outcome<String> {
    let mut glue = glue.to_owned();
    let modules: BTreeSet<&str> = names.imports.iter().map(|(module, ..)| module.as_str()).collect();
    for module in &modules {
        let key = format!("\"{module}\":");
        if glue.matches(&key).count() != 1 || modules.len() != 1 {
            return Err(format!("the glue is expected to offer its functions as one module, {module}"));
        }
        glue = glue.replace(&key, &format!("\"{MODULE}\":"));
    }
    let imports: BTreeMap<&str, &str> = names.imports.iter().map(|(_, old, new)| (old.as_str(), new.as_str())).collect();
    let exports: BTreeMap<&str, &str> = names.exports.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    // The glue's own functions that hand a closure its arguments are named after the exports that they call.
    let own: BTreeMap<&str, String> = exports
        .keys()
        .filter(|name| name.starts_with("wasm_bindgen__"))
        .enumerate()
        .map(|(n, name)| (*name, format!("${n}")))
        .collect();
    let mut out = String::with_capacity(glue.len());
    let mut seen = 0;
    let mut rest = glue.as_str();
    while let Some(at) = rest.find(is_of_names) {
        let (before, from_here) = rest.split_at(at);
        out.push_str(before);
        let end = from_here.find(|c| !is_of_names(c)).unwrap_or(from_here.len());
        let (word, after) = from_here.split_at(end);
        let is_export = out.ends_with("wasm.");
        let new = if is_export {
            exports.get(word).copied()
        } else if let Some(new) = imports.get(word) {
            seen += 1;
            Some(*new)
        } else {
            own.get(word).map(String::as_str)
        };
        out.push_str(new.unwrap_or(word));
        rest = after;
    }
    out.push_str(rest);
    if seen != imports.len() {
        return Err(format!(
            "the glue names {seen} of the {} functions that its module wants",
            imports.len()
        ));
    }
    Ok(out)
}

fn is_of_names(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            imports: vec![("./desk_bg.js".to_owned(), "__wbg_now_5e1f".to_owned(), "B".to_owned())],
            exports: vec![
                ("start".to_owned(), "C".to_owned()),
                ("wasm_bindgen__closure_h1".to_owned(), "D".to_owned()),
            ],
        }
    }

    #[test]
    fn both_sides_call_each_other_by_the_new_names() {
        let glue = "export function start() { wasm.start(); }\nfunction wasm_bindgen__closure_h1(a) { wasm.wasm_bindgen__closure_h1(a); }\n\
            const import0 = { __wbg_now_5e1f: function() { return makeClosure(wasm_bindgen__closure_h1); } }; return { \"./desk_bg.js\": import0 };";
        assert_eq!(
            renamed(glue, &names()).expect("all are there"),
            "export function start() { wasm.C(); }\nfunction $0(a) { wasm.D(a); }\n\
            const import0 = { B: function() { return makeClosure($0); } }; return { \"a\": import0 };"
        );
    }

    #[test]
    fn a_glue_that_lacks_a_function_is_noticed() {
        assert!(renamed("return { \"./desk_bg.js\": import0 };", &names()).is_err());
        assert!(renamed("const import0 = { __wbg_now_5e1f: 1 };", &names()).is_err());
    }
}
