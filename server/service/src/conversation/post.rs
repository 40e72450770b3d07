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

use super::{put_down, standing_in, step};
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
    let words = match audience {
        Audience::All => passed(services, party, conversation, cid, body).await?,
        Audience::Desk => Passed { said: body.clone(), body },
    };
    post_passed(services, party, conversation, audience, cid, words).await
}

/// Words that were looked at and may be said.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    /// As they were typed.
    said: Body,
    /// As they are read.
    body: Body,
}

/// Looks at what is about to be said to everybody: refused, or as it may be said.
pub(crate) async fn passed(
    services: &Services,
    party: &Party,
    conversation: ConversationId,
    cid: ClientId,
    said: Body,
) -> Result<Passed, Fault> {
    let body = Box::pin(safety::pass(services, party, conversation, cid, said.clone())).await?;
    Ok(Passed { said, body })
}

/// Whether other words were said under this id: then these can not be.
pub(crate) async fn not_taken(services: &Services, party: &Party, id: ConversationId, cid: ClientId, words: &Passed) -> Result<(), Fault> {
    let (party, hash) = (party.clone(), Sha256::digest(words.said.as_str().as_bytes()).to_vec());
    let earlier = services
        .storage()
        .read(move |s| Box::pin(async move { s.earlier(party.store(), id, party.side(), party.id(), cid).await }))
        .await?;
    if earlier.is_some_and(|earlier| earlier.body_hash != hash) {
        return Err(Refusal::ClientIdReused.into());
    }
    Ok(())
}

/// Says what was looked at a moment ago.
pub(crate) async fn post_passed(
    services: &Services,
    party: &Party,
    conversation: ConversationId,
    audience: Audience,
    cid: ClientId,
    Passed { said, body }: Passed,
) -> Result<Posted, Fault> {
    let first = post_once(
        services,
        party,
        conversation,
        audience,
        (cid, &said),
        body.clone(),
        Before::Unlikely,
    )
    .await;
    match first {
        // It was said before, a moment ago or long since: that is undone whole, and now finds what was. What is refused now may have been
        // taken then.
        Err(Fault::Broken(StorageError::Conflict(_)) | Fault::Refused(_)) => {
            post_once(services, party, conversation, audience, (cid, &said), body, Before::Looked).await
        }
        other => other,
    }
}

/// Whether to look first for what was said with the same client id.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The index of client ids refuses a second one: nobody who says something new waits for a look.
    Unlikely,
    /// Something was there, or stood in the way.
    Looked,
}

async fn post_once(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    (cid, said): (ClientId, &Body),
    body: Body,
    before: Before,
) -> Result<Posted, Fault> {
    let (party, at, said) = (party.clone(), services.clock().now(), said.clone());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (party, conversation) = standing_in(tx, &party, id).await?;
                // Notes are between colleagues: a mediator is none of them.
                if audience == Audience::Desk && !matches!(party, Party::Desk(_)) {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                let hash = Sha256::digest(said.as_str().as_bytes()).to_vec();
                if before == Before::Looked
                    && let Some(earlier) = tx.earlier(party.store(), id, party.side(), party.id(), cid).await?
                {
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

/// Writes down what somebody says in a conversation that is held, whoever they are and wherever it stands by then; `said` is what they
/// typed, `body` what is read.
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
    let event = put_down(tx, party, event, at).await?;
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
    // Whose turn it is in a dispute, its steps say; words change nothing about that.
    if conversation.kind == Kind::Dispute {
        return Ok(());
    }
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
        // They are heard in disputes only.
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
