//! Reading a conversation's log: following it, a page of it, all of it at first sight; and how far each side has come.

use model::{
    event::{Audience, Event, Mark},
    id::{ConversationId, Epoch, Seq},
    limits::{FIRST_EVENTS, PAGE_EVENTS_MAX},
    panel::{ConversationView, EventsPage},
    party::Side,
    refusal::Refusal,
};
use storage::{Conversation, Session, StorageError};

use super::find;
use crate::{Fault, Party, Services};

/// A log as a new follower finds it.
#[derive(Clone, Debug)]
pub struct LogHead {
    /// The last event of the log.
    pub head: Seq,
    /// How far the asker's side has come.
    pub mine: Mark,
    /// How far the other side has come.
    pub theirs: Mark,
}

/// A side has come further. What is beyond the log's end is taken as its end.
pub async fn mark(services: &Services, party: &Party, id: ConversationId, mark: Mark) -> Result<(), Fault> {
    let party = party.clone();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let conversation = find(tx, &party, id).await?;
                let bounded = |seq: Seq| seq.max(Seq::ZERO).min(conversation.head_all);
                let mark = Mark::default().max(Mark {
                    got: bounded(mark.got),
                    read: bounded(mark.read),
                });
                Ok::<_, Fault>(tx.set_mark(party.store(), id, party.side(), party.id(), mark).await?)
            })
        })
        .await
}

/// Whether somebody may follow a log, and where it stands.
pub async fn follow(services: &Services, party: &Party, id: ConversationId, audience: Audience) -> Result<LogHead, Fault> {
    if audience == Audience::Desk && party.side() == Side::Shopper {
        return Err(Refusal::NotFound.into());
    }
    let party = party.clone();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let conversation = find(s, &party, id).await?;
                let (mine, theirs) = marks(s, &party, id).await?;
                let head = match audience {
                    Audience::All => conversation.head_all,
                    Audience::Desk => conversation.head_desk,
                };
                Ok(LogHead { head, mine, theirs })
            })
        })
        .await
}

/// What follows an event, oldest first.
pub async fn events_after(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    after: Seq,
    limit: i64,
) -> Result<Vec<Event>, Fault> {
    if audience == Audience::Desk && party.side() == Side::Shopper {
        return Err(Refusal::NotFound.into());
    }
    let (party, limit) = (party.clone(), limit.clamp(1, PAGE_EVENTS_MAX));
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                find(s, &party, id).await?;
                Ok(s.events_after(party.store(), id, audience, after, limit).await?)
            })
        })
        .await
}

/// A page of a log over HTTP: what follows `after`, or what precedes `before`.
pub async fn page(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    after: Seq,
    before: Option<Seq>,
) -> Result<EventsPage, Fault> {
    let log = follow(services, party, id, audience).await?;
    let epoch = services.storage().epoch();
    let events = match before {
        Some(before) => {
            let store = party.store();
            services
                .storage()
                .read(|s| Box::pin(async move { s.events_before(store, id, audience, before, PAGE_EVENTS_MAX).await }))
                .await?
        }
        None => events_after(services, party, id, audience, after, PAGE_EVENTS_MAX).await?,
    };
    Ok(EventsPage {
        epoch,
        events,
        head: log.head,
        theirs: log.theirs,
    })
}

/// A conversation with its last events, as a side may see it.
pub async fn view(services: &Services, party: &Party, id: ConversationId) -> Result<ConversationView, Fault> {
    let (party, epoch) = (party.clone(), services.storage().epoch());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let conversation = find(s, &party, id).await?;
                view_of(s, &party, &conversation, epoch).await
            })
        })
        .await
}

/// The same, for a conversation that was just found.
pub(crate) async fn view_of(
    session: &mut Session,
    party: &Party,
    conversation: &Conversation,
    epoch: Epoch,
) -> Result<ConversationView, Fault> {
    let after = Seq((conversation.head_all.0 - FIRST_EVENTS).max(0));
    let events = session
        .events_after(party.store(), conversation.id, Audience::All, after, PAGE_EVENTS_MAX)
        .await?;
    let (mine, theirs) = marks(session, party, conversation.id).await?;
    let shown = match party {
        Party::Visitor(_) => session.store(party.store()).await?.and_then(|store| store.settings.operator_name),
        Party::Desk(_) | Party::Mediator(_) => None,
    };
    Ok(ConversationView {
        id: conversation.id,
        kind: conversation.kind,
        stage: conversation.stage.name(),
        operator: conversation.operator.as_ref().map(|o| shown.unwrap_or_else(|| o.name.clone())),
        epoch,
        // The head is that of the events: a message may have come between the two reads.
        head: events.last().map_or(conversation.head_all, |e| e.seq),
        events,
        mine,
        theirs,
        has_email: conversation.contact.email.is_some(),
    })
}

async fn marks(session: &mut Session, party: &Party, id: ConversationId) -> Result<(Mark, Mark), StorageError> {
    let (shopper, desk) = session.marks(party.store(), id).await?;
    Ok(match party.side() {
        Side::Shopper => (shopper, desk),
        Side::Desk => (desk, shopper),
    })
}
