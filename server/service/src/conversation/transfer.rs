//! Handing a conversation to a colleague, and who there is to hand it to.

use model::{
    desk::Operator,
    event::EventKind,
    id::{AccountId, ConversationId},
    party::Side,
    refusal::Refusal,
};
use storage::Installation;

use super::{standing_in, step};
use crate::{Actor, Fault, Party, Services};

/// Everybody else of the store who is on duty now.
pub async fn colleagues(services: &Services, actor: &Actor) -> Result<Vec<Operator>, Fault> {
    let (scope, me, now) = (actor.scope(), actor.account, services.clock().now());
    let mut there = services
        .storage()
        .read(|s| Box::pin(async move { s.colleagues_on_duty(scope, now).await }))
        .await?;
    there.retain(|operator| operator.id != me);
    Ok(there)
}

/// Hands a conversation to a colleague who is on duty. Whoever has it may, the store's owner may, and anybody while nobody has it.
pub async fn transfer(services: &Services, actor: &Actor, id: ConversationId, to: AccountId) -> Result<(), Fault> {
    let (party, at) = (Party::Desk(actor.clone()), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (party, conversation) = standing_in(tx, &party, id).await?;
                let Party::Desk(actor) = &party else {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                };
                let holder = conversation.stage.operator();
                if holder == Some(to) {
                    return Ok(());
                }
                let may = holder.is_none_or(|holder| holder == actor.account) || actor.role == model::party::Role::Owner;
                if !may {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                let scope = party.store();
                let works_here = tx.memberships(Installation, to).await?.into_iter().any(|m| m.store == actor.store);
                if !works_here {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                let there = tx.colleagues_on_duty(scope, at).await?;
                let found = there.into_iter().find(|operator| operator.id == to);
                let mut to = found.ok_or(Fault::Refused(Refusal::ColleagueAway))?;
                // The shopper reads it, too: where the store has one name for all, they know no other (P-07).
                if let Some(name) = &actor.operator_name {
                    to.name = name.clone();
                }
                let next = conversation.stage.transfer(to.id, at)?;
                tx.insert_participant(scope, id, Side::Desk, to.id.0, at).await?;
                step(tx, &party, id, &next, EventKind::Transferred { to }, at).await?;
                Ok(())
            })
        })
        .await
}
