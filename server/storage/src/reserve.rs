//! Room for the worst day: a file beside the database that holds nothing and takes space. When the disk is full it is given up, so that
//! people can still sign in and stay on duty, while everything that makes the database grow is refused until there is room again.
//!
//! It decides nothing about which writes may use the room: those that go by [`Storage::write_in_need`](crate::Storage::write_in_need).

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

/// SQLite's log grows to about four megabytes before it is folded back and used again from its beginning; as much again for what it is
/// folded into.
const BYTES: u64 = 8 << 20;
/// Written at once.
const PIECE: usize = 64 << 10;
/// It is only taken again when this much is free: taking the last page would refuse somebody who signs in at this moment.
const FREE_BEFORE: u64 = 2 * BYTES;

/// The file, and whether it is there.
#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
    spent: AtomicBool,
}

impl Reserve {
    /// For this database: takes the room at once, if there is any.
    pub(crate) fn beside(database: &Path) -> Self {
        let reserve = Self {
            path: database.with_extension("reserve"),
            spent: AtomicBool::new(false),
        };
        if let Err(error) = reserve.take() {
            reserve.spent.store(true, Ordering::Release);
            tracing::error!(%error, "The disk is full: nothing is written until there is room");
        }
        reserve
    }

    /// Whether the disk was full when it was written to last.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Acquire)
    }

    /// The disk is full: the room is given up.
    pub(crate) fn spend(&self) {
        if self.spent.swap(true, Ordering::AcqRel) {
            return;
        }
        tracing::error!("The disk is full: messages are refused until there is room. People can still sign in and read");
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "The room that was kept free could not be given up");
        }
    }

    /// Takes the room again, if it was given up and there is enough. Blocks.
    pub(crate) fn restore(&self) -> io::Result<()> {
        if !self.is_spent() {
            return Ok(());
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let disk = rustix::fs::statvfs(folder.unwrap_or(Path::new(".")))?;
        // What others than the administrator may still use.
        if disk.f_bavail.saturating_mul(disk.f_frsize) < FREE_BEFORE {
            return Ok(());
        }
        self.take()?;
        self.spent.store(false, Ordering::Release);
        tracing::info!("There is room on the disk again: messages are taken");
        Ok(())
    }

    fn take(&self) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|there| there.len() >= BYTES) {
            return Ok(());
        }
        let filled = fill(&self.path);
        if filled.is_err() {
            // Half of it would only take what somebody else needs.
            let _ = fs::remove_file(&self.path);
        }
        filled
    }
}

/// Written, not only made longer: a file with holes takes no space.
fn fill(path: &Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    let piece = vec![0; PIECE];
    let mut left = BYTES;
    while left > 0 {
        file.write_all(&piece)?;
        left = left.saturating_sub(PIECE as u64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f5_the_room_is_given_up_once_and_taken_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let database = dir.path().join("vitrine.db");
        let file = dir.path().join("vitrine.reserve");
        let reserve = Reserve::beside(&database);
        assert!(!reserve.is_spent());
        assert_eq!(fs::metadata(&file).expect("is there").len(), BYTES);
        reserve.spend();
        reserve.spend();
        assert!(reserve.is_spent() && !file.exists());
        reserve.restore().expect("there is room here");
        assert!(!reserve.is_spent());
        assert_eq!(fs::metadata(&file).expect("is there").len(), BYTES);
    }

    #[test]
    fn f5_where_no_file_can_be_made_nothing_is_taken_for_room() {
        let reserve = Reserve::beside(Path::new("/there is no such folder/vitrine.db"));
        assert!(reserve.is_spent());
    }
}
