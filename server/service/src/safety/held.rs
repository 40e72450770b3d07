//! Messages that wait: nobody has read them but who wrote them, until somebody of the team lets one go or does not. What is let go is said
//! then, in its author's name, word for word.

use model::{
    event::Audience,
    id::{ClientId, ConversationId},
    refusal::Refusal,
    safety::Private,
    text::Body,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{ConversationScope, HeldAuthor, HeldRow, Installation, NewHeld, StoreScope, Tx, VisitorScope};
use uuid::Uuid;

use crate::{
    Actor, Fault, Mediator, Party, Services,
    clock::new_id,
    conversation::{find_held, say_in},
    marketplace,
    team::{self, TeamMember},
};

/// Keeps a message back. Sent twice, it waits once; other words under the same id wait beside it, for nothing that was typed is lost.
pub(super) async fn hold(
    tx: &mut Tx,
    party: &Party,
    conversation: ConversationId,
    cid: ClientId,
    body: Body,
    found: Vec<Private>,
    at: Timestamp,
) -> Result<(), Fault> {
    let (author, name) = match party {
        Party::Visitor(_) => (HeldAuthor::Visitor, None),
        Party::Desk(actor) => (HeldAuthor::Desk, Some(actor.name.clone())),
        Party::Mediator(mediator) => (HeldAuthor::Mediator, Some(mediator.team.name.clone())),
    };
    let mut new = NewHeld {
        id: new_id(),
        conversation,
        author,
        party: party.id(),
        name,
        cid,
        body,
        found,
    };
    if tx.waits(party.store(), &new).await? {
        return Ok(());
    }
    if tx.has_held_cid(party.store(), &new).await? {
        new.cid = new_id();
    }
    Ok(tx.insert_held(party.store(), &new, at).await?)
}

/// The messages that wait, the first first; one row more than a page tells that there are others.
pub async fn list(services: &Services, _: &TeamMember) -> Result<Vec<HeldRow>, Fault> {
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.held(Installation).await }))
        .await?)
}

/// Lets a message go, or does not. It is written down at the team's desk; never what it said.
pub async fn decide(services: &Services, member: &TeamMember, id: Uuid, release: bool) -> Result<(), Fault> {
    let (member, at) = (member.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = team::still(tx, &member).await?;
                let held = tx.held_message(Installation, id).await?.ok_or(Refusal::NotFound)?;
                let by = member.actor().account;
                if release {
                    // Before the message itself: so is the order of locks.
                    let room = ConversationScope::Desk(StoreScope(held.store));
                    tx.hold_conversation(room, held.conversation).await?;
                }
                if !tx.decide_held(StoreScope(held.store), id, by, release, at).await? {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                if release {
                    let_go(tx, &held, at).await?;
                }
                let action = if release { "safety.released" } else { "safety.refused" };
                marketplace::audit_at(tx, member.actor().scope(), &member, (action, held.conversation.0), None, at).await?;
                Ok(())
            })
        })
        .await
}

/// Says what waited. Its author may have said something else under its id meanwhile: then it has another; or just this: then it is said.
async fn let_go(tx: &mut Tx, held: &HeldRow, at: Timestamp) -> Result<(), Fault> {
    let party = author(tx, held).await?.ok_or(Refusal::NotAllowed)?;
    let conversation = find_held(tx, &party, held.conversation).await?;
    let earlier = tx
        .earlier(party.store(), conversation.id, party.side(), party.id(), held.cid)
        .await?;
    let cid = match earlier {
        Some(earlier) if earlier.body_hash == Sha256::digest(held.body.as_str().as_bytes()).to_vec() => return Ok(()),
        Some(_) => new_id(),
        None => held.cid,
    };
    say_in(tx, &party, &conversation, Audience::All, (cid, &held.body), held.body.clone(), at).await?;
    Ok(())
}

/// Whoever wrote it, as they stand now; nobody if they have left.
async fn author(tx: &mut Tx, held: &HeldRow) -> Result<Option<Party>, Fault> {
    let account = model::id::AccountId(held.party);
    Ok(match held.author {
        HeldAuthor::Visitor => Some(Party::Visitor(VisitorScope {
            store: held.store,
            visitor: model::id::VisitorId(held.party),
            only: Some(held.conversation),
        })),
        HeldAuthor::Desk => {
            let memberships = tx.memberships(Installation, account).await?;
            let here = memberships.into_iter().find(|m| m.store == held.store);
            here.map(|m| Party::Desk(Actor::from(m)))
        }
        HeldAuthor::Mediator => {
            let team = tx.team_store(Installation).await?.ok_or(Refusal::NotFound)?;
            let memberships = tx.memberships(Installation, account).await?;
            let here = memberships.into_iter().find(|m| m.store == team.0);
            here.map(|m| {
                Party::Mediator(Mediator {
                    team: Actor::from(m),
                    store: held.store,
                    conversation: held.conversation,
                })
            })
        }
    })
}
