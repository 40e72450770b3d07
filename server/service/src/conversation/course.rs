//! The course of a conversation, apart from what is said in it: taken, ended, filed away, taken up again, saved.

use model::{
    conversation::{Kind, StageName},
    event::EventKind,
    id::ConversationId,
    party::Side,
    refusal::Refusal,
    settings::HistoryFills,
    time::Timestamp,
};
use storage::{StorageError, StoreScope, Tx};

use super::{find, find_held, standing_in, step};
use crate::{Actor, Fault, Party, Services, accounts::still};

/// Takes a conversation that nobody has.
pub async fn take(services: &Services, actor: &Actor, id: ConversationId) -> Result<(), Fault> {
    let (party, at) = (Party::Desk(actor.clone()), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (party, conversation) = standing_in(tx, &party, id).await?;
                let Party::Desk(actor) = &party else {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                };
                // Nobody has a written one: whoever of the store answers, answers.
                if !actor.live_chat || !matches!(conversation.kind, Kind::Live | Kind::Offline) {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                if conversation.stage.operator() == Some(actor.account) {
                    return Ok(());
                }
                let next = conversation.stage.take(actor.account, at)?;
                tx.insert_participant(party.store(), id, Side::Desk, actor.account.0, at).await?;
                step(tx, &party, id, &next, EventKind::Taken, at).await?;
                Ok(())
            })
        })
        .await
}

/// Ends a conversation, from the desk.
pub async fn end(services: &Services, actor: &Actor, id: ConversationId) -> Result<(), Fault> {
    end_by(services, &Party::Desk(actor.clone()), id).await
}

/// Ends a conversation, from either side. One that is over stays so, and nothing is written twice.
pub async fn end_by(services: &Services, party: &Party, id: ConversationId) -> Result<(), Fault> {
    let (party, at) = (party.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (party, conversation) = standing_in(tx, &party, id).await?;
                // What has steps of its own ends by them.
                if matches!(conversation.kind, Kind::Thread | Kind::Ticket | Kind::Dispute) {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                if conversation.stage.name() == StageName::Closed {
                    return Ok(());
                }
                let next = conversation.stage.close(party.author(), at)?;
                step(tx, &party, id, &next, EventKind::Closed, at).await?;
                Ok(file_away(tx, party.store(), id, at).await?)
            })
        })
        .await
}

/// A finished chat enters the history: at once where the store wants it so, else when the last one signs off (P-49).
pub(crate) async fn file_away(tx: &mut Tx, scope: StoreScope, id: ConversationId, at: Timestamp) -> Result<(), StorageError> {
    let at_once = tx
        .store(scope)
        .await?
        .is_some_and(|store| store.settings.history == HistoryFills::AtOnce);
    if at_once {
        tx.archive(scope, id, at).await?;
    }
    Ok(())
}

/// Takes a finished chat up again, before anybody has said a word (P-45). Whether the customer is still on the site is known to the
/// sockets, not here: the desk offers it while they are, and a word that comes too late waits for them.
pub async fn reopen(services: &Services, actor: &Actor, id: ConversationId) -> Result<(), Fault> {
    let (actor, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let actor = still(tx, &actor).await?;
                let party = Party::Desk(actor.clone());
                let conversation = find_held(tx, &party, id).await?;
                if !actor.live_chat || conversation.kind != Kind::Live {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                if conversation.stage.name() != StageName::Closed {
                    return Ok(());
                }
                let queued = conversation.stage.reopen(Side::Desk, true, at);
                step(tx, &party, id, &queued, EventKind::Reopened { stage: queued.name() }, at).await?;
                let taken = queued.take(actor.account, at)?;
                tx.insert_participant(party.store(), id, Side::Desk, actor.account.0, at).await?;
                step(tx, &party, id, &taken, EventKind::Taken, at).await?;
                Ok(())
            })
        })
        .await
}

/// Saves a conversation, so that it is kept beyond the store's retention and found first in the history; or no longer (D-22).
pub async fn save(services: &Services, actor: &Actor, id: ConversationId, on: bool) -> Result<(), Fault> {
    let (actor, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = Party::Desk(still(tx, &actor).await?);
                let conversation = find(tx, &party, id).await?;
                if conversation.saved == on {
                    return Ok(());
                }
                Ok(tx.set_saved(party.store(), id, on.then_some(at)).await?)
            })
        })
        .await
}
