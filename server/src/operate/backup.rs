//! `vitrine backup FOLDER`: everything of an installation, at one moment, while the server goes on.
//!
//! The database is copied first and the folders after it: the bytes of a file are whole on the disk before anything in the database names
//! them, so whatever the copy names is there, unless it was erased meanwhile. What is not finished has another name.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use model::time::Timestamp;
use storage::Facts;

use super::{FOLDERS, Trouble, apart, copy, engine, erasures, manifest, manifest::Kind, manifest::Manifest, postgres};
use crate::config::{Config, database::DatabaseConfig};

/// The database's file in a backup.
const SQLITE_FILE: &str = "vitrine.db";
const POSTGRES_FILE: &str = "vitrine.dump";

/// Makes a backup in a folder that is not there yet, or empty.
pub async fn run(config: &Config, into: &Path, now: Timestamp) -> Result<Manifest, Trouble> {
    if !copy::is_empty(into)? {
        return Err(Trouble::new(format!(
            "{}: there is something in it. A backup is made in a folder of its own",
            into.display()
        )));
    }
    if let DatabaseConfig::Sqlite { file } = &config.database
        && !file.exists()
    {
        return Err(Trouble::new(format!("{}: there is no database", file.display())));
    }
    let facts = storage::facts(&engine(config)).await?;
    if facts.schema == 0 {
        return Err(Trouble::new("there is nothing in the database yet"));
    }
    if !config.data.is_dir() {
        return Err(Trouble::new(format!(
            "{}: there is no data folder, and files and letters lie in it. Name it with --data or VITRINE_DATA",
            config.data.display()
        )));
    }
    let unfinished = beside(into);
    let made = make(config, into, &unfinished, (facts, now)).await;
    if made.is_err() {
        // What is half there only takes room.
        let left = unfinished;
        apart(move || match fs::remove_dir_all(&left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Trouble::at(&left)(error)),
            _ => Ok(()),
        })
        .await?;
    }
    made
}

async fn make(config: &Config, into: &Path, unfinished: &Path, (facts, now): (Facts, Timestamp)) -> Result<Manifest, Trouble> {
    let unfinished = unfinished.to_owned();
    let (folder, needed) = (unfinished.clone(), room(config));
    apart(move || {
        begin(&folder)?;
        copy::must_fit(&folder, needed(&folder)?)
    })
    .await?;
    let (kind, name) = match &config.database {
        DatabaseConfig::Sqlite { file } => {
            let copied = unfinished.join(SQLITE_FILE);
            storage::copy_sqlite(file, &copied).await?;
            // A backup that cannot be read is none; better to hear it today.
            storage::check_sqlite(&copied).await?;
            (Kind::Sqlite, SQLITE_FILE)
        }
        DatabaseConfig::Postgres { url } => {
            postgres::dump(url, &unfinished.join(POSTGRES_FILE)).await?;
            (Kind::Postgres, POSTGRES_FILE)
        }
    };
    let erased = storage::erasures(&engine(config)).await?;
    let (data, into) = (config.data.clone(), into.to_owned());
    apart(move || {
        erasures::write(&unfinished.join(erasures::NAME), erased)?;
        let mut folders = BTreeMap::new();
        for folder in FOLDERS {
            folders.insert(folder.to_owned(), copy::folder(&data.join(folder), &unfinished.join(folder))?);
        }
        let (bytes, digest) = copy::digest(&unfinished.join(name))?;
        let manifest = Manifest {
            format: manifest::FORMAT,
            made_at: now.rfc3339(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            kind,
            schema: facts.schema,
            epoch: facts.epoch,
            database: name.to_owned(),
            bytes,
            digest,
            folders,
        };
        manifest.write(&unfinished)?;
        copy::settle(&unfinished)?;
        // Onto an empty folder, or into nothing: never over a backup.
        fs::rename(&unfinished, &into).map_err(Trouble::at(&into))?;
        copy::settle(&parent(&into))?;
        Ok(manifest)
    })
    .await
}

/// How many bytes it takes, and what must stay free beside it where it is made on the disk of the server.
fn room(config: &Config) -> impl FnOnce(&Path) -> Result<u64, Trouble> + Send + 'static {
    let (data, floor) = (config.data.clone(), config.files.disk_floor);
    let mut files = Vec::new();
    if let DatabaseConfig::Sqlite { file } = &config.database {
        files.push(file.clone());
        files.extend(storage::companions(file));
    }
    move |into| {
        let mut needed = 0_u64;
        for file in files {
            needed = needed.saturating_add(file.metadata().map_or(0, |file| file.len()));
        }
        for folder in FOLDERS {
            needed = needed.saturating_add(copy::size(&data.join(folder))?);
        }
        let disk_of = |path: &Path| fs::metadata(path).map(|path| path.dev()).map_err(Trouble::at(path));
        let beside = disk_of(into)? == disk_of(&data)?;
        Ok(needed.saturating_add(if beside { floor } else { 0 }))
    }
}

/// A folder of the same name beside it, for as long as it is not finished. What an earlier attempt left there goes.
fn begin(unfinished: &Path) -> Result<(), Trouble> {
    if unfinished.exists() {
        fs::remove_dir_all(unfinished).map_err(Trouble::at(unfinished))?;
    }
    copy::make(unfinished)
}

fn beside(into: &Path) -> PathBuf {
    let mut name = into.file_name().map_or_else(|| OsString::from("backup"), OsString::from);
    name.push(".unfinished");
    parent(into).join(name)
}

fn parent(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// What was made, for people.
pub fn told(manifest: &Manifest, into: &Path) -> String {
    let (mut files, mut bytes) = (0, manifest.bytes);
    for count in manifest.folders.values() {
        files += count.files;
        bytes += count.bytes;
    }
    format!(
        "{}: {} and {files} files, {bytes} bytes. It holds everything that anybody wrote: keep it where only you can read it",
        into.display(),
        manifest.kind.shown()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finished_lies_beside() {
        assert_eq!(beside(Path::new("/backups/today")), Path::new("/backups/today.unfinished"));
        assert_eq!(beside(Path::new("today")), Path::new("./today.unfinished"));
    }
}
