//! Saying something, and what a word does to where the conversation stands.

use model::{
    conversation::{Kind, Stage, StageName},
    event::{Audience, EventKind},
    id::{ClientId, ConversationId},
    panel::Posted,
    party::Side,
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{Conversation, NewEvent, StorageError, Tx};

use super::{find, standing, step};
use crate::{Fault, Party, Services, answers, cases, safety};

/// Says something. The answer means that it is in the database for good; the same client id twice is one message.
pub async fn post(
    services: &Services,
    party: &Party,
    conversation: ConversationId,
    audience: Audience,
    cid: ClientId,
    body: Body,
) -> Result<Posted, Fault> {
    // What colleagues note among themselves goes nowhere.
    let (said, body) = match audience {
        Audience::All => {
            let passed = Box::pin(safety::pass(services, party, conversation, cid, body.clone())).await?;
            (body, passed)
        }
        Audience::Desk => (body.clone(), body),
    };
    let first = post_once(services, party, conversation, audience, (cid, &said), body.clone()).await;
    match first {
        // On PostgreSQL two of the same can race: the loser was undone whole, and now finds the winner.
        Err(Fault::Broken(StorageError::Conflict(_))) => post_once(services, party, conversation, audience, (cid, &said), body).await,
        other => other,
    }
}

async fn post_once(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    (cid, said): (ClientId, &Body),
    body: Body,
) -> Result<Posted, Fault> {
    let (party, at, said) = (party.clone(), services.clock().now(), said.clone());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = standing(tx, &party).await?;
                let conversation = find(tx, &party, id).await?;
                // Notes are between colleagues: a mediator is none of them.
                if audience == Audience::Desk && !matches!(party, Party::Desk(_)) {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                let hash = Sha256::digest(said.as_str().as_bytes()).to_vec();
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
                say_in(tx, &party, &conversation, audience, (cid, &said), body, at).await
            })
        })
        .await
}

/// Writes down what somebody says, whoever they are and wherever it stands by then; `said` is what they typed, `body` what is read.
pub(crate) async fn say_in(
    tx: &mut Tx,
    party: &Party,
    conversation: &Conversation,
    audience: Audience,
    (cid, said): (ClientId, &Body),
    body: Body,
    at: Timestamp,
) -> Result<Posted, Fault> {
    if audience == Audience::All {
        cases::written(tx, party, conversation, at).await?;
        move_on(tx, party, conversation, at).await?;
    }
    let event = NewEvent {
        conversation: conversation.id,
        audience,
        // Colleagues know each other by name; shoppers by the store's name for all, if it has one (P-07).
        author: match audience {
            Audience::All => party.voice(),
            Audience::Desk => party.author(),
        },
        author_id: Some(party.id()),
        client: Some((cid, Sha256::digest(said.as_str().as_bytes()).to_vec())),
        kind: EventKind::Posted { body },
        via: None,
    };
    let event = tx.record(party.store(), event, at).await?;
    if audience == Audience::All && party.side() == Side::Desk {
        answers::queue(tx, party.store(), conversation, &event).await?;
    }
    Ok(Posted {
        seq: event.seq,
        at: event.at,
        dup: false,
    })
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
        // A mediator's words change nothing about whose turn it is: the dispute itself says that.
        Party::Mediator(_) => {}
        // Written: anybody of the store answers, and then it is the customer's turn.
        Party::Desk(_) => {
            let next = Stage::Mail {
                awaiting: Side::Shopper,
                since: at,
            };
            if stage.name() == StageName::Closed {
                step(tx, party, conversation.id, &next, EventKind::Reopened { stage: next.name() }, at).await?;
            } else {
                tx.set_stage(party.store(), conversation.id, &next).await?;
            }
        }
    }
    Ok(())
}
