//! What can be done in a conversation, by either side, through whichever door.

mod transfer;

use model::{
    conversation::{Kind, Stage, StageName},
    event::{Audience, Event, EventKind, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    limits::{FIRST_EVENTS, PAGE_EVENTS_MAX},
    panel::{ConversationView, EventsPage, Posted},
    party::{Author, Side},
    refusal::Refusal,
    settings::HistoryFills,
    text::Body,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{Conversation, NewEvent, Session, StorageError, StoreScope, Tx};

use crate::{Actor, Fault, Party, Services, accounts::still};

pub use transfer::{colleagues, transfer};

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

/// Says something. The answer means that it is in the database for good; the same client id twice is one message.
pub async fn post(
    services: &Services,
    party: &Party,
    conversation: ConversationId,
    audience: Audience,
    cid: ClientId,
    body: Body,
) -> Result<Posted, Fault> {
    let first = post_once(services, party, conversation, audience, cid, body.clone()).await;
    match first {
        // On PostgreSQL two of the same can race: the loser was undone whole, and now finds the winner.
        Err(Fault::Broken(StorageError::Conflict(_))) => post_once(services, party, conversation, audience, cid, body).await,
        other => other,
    }
}

async fn post_once(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    cid: ClientId,
    body: Body,
) -> Result<Posted, Fault> {
    let (party, at) = (party.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = standing(tx, &party).await?;
                let conversation = find(tx, &party, id).await?;
                if audience == Audience::Desk && party.side() == Side::Shopper {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                let hash = Sha256::digest(body.as_str().as_bytes()).to_vec();
                if let Some(earlier) = tx.earlier(party.store(), id, party.side(), party.id(), cid).await? {
                    return if earlier.body_hash == hash {
                        Ok(Posted {
                            seq: earlier.seq,
                            at: earlier.at,
                            dup: true,
                        })
                    } else {
                        Err(Fault::Refused(Refusal::ClientIdReused))
                    };
                }
                if audience == Audience::All {
                    move_on(tx, &party, &conversation, at).await?;
                }
                let event = NewEvent {
                    conversation: id,
                    audience,
                    // Colleagues know each other by name; shoppers by the store's name for all, if it has one (P-07).
                    author: match audience {
                        Audience::All => party.voice(),
                        Audience::Desk => party.author(),
                    },
                    author_id: Some(party.id()),
                    client: Some((cid, hash)),
                    kind: EventKind::Posted { body },
                };
                let event = tx.record(party.store(), event, at).await?;
                Ok(Posted {
                    seq: event.seq,
                    at: event.at,
                    dup: false,
                })
            })
        })
        .await
}

/// What a message does to where the conversation stands: the desk's takes it, the shopper's wakes it.
pub(crate) async fn move_on(tx: &mut Tx, party: &Party, conversation: &Conversation, at: Timestamp) -> Result<(), Fault> {
    let stage = conversation.stage.clone();
    match party {
        Party::Visitor(_) => {
            let sleeping = matches!(stage.name(), StageName::Closed | StageName::Mail);
            if sleeping {
                // One that nobody took in time stands among the offline messages; with somebody there it is a chat again.
                let missed = conversation.kind == Kind::Offline && tx.was_missed(party.store(), conversation.id).await?;
                let desk_there = (conversation.kind == Kind::Live || missed) && tx.on_duty(party.store(), at).await? > 0;
                if missed && desk_there {
                    tx.set_live_again(party.store(), conversation.id).await?;
                }
                let next = if desk_there {
                    Stage::Queued { since: at }
                } else {
                    Stage::Mail {
                        awaiting: Side::Desk,
                        since: at,
                    }
                };
                if next.name() == stage.name() {
                    tx.set_stage(party.store(), conversation.id, &next).await?;
                } else {
                    let reopened = EventKind::Reopened { stage: next.name() };
                    step(tx, party, conversation.id, &next, reopened, at).await?;
                }
            }
        }
        // Whoever was switched off a moment ago says nothing more (D-i1).
        Party::Desk(actor) if conversation.kind == Kind::Live && !actor.live_chat => return Err(Fault::Refused(Refusal::NotAllowed)),
        Party::Desk(actor) if conversation.kind == Kind::Live => {
            let stage = match stage {
                Stage::Closed { .. } => {
                    let next = stage.reopen(Side::Desk, true, at);
                    step(tx, party, conversation.id, &next, EventKind::Reopened { stage: next.name() }, at).await?;
                    next
                }
                other => other,
            };
            if stage.operator().is_none() {
                let next = stage.take(actor.account, at)?;
                tx.insert_participant(party.store(), conversation.id, Side::Desk, actor.account.0, at)
                    .await?;
                step(tx, party, conversation.id, &next, EventKind::Taken, at).await?;
            }
        }
        Party::Desk(_) => {
            tx.set_stage(
                party.store(),
                conversation.id,
                &Stage::Mail {
                    awaiting: Side::Shopper,
                    since: at,
                },
            )
            .await?;
        }
    }
    Ok(())
}

/// Takes a conversation that nobody has.
pub async fn take(services: &Services, actor: &Actor, id: ConversationId) -> Result<(), Fault> {
    let (party, at) = (Party::Desk(actor.clone()), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = standing(tx, &party).await?;
                let conversation = find(tx, &party, id).await?;
                let Party::Desk(actor) = &party else {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                };
                if !actor.live_chat {
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
                let party = standing(tx, &party).await?;
                let conversation = find(tx, &party, id).await?;
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
                let conversation = find(tx, &party, id).await?;
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
        Party::Desk(_) => None,
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

pub(crate) async fn find(session: &mut Session, party: &Party, id: ConversationId) -> Result<Conversation, Fault> {
    session
        .conversation(party.scope(), id)
        .await?
        .ok_or(Fault::Refused(Refusal::NotFound))
}

async fn marks(session: &mut Session, party: &Party, id: ConversationId) -> Result<(Mark, Mark), StorageError> {
    let (shopper, desk) = session.marks(party.store(), id).await?;
    Ok(match party.side() {
        Side::Shopper => (shopper, desk),
        Side::Desk => (desk, shopper),
    })
}

/// The party as it stands now, inside the transaction: somebody who was switched off a moment ago does nothing any more.
pub(crate) async fn standing(tx: &mut Tx, party: &Party) -> Result<Party, Fault> {
    match party {
        Party::Visitor(scope) if tx.visitor_stands(*scope).await? => Ok(party.clone()),
        Party::Visitor(_) => Err(Fault::Refused(Refusal::NotSignedIn)),
        Party::Desk(actor) => Ok(Party::Desk(still(tx, actor).await?)),
    }
}

/// Moves a conversation on, and says so in everyone's log.
async fn step(
    tx: &mut Tx,
    party: &Party,
    id: ConversationId,
    stage: &Stage,
    kind: EventKind,
    at: Timestamp,
) -> Result<Event, StorageError> {
    tx.set_stage(party.store(), id, stage).await?;
    let event = NewEvent {
        conversation: id,
        audience: Audience::All,
        author: party.voice(),
        author_id: Some(party.id()),
        client: None,
        kind,
    };
    tx.record(party.store(), event, at).await
}

/// The same, when nobody did it.
pub(crate) async fn step_by_itself(
    tx: &mut Tx,
    conversation: &Conversation,
    stage: &Stage,
    kind: EventKind,
    at: Timestamp,
) -> Result<Event, StorageError> {
    tx.set_stage(conversation.desk(), conversation.id, stage).await?;
    let event = NewEvent {
        conversation: conversation.id,
        audience: Audience::All,
        author: Author::System,
        author_id: None,
        client: None,
        kind,
    };
    tx.record(conversation.desk(), event, at).await
}
