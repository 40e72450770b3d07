//! What can be done in a conversation, by either side, through whichever door.
//!
//! The verbs are in the files below; here is what they share: finding it, who asks as they stand now, and one step on.

mod course;
mod log;
mod post;
mod transfer;

use model::{
    conversation::Stage,
    event::{Audience, Event, EventKind},
    id::ConversationId,
    party::Author,
    refusal::Refusal,
    time::Timestamp,
};
use storage::{Conversation, NewEvent, Session, StorageError, StoreScope, Tx};

use crate::{Fault, Mediator, Party, accounts::still};

pub(crate) use course::file_away;
pub use course::{end, end_by, reopen, save, take};
pub(crate) use log::view_of;
pub use log::{LogHead, events_after, follow, mark, page, view};
pub(crate) use post::move_on;
pub use post::post;
pub(crate) use post::{not_taken, passed, post_passed, say_in};
pub use transfer::{colleagues, transfer};

/// The conversation, for whoever may open it; anybody else's answers as if it did not exist.
pub(crate) async fn find(session: &mut Session, party: &Party, id: ConversationId) -> Result<Conversation, Fault> {
    session
        .conversation(party.scope(), id)
        .await?
        .ok_or(Fault::Refused(Refusal::NotFound))
}

/// The same, to change where it stands: nobody else does so until the transaction ends (the order of locks: `Tx::hold_conversation`).
pub(crate) async fn find_held(tx: &mut Tx, party: &Party, id: ConversationId) -> Result<Conversation, Fault> {
    let found = tx.hold_conversation(party.scope(), id).await?;
    found.ok_or(Fault::Refused(Refusal::NotFound))
}

/// Writes down a message of a party: that of a mediator is no answer of the store's.
pub(crate) async fn put_down(tx: &mut Tx, party: &Party, message: NewEvent, at: Timestamp) -> Result<Event, StorageError> {
    match party {
        Party::Mediator(_) => tx.record_of_team(party.store(), message, at).await,
        Party::Visitor(_) | Party::Desk(_) => tx.record(party.store(), message, at).await,
    }
}

/// The party as it stands now, inside the transaction: somebody who was switched off a moment ago does nothing any more.
pub(crate) async fn standing(tx: &mut Tx, party: &Party) -> Result<Party, Fault> {
    match party {
        Party::Visitor(scope) if tx.visitor_stands(*scope).await? => Ok(party.clone()),
        Party::Visitor(_) => Err(Fault::Refused(Refusal::NotSignedIn)),
        Party::Desk(actor) => Ok(Party::Desk(still(tx, actor).await?)),
        Party::Mediator(mediator) => {
            let team = still(tx, &mediator.team).await?;
            if tx.mediator_of(StoreScope(mediator.store), mediator.conversation).await? != Some(team.account) {
                return Err(Fault::Refused(Refusal::NotFound));
            }
            Ok(Party::Mediator(Mediator { team, ..mediator.clone() }))
        }
    }
}

/// [`standing`] and [`find_held`]: one question where every message asks both, and both where that finds nothing, to say why.
pub(crate) async fn standing_in(tx: &mut Tx, party: &Party, id: ConversationId) -> Result<(Party, Conversation), Fault> {
    if let Party::Visitor(scope) = party
        && let Some(conversation) = tx.hold_conversation_of_standing(*scope, id).await?
    {
        return Ok((party.clone(), conversation));
    }
    let party = standing(tx, party).await?;
    let conversation = find_held(tx, &party, id).await?;
    Ok((party, conversation))
}

/// Moves a conversation on, and says so in everyone's log.
pub(crate) async fn step(
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
        via: None,
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
        via: None,
    };
    tx.record(conversation.desk(), event, at).await
}
