//! Where the bytes of files lie: `DATA/files/<the id's last two digits>/<id>`, and beside it `<id>.small` of a picture. What has such a name is
//! whole; everything else is swept.
//!
//! It knows neither conversations nor kinds of files. Everything here blocks, so it is called where blocking is allowed.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, AtomicU8, Ordering::Relaxed},
    time::{Duration, UNIX_EPOCH},
};

use model::{id::AttachmentId, time::Timestamp};
use tokio::sync::Semaphore;

use super::{Scanner, Shelf, Size};

/// Pictures that are written anew at once: each takes the memory of all its pixels.
const AT_WORK_MAX: usize = 2;
/// One of the 256 folders is looked through this often: all of them within an hour.
const SWEEP_MS: i64 = 10_000;
/// What nobody knows after this long was left by a crash.
const LEFT_MS: i64 = 3_600_000;
/// The ending of what is still being written.
const PART: &str = "part";
/// The ending of a picture as it is shown.
const SMALL: &str = "small";

/// A folder of files.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    stays_free: u64,
    scanner: Option<Scanner>,
    /// Who may read a picture now.
    pub(crate) at_work: Semaphore,
    next_sweep: AtomicI64,
    shard: AtomicU8,
}

impl Disk {
    /// On this shelf.
    pub(crate) fn new(shelf: Shelf) -> Self {
        let Shelf {
            folder,
            stays_free,
            scanner,
        } = shelf;
        Self {
            folder,
            stays_free,
            scanner,
            at_work: Semaphore::new(AT_WORK_MAX),
            next_sweep: AtomicI64::new(0),
            shard: AtomicU8::new(0),
        }
    }

    /// Who looks through files before they are taken.
    pub(crate) fn scanner(&self) -> Option<&Scanner> {
        self.scanner.as_ref()
    }

    /// Whether so many bytes more leave free what is to stay free (D11).
    pub(crate) fn has_room(&self, bytes: u64) -> io::Result<bool> {
        if self.stays_free == 0 {
            return Ok(true);
        }
        fs::create_dir_all(&self.folder)?;
        Ok(free_bytes(&self.folder)? >= self.stays_free.saturating_add(bytes))
    }

    /// Where it lies in this size.
    fn place(&self, id: AttachmentId, size: Size) -> PathBuf {
        match size {
            Size::Whole => self.path(id),
            Size::Small => self.path(id).with_extension(SMALL),
        }
    }

    /// Where a file lies. The first digits of an id are its time, so the last ones spread better.
    fn path(&self, id: AttachmentId) -> PathBuf {
        let name = id.to_string();
        let shard = name.get(name.len().saturating_sub(2)..).unwrap_or_default().to_owned();
        self.folder.join(shard).join(name)
    }

    /// Keeps bytes for good: after a crash the file is whole, or not there.
    pub(crate) fn write(&self, id: AttachmentId, size: Size, bytes: &[u8]) -> io::Result<()> {
        let path = self.place(id, size);
        let shard = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(shard)?;
        let part = path.with_extension(PART);
        let written = write_through(&part, bytes)
            .and_then(|()| fs::rename(&part, &path))
            .and_then(|()| File::open(shard)?.sync_all());
        if written.is_err() {
            // Whatever is left is swept later.
            let _ = fs::remove_file(&part);
        }
        written
    }

    /// The bytes. Without a small one, the whole one is as small as it gets.
    pub(crate) fn read(&self, id: AttachmentId, size: Size) -> io::Result<Vec<u8>> {
        match fs::read(self.place(id, size)) {
            Err(error) if size == Size::Small && error.kind() == io::ErrorKind::NotFound => fs::read(self.path(id)),
            read => read,
        }
    }

    /// Takes a file away, in every size. One that is gone already is gone.
    pub(crate) fn remove(&self, id: AttachmentId) -> io::Result<()> {
        for size in [Size::Small, Size::Whole] {
            match fs::remove_file(self.place(id, size)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// The folder that is to be looked through now, if it is time.
    pub(crate) fn due(&self, now: Timestamp) -> Option<u8> {
        if now.0 < self.next_sweep.load(Relaxed) {
            return None;
        }
        self.next_sweep.store(now.plus_ms(SWEEP_MS).0, Relaxed);
        Some(self.shard.fetch_add(1, Relaxed))
    }

    /// Removes what was never finished in a folder, and tells which files have lain there long enough to be asked about.
    pub(crate) fn old(&self, shard: u8, now: Timestamp) -> io::Result<Vec<AttachmentId>> {
        let entries = match fs::read_dir(self.folder.join(format!("{shard:02x}"))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let before = u64::try_from(now.plus_ms(-LEFT_MS).0).unwrap_or(0);
        let before = UNIX_EPOCH + Duration::from_millis(before);
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry?;
            // It may have been removed since the folder was read.
            let Ok(changed) = entry.metadata().and_then(|m| m.modified()) else {
                continue;
            };
            if changed > before {
                continue;
            }
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == PART) {
                fs::remove_file(&path)?;
            } else if let Some(id) = path.file_stem().and_then(|name| name.to_str()?.parse().ok())
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}

/// What others than the administrator may still use of the disk that a folder is on.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, clock::new_id};

    fn scratch() -> (Disk, PathBuf) {
        let folder = std::env::temp_dir().join(format!("vitrine-files-{}", new_id::<AttachmentId>()));
        (Disk::new(folder.clone().into()), folder)
    }

    fn in_two_hours() -> Timestamp {
        Clock::system().now().plus_ms(2 * LEFT_MS)
    }

    #[test]
    fn what_is_kept_is_read_back_and_what_is_removed_is_gone() {
        let (disk, folder) = scratch();
        let id = new_id();
        disk.write(id, Size::Whole, b"a vase").expect("writes");
        assert_eq!(disk.read(id, Size::Small).expect("reads"), b"a vase", "as small as it gets");
        disk.write(id, Size::Small, b"vase").expect("writes");
        assert_eq!(disk.read(id, Size::Small).expect("reads"), b"vase");
        assert_eq!(disk.read(id, Size::Whole).expect("reads"), b"a vase");
        disk.remove(id).expect("removes");
        disk.remove(id).expect("twice is once");
        assert!(disk.read(id, Size::Small).is_err(), "in no size");
        fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn hd_12_what_a_crash_left_half_written_is_swept_and_never_has_a_files_name() {
        let (disk, folder) = scratch();
        let id: AttachmentId = new_id();
        disk.write(id, Size::Whole, b"whole").expect("writes");
        disk.write(id, Size::Small, b"small").expect("writes");
        let half = disk.path(id).with_extension(PART);
        fs::write(&half, b"ha").expect("writes");
        let shard = u8::from_str_radix(&id.to_string()[34..], 16).expect("two digits");
        assert_eq!(disk.old(shard, Clock::system().now()).expect("looks"), [], "too young to ask about");
        assert!(half.exists());
        assert_eq!(disk.old(shard, in_two_hours()).expect("looks"), [id]);
        assert!(!half.exists());
        assert_eq!(disk.read(id, Size::Whole).expect("reads"), b"whole");
        fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn hd_11_what_is_to_stay_free_stays_free() {
        let (disk, folder) = scratch();
        assert!(disk.has_room(u64::MAX).expect("asks"), "nothing is to stay free");
        let with = |stays_free| {
            Disk::new(Shelf {
                stays_free,
                ..Shelf::from(folder.clone())
            })
        };
        assert!(with(1).has_room(1).expect("asks"));
        assert!(!with(1).has_room(u64::MAX).expect("asks"));
        assert!(!with(u64::MAX).has_room(1).expect("asks"), "larger than any disk");
        fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn each_folder_has_its_turn() {
        let (disk, _) = scratch();
        assert_eq!(disk.due(Timestamp(1)), Some(0));
        assert_eq!(disk.due(Timestamp(2)), None);
        assert_eq!(disk.due(Timestamp(SWEEP_MS + 1)), Some(1));
    }
}
