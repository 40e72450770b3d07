//! Visitors whom a store does not want to hear from: they find the chat as if it were hidden, and nothing of what was said before.

use model::{id::ConversationId, privacy::Blocked, refusal::Refusal};
use storage::{AuditRow, StorageError, StoreRow, StoreScope, VisitorScope};

use crate::{Actor, Fault, Party, Services, accounts::still, clock::new_id, conversation, identity::Identity, secret};

/// Blocks the visitor of a conversation, or lets them in again. A chat that is going on ends.
pub async fn set(services: &Services, actor: &Actor, id: ConversationId, on: bool) -> Result<(), Fault> {
    let (who, at) = (actor.clone(), services.clock().now());
    let in_a_place = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                let scope = who.scope();
                let found = conversation::find(tx, &Party::Desk(who.clone()), id).await?;
                let visitor = found.visitor.ok_or(Fault::Refused(Refusal::NotFound))?;
                if on {
                    tx.block_visitor(scope, visitor, at).await?;
                } else {
                    tx.unblock_visitor(scope, visitor).await?;
                }
                let row = AuditRow {
                    account: Some(who.account),
                    action: if on { "visitor.block" } else { "visitor.unblock" }.to_owned(),
                    object: Some(visitor.0),
                    reason: None,
                    at,
                };
                tx.audit(scope, new_id(), &row).await?;
                Ok::<_, Fault>(found.stage.name().takes_a_place())
            })
        })
        .await?;
    if on && in_a_place {
        conversation::end(services, actor, id).await?;
    }
    Ok(())
}

/// Whether the visitor of a conversation is blocked.
pub async fn is_blocked(services: &Services, actor: &Actor, id: ConversationId) -> Result<bool, Fault> {
    let party = Party::Desk(actor.clone());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let found = conversation::find(s, &party, id).await?;
                match found.visitor {
                    Some(visitor) => {
                        let scope = VisitorScope {
                            store: found.store,
                            visitor,
                            only: None,
                        };
                        Ok(s.visitor_blocked(scope).await?)
                    }
                    None => Ok(false),
                }
            })
        })
        .await
}

/// Who is blocked at the store, the last one first.
pub(crate) async fn list(services: &Services, scope: StoreScope) -> Result<Vec<Blocked>, Fault> {
    let found = services.storage().read(|s| Box::pin(async move { s.blocked(scope).await })).await?;
    Ok(found
        .into_iter()
        .map(|(conversation, since)| Blocked {
            conversation: conversation.id,
            customer: conversation.customer,
            since,
        })
        .collect())
}

/// Whether somebody who comes with this session, or with this handle of the shop's page, is turned away. Neither is used up by asking.
pub async fn is_turned_away(services: &Services, store: &StoreRow, token: Option<&str>, handle: Option<&str>) -> Result<bool, Fault> {
    let scope = StoreScope(store.id);
    let (token, handle) = (token.map(secret::hash), handle.map(secret::hash));
    if token.is_none() && handle.is_none() {
        return Ok(false);
    }
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                if let Some(token) = token
                    && s.token_blocked(scope, &token).await?
                {
                    return Ok(true);
                }
                match handle {
                    Some(handle) => s.handle_blocked(scope, &handle).await,
                    None => Ok::<_, StorageError>(false),
                }
            })
        })
        .await
        .map_err(Fault::from)
}

/// Whether the shop's word for who this is names a customer who is blocked in another browser.
pub async fn is_customer_turned_away(services: &Services, store: &StoreRow, identity: &Identity) -> Result<bool, Fault> {
    let (scope, subject) = (StoreScope(store.id), identity.subject.clone());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                match s.customer_of_external(scope, &subject).await? {
                    Some(customer) => s.customer_blocked(scope, customer).await,
                    None => Ok::<_, StorageError>(false),
                }
            })
        })
        .await
        .map_err(Fault::from)
}
