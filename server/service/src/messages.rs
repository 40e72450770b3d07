//! The message center: finding written conversations, and giving one its right place, beside an order or among the messages to the shop.
//! Reading and answering them is what it is everywhere: `conversation`.

use model::{
    conversation::{About, Kind, Stage, StageName},
    desk::{Folder, InboxCursor, InboxPage},
    event::{Audience, EventKind},
    id::{ConversationId, OrderId},
    limits::SEARCH_CHARS_MAX,
    order::OrderChoice,
    party::Side,
    refusal::{Field, Refusal},
    time::Timestamp,
};
use storage::{Conversation, NewEvent, StorageError, StoreScope, Tx};

use crate::{
    Actor, Fault, Party, Services,
    conversation::{find, standing_in, step},
    desk,
};

/// A page of a list, newest first. With a search: what holds all of its words, or is with whoever made the order with that number (S-06,
/// S-i7). Only lists of one kind are searched here; the history has a search of its own.
pub async fn page(
    services: &Services,
    actor: &Actor,
    folder: Folder,
    search: &str,
    after: Option<InboxCursor>,
) -> Result<InboxPage, Fault> {
    let search: String = search.trim().chars().take(SEARCH_CHARS_MAX).collect();
    if search.is_empty() {
        return desk::inbox(services, actor, folder, after).await;
    }
    let kind = match folder {
        Folder::Shop => Kind::Shop,
        Folder::Order => Kind::Order,
        Folder::Offline => Kind::Offline,
        Folder::Finished | Folder::All => return Err(Refusal::Malformed.into()),
    };
    let scope = actor.scope();
    let settled = services.storage().settled().await;
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.found_of_kind(settled, scope, kind, &search, after).await }))
        .await?;
    Ok(desk::page_of(&found))
}

/// The orders of whoever a conversation is with, each with the thread it has already.
pub async fn order_choices(services: &Services, actor: &Actor, id: ConversationId) -> Result<Vec<OrderChoice>, Fault> {
    let party = Party::Desk(actor.clone());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                find(s, &party, id).await?;
                let scope = party.store();
                Ok(match s.customer_of_conversation(scope, id).await?.flatten() {
                    Some(customer) => s.orders_to_move_to(scope, customer).await?,
                    None => Vec::new(),
                })
            })
        })
        .await
}

/// Gives a written conversation another place: it is about this order of its customer from now on, or a message to the shop again. All of
/// it stays as it was said. An order has one thread: one that has it already keeps it.
pub async fn move_to(services: &Services, actor: &Actor, id: ConversationId, order: Option<OrderId>) -> Result<(), Fault> {
    let (party, at) = (Party::Desk(actor.clone()), services.clock().now());
    let moved = services
        .storage()
        .write(move |tx| Box::pin(async move { move_in(tx, &party, id, order, at).await }))
        .await;
    match moved {
        // Somebody began the order's thread at the same moment.
        Err(Fault::Broken(StorageError::Conflict(_))) => Err(Refusal::Taken(Field::Order).into()),
        other => other,
    }
}

async fn move_in(tx: &mut Tx, party: &Party, id: ConversationId, order: Option<OrderId>, at: Timestamp) -> Result<(), Fault> {
    let (party, conversation) = standing_in(tx, party, id).await?;
    let scope = party.store();
    if !is_written(&conversation) {
        return Err(Refusal::NotAllowed.into());
    }
    let about = match &conversation.about {
        About::Order { id, .. } if conversation.kind == Kind::Order => Some(*id),
        _ => None,
    };
    let stands_there = match order {
        Some(_) => about == order,
        None => conversation.kind == Kind::Shop,
    };
    if stands_there {
        return Ok(());
    }
    let number = match order {
        Some(order) => Some(free_order(tx, scope, id, order).await?),
        None => None,
    };
    // Both sides may write in it from now on, whoever ended it.
    if conversation.stage.name() != StageName::Mail {
        let mail = Stage::Mail {
            awaiting: conversation.preview_side.map_or(Side::Desk, Side::other),
            since: at,
        };
        step(tx, &party, id, &mail, EventKind::Reopened { stage: mail.name() }, at).await?;
    }
    tx.move_conversation(scope, id, order.zip(number.as_deref())).await?;
    let to = if order.is_some() { Kind::Order } else { Kind::Shop };
    let event = NewEvent {
        conversation: id,
        audience: Audience::All,
        author: party.voice(),
        author_id: Some(party.id()),
        client: None,
        kind: EventKind::Moved { to, number },
        via: None,
    };
    tx.record(scope, event, at).await?;
    Ok(())
}

/// Whether it goes on in writing: nobody sits in front of it and waits.
fn is_written(conversation: &Conversation) -> bool {
    match conversation.kind {
        Kind::Shop | Kind::Order | Kind::Offline => true,
        Kind::Live => conversation.stage.name() == StageName::Mail,
        Kind::Thread | Kind::Ticket | Kind::Dispute => false,
    }
}

/// The number of an order that a conversation can be moved to: one of its own customer's, so that nobody reads what others wrote, and
/// without a thread.
async fn free_order(tx: &mut Tx, scope: StoreScope, id: ConversationId, order: OrderId) -> Result<String, Fault> {
    let customer = tx.customer_of_conversation(scope, id).await?.flatten();
    let (owner, number) = tx.owner_of_order(scope, order).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
    if customer != Some(owner) {
        return Err(Refusal::Invalid(Field::Order).into());
    }
    if tx.thread_of_order(scope, order).await?.is_some() {
        return Err(Refusal::Taken(Field::Order).into());
    }
    Ok(number)
}
