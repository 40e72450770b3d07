//! Things are kept as long as the store says, and no longer. Looked after once an hour, in small batches; what would go can be counted
//! beforehand, by the same conditions.

use model::{conversation::Kind, id::StoreId, privacy::Overdue, settings::Retention, time::Timestamp};
use storage::{AuditRow, Installation, RETENTION_BATCH, StorageError, StoreScope};
use uuid::Uuid;

use crate::{Fault, Services, clock::new_id, help, order_status, privacy::outside, webhooks};

const DAY_MS: i64 = 86_400_000;
/// What is kept as long as messages are: everything written that was no chat.
const WRITTEN: [Kind; 6] = [Kind::Offline, Kind::Shop, Kind::Order, Kind::Thread, Kind::Ticket, Kind::Dispute];

/// The moment before which things of an age are overdue; none are, when they are kept for ever.
fn before(now: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| now.plus_ms(-i64::from(days) * DAY_MS))
}

fn small(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What would go now, if things were kept this long.
pub(crate) async fn count(services: &Services, scope: StoreScope, keep: Retention) -> Result<Overdue, Fault> {
    let now = services.clock().now();
    let counted = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let mut overdue = Overdue::default();
                if let Some(before) = before(now, keep.chats_days) {
                    overdue.chats = small(s.count_overdue(scope, Kind::Live, before).await?);
                }
                if let Some(before) = before(now, keep.messages_days) {
                    for kind in WRITTEN {
                        overdue.messages = overdue.messages.saturating_add(small(s.count_overdue(scope, kind, before).await?));
                    }
                }
                if let Some(before) = before(now, keep.connections_days) {
                    overdue.connections = small(s.count_connections(scope, before).await?);
                }
                if let Some(before) = before(now, keep.mails_days) {
                    overdue.mails = small(s.count_old_mails(scope, before).await?);
                }
                Ok::<_, StorageError>(overdue)
            })
        })
        .await;
    Ok(counted?)
}

/// Deletes what is overdue, at every store. Whatever goes wrong at one does not keep the others waiting.
///
/// Nothing can bring back what a wrong date has deleted (F13): when the system's clock was set by more than a day while this process ran,
/// it waits until that was undone, or until a restart says that the new time is right.
pub async fn sweep(services: &Services) -> Result<(), Fault> {
    let set_by_ms = services.clock().was_set_by_ms();
    if set_by_ms.saturating_abs() > DAY_MS {
        tracing::warn!(
            set_by_ms,
            "The system's clock was set by more than a day: nothing is deleted until it is set back, or this process is restarted"
        );
        return Ok(());
    }
    let mut after = StoreId(Uuid::nil());
    loop {
        let stores = services
            .storage()
            .read(|s| Box::pin(async move { s.stores_after(Installation, after).await }))
            .await?;
        let Some(last) = stores.last() else { return Ok(()) };
        after = *last;
        for store in stores {
            if let Err(fault) = sweep_store(services, StoreScope(store)).await {
                tracing::warn!(%store, error = %fault, "What is overdue at a store was left for the next hour");
            }
        }
    }
}

/// Deletes what is overdue at one store, and says what that was.
pub async fn sweep_store(services: &Services, scope: StoreScope) -> Result<Overdue, Fault> {
    let store = services.storage().read(|s| Box::pin(async move { s.store(scope).await })).await?;
    let Some(store) = store else { return Ok(Overdue::default()) };
    let (keep, now) = (store.settings.retention, services.clock().now());
    order_status::forget(services, scope).await?;
    let mut gone = Overdue::default();
    // What conversations hold goes before them, so that each kind is counted as its own.
    if let Some(before) = before(now, keep.connections_days) {
        gone.connections = forget_connections(services, scope, before).await?;
    }
    if let Some(before) = before(now, keep.mails_days) {
        help::remember_tested_mail(services, scope).await?;
        gone.mails = forget_mails(services, scope, before).await?;
    }
    if let Some(before) = before(now, keep.chats_days) {
        gone.chats = erase(services, scope, Kind::Live, before).await?;
    }
    if let Some(before) = before(now, keep.messages_days) {
        for kind in WRITTEN {
            gone.messages = gone.messages.saturating_add(erase(services, scope, kind, before).await?);
        }
    }
    forget_doors(services, scope, now).await?;
    webhooks::forget(services, scope, now).await?;
    if gone != Overdue::default() {
        record(services, scope, now).await?;
        let Overdue {
            chats,
            messages,
            connections,
            mails,
        } = gone;
        tracing::info!(store = %scope.0, chats, messages, connections, mails, "What was overdue is deleted");
    }
    Ok(gone)
}

/// Links in letters, and sessions of the member centre, that are good for nothing any more: addresses stand beside them.
async fn forget_doors(services: &Services, scope: StoreScope, now: Timestamp) -> Result<(), Fault> {
    while services
        .storage()
        .write(move |tx| Box::pin(async move { tx.forget_old_doors(scope, now).await }))
        .await?
    {}
    Ok(())
}

async fn record(services: &Services, scope: StoreScope, at: Timestamp) -> Result<(), Fault> {
    let row = AuditRow {
        account: None,
        action: "retention.delete".to_owned(),
        object: None,
        reason: None,
        at,
    };
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.audit(scope, new_id(), &row).await }))
        .await?)
}

async fn erase(services: &Services, scope: StoreScope, kind: Kind, before: Timestamp) -> Result<u32, Fault> {
    let mut gone = 0;
    loop {
        let at = services.clock().now();
        let wiped = services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    let mut wiped = Vec::new();
                    for id in tx.overdue(scope, kind, before).await? {
                        wiped.push(tx.erase_conversation(scope, id, at).await?);
                    }
                    Ok::<_, StorageError>(wiped)
                })
            })
            .await?;
        let batch = wiped.len() as i64;
        outside(services, wiped).await;
        gone += batch;
        if batch < RETENTION_BATCH {
            return Ok(small(gone));
        }
    }
}

async fn forget_connections(services: &Services, scope: StoreScope, before: Timestamp) -> Result<u32, Fault> {
    let mut gone = 0;
    loop {
        let batch = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.forget_connections(scope, before).await }))
            .await?;
        gone += batch;
        if batch < RETENTION_BATCH {
            return Ok(small(gone));
        }
    }
}

async fn forget_mails(services: &Services, scope: StoreScope, before: Timestamp) -> Result<u32, Fault> {
    let mut gone = 0;
    loop {
        let letters = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.forget_old_mails(scope, before).await }))
            .await?;
        if letters.is_empty() {
            return Ok(small(gone));
        }
        gone += letters.len() as i64;
        let wiped = storage::Wiped {
            letters,
            ..storage::Wiped::default()
        };
        outside(services, vec![wiped]).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_for_ever_is_never_overdue() {
        assert_eq!(before(Timestamp(DAY_MS * 40), 0), None);
        assert_eq!(before(Timestamp(DAY_MS * 40), 30), Some(Timestamp(DAY_MS * 10)));
    }
}
