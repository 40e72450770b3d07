//! Answers by mail: what the desk says in a written conversation also goes to the customer's mailbox, unless they read it on the site
//! first (S-18). Here the letter is put into the outbox, in the transaction of the answer; what it says is looked up when it goes.
//!
//! Whoever wants no such letters says so by a link in one. That is between a store and an address: other letters still come.

use model::{
    conversation::{About, Kind, StageName},
    event::Event,
    id::OrderId,
    limits::DOOR_LINK_MS,
    text::{EmailAddress, Name},
};
use storage::{Conversation, Installation, MailJob, NewDoorLink, Purpose, StorageError, StoreScope, Tx};

use crate::{
    Fault, Services,
    secret::{self, Secret},
};

/// The desk said something, in a conversation that stood like this before. Several answers within the store's delay are one letter.
pub(crate) async fn queue(tx: &mut Tx, scope: StoreScope, before: &Conversation, event: &Event) -> Result<(), StorageError> {
    if !is_written(before) {
        return Ok(());
    }
    // The team goes on with a ticket whose requester left; they read no more of it.
    if before.kind == Kind::Ticket && tx.requester_left(Installation, before.id).await? {
        return Ok(());
    }
    let order = order_of(before);
    // Without an address the answer waits on the site.
    let Some(reader) = tx.answer_reader(scope, before.id, order).await? else {
        return Ok(());
    };
    if tx.answer_waits(scope, before.id).await? {
        return Ok(());
    }
    let Some(store) = tx.store(scope).await? else {
        return Ok(());
    };
    let due = event.at.plus_ms(1_000 * i64::from(store.settings.mail_after_s));
    let (token, stop) = (Secret::new(), Secret::new());
    let link = NewDoorLink {
        token_sha256: token.hash(),
        store: scope.0,
        purpose: order.map_or(Purpose::Conversation(before.id), Purpose::Order),
        customer: reader.customer,
        email: reader.to.clone(),
        language: reader.language,
        expires_at: due.plus_ms(DOOR_LINK_MS),
    };
    tx.insert_door_link(&link, event.at).await?;
    let job = MailJob::Answer {
        conversation: before.id,
        to: reader.to,
        language: reader.language,
        proven: reader.proven,
        token: token.reveal().to_owned(),
        stop: stop.reveal().to_owned(),
    };
    let dedupe = format!("answer:{}:{}", before.id, event.seq);
    tx.enqueue_answer(scope, &job, &dedupe, &stop.hash(), due).await
}

/// Whether answers in it are waited for in a mailbox: everything but a chat that somebody sits in front of.
fn is_written(conversation: &Conversation) -> bool {
    match conversation.kind {
        Kind::Shop | Kind::Order | Kind::Offline | Kind::Thread | Kind::Ticket | Kind::Dispute => true,
        Kind::Live => conversation.stage.name() == StageName::Mail,
    }
}

/// The order whose thread it is.
pub(crate) fn order_of(conversation: &Conversation) -> Option<OrderId> {
    match &conversation.about {
        About::Order { id, .. } if conversation.kind == Kind::Order => Some(*id),
        _ => None,
    }
}

/// What the page behind `/unsubscribe/{token}` knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters {
    /// Whose letters.
    pub store: Name,
    /// Whether they come no more.
    pub quiet: bool,
}

/// Whose letters a link is about, if it is good: for as long as its letter is known. Looking changes nothing.
pub async fn letters(services: &Services, token: &str) -> Result<Option<Letters>, Fault> {
    let hash = secret::hash(token);
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some((scope, to)) = s.mail_of_stop(Installation, &hash).await? else {
                    return Ok(None);
                };
                let quiet = s.is_quiet(scope, &reader_hash(&to)).await?;
                let store = s.store(scope).await?;
                Ok(store.map(|store| Letters { store: store.name, quiet }))
            })
        })
        .await
}

/// No more letters with answers from this store to this address, or again. Answers whether the link was good.
pub async fn set_quiet(services: &Services, token: &str, quiet: bool) -> Result<bool, Fault> {
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Some((scope, to)) = tx.mail_of_stop(Installation, &hash).await? else {
                    return Ok(false);
                };
                tx.set_quiet(scope, &reader_hash(&to), quiet.then_some(now)).await?;
                Ok::<_, Fault>(true)
            })
        })
        .await
}

/// One mailbox however it is spelled.
pub(crate) fn reader_hash(to: &EmailAddress) -> Vec<u8> {
    secret::hash(&to.as_str().to_lowercase())
}
