//! Copies folders so that what was copied is on the disk for good. It knows nothing of what is in them.

use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, File},
    io::{self, Read as _},
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Trouble;

/// The ending of what is still being written: it has no name yet.
pub(super) const PART: &str = "part";
/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// What a folder holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Makes a folder that nobody else may look into: everything that anybody ever said lies in it.
pub(super) fn make(folder: &Path) -> Result<(), Trouble> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(Trouble::at(folder))
}

/// Copies all that is in a folder. One that is not there is empty. What goes away meanwhile was erased meanwhile.
pub(super) fn folder(from: &Path, to: &Path) -> Result<Count, Trouble> {
    let mut count = Count::default();
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(count),
        other => other.map_err(Trouble::at(from))?,
    };
    make(to)?;
    for entry in entries {
        let entry = entry.map_err(Trouble::at(from))?;
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(Trouble::at(&old))?;
        if kind.is_dir() {
            let inner = folder(&old, &new)?;
            count.files += inner.files;
            count.bytes += inner.bytes;
        } else if kind.is_file()
            && old.extension().is_none_or(|ending| ending != PART)
            && let Some(bytes) = file(&old, &new)?
        {
            count.files += 1;
            count.bytes += bytes;
        }
    }
    settle(to)?;
    Ok(count)
}

/// Bytes of all that is in a folder. One that is not there is empty.
pub(super) fn size(folder: &Path) -> Result<u64, Trouble> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        other => other.map_err(Trouble::at(folder))?,
    };
    let mut bytes = 0_u64;
    for entry in entries {
        let entry = entry.map_err(Trouble::at(folder))?;
        bytes = bytes.saturating_add(match entry.metadata() {
            Ok(inner) if inner.is_dir() => size(&entry.path())?,
            Ok(file) => file.len(),
            // It went away meanwhile.
            Err(_) => 0,
        });
    }
    Ok(bytes)
}

/// Whether so many bytes fit onto the disk that a folder is on; in words if they do not.
pub(super) fn must_fit(folder: &Path, needed: u64) -> Result<(), Trouble> {
    let free = service::files::free_bytes(folder).map_err(Trouble::at(folder))?;
    if needed <= free {
        return Ok(());
    }
    Err(Trouble::new(format!(
        "{}: {} MB are free, and {} MB are needed",
        folder.display(),
        free >> 20,
        needed >> 20
    )))
}

/// Copies a file; nothing when it is gone.
pub(super) fn file(from: &Path, to: &Path) -> Result<Option<u64>, Trouble> {
    let bytes = match fs::copy(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !from.exists() => return Ok(None),
        other => other.map_err(Trouble::at(to))?,
    };
    settle(to)?;
    Ok(Some(bytes))
}

/// What was written to a file, or named in a folder, is on the disk for good.
pub(super) fn settle(path: &Path) -> Result<(), Trouble> {
    File::open(path).and_then(|file| file.sync_all()).map_err(Trouble::at(path))
}

/// How many bytes a file has, and what they hash to.
pub(super) fn digest(path: &Path) -> Result<(u64, String), Trouble> {
    let mut file = File::open(path).map_err(Trouble::at(path))?;
    let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0_u8; CHUNK]);
    loop {
        let read = file.read(&mut chunk).map_err(Trouble::at(path))?;
        if read == 0 {
            break;
        }
        hash.update(&chunk[..read]);
        bytes += read as u64;
    }
    let mut digits = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Ok((bytes, digits))
}

/// Whether there is nothing in a folder, or no folder.
pub(super) fn is_empty(folder: &Path) -> Result<bool, Trouble> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Trouble::at(folder)(error)),
        Ok(mut entries) => Ok(entries.next().is_none()),
    }
}

/// Whether a name has nothing behind it: no file, and nothing in a folder.
pub(super) fn is_nothing(path: &Path) -> Result<bool, Trouble> {
    if path.is_file() { Ok(false) } else { is_empty(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_with_what_is_below_it_and_without_what_is_half_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("ab")).expect("makes");
        fs::write(from.join("ab/one"), b"12345").expect("writes");
        fs::write(from.join("two.eml"), b"678").expect("writes");
        fs::write(from.join("three.part"), b"9").expect("writes");
        assert_eq!(folder(&from, &to).expect("copies"), Count { files: 2, bytes: 8 });
        assert_eq!(fs::read(to.join("ab/one")).expect("is there"), b"12345");
        assert!(!to.join("three.part").exists());
        let nothing = folder(&dir.path().join("nowhere"), &dir.path().join("else")).expect("is empty");
        assert_eq!(nothing, Count::default());
        assert!(is_empty(&dir.path().join("else")).expect("looks") && !is_empty(&to).expect("looks"));
    }

    #[test]
    fn bytes_are_known_by_their_hash() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("abc");
        fs::write(&path, b"abc").expect("writes");
        assert_eq!(
            digest(&path).expect("reads"),
            (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned())
        );
    }
}
