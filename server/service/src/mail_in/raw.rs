//! Letters as they came: `DATA/mail-in/<id>.eml`, thirty days, for whoever wants to know what was really said.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use model::{id::LetterId, time::Timestamp};
use storage::{Installation, StorageError};
use tokio::task::spawn_blocking;

use crate::{Fault, Services};

/// How long letters are kept as they came (hardening J3).
const KEPT_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 86_400_000;

fn path(folder: &Path, id: LetterId) -> PathBuf {
    folder.join(format!("{id}.eml"))
}

fn broken(error: &dyn std::fmt::Display) -> Fault {
    Fault::Broken(StorageError::Unavailable(format!("letters that arrive: {error}")))
}

/// Keeps a letter: whole, or not under its name.
pub(super) async fn keep(folder: &Path, id: LetterId, bytes: Vec<u8>) -> Result<(), Fault> {
    let (folder, to) = (folder.to_owned(), path(folder, id));
    let written = spawn_blocking(move || {
        fs::create_dir_all(&folder)?;
        let part = to.with_extension("part");
        fs::write(&part, &bytes)?;
        fs::File::open(&part)?.sync_all()?;
        fs::rename(&part, &to)
    });
    let written: io::Result<()> = written.await.map_err(|error| broken(&error))?;
    written.map_err(|error| broken(&error))
}

/// A letter as it came; nothing when it is forgotten.
pub(super) async fn read(services: &Services, id: LetterId) -> Result<Option<Vec<u8>>, Fault> {
    let Some(mail_in) = services.mail_in() else { return Ok(None) };
    let from = path(&mail_in.folder, id);
    let bytes = spawn_blocking(move || fs::read(from)).await.map_err(|error| broken(&error))?;
    match bytes {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(broken(&error)),
    }
}

/// What a crash left between the disk and the database.
fn sweep(folder: &Path, before: Timestamp) {
    let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before.0).unwrap_or(0));
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.metadata().and_then(|m| m.modified()).is_ok_and(|changed| changed < before) {
            // It may have gone since the folder was read.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Takes the bytes of letters away. What cannot go now is said in the log.
pub async fn forget(services: &Services, ids: Vec<LetterId>) {
    let Some(mail_in) = services.mail_in() else { return };
    let folder = mail_in.folder.clone();
    let gone = spawn_blocking(move || {
        ids.into_iter().try_for_each(|id| match fs::remove_file(path(&folder, id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
    })
    .await;
    if !matches!(gone, Ok(Ok(()))) {
        tracing::warn!("Letters that arrived are still in their folder");
    }
}

/// What time brings, once an hour: of letters that are old enough only the fingerprint stays. What nobody knows goes by its age.
pub async fn tick(services: &Services) -> Result<(), Fault> {
    let Some(mail_in) = services.mail_in() else { return Ok(()) };
    let now = services.clock().now();
    let (folder, before) = (mail_in.folder.clone(), now.plus_ms(-KEPT_MS - DAY_MS));
    spawn_blocking(move || sweep(&folder, before))
        .await
        .map_err(|error| broken(&error))?;
    loop {
        let ids = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.forget_old_letters(Installation, now.plus_ms(-KEPT_MS), now).await }))
            .await?;
        if ids.is_empty() {
            return Ok(());
        }
        forget(services, ids).await;
    }
}
