//! Letters that arrive, through whichever door: each is read, placed by its signed address and by nothing else, and remembered once.
//!
//! What a letter says of its sender is believed only as far as the mail system that took it in vouches for it. Nothing is answered by
//! itself, and nothing is lost: what is not taken is kept with the reason, and every letter as it came for thirty days.

mod arrived;
mod bodies;
mod deliver;
mod enclosed;
mod mailbox;
mod raw;
mod verdict;

use mail::{
    Addressed, Target,
    inbound::{self, Arrived, LETTER_BYTES_MAX, Nature},
};
use model::{
    id::LetterId,
    text::{EmailAddress, Slug},
};
use sha2::{Digest, Sha256};
use storage::{Installation, NewLetter, OrderParticipant, Participant, StorageError, StoreRow, StoreScope};
use tokio::task::spawn_blocking;

pub use arrived::{LetterLine, LettersPage, letters, raw_letter};
pub use mailbox::{Position, position, set_position};
pub use raw::{forget, tick};
pub use verdict::{Reason, Verdict};

use crate::{Fault, Services, clock::new_id, mail_address};

/// Bytes of a letter that is too large which are looked at: its head.
const HEAD_BYTES: usize = 64 * 1024;

/// A letter at a door.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// As it came; of one that is too large its beginning is enough.
    pub raw: Vec<u8>,
    /// How large it is.
    pub size: usize,
    /// The return path in the envelope, empty for none. `None`: there was no envelope.
    pub from: Option<String>,
    /// The recipient in the envelope. `None`: what the last mail server wrote on top.
    pub to: Option<String>,
}

/// Where a letter is to go, as far as it can be said without the database's say.
enum Route {
    Conversation(model::id::ConversationId, Participant),
    Order(model::id::OrderId, OrderParticipant),
    Store(Box<StoreRow>),
    Bounce(model::id::MailId),
    Nowhere(Reason, Option<StoreScope>),
}

/// A letter that was read.
struct Letter {
    arrived: Arrived,
    new: NewLetter,
}

/// Whether mail to an address is ours to take.
pub async fn accepts(services: &Services, address: &str) -> Result<bool, Fault> {
    let Some(mail_in) = services.mail_in() else { return Ok(false) };
    let Some((_, domain)) = address.rsplit_once('@') else {
        return Ok(false);
    };
    if domain.eq_ignore_ascii_case(&mail_in.domain) {
        return Ok(true);
    }
    Ok(!stores_of(services, address).await?.is_empty())
}

/// Takes a letter. The answer means that it is settled for good; the same letter again changes nothing.
pub async fn ingest(services: &Services, incoming: Incoming) -> Result<Verdict, Fault> {
    let verdict = Box::pin(settle(services, incoming)).await?;
    // Neither who wrote nor what: a log is read by others.
    tracing::info!(
        verdict = verdict.code(),
        reason = verdict.reason().map(Reason::code),
        "A letter arrived"
    );
    Ok(verdict)
}

async fn settle(services: &Services, incoming: Incoming) -> Result<Verdict, Fault> {
    let Some(mail_in) = services.mail_in().cloned() else {
        return Err(Fault::Broken(StorageError::Unusable("no mail is expected".to_owned())));
    };
    let too_large = incoming.size.max(incoming.raw.len()) > LETTER_BYTES_MAX;
    let (letter, to, raw) = read(incoming, mail_in.authserv.clone(), too_large).await;
    let fingerprint = letter.new.fingerprint.clone();
    let seen = services
        .storage()
        .read(move |s| Box::pin(async move { s.letter_seen(Installation, &fingerprint).await }))
        .await?;
    if seen {
        return Ok(Verdict::Repeated);
    }
    let route = match &to {
        Some(to) => route(services, &mail_in.domain, to).await?,
        None => Route::Nowhere(Reason::Nobody, None),
    };
    let planned = if too_large {
        Err(Verdict::Quarantined(Reason::TooLarge))
    } else {
        acceptable(services, &mail_in.domain, &letter.arrived)
    };
    let id = letter.new.id;
    // What is too large to read is too large to keep.
    if !too_large {
        raw::keep(&mail_in.folder, id, raw).await?;
    }
    let settled = match planned {
        Ok(()) => deliver::deliver(services, letter, route).await,
        Err(verdict) => deliver::remember(services, letter, route, verdict).await,
    };
    if !settled.as_ref().is_ok_and(|verdict| *verdict != Verdict::Repeated) {
        raw::forget(services, vec![id]).await;
    }
    settled
}

/// What it says, read where work holds up nobody.
async fn read(incoming: Incoming, authserv: Option<String>, too_large: bool) -> (Letter, Option<String>, Vec<u8>) {
    let Incoming { mut raw, size, from, to } = incoming;
    let size = i64::try_from(size.max(raw.len())).unwrap_or(i64::MAX);
    if too_large {
        raw.truncate(HEAD_BYTES);
    }
    let hash = Sha256::digest(&raw).to_vec();
    let shared = std::sync::Arc::new(raw);
    let theirs = std::sync::Arc::clone(&shared);
    let done = spawn_blocking(move || inbound::read(&theirs, from.as_deref(), authserv.as_deref())).await;
    // A parser that gives up was given something that is no letter: nothing of it is believed, and all of it is kept.
    let arrived = done.unwrap_or_else(|_| Arrived {
        message_id: None,
        fingerprint: hash,
        from: None,
        from_name: String::new(),
        vouched: false,
        subject: String::new(),
        nature: Nature::Written,
        delivered_to: None,
        words: String::new(),
        files: Vec::new(),
        left_out: Vec::new(),
    });
    let to = to
        .or_else(|| arrived.delivered_to.clone())
        .map(|to| to.trim_matches(['<', '>', ' ']).to_owned());
    let mut fingerprint = Sha256::new();
    fingerprint.update(&arrived.fingerprint);
    // One letter to two of our addresses is two.
    fingerprint.update(to.as_deref().unwrap_or_default().to_lowercase().as_bytes());
    let new = NewLetter {
        id: new_id::<LetterId>(),
        fingerprint: fingerprint.finalize().to_vec(),
        store: None,
        conversation: None,
        verdict: "",
        reason: None,
        sender: arrived.from.as_ref().map(|from| from.as_str().to_lowercase()),
        subject: arrived.subject.clone(),
        size,
        seq: None,
        message_id: arrived.message_id.clone(),
    };
    let raw = std::sync::Arc::try_unwrap(shared).unwrap_or_else(|shared| shared.to_vec());
    (Letter { arrived, new }, to, raw)
}

/// Whether somebody wrote it whom one may listen to.
fn acceptable(services: &Services, domain: &str, arrived: &Arrived) -> Result<(), Verdict> {
    match &arrived.nature {
        Nature::Written => {}
        Nature::Automatic => return Err(Verdict::Ignored(Reason::Automatic)),
        Nature::List => return Err(Verdict::Ignored(Reason::List)),
        Nature::NoReturn => return Err(Verdict::Ignored(Reason::NoReturn)),
        Nature::Ours => return Err(Verdict::Ignored(Reason::Ours)),
        Nature::Bounce(_) => return Err(Verdict::Bounce),
    }
    let Some(from) = &arrived.from else {
        return Err(Verdict::Quarantined(Reason::NoSender));
    };
    let ours = services.post().is_some_and(|post| same(post.ours().as_str(), from));
    if ours || from.domain().eq_ignore_ascii_case(domain) {
        return Err(Verdict::Ignored(Reason::Ours));
    }
    if arrived.words.is_empty() && arrived.files.is_empty() && arrived.left_out.is_empty() {
        return Err(Verdict::Quarantined(Reason::Empty));
    }
    Ok(())
}

fn same(address: &str, from: &EmailAddress) -> bool {
    address.to_lowercase() == from.as_str().to_lowercase()
}

async fn route(services: &Services, domain: &str, to: &str) -> Result<Route, Fault> {
    let (target, expired) = match mail_address::read(services, to).await? {
        Addressed::To(target) => (target, false),
        Addressed::Expired(target) => (target, true),
        Addressed::Forged => return Ok(Route::Nowhere(Reason::Forged, None)),
        Addressed::Other => return plain(services, domain, to).await,
    };
    let found = services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                Ok::<_, StorageError>(match target {
                    Target::Conversation(id) => {
                        // To a requester who left, their ticket is gone.
                        let left = s.requester_left(Installation, id).await?;
                        let one = s.participant(Installation, id).await?.filter(|_| !left);
                        one.map(|one| Route::Conversation(id, one))
                    }
                    Target::Order(id) => s.order_participant(Installation, id).await?.map(|one| Route::Order(id, one)),
                    Target::Bounce(id) => Some(Route::Bounce(id)),
                })
            })
        })
        .await?;
    Ok(match found {
        None => Route::Nowhere(Reason::Gone, None),
        Some(Route::Conversation(_, one)) if expired => Route::Nowhere(Reason::Expired, Some(StoreScope(one.store))),
        Some(Route::Order(_, one)) if expired => Route::Nowhere(Reason::Expired, Some(StoreScope(one.store))),
        Some(Route::Bounce(_)) if expired => Route::Nowhere(Reason::Expired, None),
        Some(route) => route,
    })
}

/// A store's own address: its public name at our domain, or an address that it proved to be its own.
async fn plain(services: &Services, domain: &str, to: &str) -> Result<Route, Fault> {
    let (local, host) = to.rsplit_once('@').unwrap_or((to, ""));
    let mut stores = stores_of(services, to).await?;
    if host.eq_ignore_ascii_case(domain)
        && let Ok(slug) = Slug::parse(&local.to_ascii_lowercase())
    {
        let named = services
            .storage()
            .read(move |s| Box::pin(async move { s.store_of_slug(Installation, &slug).await }))
            .await?;
        stores.extend(named);
    }
    stores.retain(|store| !store.suspended);
    stores.dedup_by_key(|store| store.id);
    Ok(match stores.len() {
        0 => Route::Nowhere(Reason::Nobody, None),
        1 => Route::Store(Box::new(stores.remove(0))),
        _ => Route::Nowhere(Reason::SeveralStores, None),
    })
}

async fn stores_of(services: &Services, address: &str) -> Result<Vec<StoreRow>, Fault> {
    let address = address.to_owned();
    let found = services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let mut stores = Vec::new();
                for id in s.stores_of_address(Installation, &address).await? {
                    stores.extend(s.store(StoreScope(id)).await?);
                }
                Ok::<_, StorageError>(stores)
            })
        })
        .await?;
    Ok(found)
}
