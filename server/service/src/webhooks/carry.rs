//! Carries news to where they are wanted: at least once, one at a time to each address, later again where nothing arrives, and no longer
//! where nothing arrived for three days.

use futures::future::join_all;
use http::StatusCode;
use model::time::Timestamp;
use storage::{ClaimedDelivery, Installation, StorageError, StoreScope};
use uuid::Uuid;

use super::{
    call::{Answer, Message, Outbound, call},
    guard::Target,
    sign::sign,
};
use crate::{Fault, Services, secret::random_bytes};

/// How long a worker has for what it took: longer than a call can take.
const LEASE_MS: i64 = 60_000;
/// Seconds between the attempts, as Standard Webhooks advises: three days in all.
const PATIENCE_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// How long an address is left alone after a failure, at most: then whatever is due is tried there, and shows whether it is back.
const ALONE_MS: i64 = 300_000;
/// How long nothing may arrive until an address is switched off.
const FAILING_MS: i64 = 3 * 86_400_000;

/// What became of a piece of news.
enum Outcome {
    /// It was taken.
    Sent(String),
    /// It was not.
    Not(String),
    /// Nobody wants anything there any more, and says so (410).
    Gone(String),
}

/// Takes the news that are due, one for each address, and answers how many there were. Called again until there are none.
pub async fn round(services: &Services) -> Result<usize, Fault> {
    let Some(outbound) = services.outbound() else {
        return Ok(0);
    };
    let now = services.clock().now();
    let waits = services
        .storage()
        .read(|s| Box::pin(async move { s.delivery_waits(Installation, now).await }))
        .await?;
    if !waits {
        return Ok(0);
    }
    let worker = Uuid::from_bytes(random_bytes());
    let taken = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.claim_deliveries(Installation, now, now.plus_ms(LEASE_MS), worker).await }))
        .await?;
    let outcomes = join_all(taken.iter().map(|delivery| deliver(services, outbound, delivery))).await;
    let count = taken.len();
    for (delivery, outcome) in taken.into_iter().zip(outcomes) {
        settle(services, delivery, worker, outcome?).await?;
    }
    Ok(count)
}

async fn deliver(services: &Services, outbound: &Outbound, delivery: &ClaimedDelivery) -> Result<Outcome, Fault> {
    let (scope, webhook) = (StoreScope(delivery.store), delivery.webhook);
    let target = services
        .storage()
        .read(|s| Box::pin(async move { s.webhook_target(scope, webhook).await }))
        .await?;
    // Taken away a moment ago: whatever is settled, settles nothing.
    let Some(webhook) = target else {
        return Ok(Outcome::Not("vitrine:unreachable".to_owned()));
    };
    let id = format!("msg_{}", delivery.id);
    let timestamp = services.clock().now().0.div_euclid(1_000);
    let target = Target::parse(&webhook.url, services.public_url(), outbound.allowed());
    let signature = sign(&webhook.secret, &id, timestamp, &delivery.payload);
    let (Some(target), Some(signature)) = (target, signature) else {
        return Ok(Outcome::Not("vitrine:unreachable".to_owned()));
    };
    let message = Message {
        id: &id,
        timestamp,
        signature: &signature,
        body: &delivery.payload,
    };
    Ok(match call(outbound, &target, &message).await {
        Answer::Status(status) if status.is_success() => Outcome::Sent(status.as_u16().to_string()),
        Answer::Status(StatusCode::GONE) => Outcome::Gone("410".to_owned()),
        Answer::Status(status) => Outcome::Not(status.as_u16().to_string()),
        Answer::Unreachable => Outcome::Not("vitrine:unreachable".to_owned()),
        Answer::Slow => Outcome::Not("vitrine:slow".to_owned()),
    })
}

async fn settle(services: &Services, delivery: ClaimedDelivery, worker: Uuid, outcome: Outcome) -> Result<(), Fault> {
    let now = services.clock().now();
    let [jitter] = random_bytes();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let ClaimedDelivery {
                    id,
                    store,
                    webhook,
                    attempts,
                    ..
                } = delivery;
                let scope = StoreScope(store);
                match outcome {
                    Outcome::Sent(answer) => {
                        tx.delivery_sent(scope, id, worker, &answer, now).await?;
                        tx.webhook_works(scope, webhook).await?;
                    }
                    Outcome::Gone(answer) => {
                        tx.delivery_failed(scope, id, worker, &answer).await?;
                        tx.webhook_off(scope, webhook, &answer, now).await?;
                    }
                    Outcome::Not(answer) => {
                        let patience = patience_ms(attempts, jitter);
                        let alone = now.plus_ms(patience.unwrap_or(ALONE_MS).min(ALONE_MS));
                        let since = tx.webhook_fails(scope, webhook, now, alone).await?;
                        match patience {
                            Some(patience) => tx.delivery_later(scope, id, worker, &answer, now.plus_ms(patience)).await?,
                            None => tx.delivery_failed(scope, id, worker, &answer).await?,
                        }
                        if since.is_some_and(|since| over(since, now)) {
                            tx.webhook_off(scope, webhook, &answer, now).await?;
                        }
                    }
                }
                Ok::<_, StorageError>(())
            })
        })
        .await?;
    Ok(())
}

/// Whether nothing arrived for long enough.
fn over(since: Timestamp, now: Timestamp) -> bool {
    now.since_ms(since) >= FAILING_MS
}

/// How long until the next attempt after so many, never the same for all; `None`: that was the last one.
fn patience_ms(attempts: i64, jitter: u8) -> Option<i64> {
    let step = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let seconds = PATIENCE_S.get(step)?;
    // At most a tenth longer.
    Some(seconds * (1_000 + i64::from(jitter) * 100 / 255))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_grow_apart_from_five_seconds_to_a_day_and_end_after_three() {
        assert_eq!(patience_ms(1, 0), Some(5_000));
        assert_eq!(patience_ms(9, 0), Some(86_400_000));
        assert_eq!(patience_ms(10, 0), None);
        assert!(patience_ms(1, 255) > patience_ms(1, 0), "not everybody at once");
        let all: i64 = (1..=9).filter_map(|n| patience_ms(n, 0)).sum();
        assert!((FAILING_MS..FAILING_MS + 86_400_000).contains(&all), "{all}");
    }

    #[test]
    fn an_address_is_given_up_after_three_days() {
        assert!(!over(Timestamp(1), Timestamp(FAILING_MS)));
        assert!(over(Timestamp(1), Timestamp(FAILING_MS + 1)));
    }
}
