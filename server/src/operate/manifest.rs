//! What a backup says of itself: `backup.json`, written last. A folder without it is no backup.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use super::{Trouble, copy, copy::Count};

/// Its name in the folder of the backup.
const NAME: &str = "backup.json";
/// What this version writes, and reads.
pub(super) const FORMAT: u32 = 1;

/// Which database a backup is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One file.
    Sqlite,
    /// What `pg_dump` wrote.
    Postgres,
}

impl Kind {
    /// For people.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How it is laid out.
    pub format: u32,
    /// When it was made (RFC 3339).
    pub made_at: String,
    /// By which version.
    pub version: String,
    /// Of which database.
    pub kind: Kind,
    /// Up to which migration its schema went.
    pub schema: i64,
    /// The name of the database's history.
    pub epoch: Option<String>,
    /// The file of the database.
    pub database: String,
    /// How large it is.
    pub bytes: u64,
    /// What it hashes to.
    #[serde(rename = "sha256")]
    pub digest: String,
    /// What else is in it.
    pub folders: BTreeMap<String, Count>,
}

impl Manifest {
    /// Reads it, and refuses what another version laid out.
    pub fn read(backup: &Path) -> Result<Self, Trouble> {
        let path = backup.join(NAME);
        let bytes = fs::read(&path).map_err(|error| {
            Trouble::new(format!(
                "{}: {error}. A folder without this file is no backup that was finished",
                path.display()
            ))
        })?;
        let read: Self = serde_json::from_slice(&bytes).map_err(|error| Trouble::new(format!("{}: {error}", path.display())))?;
        if read.format != FORMAT {
            return Err(Trouble::new(format!(
                "{}: made by Vitrine {}, in a way that this version does not read",
                backup.display(),
                read.version
            )));
        }
        // It is joined to a folder's path: a name that leads elsewhere is not ours.
        if read.database.contains(['/', '\\']) || read.database.starts_with('.') {
            return Err(Trouble::new(format!("{}: it names a file outside of itself", path.display())));
        }
        Ok(read)
    }

    /// Writes it.
    pub(super) fn write(&self, backup: &Path) -> Result<(), Trouble> {
        let path = backup.join(NAME);
        let text = serde_json::to_vec_pretty(self).map_err(|error| Trouble::new(error.to_string()))?;
        fs::write(&path, text).map_err(Trouble::at(&path))?;
        copy::settle(&path)
    }

    /// Whether the database's file is what it was when the backup was made.
    pub(super) fn check(&self, backup: &Path) -> Result<(), Trouble> {
        let path = backup.join(&self.database);
        let (bytes, digest) = copy::digest(&path)?;
        if (bytes, digest.as_str()) == (self.bytes, self.digest.as_str()) {
            Ok(())
        } else {
            Err(Trouble::new(format!(
                "{}: it is not what it was when the backup was made ({} bytes then, {bytes} now)",
                path.display(),
                self.bytes
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            made_at: "2026-01-02T03:04:05.000Z".to_owned(),
            version: "1.0.0".to_owned(),
            kind: Kind::Sqlite,
            schema: 36,
            epoch: None,
            database: "vitrine.db".to_owned(),
            bytes: 3,
            digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned(),
            folders: BTreeMap::new(),
        }
    }

    #[test]
    fn what_was_written_is_read_and_what_was_changed_is_noticed() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(Manifest::read(dir.path()).is_err(), "not finished");
        manifest().write(dir.path()).expect("writes");
        let read = Manifest::read(dir.path()).expect("reads");
        assert_eq!(read, manifest());
        fs::write(dir.path().join("vitrine.db"), b"abc").expect("writes");
        assert!(read.check(dir.path()).is_ok());
        fs::write(dir.path().join("vitrine.db"), b"abd").expect("writes");
        assert!(read.check(dir.path()).is_err());
    }

    #[test]
    fn another_layout_and_a_name_that_leads_elsewhere_are_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        for odd in [
            Manifest {
                format: FORMAT + 1,
                ..manifest()
            },
            Manifest {
                database: "../vitrine.db".to_owned(),
                ..manifest()
            },
        ] {
            odd.write(dir.path()).expect("writes");
            assert!(Manifest::read(dir.path()).is_err(), "{odd:?}");
        }
    }
}
