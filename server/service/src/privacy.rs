//! Settings, Privacy: how long things are kept, and all that is known of one person: found, handed over, or erased.

use model::{
    event::{Audience, EventKind},
    id::Seq,
    limits::PAGE_EVENTS_MAX,
    party::Author,
    privacy::{ErasedPerson, Overdue, PersonBy, PersonFound, PrivacyPage, Searched},
    refusal::{Field, Refusal},
    settings::Retention,
    text::EmailAddress,
    time::Timestamp,
};
use storage::{AuditRow, PersonKey, PersonsConversation, PersonsRecord, Session, StorageError, StoreScope, Tx, Wiped};

use crate::{Actor, Fault, Services, accounts::still, blocking, clock::new_id, erasures, files, mail_in, retention};

/// Days that anything can be kept: a hundred years.
const DAYS_MAX: u32 = 36_500;
/// Characters of a shop's own number of a customer.
const NUMBER_CHARS_MAX: usize = 100;
/// Conversations that one transaction erases.
const ERASED_AT_ONCE: usize = 25;
/// Words of a person that are looked for after their erasure, and how long one must be to be theirs alone.
const SEARCHED_WORDS: usize = 16;
const SEARCHED_CHARS_MIN: usize = 16;
const SEARCHED_BYTES_MAX: usize = 64;

/// What the page shows.
pub async fn read(services: &Services, actor: &Actor) -> Result<PrivacyPage, Fault> {
    actor.must_own()?;
    let scope = actor.scope();
    let store = services.storage().read(|s| Box::pin(async move { s.store(scope).await })).await?;
    let store = store.ok_or(Fault::Refused(Refusal::NotFound))?;
    Ok(PrivacyPage {
        rev: store.settings_rev,
        retention: store.settings.retention,
        blocked: blocking::list(services, scope).await?,
    })
}

/// What would be deleted now, if things were kept this long.
pub async fn overdue(services: &Services, actor: &Actor, keep: Retention) -> Result<Overdue, Fault> {
    actor.must_own()?;
    check(keep)?;
    retention::count(services, actor.scope(), keep).await
}

/// How long things are kept from now on, unless somebody saved the store's settings since they were at this revision. Nothing is deleted
/// before the next hour's round.
pub async fn save_retention(services: &Services, actor: &Actor, keep: Retention, rev: i64) -> Result<PrivacyPage, Fault> {
    actor.must_own()?;
    check(keep)?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let store = tx.store(who.scope()).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let mut settings = store.settings;
                settings.retention = keep;
                if !tx.save_settings(who.scope(), &settings, rev).await? {
                    return Err(Fault::Refused(Refusal::ChangedMeanwhile));
                }
                Ok::<_, Fault>(audit(tx, &who, "retention.save", at).await?)
            })
        })
        .await?;
    read(services, actor).await
}

/// All that is known of a person, counted: so that nobody is erased for somebody else.
pub async fn find(services: &Services, actor: &Actor, by: PersonBy, who: &str) -> Result<PersonFound, Fault> {
    actor.must_own()?;
    let (scope, key) = (actor.scope(), key(by, who)?);
    let (records, conversations) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let records = s.records_of_person(scope, &key).await?;
                Ok::<_, StorageError>((records, s.conversations_of_person(scope, &key).await?))
            })
        })
        .await?;
    if records.is_empty() && conversations.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let mut names: Vec<String> = Vec::new();
    let told = records.into_iter().filter_map(|record| record.name);
    for name in told.chain(conversations.iter().filter_map(|c| c.name.clone())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(PersonFound {
        names,
        conversations: count(conversations.len()),
        held: count(conversations.iter().filter(|c| c.held).count()),
        messages: u32::try_from(conversations.iter().map(|c| c.messages).sum::<i64>()).unwrap_or(u32::MAX),
        last: conversations.iter().map(|c| c.last).max(),
    })
}

/// All that is known of a person, to be handed to them: what was said on both sides, what they ordered, what is kept about them. What
/// colleagues said among themselves in a conversation is theirs.
pub async fn export(services: &Services, actor: &Actor, by: PersonBy, who: &str) -> Result<serde_json::Value, Fault> {
    actor.must_own()?;
    let (scope, wanted) = (actor.scope(), key(by, who)?);
    let exported = services
        .storage()
        .read(|s| Box::pin(async move { exported(s, scope, &wanted).await }))
        .await?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| Box::pin(async move { audit(tx, &who, "person.export", at).await }))
        .await?;
    Ok(exported)
}

/// Takes a person's words and names out of everything, for good: conversations of both sides, files, mail, the search index; then looks
/// for their words in the database's files. What a legal hold keeps stays.
pub async fn erase(services: &Services, actor: &Actor, by: PersonBy, who: &str) -> Result<ErasedPerson, Fault> {
    actor.must_own()?;
    let (scope, wanted) = (actor.scope(), key(by, who)?);
    let sought = wanted.clone();
    let (records, conversations, words) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let records = s.records_of_person(scope, &sought).await?;
                let conversations = s.conversations_of_person(scope, &sought).await?;
                let words = words_of(s, scope, &sought, &conversations).await?;
                Ok::<_, StorageError>((records, conversations, words))
            })
        })
        .await?;
    if records.is_empty() && conversations.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let addresses = addresses_of(&wanted, &records);
    let (mut held, mut free): (Vec<_>, Vec<_>) = conversations.into_iter().partition(|c| c.held);
    // First, and once more at the end: if this ends half-way, conversations or a record are still there to be found by whoever asks again.
    if held.is_empty() {
        forget_addresses(services, actor, addresses.clone()).await?;
    }
    let mut erased = 0;
    while !free.is_empty() {
        for batch in free.chunks(ERASED_AT_ONCE) {
            let (batch, who, at) = (batch.to_vec(), actor.clone(), services.clock().now());
            let wiped = services
                .storage()
                .write(move |tx| Box::pin(async move { erase_batch(tx, &who, &batch, at).await }))
                .await?;
            erased += wiped.len();
            outside(services, wiped).await;
        }
        // One reading is bounded, and meanwhile they may have written again.
        let again = wanted.clone();
        let found = services
            .storage()
            .read(|s| Box::pin(async move { s.conversations_of_person(scope, &again).await }))
            .await?;
        (held, free) = found.into_iter().partition(|c| c.held);
    }
    let (who, at, keep_the_name) = (actor.clone(), services.clock().now(), !held.is_empty());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                // A conversation under a legal hold says with whom it was.
                if !keep_the_name {
                    for record in records {
                        tx.erase_customer(who.scope(), record.id.into(), at).await?;
                    }
                }
                Ok::<_, Fault>(audit(tx, &who, "person.erase", at).await?)
            })
        })
        .await?;
    if !keep_the_name {
        // What was sent there meanwhile.
        forget_addresses(services, actor, addresses).await?;
    }
    let searched = match services.storage().words_left(words).await? {
        Some(false) => Searched::Nothing,
        Some(true) => Searched::Elsewhere,
        None => Searched::NotOurs,
    };
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(ErasedPerson {
        conversations: count(erased),
        held: count(held.len()),
        searched,
    })
}

/// A person's addresses, each once: letters about no conversation went there (ways in, codes), and orders were made with them.
fn addresses_of(wanted: &PersonKey, records: &[PersonsRecord]) -> Vec<EmailAddress> {
    let typed = match wanted {
        PersonKey::Email(email) => Some(email.as_str()),
        _ => None,
    };
    let told = records.iter().filter_map(|record| record.email.as_deref());
    let mut all: Vec<EmailAddress> = told
        .chain(typed)
        .filter_map(|address| EmailAddress::parse(&address.to_lowercase()).ok())
        .collect();
    all.sort();
    all.dedup();
    all
}

async fn forget_addresses(services: &Services, actor: &Actor, addresses: Vec<EmailAddress>) -> Result<(), Fault> {
    let (who, at) = (actor.clone(), services.clock().now());
    let wiped = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let mut wiped = Wiped::default();
                for address in addresses {
                    let one = erasures::forget_address(tx, who.scope(), &address, at).await?;
                    wiped.letters.extend(one.letters);
                    wiped.arrived.extend(one.arrived);
                }
                Ok::<_, Fault>(wiped)
            })
        })
        .await?;
    outside(services, vec![wiped]).await;
    Ok(())
}

async fn erase_batch(tx: &mut Tx, actor: &Actor, batch: &[PersonsConversation], at: Timestamp) -> Result<Vec<Wiped>, Fault> {
    let who = still(tx, actor).await?;
    who.must_own()?;
    let mut wiped = Vec::new();
    for conversation in batch {
        // A hold that was set since they were read keeps it.
        if !tx.legal_hold(who.scope(), conversation.id).await? {
            wiped.push(tx.erase_conversation(who.scope(), conversation.id, at).await?);
        }
    }
    for visitor in batch.iter().filter_map(|c| c.visitor) {
        tx.forget_sessions(who.scope(), visitor).await?;
    }
    Ok(wiped)
}

/// What lay outside the database goes, too. What cannot go now is said in the log; nothing names it any more.
pub(crate) async fn outside(services: &Services, wiped: Vec<Wiped>) {
    let (mut gone, mut letters, mut arrived) = (Vec::new(), Vec::new(), Vec::new());
    for one in wiped {
        gone.extend(one.files);
        letters.extend(one.letters);
        arrived.extend(one.arrived);
    }
    if !arrived.is_empty() {
        mail_in::forget(services, arrived).await;
    }
    if !gone.is_empty() {
        files::remove(services, gone).await;
    }
    if let Some(folder) = services.post().and_then(mail::Post::kept)
        && let Err(error) = folder.forget(&letters).await
    {
        tracing::warn!(%error, "Letters of somebody who was erased are still in the mail folder");
    }
}

async fn exported(s: &mut Session, scope: StoreScope, key: &PersonKey) -> Result<serde_json::Value, Fault> {
    let records = s.records_of_person(scope, key).await?;
    let found = s.conversations_of_person(scope, key).await?;
    if records.is_empty() && found.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let addresses = addresses_of(key, &records);
    let mut conversations = Vec::new();
    for PersonsConversation { id, .. } in found {
        let Some(conversation) = s.conversation(storage::ConversationScope::Desk(scope), id).await? else {
            continue;
        };
        conversations.push(serde_json::json!({
            "id": id,
            "kind": conversation.kind,
            "begun": time(conversation.opened_at),
            "customer": conversation.customer,
            "contact": conversation.contact,
            "about": conversation.about,
            "connection": conversation.connection,
            "shop_page": s.context_of_conversation(scope, id).await?,
            "log": log(s, scope, id).await?,
        }));
    }
    let mut customers = Vec::new();
    for record in records {
        let kept = s.kept_of_customer(scope, record.id.into()).await?;
        customers.push(serde_json::json!({
            "number": record.external_id,
            "name": record.name,
            "email": record.email,
            "phone": record.phone,
            "since": time(Timestamp(record.created_at_ms)),
            "tags": kept.tags.iter().map(|tag| serde_json::json!({ "at": time(tag.at), "tag": tag.tag })).collect::<Vec<_>>(),
            "notes": kept.notes.iter().map(|note| serde_json::json!({ "at": time(note.at), "text": note.body })).collect::<Vec<_>>(),
            "orders": kept.orders,
            "signed_in": kept.sessions.iter().map(|(from, to)| [time(*from), time(*to)]).collect::<Vec<_>>(),
        }));
    }
    let mut told = Vec::new();
    for address in addresses {
        told.push(of_address(s, scope, &address).await?);
    }
    Ok(serde_json::json!({ "customer": customers, "addresses": told, "conversations": conversations }))
}

/// What was ordered with an address, mailed to it, and mailed from it.
async fn of_address(s: &mut Session, scope: StoreScope, address: &EmailAddress) -> Result<serde_json::Value, StorageError> {
    let kept = s.kept_of_address(scope, address).await?;
    let links = kept.links.iter();
    let letters = kept.letters.iter();
    Ok(serde_json::json!({
        "email": address,
        "orders": kept.orders,
        "links": links
            .map(|(purpose, at, until)| serde_json::json!({ "at": time(*at), "until": time(*until), "for": purpose }))
            .collect::<Vec<_>>(),
        "letters": letters
            .map(|(subject, verdict, at)| serde_json::json!({ "at": time(*at), "subject": subject, "became": verdict }))
            .collect::<Vec<_>>(),
    }))
}

/// Everyone's log, whole. The desk's own is not the person's.
async fn log(s: &mut Session, scope: StoreScope, id: model::id::ConversationId) -> Result<Vec<serde_json::Value>, StorageError> {
    let (mut told, mut after) = (Vec::new(), Seq::ZERO);
    loop {
        let page = s.events_after(scope, id, Audience::All, after, PAGE_EVENTS_MAX).await?;
        let Some(last) = page.last() else { return Ok(told) };
        after = last.seq;
        for event in page {
            let from = match &event.author {
                Author::Shopper => "customer",
                Author::Operator { name, .. } => name.as_str(),
                Author::System => "system",
            };
            let at = time(event.at);
            told.push(match &event.kind {
                EventKind::Posted { body } => serde_json::json!({ "at": at, "from": from, "text": body }),
                EventKind::Shared { file } => serde_json::json!({ "at": at, "from": from, "file": file }),
                EventKind::Rated { stars, comment } => {
                    serde_json::json!({ "at": at, "from": from, "rating": stars, "comment": comment })
                }
                other => serde_json::json!({ "at": at, "from": from, "event": other.code() }),
            });
        }
    }
}

/// As people and programs of all countries read it.
fn time(at: Timestamp) -> String {
    at.rfc3339()
}

/// What is looked for afterwards: the address, and the longest things the person said.
async fn words_of(
    s: &mut Session,
    scope: StoreScope,
    key: &PersonKey,
    conversations: &[PersonsConversation],
) -> Result<Vec<Vec<u8>>, StorageError> {
    let mut words: Vec<String> = Vec::new();
    for conversation in conversations.iter().filter(|c| !c.held) {
        let said = s
            .events_after(scope, conversation.id, Audience::All, Seq::ZERO, PAGE_EVENTS_MAX)
            .await?;
        for event in said.iter().filter(|event| event.author == Author::Shopper) {
            if let EventKind::Posted { body } = &event.kind {
                words.extend(longest_piece(body.as_str()).map(str::to_owned));
            }
        }
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.truncate(SEARCHED_WORDS);
    }
    let keeps_the_name = conversations.iter().any(|c| c.held);
    if let PersonKey::Email(email) = key
        && !keeps_the_name
    {
        words.push(email.as_str().to_owned());
    }
    Ok(words.into_iter().map(String::into_bytes).collect())
}

/// The longest piece of a text that stands in the database letter by letter; none, if all are short enough to be anybody's.
fn longest_piece(text: &str) -> Option<&str> {
    let piece = text
        .split(|c: char| c == '"' || c == '\\' || c.is_control())
        .max_by_key(|piece| piece.len())?;
    if piece.chars().count() < SEARCHED_CHARS_MIN {
        return None;
    }
    let mut end = piece.len().min(SEARCHED_BYTES_MAX);
    while !piece.is_char_boundary(end) {
        end -= 1;
    }
    Some(&piece[..end])
}

fn key(by: PersonBy, who: &str) -> Result<PersonKey, Refusal> {
    let who = who.trim();
    if who.is_empty() {
        return Err(Refusal::Missing(if by == PersonBy::Email { Field::Email } else { Field::Text }));
    }
    match by {
        PersonBy::Email => EmailAddress::parse(who).map(PersonKey::Email),
        PersonBy::Customer if who.chars().count() > NUMBER_CHARS_MAX => Err(Refusal::NotFound),
        PersonBy::Customer => Ok(PersonKey::Number(who.to_owned())),
        PersonBy::Guest => who.parse().map(PersonKey::Guest).map_err(|_| Refusal::Invalid(Field::Text)),
    }
}

fn check(keep: Retention) -> Result<(), Refusal> {
    let all = [keep.chats_days, keep.messages_days, keep.connections_days, keep.mails_days];
    if all.into_iter().all(|days| days <= DAYS_MAX) {
        Ok(())
    } else {
        Err(Refusal::Malformed)
    }
}

async fn audit(tx: &mut Tx, who: &Actor, action: &str, at: Timestamp) -> Result<(), StorageError> {
    let row = AuditRow {
        account: Some(who.account),
        action: action.to_owned(),
        object: None,
        reason: None,
        at,
    };
    tx.audit(who.scope(), new_id(), &row).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_stands_in_the_database_as_it_was_said() {
        assert_eq!(longest_piece("short"), None);
        assert_eq!(
            longest_piece("she said \"my parcel never came to Delft\" twice"),
            Some("my parcel never came to Delft")
        );
        let long = "é".repeat(100);
        assert_eq!(longest_piece(&long).map(str::len), Some(SEARCHED_BYTES_MAX));
    }

    #[test]
    fn a_person_is_looked_for_by_what_can_be_read_as_such() {
        assert_eq!(key(PersonBy::Guest, " 17 "), Ok(PersonKey::Guest(17)));
        assert_eq!(key(PersonBy::Guest, "seventeen"), Err(Refusal::Invalid(Field::Text)));
        assert_eq!(key(PersonBy::Email, " "), Err(Refusal::Missing(Field::Email)));
        assert!(key(PersonBy::Email, "nobody").is_err());
        assert_eq!(key(PersonBy::Customer, "C-1001"), Ok(PersonKey::Number("C-1001".to_owned())));
    }

    #[test]
    fn nothing_is_kept_longer_than_a_hundred_years() {
        let keep = |chats_days| Retention {
            chats_days,
            ..Retention::default()
        };
        assert_eq!(check(keep(DAYS_MAX)), Ok(()));
        assert_eq!(check(keep(DAYS_MAX + 1)), Err(Refusal::Malformed));
    }
}
