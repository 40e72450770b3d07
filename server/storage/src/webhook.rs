//! Webhooks that leave: where a store's news go, and each piece of news on its way there. News are written in the transaction of what they
//! tell (`news`); whoever carries them takes one for each address at a time.
//!
//! What a delivery says stands in it, so that the same bytes go at every attempt. It is erased with the conversation or the customer that it
//! is about (`person::kept`), and when it is old.

mod news;

use model::{
    id::{DeliveryId, StoreId, WebhookId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Addresses of one store: more than it has programs that listen.
pub const WEBHOOKS_MAX: i64 = 10;
/// Deliveries of one page.
pub const DELIVERY_ROWS_MAX: i64 = 50;
/// Deliveries that one worker takes at once, each for another address.
const CLAIMED_MAX: i64 = 16;
/// Rows that one statement deletes.
const FORGOTTEN_MAX: i64 = 500;

/// For each address that is on and not left alone now, the delivery that is next.
macro_rules! next_deliveries {
    ($tail:literal) => {
        concat!(
            "SELECT d.id FROM webhook w JOIN webhook_delivery d ON d.store_id = w.store_id AND d.id = (
                SELECT n.id FROM webhook_delivery n WHERE n.webhook_id = w.id AND n.state = 'queued' AND n.due_at_ms <= $1
                AND (n.lease_until_at_ms IS NULL OR n.lease_until_at_ms <= $1) ORDER BY n.due_at_ms, n.seq, n.id LIMIT 1)
            WHERE w.off_at_ms IS NULL AND w.wait_until_at_ms <= $1 ",
            $tail
        )
    };
}

statements! {
    INSERT_WEBHOOK = "INSERT INTO webhook (id, store_id, url, secret, wants, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)";
    WEBHOOKS = "SELECT id, url, wants, created_at_ms, failing_since_at_ms, off_at_ms, off_reason FROM webhook
        WHERE store_id = $1 ORDER BY created_at_ms, id LIMIT $2";
    WANTING = "SELECT id, wants FROM webhook WHERE store_id = $1 AND off_at_ms IS NULL LIMIT $2";
    DELETE_DELIVERIES = "DELETE FROM webhook_delivery WHERE webhook_id = $1 AND store_id = $2";
    DELETE_WEBHOOK = "DELETE FROM webhook WHERE id = $1 AND store_id = $2";
    SET_WEBHOOK_SECRET = "UPDATE webhook SET secret = $3 WHERE id = $1 AND store_id = $2";
    WEBHOOK_ON = "UPDATE webhook SET off_at_ms = NULL, off_reason = NULL, failing_since_at_ms = NULL, wait_until_at_ms = 0
        WHERE id = $1 AND store_id = $2";
    WEBHOOK_OFF = "UPDATE webhook SET off_at_ms = $3, off_reason = $4 WHERE id = $1 AND store_id = $2 AND off_at_ms IS NULL";
    WEBHOOK_WORKS = "UPDATE webhook SET failing_since_at_ms = NULL, wait_until_at_ms = 0
        WHERE id = $1 AND store_id = $2 AND (failing_since_at_ms IS NOT NULL OR wait_until_at_ms > 0)";
    WEBHOOK_FAILS = "UPDATE webhook SET failing_since_at_ms = COALESCE(failing_since_at_ms, $3), wait_until_at_ms = $4
        WHERE id = $1 AND store_id = $2 RETURNING failing_since_at_ms";
    INSERT_DELIVERY = "INSERT INTO webhook_delivery
        (id, store_id, webhook_id, kind, payload, conversation_id, customer_id, seq, state, due_at_ms, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $9)";
    DELIVERY_WAITS = next_deliveries!("LIMIT 1");
    /// The outer conditions are looked at again when another node was quicker.
    CLAIM_DELIVERIES = concat!(
        "UPDATE webhook_delivery SET lease_until_at_ms = $2, lease_token = $3, attempts = attempts + 1 WHERE id IN (",
        next_deliveries!("ORDER BY d.due_at_ms, d.seq, d.id LIMIT $4"),
        ") AND state = 'queued' AND (lease_until_at_ms IS NULL OR lease_until_at_ms <= $1)
        RETURNING id, store_id, webhook_id, payload, attempts"
    );
    WEBHOOK_TARGET = "SELECT url, secret FROM webhook WHERE id = $1 AND store_id = $2";
    DELIVERY_SENT = "UPDATE webhook_delivery SET state = 'sent', sent_at_ms = $4, answer = $5, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND store_id = $2 AND lease_token = $3";
    DELIVERY_LATER = "UPDATE webhook_delivery SET due_at_ms = $4, answer = $5, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND store_id = $2 AND lease_token = $3";
    DELIVERY_FAILED = "UPDATE webhook_delivery SET state = 'failed', answer = $4, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND store_id = $2 AND lease_token = $3";
    GIVE_UP_DELIVERIES = "UPDATE webhook_delivery SET state = 'failed', lease_until_at_ms = NULL, lease_token = NULL
        WHERE webhook_id = $1 AND store_id = $2 AND state = 'queued'";
    REPLAY_DELIVERY = "UPDATE webhook_delivery SET state = 'queued', due_at_ms = $3, attempts = 0, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND store_id = $2 AND state <> 'queued'
        AND EXISTS (SELECT 1 FROM webhook w WHERE w.id = webhook_id AND w.store_id = $2 AND w.off_at_ms IS NULL)";
    /// What waited for an address that was off goes before anything new.
    REPLAY_FAILED = "UPDATE webhook_delivery SET state = 'queued', attempts = 0 WHERE webhook_id = $1 AND store_id = $2 AND state = 'failed'";
    DELIVERIES = "SELECT id, webhook_id, kind, state, attempts, due_at_ms, answer, created_at_ms, sent_at_ms FROM webhook_delivery
        WHERE store_id = $1 AND (created_at_ms, id) < ($2, $3) ORDER BY created_at_ms DESC, id DESC LIMIT $4";
    FORGET_OLD_DELIVERIES = "DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery
        WHERE store_id = $1 AND state <> 'queued' AND created_at_ms < $2 ORDER BY created_at_ms LIMIT $3)";
}

/// What a store's programs may want to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewsKind {
    /// A conversation was begun, through whichever door.
    ConversationCreated,
    /// Somebody said something in one, or gave a file.
    MessageCreated,
    /// One has another place now: another list, another order.
    ConversationMoved,
    /// One has ended.
    ConversationClosed,
    /// A customer said how it was.
    RatingCreated,
    /// Somebody of the store made a visitor a member.
    CustomerRegistered,
}

impl NewsKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ConversationCreated,
        Self::MessageCreated,
        Self::ConversationMoved,
        Self::ConversationClosed,
        Self::RatingCreated,
        Self::CustomerRegistered,
    ];

    /// As it stands in the database, and in what is sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::ConversationCreated => "conversation.created",
            Self::MessageCreated => "message.created",
            Self::ConversationMoved => "conversation.moved",
            Self::ConversationClosed => "conversation.closed",
            Self::RatingCreated => "rating.created",
            Self::CustomerRegistered => "customer.registered",
        }
    }

    /// The reverse of [`NewsKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Kinds as they stand in the database.
fn written(wants: &[NewsKind]) -> Result<String, StorageError> {
    let codes: Vec<&str> = wants.iter().map(|kind| kind.code()).collect();
    serde_json::to_string(&codes).map_err(|_| StorageError::inconsistent("webhook", "wants"))
}

/// The reverse; a kind that this version does not know is none.
fn read(wants: &str) -> Result<Vec<NewsKind>, StorageError> {
    let codes: Vec<String> = serde_json::from_str(wants).map_err(|_| StorageError::inconsistent("webhook", "wants"))?;
    Ok(codes.iter().filter_map(|code| NewsKind::from_code(code)).collect())
}

/// A new address.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewWebhook {
    pub id: WebhookId,
    pub url: String,
    pub secret: Vec<u8>,
    pub wants: Vec<NewsKind>,
}

/// An address, as its store sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRow {
    /// Which.
    pub id: WebhookId,
    /// Where it is.
    pub url: String,
    /// What it wants to hear.
    pub wants: Vec<NewsKind>,
    /// Since when it is there.
    pub made_at: Timestamp,
    /// Since when nothing arrives there.
    pub failing_since: Option<Timestamp>,
    /// Since when nothing is sent there any more, and what was answered last.
    pub off: Option<(Timestamp, String)>,
}

/// A piece of news in the store's list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub kind: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    pub attempts: i64,
    pub due_at: Timestamp,
    /// What was answered last.
    pub answer: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
}

/// A piece of news that one worker is to carry now, and nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedDelivery {
    /// Which; the same at every attempt.
    pub id: DeliveryId,
    /// Whose.
    pub store: StoreId,
    /// To which address.
    pub webhook: WebhookId,
    /// What it says.
    pub payload: String,
    /// The how-manieth attempt this is, from 1 on.
    pub attempts: i64,
}

/// Where something is sent to, and what it is signed with.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct WebhookTarget {
    pub url: String,
    pub secret: Vec<u8>,
}

type WebhookColumns = (Uuid, String, String, i64, Option<i64>, Option<i64>, Option<String>);
type DeliveryColumns = (Uuid, Uuid, String, String, i64, i64, Option<String>, i64, Option<i64>);

impl Session {
    /// The addresses of a store, in the order in which they were made.
    pub async fn webhooks(&mut self, scope: StoreScope) -> Result<Vec<WebhookRow>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<WebhookColumns> =
            on!(self, conn => sqlx::query_as(WEBHOOKS).bind(scope.0.0).bind(WEBHOOKS_MAX).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|(id, url, wants, made_at, failing_since, off_at, reason)| {
                Ok(WebhookRow {
                    id: WebhookId(id),
                    url,
                    wants: read(&wants)?,
                    made_at: Timestamp(made_at),
                    failing_since: failing_since.map(Timestamp),
                    off: off_at.map(|at| (Timestamp(at), reason.unwrap_or_default())),
                })
            })
            .collect()
    }

    /// A page of a store's news, the newest first.
    pub async fn deliveries(
        &mut self,
        scope: StoreScope,
        after: Option<(Timestamp, DeliveryId)>,
    ) -> Result<Vec<DeliveryRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id.0));
        let rows: Vec<DeliveryColumns> =
            on!(self, conn => sqlx::query_as(DELIVERIES).bind(scope.0.0).bind(at).bind(id).bind(DELIVERY_ROWS_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(
                |(id, webhook, kind, state, attempts, due_at, answer, created_at, sent_at)| DeliveryRow {
                    id: DeliveryId(id),
                    webhook: WebhookId(webhook),
                    kind,
                    state,
                    attempts,
                    due_at: Timestamp(due_at),
                    answer,
                    created_at: Timestamp(created_at),
                    sent_at: sent_at.map(Timestamp),
                },
            )
            .collect())
    }

    /// Whether a piece of news is due that nobody has in hand.
    pub async fn delivery_waits(&mut self, _: Installation, now: Timestamp) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let found: Option<Uuid> = on!(self, conn => sqlx::query_scalar(DELIVERY_WAITS).bind(now.0).fetch_optional(conn).await)?;
        Ok(found.is_some())
    }

    /// Where a store's news go, as long as that is still wanted.
    pub async fn webhook_target(&mut self, scope: StoreScope, id: WebhookId) -> Result<Option<WebhookTarget>, StorageError> {
        self.within(scope).await?;
        let row: Option<(String, Vec<u8>)> =
            on!(self, conn => sqlx::query_as(WEBHOOK_TARGET).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.map(|(url, secret)| WebhookTarget { url, secret }))
    }

    /// The addresses of a store that want to hear something.
    async fn wanting(&mut self, scope: StoreScope, kind: NewsKind) -> Result<Vec<WebhookId>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(Uuid, String)> =
            on!(self, conn => sqlx::query_as(WANTING).bind(scope.0.0).bind(WEBHOOKS_MAX).fetch_all(conn).await)?;
        let mut wanting = Vec::new();
        for (id, wants) in rows {
            if read(&wants)?.contains(&kind) {
                wanting.push(WebhookId(id));
            }
        }
        Ok(wanting)
    }
}

impl Tx {
    /// A new address.
    pub async fn insert_webhook(&mut self, scope: StoreScope, new: &NewWebhook, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        let wants = written(&new.wants)?;
        on!(self.session, conn => sqlx::query(INSERT_WEBHOOK)
            .bind(new.id.0).bind(scope.0.0).bind(&new.url).bind(&new.secret).bind(&wants).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes an address away, with everything that was on its way there; `false`: it is not this store's.
    pub async fn delete_webhook(&mut self, scope: StoreScope, id: WebhookId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELETE_DELIVERIES).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        let rows = on!(self.session, conn => sqlx::query(DELETE_WEBHOOK).bind(id.0).bind(scope.0.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// What is sent there is signed with this from now on; `false`: it is not this store's.
    pub async fn set_webhook_secret(&mut self, scope: StoreScope, id: WebhookId, secret: &[u8]) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(SET_WEBHOOK_SECRET)
            .bind(id.0).bind(scope.0.0).bind(secret).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Something is sent there again, also what was given up; `false`: it is not this store's.
    pub async fn webhook_on(&mut self, scope: StoreScope, id: WebhookId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows =
            on!(self.session, conn => sqlx::query(WEBHOOK_ON).bind(id.0).bind(scope.0.0).execute(conn).await.map(|r| r.rows_affected()))?;
        on!(self.session, conn => sqlx::query(REPLAY_FAILED).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(rows == 1)
    }

    /// Nothing is sent there any more, and why; what is on its way is given up.
    pub async fn webhook_off(&mut self, scope: StoreScope, id: WebhookId, why: &str, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(WEBHOOK_OFF).bind(id.0).bind(scope.0.0).bind(at.0).bind(why).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(GIVE_UP_DELIVERIES).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Something arrived there.
    pub async fn webhook_works(&mut self, scope: StoreScope, id: WebhookId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(WEBHOOK_WORKS).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Something did not arrive there: it is left alone until then. Answers since when nothing does; `None`: it is gone.
    pub async fn webhook_fails(
        &mut self,
        scope: StoreScope,
        id: WebhookId,
        now: Timestamp,
        wait_until: Timestamp,
    ) -> Result<Option<Timestamp>, StorageError> {
        self.within(scope).await?;
        let since: Option<i64> = on!(self.session, conn => sqlx::query_scalar(WEBHOOK_FAILS)
            .bind(id.0).bind(scope.0.0).bind(now.0).bind(wait_until.0).fetch_optional(conn).await)?;
        Ok(since.map(Timestamp))
    }

    /// Takes what is due, one piece for each address, for one worker until then.
    pub async fn claim_deliveries(
        &mut self,
        _: Installation,
        now: Timestamp,
        until: Timestamp,
        worker: Uuid,
    ) -> Result<Vec<ClaimedDelivery>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(Uuid, Uuid, Uuid, String, i64)> = on!(self.session, conn => sqlx::query_as(CLAIM_DELIVERIES)
            .bind(now.0).bind(until.0).bind(worker.as_bytes().as_slice()).bind(CLAIMED_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, store, webhook, payload, attempts)| ClaimedDelivery {
                id: DeliveryId(id),
                store: StoreId(store),
                webhook: WebhookId(webhook),
                payload,
                attempts,
            })
            .collect())
    }

    /// It arrived.
    pub async fn delivery_sent(
        &mut self,
        scope: StoreScope,
        id: DeliveryId,
        worker: Uuid,
        answer: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELIVERY_SENT)
            .bind(id.0).bind(scope.0.0).bind(worker.as_bytes().as_slice()).bind(at.0).bind(answer).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// It did not arrive, and is tried again then.
    pub async fn delivery_later(
        &mut self,
        scope: StoreScope,
        id: DeliveryId,
        worker: Uuid,
        answer: &str,
        due: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELIVERY_LATER)
            .bind(id.0).bind(scope.0.0).bind(worker.as_bytes().as_slice()).bind(due.0).bind(answer).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// It did not arrive, and is not tried again by itself.
    pub async fn delivery_failed(&mut self, scope: StoreScope, id: DeliveryId, worker: Uuid, answer: &str) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELIVERY_FAILED)
            .bind(id.0).bind(scope.0.0).bind(worker.as_bytes().as_slice()).bind(answer).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Sends something once more, with the same id; `false`: it is not this store's, on its way already, or its address is off.
    pub async fn replay_delivery(&mut self, scope: StoreScope, id: DeliveryId, at: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(REPLAY_DELIVERY)
            .bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Forgets what was settled and is older, a batch of it; `true`: there may be more.
    pub async fn forget_old_deliveries(&mut self, scope: StoreScope, before: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(FORGET_OLD_DELIVERIES)
            .bind(scope.0.0).bind(before.0).bind(FORGOTTEN_MAX).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(i64::try_from(rows).is_ok_and(|n| n >= FORGOTTEN_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_and_unknown_ones_are_none() {
        let all = written(&NewsKind::ALL).expect("is written");
        assert_eq!(read(&all).expect("is read"), NewsKind::ALL);
        assert_eq!(
            read(r#"["message.created","order.eaten"]"#).expect("is read"),
            [NewsKind::MessageCreated]
        );
        assert!(read("{").is_err());
    }
}
