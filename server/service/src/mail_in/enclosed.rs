//! What a letter encloses goes the way of every upload: what it is is read from its bytes, pictures are written anew, and what is not on
//! the list is not taken. The bytes are on the disk before the database names them.

use mail::inbound::Enclosed;
use model::{file::SharedFile, id::AttachmentId};
use sha2::{Digest, Sha256};

use crate::{Fault, Services, clock::new_id, files};

/// Files whose bytes are kept, not yet anybody's.
#[derive(Default)]
pub(super) struct Prepared {
    /// Each with the hash of its bytes.
    pub(super) files: Vec<(SharedFile, Vec<u8>)>,
    /// The names of those that were not taken.
    pub(super) refused: Vec<String>,
}

impl Prepared {
    /// The ids, to take the bytes away again.
    pub(super) fn ids(&self) -> Vec<AttachmentId> {
        self.files.iter().map(|(file, _)| file.id).collect()
    }
}

/// Keeps what can be kept. What keeps one from being taken for ever is its own; what may pass holds up the whole letter.
pub(super) async fn prepare(services: &Services, enclosed: Vec<Enclosed>) -> Result<Prepared, Fault> {
    let mut prepared = Prepared::default();
    for Enclosed { name, bytes } in enclosed {
        let kept = match files::take_in(services, &name, bytes).await {
            Ok(kept) => kept,
            // What is only busy is asked again: then the whole letter comes again.
            Err(Fault::Refused(refusal)) if !refusal.retryable() => {
                prepared.refused.push(name);
                continue;
            }
            Err(broken) => {
                files::remove(services, prepared.ids()).await;
                return Err(broken);
            }
        };
        let id: AttachmentId = new_id();
        let file = SharedFile {
            id,
            name: kept.name.clone(),
            media: kept.media,
            size: u32::try_from(kept.bytes.len()).unwrap_or(u32::MAX),
            pixels: kept.pixels,
            key: None,
        };
        let sha256 = Sha256::digest(&kept.bytes).to_vec();
        if let Err(broken) = files::on_disk(services, move |disk| kept.put(disk, id)).await {
            files::remove(services, prepared.ids()).await;
            return Err(broken);
        }
        prepared.files.push((file, sha256));
    }
    Ok(prepared)
}
