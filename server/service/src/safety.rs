//! What becomes of words that hold what is better not said here: looked at before they are written down, through whichever
//! door they come, and then as the marketplace decided. Without a marketplace nobody decided anything, and everything goes.
//!
//! Whoever is warned and says the same again means it. What browsers show while somebody types decides nothing. Short texts (subjects,
//! names, reasons, what files are called) are in `short`.

mod held;
mod short;

use model::{
    id::{ClientId, ConversationId},
    refusal::Refusal,
    safety::{self as detector, Deed, Finding, Private, SafetyPolicy},
    text::{Body, Origin},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{Installation, Session, StorageError, StoreScope, Tx};
use tokio::task::spawn_blocking;
use uuid::Uuid;

pub use self::held::{decide, list};
pub(crate) use self::short::{file_name, name, opening, quietly, reason, stated};
use crate::{
    Fault, Party, Services,
    conversation::{find, standing},
    marketplace,
    team::TeamMember,
};

/// How long a warning is remembered: the same words within it go.
const REMEMBERED_MS: i64 = 600_000;
/// Longer words are looked at where that holds up nobody.
const SHORT_BYTES: usize = 1_000;

/// What becomes of some words.
enum Judged {
    /// They go, as they stand here: text by text.
    Goes(Vec<String>),
    /// Their author is asked first.
    Asked(Private),
    /// They wait, because of these.
    Waits(Vec<Private>),
}

/// One of the texts that somebody says at once, and what was found in it.
struct Looked {
    text: String,
    found: Vec<Finding>,
}

/// What the marketplace decided; the team's to see.
pub async fn policy(services: &Services, _: &TeamMember) -> Result<SafetyPolicy, Fault> {
    let decided = services
        .storage()
        .read(|s| Box::pin(async move { s.safety(Installation).await }))
        .await?;
    Ok(decided.unwrap_or_default())
}

/// The marketplace decides something else. Whoever administers it may, and it is written down.
pub async fn set_policy(services: &Services, member: &TeamMember, policy: SafetyPolicy) -> Result<(), Fault> {
    member.must_administer()?;
    let (member, at) = (member.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = marketplace::administrator(tx, &member).await?;
                let team = member.actor().scope();
                if tx.safety(Installation).await? == Some(policy) {
                    return Ok(());
                }
                tx.set_safety(team, &policy).await?;
                let decided = Private::EACH
                    .map(|what| [what.code(), policy.of(what).code()].join(": "))
                    .join(", ");
                marketplace::audit_at(tx, team, &member, ("safety.decided", team.0.0), Some(decided), at).await?;
                Ok::<_, Fault>(())
            })
        })
        .await
}

/// What would be found in a text, for whoever tries one.
pub async fn try_text(text: &str) -> Result<Vec<Finding>, Fault> {
    let text: String = text.chars().take(model::limits::BODY_CHARS_MAX).collect();
    look(&text).await
}

async fn look(text: &str) -> Result<Vec<Finding>, Fault> {
    if text.len() <= SHORT_BYTES {
        return Ok(detector::find(text));
    }
    let text = text.to_owned();
    let looked = spawn_blocking(move || detector::find(&text)).await;
    looked.map_err(|_| Fault::Broken(StorageError::Unusable("looking at a message was given up".to_owned())))
}

/// A text, and what is found in it.
async fn looked(text: &str) -> Result<Looked, Fault> {
    Ok(Looked {
        text: text.to_owned(),
        found: look(text).await?,
    })
}

/// What somebody is about to say in a conversation: as it may be said. It was looked at before, so where nothing is found nothing is asked.
pub(crate) async fn pass(services: &Services, party: &Party, id: ConversationId, cid: ClientId, body: Body) -> Result<Body, Fault> {
    let looked = looked(body.as_str()).await?;
    if looked.found.is_empty() {
        return Ok(body);
    }
    let said = in_room(services, party, id, cid, looked, Some(body.clone())).await?;
    said.map_or(Ok(body), |text| Ok(Body::parse(&text)?))
}

/// The same of any text in a conversation; `waits` is what would wait, if there is anything that can. Nothing: it goes as it is.
async fn in_room(
    services: &Services,
    party: &Party,
    id: ConversationId,
    cid: ClientId,
    said: Looked,
    waits: Option<Body>,
) -> Result<Option<String>, Fault> {
    let (public_url, party, at) = (services.public_url().to_owned(), party.clone(), services.clock().now());
    let judged = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = standing(tx, &party).await?;
                find(tx, &party, id).await?;
                let store = party.store();
                // Said already: whatever was decided since then, it is answered the same.
                if tx.earlier(store, id, party.side(), party.id(), cid).await?.is_some() {
                    return Ok(Judged::Goes(Vec::new()));
                }
                let speaker = Speaker {
                    store,
                    author: party.id(),
                    can_wait: waits.is_some(),
                };
                let judged = judge(tx, speaker, vec![said], &public_url, at).await?;
                if let (Judged::Waits(found), Some(body)) = (&judged, waits) {
                    held::hold(tx, &party, id, cid, body, found.clone(), at).await?;
                }
                Ok::<_, Fault>(judged)
            })
        })
        .await?;
    Ok(answer(judged)?.pop())
}

/// The words that something begins with, or that a program says: there is nothing yet in which they could wait, so where they should,
/// they go without what was found. `author` is nobody's id where nobody is known yet.
pub(crate) async fn first(
    services: &Services,
    store: StoreScope,
    author: Uuid,
    start: Option<ClientId>,
    body: Body,
) -> Result<Body, Fault> {
    let said = at_once(services, store, author, start, vec![looked(body.as_str()).await?]).await?;
    said.and_then(|mut said| said.pop())
        .map_or(Ok(body), |text| Ok(Body::parse(&text)?))
}

/// Several texts that somebody says at once, of which none can wait. Nothing: they go as they are.
async fn at_once(
    services: &Services,
    store: StoreScope,
    author: Uuid,
    start: Option<ClientId>,
    said: Vec<Looked>,
) -> Result<Option<Vec<String>>, Fault> {
    if said.iter().all(|one| one.found.is_empty()) {
        return Ok(None);
    }
    let (public_url, at) = (services.public_url().to_owned(), services.clock().now());
    let judged = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if let Some(start) = start
                    && tx.conversation_of_start(store, start).await?.is_some()
                {
                    return Ok(None);
                }
                let speaker = Speaker {
                    store,
                    author,
                    can_wait: false,
                };
                judge(tx, speaker, said, &public_url, at).await.map(Some)
            })
        })
        .await?;
    judged.map(answer).transpose()
}

fn answer(judged: Judged) -> Result<Vec<String>, Fault> {
    match judged {
        Judged::Goes(said) => Ok(said),
        Judged::Asked(what) => Err(Refusal::LooksLike(what).into()),
        Judged::Waits(_) => Err(Refusal::Held.into()),
    }
}

/// What a letter says. Nobody can be asked by then, so it goes; without what must not be read by others.
pub(crate) async fn by_letter(tx: &mut Tx, store: StoreScope, public_url: &str, body: Body) -> Result<Body, Fault> {
    let found = detector::find(body.as_str());
    if found.is_empty() {
        return Ok(body);
    }
    let Some(policy) = tx.safety(Installation).await? else {
        return Ok(body);
    };
    let found = of_others(tx, store, public_url, body.as_str(), found).await?;
    Ok(Body::parse(&without(body.as_str(), &found, policy))?)
}

/// Who says something, and where.
#[derive(Clone, Copy)]
struct Speaker {
    store: StoreScope,
    author: Uuid,
    can_wait: bool,
}

async fn judge(tx: &mut Tx, speaker: Speaker, mut said: Vec<Looked>, public_url: &str, at: Timestamp) -> Result<Judged, Fault> {
    let Some(policy) = tx.safety(Installation).await? else {
        return Ok(Judged::Goes(said.into_iter().map(|one| one.text).collect()));
    };
    for one in &mut said {
        let found = std::mem::take(&mut one.found);
        one.found = of_others(tx, speaker.store, public_url, &one.text, found).await?;
    }
    let kinds: Vec<Private> = said.iter().flat_map(|one| one.found.iter().map(|f| f.what)).collect();
    let with = |deed: Deed| kinds.iter().copied().find(|what| policy.of(*what) == deed);
    if speaker.can_wait && with(Deed::Hold).is_some() {
        let mut kinds = kinds;
        kinds.sort_unstable();
        kinds.dedup();
        return Ok(Judged::Waits(kinds));
    }
    if let Some(what) = with(Deed::Warn) {
        let name = remembered_as(speaker.author, &said);
        if !tx.warned(speaker.store, &name, at.plus_ms(-REMEMBERED_MS)).await? {
            tx.warn(speaker.store, &name, at).await?;
            return Ok(Judged::Asked(what));
        }
    }
    let goes = said.iter().map(|one| without(&one.text, &one.found, policy));
    Ok(Judged::Goes(goes.collect()))
}

/// A warning, by what it was about, and not by what was said.
fn remembered_as(author: Uuid, said: &[Looked]) -> String {
    use std::fmt::Write as _;
    let mut hasher = Sha256::new().chain_update(author.as_bytes());
    for (n, one) in said.iter().enumerate() {
        // Two texts are not the one that they would be together.
        if n > 0 {
            hasher.update([0_u8]);
        }
        hasher.update(one.text.as_bytes());
    }
    hasher.finalize().iter().fold("warned:".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// The words without what is masked, and without what should wait where nothing can.
fn without(text: &str, found: &[Finding], policy: SafetyPolicy) -> String {
    detector::masked(text, found, |what| matches!(policy.of(what), Deed::Mask | Deed::Hold))
}

/// What was found, without the pages of the store itself and of the marketplace: to send somebody there is no way around anything.
async fn of_others(
    s: &mut Session,
    store: StoreScope,
    public_url: &str,
    text: &str,
    mut found: Vec<Finding>,
) -> Result<Vec<Finding>, StorageError> {
    if !found.iter().any(|f| f.what == Private::Contact) {
        return Ok(found);
    }
    let origins = s.origins(store).await?;
    found.retain(|f| {
        let page = text.get(f.from..f.to).and_then(host);
        f.what != Private::Contact || page.is_none_or(|page| !is_ours(page, &origins, public_url))
    });
    Ok(found)
}

/// The host of a page's address that is written with its scheme.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next()
}

fn is_ours(page: &str, origins: &[Origin], public_url: &str) -> bool {
    let mut own = origins.iter().map(Origin::as_str).chain([public_url]).filter_map(host);
    own.any(|own| own.eq_ignore_ascii_case(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_25_what_is_masked_is_gone_and_what_is_allowed_stays() {
        let text = "4111 1111 1111 1111 and kate@clayworks.example";
        let found = detector::find(text);
        let policy = SafetyPolicy::default();
        assert_eq!(without(text, &found, policy), "•••• 1111 and kate@clayworks.example");
        let strict = policy.with(Private::Contact, Deed::Hold).with(Private::Card, Deed::Allow);
        assert_eq!(without(text, &found, strict), "4111 1111 1111 1111 and ••••");
    }

    #[test]
    fn a_warning_is_remembered_for_one_person_and_one_text() {
        let said = |texts: &[&str]| -> Vec<Looked> {
            let looked = |text: &&str| Looked {
                text: (*text).to_owned(),
                found: Vec::new(),
            };
            texts.iter().map(looked).collect()
        };
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let name = remembered_as(one, &said(&["hello"]));
        assert_eq!(name, remembered_as(one, &said(&["hello"])));
        assert_ne!(name, remembered_as(other, &said(&["hello"])));
        assert_ne!(name, remembered_as(one, &said(&["hello!"])));
        assert_ne!(name, remembered_as(one, &said(&["hel", "lo"])));
        assert!(!name.contains("hello"));
    }

    #[test]
    fn the_stores_own_pages_are_no_way_around() {
        let origins = [Origin::parse("https://tea.example").expect("fine")];
        let ours = |address: &str| host(address).is_some_and(|page| is_ours(page, &origins, "http://127.0.0.1:8080"));
        assert!(ours("https://tea.example/p/1") && ours("http://127.0.0.1:8080/c/tea") && ours("https://TEA.example"));
        assert!(!ours("https://tea.example.evil.example/") && !ours("www.tea.example") && !ours("https://other.example"));
    }
}
