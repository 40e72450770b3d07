//! What must not come back with a backup (hardening J7): the list of it, and the work of applying it to a database that a backup was put
//! into. Whether and when that happens is the operator's to say, at the command line.
//!
//! A conversation and a customer stand in the list by their ids. An address stands in it as a hash, because a list of the people who wanted
//! to be forgotten would be the opposite of forgetting them: nobody reads the address out of it, and whoever has the address finds it.

use std::collections::HashMap;

use model::{
    id::{ConversationId, CustomerId, StoreId},
    text::EmailAddress,
    time::Timestamp,
};
use sha2::{Digest as _, Sha256};
use storage::{ConversationScope, Erasure, Installation, StorageError, StoreScope, Tx, Wiped};
use uuid::Uuid;

use crate::{Fault, Services, privacy::outside};

/// What is hashed begins with what it is for.
const PURPOSE: &[u8] = b"vitrine: an erased address, 1";
/// The kind of an address in the list.
const ADDRESS: &str = "address";

/// What was taken out once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Conversations.
    pub conversations: usize,
    /// What shops told of customers.
    pub customers: usize,
    /// Addresses that the database still knew.
    pub addresses: usize,
    /// Kinds of things that this version does not know.
    pub unknown: usize,
}

/// Everything that was erased and must not come back.
pub async fn all(services: &Services) -> Result<Vec<Erasure>, Fault> {
    let (mut all, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page = services
            .storage()
            .read(|s| Box::pin(async move { s.erasures_after(Installation, after).await }))
            .await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = last.object;
        all.extend(page);
    }
}

/// Erases once more what was erased since the backup was made. What the backup's own list has already is left alone: whoever was erased and
/// came back before it was made is there by right.
pub async fn apply(services: &Services, wanted: Vec<Erasure>) -> Result<Applied, Fault> {
    let known: HashMap<Uuid, Timestamp> = all(services).await?.into_iter().map(|e| (e.object, e.at)).collect();
    let missing = wanted
        .into_iter()
        .filter(|erasure| known.get(&erasure.object).is_none_or(|at| *at < erasure.at));
    let mut applied = Applied::default();
    let mut addresses: HashMap<StoreId, HashMap<Uuid, Timestamp>> = HashMap::new();
    for erasure in missing {
        match erasure.kind.as_str() {
            "conversation" => {
                conversation(services, &erasure).await?;
                applied.conversations += 1;
            }
            "customer" => {
                customer(services, &erasure).await?;
                applied.customers += 1;
            }
            ADDRESS => {
                addresses.entry(erasure.store).or_default().insert(erasure.object, erasure.at);
            }
            _ => applied.unknown += 1,
        }
    }
    for (store, marks) in addresses {
        applied.addresses += of_addresses(services, StoreScope(store), marks).await?;
    }
    Ok(applied)
}

/// Takes an address out of everything beside conversations and customers, and remembers that it must not come back.
pub(crate) async fn forget_address(tx: &mut Tx, scope: StoreScope, email: &EmailAddress, at: Timestamp) -> Result<Wiped, StorageError> {
    tx.insert_erasure(scope, mark(scope.0, email), ADDRESS, at).await?;
    let lower = email.as_str().to_lowercase();
    Ok(Wiped {
        files: Vec::new(),
        letters: tx.forget_mails_to(scope, &lower).await?,
        arrived: tx.erase_address(scope, email, at).await?,
    })
}

async fn conversation(services: &Services, erasure: &Erasure) -> Result<(), Fault> {
    let (scope, id, at) = (StoreScope(erasure.store), ConversationId(erasure.object), erasure.at);
    let wiped = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let found = tx.conversation(ConversationScope::Desk(scope), id).await?;
                let wiped = tx.erase_conversation(scope, id, at).await?;
                if let Some(visitor) = found.and_then(|conversation| conversation.visitor) {
                    tx.forget_sessions(scope, visitor).await?;
                }
                Ok::<_, StorageError>(wiped)
            })
        })
        .await?;
    outside(services, vec![wiped]).await;
    Ok(())
}

async fn customer(services: &Services, erasure: &Erasure) -> Result<(), Fault> {
    let (scope, id, at) = (StoreScope(erasure.store), CustomerId(erasure.object), erasure.at);
    services
        .storage()
        .write(move |tx| Box::pin(async move { tx.erase_customer(scope, id, at).await }))
        .await?;
    Ok(())
}

/// Looks through all addresses of a store for those of the list. Answers how many were there.
async fn of_addresses(services: &Services, scope: StoreScope, mut marks: HashMap<Uuid, Timestamp>) -> Result<usize, Fault> {
    let (mut found, mut after) = (0, String::new());
    loop {
        let asked = after.clone();
        let page: Vec<String> = services
            .storage()
            .read(move |s| Box::pin(async move { s.addresses_after(scope, &asked).await }))
            .await?;
        let Some(last) = page.last() else { break };
        after.clone_from(last);
        for address in page {
            let Ok(email) = EmailAddress::parse(&address) else { continue };
            let Some(at) = marks.remove(&mark(scope.0, &email)) else { continue };
            let wiped = services
                .storage()
                .write(move |tx| Box::pin(async move { forget_address(tx, scope, &email, at).await }))
                .await?;
            outside(services, vec![wiped]).await;
            found += 1;
        }
    }
    // The others must not come with a later backup either.
    let rest: Vec<(Uuid, Timestamp)> = marks.into_iter().collect();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                for (mark, at) in rest {
                    tx.insert_erasure(scope, mark, ADDRESS, at).await?;
                }
                Ok::<_, StorageError>(())
            })
        })
        .await?;
    Ok(found)
}

/// What an address is in the list.
fn mark(store: StoreId, email: &EmailAddress) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(PURPOSE);
    hash.update(store.0.as_bytes());
    hash.update(email.as_str().to_lowercase().as_bytes());
    let mut half = [0_u8; 16];
    for (to, from) in half.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    Uuid::from_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hj_7_an_address_is_known_again_however_it_is_written_and_at_its_own_store_only() {
        let email = |text: &str| EmailAddress::parse(text).expect("an address");
        let (one, other) = (StoreId(Uuid::from_u128(1)), StoreId(Uuid::from_u128(2)));
        assert_eq!(
            mark(one, &email("Jane@Customer.example")),
            mark(one, &email("jane@customer.example"))
        );
        assert_ne!(
            mark(one, &email("jane@customer.example")),
            mark(other, &email("jane@customer.example"))
        );
        assert_ne!(
            mark(one, &email("jane@customer.example")),
            mark(one, &email("jan@customer.example"))
        );
    }
}
