//! Chats that nobody takes in time become offline messages by themselves: the words are kept, the store is told by mail, and the shopper
//! is told where they stand. When the shopper writes again and somebody is there, it is a chat again.

use model::{
    conversation::{Stage, StageName},
    event::EventKind,
    party::Side,
    time::Timestamp,
};
use storage::{Conversation, ConversationScope, Installation, MailJob, StorageError, StoreScope, Tx};

use crate::{Fault, Services, conversation::step_by_itself};

/// Looks for chats that waited for longer than their store lets them; called every second.
pub(crate) async fn sweep(services: &Services, now: Timestamp) -> Result<(), Fault> {
    let stores = services
        .storage()
        .read(|s| Box::pin(async move { s.stores_with_waiting(Installation).await }))
        .await?;
    for store in stores {
        let scope = StoreScope(store);
        let waiting = services
            .storage()
            .read(|s| {
                Box::pin(async move {
                    let settings = s.store(scope).await?.map(|row| row.settings);
                    match settings.map_or(0, |settings| settings.missed_after_s) {
                        // Zero is never: the store wants its chats to wait.
                        0 => Ok::<_, StorageError>(Vec::new()),
                        seconds => s.waiting_since_before(scope, now.plus_ms(-1_000 * i64::from(seconds))).await,
                    }
                })
            })
            .await?;
        for conversation in waiting {
            services
                .storage()
                .write(move |tx| Box::pin(async move { give_up(tx, &conversation, now).await }))
                .await?;
        }
    }
    Ok(())
}

/// Unless somebody took it, or it ended, in between.
async fn give_up(tx: &mut Tx, seen: &Conversation, now: Timestamp) -> Result<(), StorageError> {
    let scope = seen.desk();
    let Some(conversation) = tx.hold_conversation(ConversationScope::Desk(scope), seen.id).await? else {
        return Ok(());
    };
    if conversation.stage.name() != StageName::Queued || conversation.stage != seen.stage {
        return Ok(());
    }
    let stage = Stage::Mail {
        awaiting: Side::Desk,
        since: now,
    };
    let event = step_by_itself(tx, &conversation, &stage, EventKind::Missed, now).await?;
    tx.set_missed(scope, conversation.id).await?;
    let job = MailJob::MissedChat {
        conversation: conversation.id,
    };
    // Missed twice is told twice, and each once.
    let dedupe = format!("missed/{}/{}", conversation.id, event.seq);
    tx.enqueue_mail(Some(scope), &job, &dedupe, now).await
}
