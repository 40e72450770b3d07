//! `vitrine restore FOLDER`: a backup takes the place of what is there.
//!
//! All of it is put together in a folder of its own, brought up to date, given a new history and freed of what was erased since; only then
//! it moves into its place, and what was there moves aside. Nothing is deleted. What fails before that leaves everything as it was; from then
//! on no server starts until it is finished.

use std::{
    fmt::Write as _,
    fs, io,
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

use super::{BEGUN, FOLDERS, Manifest, Trouble, UNFINISHED, apart, copy, erasures, manifest::Kind, postgres, unfinished_restore};
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
    /// Where what was there lies now: more than one place where an earlier attempt was not finished.
    pub aside: Vec<PathBuf>,
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
    if !what_is_there(config).await?.is_empty() && !wanted.replace {
        return Err(Trouble::new(format!(
            "{}: an installation is there. With --replace it moves aside, and nothing of it is deleted",
            config.data.display()
        )));
    }
    let staging = config.data.join(UNFINISHED);
    let (erased, knows_since) = newest_list(config, &wanted, &staging).await?;
    let done = put_in(config, &manifest, &wanted.from, &staging, (erased, now)).await;
    if done.is_err() && unfinished_restore(config).is_none() {
        // Nothing was touched: whoever was there may go on.
        let left = staging.clone();
        apart(move || match fs::remove_dir_all(&left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Trouble::at(&left)(error)),
            _ => Ok(()),
        })
        .await?;
    }
    let (applied, aside) = done?;
    drop(held);
    Ok(Restored {
        manifest,
        applied,
        aside,
        knows_since,
    })
}

/// Puts it together, and then into its place.
async fn put_in(
    config: &Config,
    manifest: &Manifest,
    from: &Path,
    staging: &Path,
    (erased, now): (Vec<Erasure>, Timestamp),
) -> Result<(Applied, Vec<PathBuf>), Trouble> {
    room(config, manifest).await?;
    stage(from, staging, manifest, erased.clone()).await?;
    let storage = open(config, manifest, from, staging).await?;
    let applied = begin_anew(config, storage, staging, erased).await?;
    // Looked at only now: who read the database that is there has put its log away.
    let there = what_is_there(config).await?;
    let aside = move_in(config, there, staging.to_owned(), format!("replaced-{}", now.0)).await?;
    Ok((applied, aside))
}

/// All of it lies on the disk twice for a moment.
async fn room(config: &Config, manifest: &Manifest) -> Result<(), Trouble> {
    let database = if manifest.kind == Kind::Sqlite { manifest.bytes } else { 0 };
    let needed = manifest
        .folders
        .values()
        .fold(database, |sum, count| sum.saturating_add(count.bytes));
    let data = config.data.clone();
    apart(move || copy::must_fit(&data, needed)).await
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
        let words = "there are tables in this database already: a backup goes into an empty one. Make one beside it (createdb), name it in VITRINE_DATABASE_URL, and keep the other until you have looked";
        return Err(Trouble::new(if unfinished_restore(config).is_some() {
            format!("{words}. If they are of the restore that was not finished, they are only half of it: drop that database")
        } else {
            words.to_owned()
        }));
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
async fn stage(from: &Path, staging: &Path, manifest: &Manifest, erased: Vec<Erasure>) -> Result<(), Trouble> {
    let (from, staging, recorded) = (from.to_owned(), staging.to_owned(), manifest.folders.clone());
    apart(move || {
        copy::make(&staging)?;
        erasures::write(&staging.join(erasures::NAME), erased)?;
        for folder in FOLDERS {
            let to = staging.join(folder);
            if to.exists() {
                fs::remove_dir_all(&to).map_err(Trouble::at(&to))?;
            }
            let (there, then) = (
                copy::folder(&from.join(folder), &to)?,
                recorded.get(folder).copied().unwrap_or_default(),
            );
            if there != then {
                return Err(Trouble::new(format!(
                    "{}: {} files with {} bytes, and {} with {} when the backup was made: some of it is missing",
                    from.join(folder).display(),
                    there.files,
                    there.bytes,
                    then.files,
                    then.bytes
                )));
            }
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
            // No server may meet what is not finished; what fails as a whole has touched nothing.
            let begun = staging.join(BEGUN);
            let (marked, unmarked) = (begun.clone(), begun);
            let mine = apart(move || begin(&marked, &[])).await?;
            if let Err(why) = postgres::restore(url, &copied).await {
                if mine {
                    apart(move || fs::remove_file(&unmarked).map_err(Trouble::at(&unmarked))).await?;
                }
                return Err(why);
            }
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

/// From now on something is touched; what is there lies in these folders. Answers whether this is the first to say so.
fn begin(begun: &Path, asides: &[String]) -> Result<bool, Trouble> {
    let first = !begun.exists();
    fs::write(begun, asides.join("\n")).map_err(Trouble::at(begun))?;
    copy::settle(begun)?;
    begun.parent().map_or(Ok(()), copy::settle)?;
    Ok(first)
}

/// What was there moves aside, and the new into its place: the database last. Answers where what was there lies, also of attempts before.
async fn move_in(config: &Config, there: Vec<PathBuf>, staging: PathBuf, aside: String) -> Result<Vec<PathBuf>, Trouble> {
    let data = config.data.clone();
    let database = match &config.database {
        DatabaseConfig::Sqlite { file } => Some(file.clone()),
        DatabaseConfig::Postgres { .. } => None,
    };
    apart(move || {
        let begun = staging.join(BEGUN);
        let before = fs::read_to_string(&begun).unwrap_or_default();
        let mut asides: Vec<String> = before.lines().map(str::to_owned).collect();
        let folder = data.join(&aside);
        if !there.is_empty() {
            asides.push(aside);
        }
        begin(&begun, &asides)?;
        if !there.is_empty() {
            copy::make(&folder)?;
        }
        for old in there {
            let name = old.file_name().unwrap_or_default();
            fs::rename(&old, folder.join(name)).map_err(Trouble::at(&old))?;
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
        let asides = asides.iter().map(|name| data.join(name));
        Ok(asides.filter(|folder| folder.exists()).collect())
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
    for aside in aside {
        let _ = write!(
            text,
            "\nWhat was there lies in {}. Remove it when you have looked.",
            aside.display()
        );
    }
    text
}
