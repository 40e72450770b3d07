//! Places of the repository, and files with errors that name them.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::steps::Outcome;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the repository")
        .to_owned()
}

/// Where Cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The finished assets; the executable takes them from there at compile time.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

/// Tools that belong to this checkout only.
pub(crate) fn own_tools() -> PathBuf {
    root().join("target/tools")
}

/// The finished product.
pub(crate) fn vitrine() -> PathBuf {
    target().join("release/vitrine")
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Reads a file of text.
pub(crate) fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Writes a file and the folders above it, unless it says the same already: its time is what other builds look at.
pub(crate) fn write(path: &Path, content: &[u8]) -> Outcome {
    if fs::read(path).is_ok_and(|now| now == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Outcome {
    fs::create_dir_all(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Removes a folder with everything in it; one that is not there is fine.
pub(crate) fn remove_folder(path: &Path) -> Outcome {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", path.display())),
        _ => Ok(()),
    }
}

/// Every file below a folder, sorted; nothing when the folder is not there. Folders that `skip` names are not entered.
pub(crate) fn walk(folder: &Path, skip: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = match fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(format!("{}: {e}", next.display())),
        };
        for entry in entries {
            let path = entry.map_err(|e| format!("{}: {e}", next.display()))?.path();
            if !path.is_dir() {
                found.push(path);
            } else if !path.file_name().is_some_and(|name| skip.iter().any(|s| name == *s)) {
                folders.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path below `folder` with forward slashes, as it stands in addresses and lists.
pub(crate) fn below(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
