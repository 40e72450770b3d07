//! Files in a conversation, both ways: taken only when they are on the list, pictures written anew, and had again by those who take part.
//!
//! The bytes are whole on the disk before anything in the database names them, so nobody is ever shown half a file.

pub(crate) mod disk;
pub mod key;
mod kind;
mod picture;
mod scanner;

use std::{io, path::PathBuf};

use model::{
    event::{Audience, EventKind},
    file::{Media, SharedFile},
    id::{AttachmentId, ClientId, ConversationId},
    limits::{
        DESK_FILE_BYTES_MAX, DESK_FILES_MAX, FILE_BYTES_MAX, FILE_QUOTA_MS, STORE_FILE_BYTES_MAX, VISITOR_FILE_BYTES_MAX, VISITOR_FILES_MAX,
    },
    panel::Posted,
    party::Side,
    refusal::{Field, Refusal},
    text::FileName,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{AttachmentRow, Earlier, Installation, NewAttachment, NewEvent, Session, StorageError, StoreRow, StoreScope};
use tokio::task::spawn_blocking;

pub use self::disk::free_bytes;
use self::kind::Kind;
pub use self::scanner::Scanner;
use crate::{
    Fault, Party, Services, answers, cases,
    clock::new_id,
    conversation::{find, find_held, move_on, put_down, standing},
    safety,
};

/// Where files are kept, and on which terms they are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Made when the first file comes.
    pub folder: PathBuf,
    /// Bytes of the disk that stay free: below that, no file is taken, so that there is room for what is said.
    pub stays_free: u64,
    /// Looks through every file before it is taken.
    pub scanner: Option<Scanner>,
}

impl From<PathBuf> for Shelf {
    /// The whole disk, and nobody looks.
    fn from(folder: PathBuf) -> Self {
        Self {
            folder,
            stays_free: 0,
            scanner: None,
        }
    }
}

/// A file that somebody may have.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Which.
    pub id: AttachmentId,
    /// As it is called.
    pub name: FileName,
    /// What it is.
    pub media: Media,
}

/// How much of a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// All of it.
    Whole,
    /// As it is shown in a conversation. What is small already, or no picture, is handed out whole.
    Small,
}

/// A file as it is going to be kept.
pub(crate) struct Kept {
    pub(crate) name: FileName,
    pub(crate) media: Media,
    pub(crate) bytes: Vec<u8>,
    /// The same picture as it is shown in a conversation, unless it is small already.
    pub(crate) small: Option<Vec<u8>>,
    pub(crate) pixels: Option<(u16, u16)>,
}

impl Kept {
    /// Keeps it for good under this id.
    pub(crate) fn put(&self, disk: &disk::Disk, id: AttachmentId) -> io::Result<()> {
        if let Some(small) = &self.small {
            disk.write(id, Size::Small, small)?;
        }
        disk.write(id, Size::Whole, &self.bytes)
    }
}

/// Gives a file. The answer means that it is kept for good; the same client id twice is one file.
pub async fn share(
    services: &Services,
    party: &Party,
    conversation: ConversationId,
    cid: ClientId,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Posted, Fault> {
    if bytes.is_empty() {
        return Err(Refusal::Missing(Field::File).into());
    }
    if bytes.len() > FILE_BYTES_MAX {
        let max_mb = u32::try_from(FILE_BYTES_MAX / (1024 * 1024)).unwrap_or(u32::MAX);
        return Err(Refusal::FileTooLarge { max_mb }.into());
    }
    let hash = Sha256::digest(&bytes).to_vec();
    if let Some(before) = beforehand(services, party, conversation, cid, &hash, bytes.len() as u64).await? {
        return Ok(before);
    }
    let kept = take_in(services, name, bytes).await?;
    let id: AttachmentId = new_id();
    let attachment = NewAttachment {
        id,
        conversation,
        side: party.side(),
        uploader: party.id(),
        name: kept.name.clone(),
        media: kept.media,
        size: u32::try_from(kept.bytes.len()).unwrap_or(u32::MAX),
        sha256: Sha256::digest(&kept.bytes).to_vec(),
    };
    let pixels = kept.pixels;
    on_disk(services, move |disk| kept.put(disk, id)).await?;
    let first = record(services, party, cid, &hash, &attachment, pixels).await;
    let recorded = match first {
        // On PostgreSQL two of the same can race: the loser was undone whole, and now finds the winner.
        Err(Fault::Broken(StorageError::Conflict(_))) => record(services, party, cid, &hash, &attachment, pixels).await,
        other => other,
    };
    if !recorded.as_ref().is_ok_and(|posted| !posted.dup) {
        remove(services, vec![id]).await;
    }
    recorded
}

/// What can be said before anything is decoded: that it is theirs, that it is new, and that there is room.
async fn beforehand(
    services: &Services,
    party: &Party,
    id: ConversationId,
    cid: ClientId,
    hash: &[u8],
    size: u64,
) -> Result<Option<Posted>, Fault> {
    let (party, hash, at) = (party.clone(), hash.to_vec(), services.clock().now());
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                find(s, &party, id).await?;
                if let Some(earlier) = s.earlier(party.store(), id, party.side(), party.id(), cid).await? {
                    return again(&earlier, &hash).map(Some);
                }
                within_quota(s, &party, size, at).await?;
                Ok(None)
            })
        })
        .await
}

fn again(earlier: &Earlier, hash: &[u8]) -> Result<Posted, Fault> {
    if earlier.body_hash == hash {
        Ok(Posted {
            seq: earlier.seq,
            at: earlier.at,
            dup: true,
        })
    } else {
        Err(Fault::Refused(Refusal::ClientIdReused))
    }
}

pub(crate) async fn within_quota(session: &mut Session, party: &Party, size: u64, at: Timestamp) -> Result<(), Fault> {
    let since = at.plus_ms(-FILE_QUOTA_MS);
    let (files, bytes) = session.attachments_since(party.store(), party.side(), party.id(), since).await?;
    let (files_max, bytes_max) = match party.side() {
        Side::Shopper => (VISITOR_FILES_MAX, VISITOR_FILE_BYTES_MAX),
        Side::Desk => (DESK_FILES_MAX, DESK_FILE_BYTES_MAX),
    };
    if files >= files_max || bytes + size > bytes_max {
        let after_s = u32::try_from(FILE_QUOTA_MS / 1_000).unwrap_or(u32::MAX);
        return Err(Refusal::TooFast { after_s }.into());
    }
    if session.attachment_bytes(party.store()).await? + size > STORE_FILE_BYTES_MAX {
        return Err(Refusal::NoRoomForFiles.into());
    }
    Ok(())
}

/// What a file becomes when there is room for it and nothing is found in it: the same for uploads and for what letters enclose.
pub(crate) async fn take_in(services: &Services, name: &str, bytes: Vec<u8>) -> Result<Kept, Fault> {
    let size = bytes.len() as u64;
    if !on_disk(services, move |disk| disk.has_room(size)).await? {
        tracing::warn!("A file was refused: the disk has less free than VITRINE_DISK_FLOOR asks for");
        return Err(Refusal::NoRoomForFiles.into());
    }
    if let Some(scanner) = services.disk()?.scanner() {
        scanner.check(&bytes).await?;
    }
    prepare(services, name, bytes).await
}

/// What it is, and pictures written anew: two at a time, because each takes the memory of all its pixels.
async fn prepare(services: &Services, name: &str, bytes: Vec<u8>) -> Result<Kept, Fault> {
    let (media, bytes, small, pixels) = match kind::sniff(&bytes, name).ok_or(Refusal::Invalid(Field::File))? {
        Kind::Pdf => (Media::Pdf, bytes, None, None),
        Kind::Text => (Media::Text, bytes, None, None),
        Kind::Picture(format) => {
            let _turn = services.disk()?.at_work.acquire().await.map_err(|_| Refusal::Busy)?;
            let written = spawn_blocking(move || picture::anew(format, &bytes)).await;
            // A decoder that panics was given something that is no picture.
            let picture = written.map_err(|_| Refusal::Invalid(Field::File))??;
            (picture.media, picture.bytes, picture.small, Some(picture.pixels))
        }
    };
    Ok(Kept {
        name: safety::file_name(services, kind::proper_name(name, media)?).await?,
        media,
        bytes,
        small,
        pixels,
    })
}

async fn record(
    services: &Services,
    party: &Party,
    cid: ClientId,
    hash: &[u8],
    attachment: &NewAttachment,
    pixels: Option<(u16, u16)>,
) -> Result<Posted, Fault> {
    let (party, hash, attachment, at) = (party.clone(), hash.to_vec(), attachment.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = standing(tx, &party).await?;
                let id = attachment.conversation;
                let conversation = find_held(tx, &party, id).await?;
                if let Some(earlier) = tx.earlier(party.store(), id, party.side(), party.id(), cid).await? {
                    return again(&earlier, &hash);
                }
                within_quota(tx, &party, u64::from(attachment.size), at).await?;
                cases::written(tx, &party, &conversation, at).await?;
                move_on(tx, &party, &conversation, at).await?;
                tx.insert_attachment(party.store(), &attachment, at).await?;
                let file = SharedFile {
                    id: attachment.id,
                    name: attachment.name,
                    media: attachment.media,
                    size: attachment.size,
                    pixels,
                    key: None,
                };
                let event = NewEvent {
                    conversation: id,
                    audience: Audience::All,
                    author: party.voice(),
                    author_id: Some(party.id()),
                    client: Some((cid, hash)),
                    kind: EventKind::Shared { file },
                    via: None,
                };
                let event = put_down(tx, &party, event, at).await?;
                if party.side() == Side::Desk {
                    answers::queue(tx, party.store(), &conversation, &event).await?;
                }
                Ok(Posted {
                    seq: event.seq,
                    at: event.at,
                    dup: false,
                })
            })
        })
        .await
}

/// The store at which a file was given, if there is such a file: it says whose cookie can open it.
pub async fn store_of(services: &Services, id: AttachmentId) -> Result<Option<StoreRow>, Fault> {
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                match s.attachment(Installation, id).await? {
                    Some(row) => Ok(s.store(StoreScope(row.store)).await?),
                    None => Ok(None),
                }
            })
        })
        .await
}

/// A file, for those who take part in its conversation.
pub async fn open(services: &Services, party: &Party, id: AttachmentId) -> Result<Opened, Fault> {
    let party = party.clone();
    let row: AttachmentRow = services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let row = s.attachment(Installation, id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                find(s, &party, row.conversation).await?;
                Ok::<_, Fault>(row)
            })
        })
        .await?;
    Ok(Opened {
        id,
        name: row.name,
        media: row.media,
    })
}

/// What a file consists of, for whom it was opened.
pub async fn read(services: &Services, opened: &Opened, size: Size) -> Result<Vec<u8>, Fault> {
    Ok(bytes_of(services, opened.id, size).await?.ok_or(Refusal::NotFound)?)
}

/// What lies on the disk of a file. Nothing: erased a moment ago, or the folder was not restored with the database.
pub(crate) async fn bytes_of(services: &Services, id: AttachmentId, size: Size) -> Result<Option<Vec<u8>>, Fault> {
    on_disk(services, move |disk| match disk.read(id, size) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    })
    .await
}

/// Removes the bytes of files whose rows are gone. What cannot be removed now is swept within an hour.
pub async fn remove(services: &Services, ids: Vec<AttachmentId>) {
    let removed = on_disk(services, move |disk| ids.into_iter().try_for_each(|id| disk.remove(id))).await;
    if let Err(fault) = removed {
        tracing::warn!(error = %fault, "Files were left to the sweep");
    }
}

/// What time brings; called every second, and does a little every ten: what a crash left on the disk goes, and what nobody knows.
pub async fn tick(services: &Services) -> Result<(), Fault> {
    let now = services.clock().now();
    let Some(shard) = services.disk().ok().and_then(|disk| disk.due(now)) else {
        return Ok(());
    };
    let old = on_disk(services, move |disk| disk.old(shard, now)).await?;
    let mut unknown = Vec::new();
    for id in old {
        let known = services
            .storage()
            .read(move |s| Box::pin(async move { s.knows_attachment(Installation, id).await }))
            .await?;
        if !known {
            unknown.push(id);
        }
    }
    if !unknown.is_empty() {
        remove(services, unknown).await;
    }
    Ok(())
}

/// Does something with the disk, where waiting for it holds up nobody.
pub(crate) async fn on_disk<T, F>(services: &Services, work: F) -> Result<T, Fault>
where
    F: FnOnce(&disk::Disk) -> io::Result<T> + Send + 'static,
    T: Send + 'static,
{
    let theirs = services.clone();
    let done = spawn_blocking(move || theirs.disk().map(work)).await;
    let done = done.map_err(|_| Fault::Broken(StorageError::Unusable("work with files was given up".to_owned())))?;
    done?.map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Fault::Refused(Refusal::NoRoomForFiles),
        _ => Fault::Broken(StorageError::Unusable(format!("files: {error}"))),
    })
}
