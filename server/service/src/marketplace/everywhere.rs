//! One inbox for somebody who serves several stores: what waits in each of them, and turning to one. Each store's own rules hold there;
//! whoever sees a line here could see it at its desk.

use model::{
    conversation::Kind,
    desk::InboxRow,
    id::{ConversationId, StoreId},
    text::Name,
};
use storage::{ConversationScope, Installation, StorageError, StoreScope, WorkplaceRow};

use crate::{
    Actor, Fault, Services,
    accounts::{self, Recognised},
};

/// A conversation whose shopper waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its line.
    pub row: InboxRow,
    /// At which store.
    pub store: StoreId,
    /// What that is called.
    pub store_name: Name,
}

/// All of somebody's stores.
#[derive(Clone, Debug)]
pub struct Everywhere {
    /// By name.
    pub places: Vec<WorkplaceRow>,
    /// Whoever began to wait last first.
    pub waiting: Vec<Waiting>,
}

/// Whether somebody serves more than one.
pub(crate) async fn several(services: &Services, actor: &Actor) -> Result<bool, Fault> {
    let account = actor.account;
    let count = services
        .storage()
        .read(|s| Box::pin(async move { s.count_workplaces(Installation, account).await }))
        .await?;
    Ok(count > 1)
}

/// What waits in all of them.
pub async fn read(services: &Services, actor: &Actor) -> Result<Everywhere, Fault> {
    let account = actor.account;
    let (places, found) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let places = s.workplaces(Installation, account).await?;
                Ok::<_, StorageError>((places, s.waiting_everywhere(Installation, account).await?))
            })
        })
        .await?;
    let waiting = found.iter().filter_map(|conversation| {
        let place = places.iter().find(|place| place.post.store == conversation.store)?;
        Some(Waiting {
            row: conversation.row(),
            store: conversation.store,
            store_name: place.post.name.clone(),
        })
    });
    let waiting = waiting.collect();
    Ok(Everywhere { places, waiting })
}

/// Turns to one of them; answers what kind of conversation it is that is to be opened there, if it is there.
pub async fn turn_to(
    services: &Services,
    who: &Recognised,
    store: StoreId,
    conversation: Option<ConversationId>,
) -> Result<Option<Kind>, Fault> {
    accounts::switch(services, who, store).await?;
    let Some(id) = conversation else { return Ok(None) };
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.conversation(ConversationScope::Desk(StoreScope(store)), id).await }))
        .await?;
    Ok(found.map(|conversation| conversation.kind))
}
