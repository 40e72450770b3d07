//! A legal hold: a conversation that is kept for a dispute. Retention, deleting and erasing leave it alone until it is let go.

use model::{id::ConversationId, refusal::Refusal};
use storage::AuditRow;

use crate::{Actor, Fault, Party, Services, accounts::still, clock::new_id, conversation};

/// Keeps a conversation for a dispute, or lets it go. The owner's, and written down.
pub async fn set(services: &Services, actor: &Actor, id: ConversationId, on: bool) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let scope = who.scope();
                // A dispute that ends at the same moment leaves what the owner wants.
                conversation::find_held(tx, &Party::Desk(who.clone()), id).await?;
                // Since when it is held does not move when somebody presses twice.
                if tx.owners_hold(scope, id).await? == on {
                    // A dispute holds its own room until it is over.
                    if !on && tx.legal_hold(scope, id).await? {
                        return Err(Fault::Refused(Refusal::OnHold));
                    }
                    return Ok(());
                }
                tx.set_owners_hold(scope, id, on.then_some(at)).await?;
                let row = AuditRow {
                    account: Some(who.account),
                    action: if on { "conversation.hold" } else { "conversation.release" }.to_owned(),
                    object: Some(id.0),
                    reason: None,
                    at,
                };
                Ok::<_, Fault>(tx.audit(scope, new_id(), &row).await?)
            })
        })
        .await
}
