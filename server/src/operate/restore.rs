//! `vitrine restore FOLDER`: a backup takes the place of what is there.
//!
//! All of it is put together in a folder of its own, brought up to date, given a new history and freed of what was erased since; only then
//! it moves into its place, and what was there moves aside. Nothing is deleted. While the folder is there, no server starts.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use http::HeaderMap;
use mail::Post;
use model::time::Timestamp;
use service::{
    Clock, Services,
    erasures::{Applied, apply},
    mail_address::MailIn,
};
use storage::{Engine, Erasure, Installation, Storage};

use super::{FOLDERS, Manifest, Trouble, UNFINISHED, apart, copy, erasures, manifest::Kind, postgres};
use crate::config::{Config, database::DatabaseConfig};

/// How long a database may take to come to rest.
const REST: Duration = Duration::from_mins(1);
/// The domain of letters that arrive is not needed to erase them.
const NO_DOMAIN: &str = "restored.invalid";

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The backup.
    pub from: PathBuf,
    /// What is there moves aside.
    pub replace: bool,
    /// The newest list of what was erased: a file, or a later backup.
    pub erasures: Option<PathBuf>,
    /// What was erased since may come back, because nobody knows it any more.
    pub without_erasures: bool,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The backup.
    pub manifest: Manifest,
    /// What was erased once more.
    pub applied: Applied,
    /// Where what was there lies now.
    pub aside: Option<PathBuf>,
    /// Whether anybody could say what was erased since the backup was made.
    pub knows_since: bool,
}

/// Puts a backup in.
pub async fn run(config: &Config, wanted: Wanted, now: Timestamp) -> Result<Restored, Trouble> {
    let manifest = look(config, &wanted).await?;
    apart({
        let data = config.data.clone();
        move || copy::make(&data)
    })
    .await?;
    // Held until the end: no server starts on the file, and none has it.
    let held = match &config.database {
        DatabaseConfig::Sqlite { file } => Some(storage::hold(file)?),
        DatabaseConfig::Postgres { .. } => None,
    };
    let there = what_is_there(config).await?;
    if !there.is_empty() && !wanted.replace {
        return Err(Trouble::new(format!(
            "{}: an installation is there. With --replace it moves aside, and nothing of it is deleted",
            config.data.display()
        )));
    }
    let staging = config.data.join(UNFINISHED);
    let (erased, knows_since) = newest_list(config, &wanted, &staging).await?;
    stage(&wanted.from, &staging, erased.clone()).await?;
    let storage = open(config, &manifest, &wanted.from, &staging).await?;
    let applied = begin_anew(config, storage, &staging, erased).await?;
    let aside = config.data.join(format!("replaced-{}", now.0));
    let was_there = move_in(config, there, staging, aside.clone()).await?;
    drop(held);
    Ok(Restored {
        manifest,
        applied,
        aside: was_there.then_some(aside),
        knows_since,
    })
}

/// Everything that can be known before anything is touched.
async fn look(config: &Config, wanted: &Wanted) -> Result<Manifest, Trouble> {
    let from = wanted.from.clone();
    let manifest = apart(move || {
        let manifest = Manifest::read(&from)?;
        manifest.check(&from)?;
        Ok(manifest)
    })
    .await?;
    let ours = match &config.database {
        DatabaseConfig::Sqlite { .. } => Kind::Sqlite,
        DatabaseConfig::Postgres { .. } => Kind::Postgres,
    };
    if manifest.kind != ours {
        return Err(Trouble::new(format!(
            "the backup is of {}, and the configuration names {}",
            manifest.kind.shown(),
            ours.shown()
        )));
    }
    if manifest.schema > storage::schema_known() {
        return Err(Trouble::new(format!(
            "the backup was made by a newer Vitrine ({}): put it in with that version",
            manifest.version
        )));
    }
    if let DatabaseConfig::Postgres { url } = &config.database
        && !storage::is_empty(url).await?
    {
        return Err(Trouble::new(
            "there are tables in this database already: a backup goes into an empty one. Make one beside it (createdb), name it in VITRINE_DATABASE_URL, and keep the other until you have looked",
        ));
    }
    Ok(manifest)
}

/// The names in the data folder that a backup takes the place of.
async fn what_is_there(config: &Config) -> Result<Vec<PathBuf>, Trouble> {
    let mut names: Vec<PathBuf> = FOLDERS.iter().map(|name| config.data.join(name)).collect();
    if let DatabaseConfig::Sqlite { file } = &config.database {
        names.push(file.clone());
        names.extend(storage::companions(file));
    }
    apart(move || {
        let mut there = Vec::new();
        for name in names {
            if !copy::is_nothing(&name)? {
                there.push(name);
            }
        }
        Ok(there)
    })
    .await
}

/// What was erased since: as the database tells that is there, as a file tells, and as an attempt told that was not finished. And whether
/// any of them was there: the backup's own list ends with the backup.
async fn newest_list(config: &Config, wanted: &Wanted, staging: &Path) -> Result<(Vec<Erasure>, bool), Trouble> {
    let mut lists = Vec::new();
    if let DatabaseConfig::Sqlite { file } = &config.database
        && file.exists()
    {
        match storage::erasures(&Engine::Sqlite(file.clone())).await {
            Ok(list) => lists.push(list),
            Err(_) if wanted.erasures.is_some() || wanted.without_erasures => {}
            Err(error) => {
                return Err(Trouble::new(format!(
                    "{}: what was erased cannot be read from it any more ({error}). Give the list of your newest backup with --erasures, or say --without-erasures: then people who were erased since this backup was made are back",
                    file.display()
                )));
            }
        }
    }
    let mut files: Vec<PathBuf> = wanted.erasures.iter().cloned().collect();
    let left = staging.join(erasures::NAME);
    if left.exists() {
        files.push(left);
    }
    let knows_since = !lists.is_empty() || !files.is_empty();
    files.push(wanted.from.clone());
    let read = apart(move || files.iter().map(|file| erasures::read(file)).collect::<Result<Vec<_>, _>>()).await?;
    lists.extend(read);
    Ok((erasures::together(lists), knows_since))
}

/// Lays everything beside the database into the folder. What an earlier attempt left there goes, except its list, which is in ours.
async fn stage(from: &Path, staging: &Path, erased: Vec<Erasure>) -> Result<(), Trouble> {
    let (from, staging) = (from.to_owned(), staging.to_owned());
    apart(move || {
        copy::make(&staging)?;
        erasures::write(&staging.join(erasures::NAME), erased)?;
        for folder in FOLDERS {
            let to = staging.join(folder);
            if to.exists() {
                fs::remove_dir_all(&to).map_err(Trouble::at(&to))?;
            }
            copy::folder(&from.join(folder), &to)?;
        }
        Ok(())
    })
    .await
}

/// The backup's database, brought up to date: for SQLite in the folder, for PostgreSQL where it will be.
async fn open(config: &Config, manifest: &Manifest, from: &Path, staging: &Path) -> Result<Storage, Trouble> {
    let copied = from.join(&manifest.database);
    match &config.database {
        DatabaseConfig::Sqlite { file } => {
            let staged = staging.join(file.file_name().unwrap_or_default());
            let (source, target) = (copied, staged.clone());
            apart(move || {
                for left in storage::companions(&target).iter().filter(|left| left.exists()) {
                    fs::remove_file(left).map_err(Trouble::at(left))?;
                }
                copy::file(&source, &target)?.ok_or_else(|| Trouble::new(format!("{}: it is gone", source.display())))
            })
            .await?;
            storage::check_sqlite(&staged).await?;
            Ok(Storage::open(Engine::Sqlite(staged)).await?)
        }
        DatabaseConfig::Postgres { url } => {
            postgres::restore(url, &copied).await?;
            Ok(Storage::open(Engine::Postgres(url.clone())).await?)
        }
    }
}

/// Another history, and without what was erased since. Answers when the database is at rest.
async fn begin_anew(config: &Config, storage: Storage, staging: &Path, erased: Vec<Erasure>) -> Result<Applied, Trouble> {
    storage
        .write(|tx| Box::pin(async move { tx.begin_anew(Installation).await }))
        .await?;
    let services = Services::new(storage.clone(), Clock::system(), config.http.origin(&HeaderMap::new()));
    let [files, mail, mail_in] = FOLDERS.map(|folder| staging.join(folder));
    services.keep_files_in(files);
    services.open_post(Post::folder(mail, config.mail.from.clone()));
    services.take_mail_in(MailIn {
        domain: NO_DOMAIN.to_owned(),
        authserv: None,
        folder: mail_in,
    });
    let applied = apply(&services, erased).await?;
    drop(services);
    storage.checkpoint().await;
    tokio::time::timeout(REST, storage.close())
        .await
        .map_err(|_| Trouble::new("the database did not come to rest"))?;
    Ok(applied)
}

/// What was there moves aside, and the new into its place: the database last. Answers whether anything was there.
async fn move_in(config: &Config, there: Vec<PathBuf>, staging: PathBuf, aside: PathBuf) -> Result<bool, Trouble> {
    let data = config.data.clone();
    let database = match &config.database {
        DatabaseConfig::Sqlite { file } => Some(file.clone()),
        DatabaseConfig::Postgres { .. } => None,
    };
    apart(move || {
        let was_there = !there.is_empty();
        if was_there {
            copy::make(&aside)?;
        }
        for old in there {
            let name = old.file_name().unwrap_or_default();
            fs::rename(&old, aside.join(name)).map_err(Trouble::at(&old))?;
        }
        for folder in FOLDERS {
            let (from, to) = (staging.join(folder), data.join(folder));
            if from.exists() {
                // An empty one may be there: it is written over.
                fs::rename(&from, &to).map_err(Trouble::at(&to))?;
            }
        }
        if let Some(file) = database {
            let staged = staging.join(file.file_name().unwrap_or_default());
            let [log, _] = storage::companions(&staged);
            if log.metadata().is_ok_and(|log| log.len() > 0) {
                return Err(Trouble::new(format!("{}: something still stands in the log", staged.display())));
            }
            fs::rename(&staged, &file).map_err(Trouble::at(&file))?;
        }
        copy::settle(&data)?;
        // Only now a server may start: what is left are the list, and what the database had open.
        fs::remove_dir_all(&staging).map_err(Trouble::at(&staging))?;
        copy::settle(&data)?;
        Ok(was_there)
    })
    .await
}

/// What was done, for people.
pub fn told(restored: &Restored) -> String {
    let Restored {
        manifest,
        applied,
        aside,
        knows_since,
    } = restored;
    let mut text = format!(
        "The backup of {} is in its place. Everybody of the staff signs in again; shoppers' browsers go on by themselves.\n\
         Erased once more, because it was erased since: {} conversations, {} customers, {} addresses.",
        manifest.made_at, applied.conversations, applied.customers, applied.addresses
    );
    if applied.unknown > 0 {
        let unknown = applied.unknown;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{unknown} entries of the list are of a kind that this version does not know: they were NOT applied."
        );
    }
    if !knows_since {
        text.push_str(
            "\nNobody could say what was erased after the backup was made: no other database was there, and --erasures named no list.",
        );
    }
    if let Some(aside) = aside {
        let _ = write!(
            text,
            "\nWhat was there lies in {}. Remove it when you have looked.",
            aside.display()
        );
    }
    text
}
