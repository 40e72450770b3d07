//! The list of what was erased, as a file: it lies in every backup, and can be asked for at any time. An older backup that is put in again
//! is given the newest list that there is.

use std::{collections::HashMap, fs, path::Path};

use serde::{Deserialize, Serialize};
use storage::Erasure;

use super::{Trouble, copy, engine};
use crate::config::Config;

/// Its name in a backup.
pub(super) const NAME: &str = "erasures.json";
/// What this version writes, and reads.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct List {
    format: u32,
    erasures: Vec<Erasure>,
}

/// The list of the configuration's database, as text. The server may run meanwhile.
pub async fn text(config: &Config) -> Result<String, Trouble> {
    let all = storage::erasures(&engine(config)).await?;
    written(all)
}

fn written(erasures: Vec<Erasure>) -> Result<String, Trouble> {
    let list = List { format: FORMAT, erasures };
    serde_json::to_string_pretty(&list).map_err(|error| Trouble::new(error.to_string()))
}

/// Writes a list: all of it, or nothing.
pub(super) fn write(path: &Path, erasures: Vec<Erasure>) -> Result<(), Trouble> {
    let part = path.with_extension(copy::PART);
    fs::write(&part, written(erasures)?).map_err(Trouble::at(&part))?;
    copy::settle(&part)?;
    fs::rename(&part, path).map_err(Trouble::at(path))
}

/// Reads a list: a file, or that of a backup's folder.
pub(super) fn read(path: &Path) -> Result<Vec<Erasure>, Trouble> {
    let path = if path.is_dir() { path.join(NAME) } else { path.to_owned() };
    let bytes = fs::read(&path).map_err(Trouble::at(&path))?;
    let list: List = serde_json::from_slice(&bytes).map_err(|error| Trouble::new(format!("{}: {error}", path.display())))?;
    if list.format == FORMAT {
        Ok(list.erasures)
    } else {
        Err(Trouble::new(format!("{}: a list that this version does not read", path.display())))
    }
}

/// Several lists as one: of the same thing, the later erasure counts.
pub(super) fn together(lists: impl IntoIterator<Item = Vec<Erasure>>) -> Vec<Erasure> {
    let mut all: HashMap<_, Erasure> = HashMap::new();
    for erasure in lists.into_iter().flatten() {
        let known = all.entry(erasure.object).or_insert_with(|| erasure.clone());
        if known.at < erasure.at {
            *known = erasure;
        }
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<Erasure> {
        serde_json::from_str(text).expect("a list")
    }

    #[test]
    fn hj_7_lists_are_read_as_they_were_written_and_the_later_erasure_counts() {
        let older = list(
            r#"[{"object":"01930000-0000-7000-8000-000000000001","store":"01930000-0000-7000-8000-0000000000aa","kind":"address","at":5},
                {"object":"01930000-0000-7000-8000-000000000002","store":"01930000-0000-7000-8000-0000000000aa","kind":"customer","at":5}]"#,
        );
        let newer = list(
            r#"[{"object":"01930000-0000-7000-8000-000000000001","store":"01930000-0000-7000-8000-0000000000aa","kind":"address","at":9}]"#,
        );
        let dir = tempfile::tempdir().expect("a folder");
        write(&dir.path().join(NAME), older.clone()).expect("writes");
        assert_eq!(read(dir.path()).expect("reads the folder's"), older);
        let all = together([newer, older]);
        assert_eq!(all.len(), 2);
        assert_eq!(all.iter().map(|e| e.at.0).max(), Some(9));
        fs::write(dir.path().join(NAME), r#"{"format":2,"erasures":[]}"#).expect("writes");
        assert!(read(dir.path()).is_err());
    }
}
