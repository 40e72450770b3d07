//! Webhooks that leave: which addresses a store's news go to, as its owner sets them; and whoever carries the news there (`carry`), as
//! Standard Webhooks asks for it. What is told is written by `storage`, in the transaction of what happened.
//!
//! An address is a stranger's word: it is looked at before every single call (`guard`), and no redirect is followed (`call`).

mod call;
mod carry;
mod guard;
mod sign;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{
    id::{DeliveryId, WebhookId},
    refusal::{Field, Refusal},
    time::Timestamp,
};
use storage::{AuditRow, DELIVERY_ROWS_MAX, DeliveryRow, NewWebhook, NewsKind, StorageError, StoreScope, Tx, WEBHOOKS_MAX, WebhookRow};
use uuid::Uuid;

pub use self::{call::Outbound, carry::round};
use crate::{Actor, Fault, Services, accounts::still, clock::new_id, secret};

/// Characters of an address.
const URL_CHARS_MAX: usize = 500;
/// How long what was settled can be looked at, and sent once more.
const KEPT_MS: i64 = 30 * 86_400_000;

/// What the owner sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhooks {
    /// The store's addresses.
    pub addresses: Vec<WebhookRow>,
    /// A page of its news, the newest first.
    pub deliveries: Vec<DeliveryRow>,
    /// Whether there is another page.
    pub more: bool,
}

/// The addresses of the store, and a page of what went there.
pub async fn list(services: &Services, actor: &Actor, after: Option<(Timestamp, DeliveryId)>) -> Result<Webhooks, Fault> {
    actor.must_own()?;
    let scope = actor.scope();
    let (addresses, deliveries) = services
        .storage()
        .read(|s| Box::pin(async move { Ok::<_, StorageError>((s.webhooks(scope).await?, s.deliveries(scope, after).await?)) }))
        .await?;
    let more = i64::try_from(deliveries.len()).is_ok_and(|n| n >= DELIVERY_ROWS_MAX);
    Ok(Webhooks {
        addresses,
        deliveries,
        more,
    })
}

/// A new address. Answers the secret that what arrives there is signed with; this is the only time that it is shown.
pub async fn make(services: &Services, actor: &Actor, url: &str, wants: Vec<NewsKind>) -> Result<String, Fault> {
    actor.must_own()?;
    let url = address(services, url)?;
    if wants.is_empty() {
        return Err(Refusal::Missing(Field::Text).into());
    }
    let bytes = secret::random_bytes::<32>();
    let new = NewWebhook {
        id: new_id(),
        url,
        secret: bytes.to_vec(),
        wants,
    };
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let there = tx.webhooks(who.scope()).await?;
                if i64::try_from(there.len()).unwrap_or(i64::MAX) >= WEBHOOKS_MAX {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                if there.iter().any(|known| known.url == new.url) {
                    return Err(Fault::Refused(Refusal::Taken(Field::Url)));
                }
                tx.insert_webhook(who.scope(), &new, at).await?;
                note(tx, &who, "webhook.make", new.id.0, at).await
            })
        })
        .await?;
    Ok(written(&bytes))
}

/// A new secret for an address; the old one ends. This is the only time that it is shown.
pub async fn new_secret(services: &Services, actor: &Actor, id: WebhookId) -> Result<String, Fault> {
    actor.must_own()?;
    let bytes = secret::random_bytes::<32>();
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                found(tx.set_webhook_secret(who.scope(), id, &bytes).await?)?;
                note(tx, &who, "webhook.secret", id.0, at).await
            })
        })
        .await?;
    Ok(written(&bytes))
}

/// Nothing goes to an address any more, from this moment on; what was on its way is forgotten.
pub async fn remove(services: &Services, actor: &Actor, id: WebhookId) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                found(tx.delete_webhook(who.scope(), id).await?)?;
                note(tx, &who, "webhook.remove", id.0, at).await
            })
        })
        .await
}

/// News go to an address again that was switched off because nothing arrived there, and with them all that was given up.
pub async fn switch_on(services: &Services, actor: &Actor, id: WebhookId) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                found(tx.webhook_on(who.scope(), id).await?)?;
                note(tx, &who, "webhook.on", id.0, at).await
            })
        })
        .await
}

/// Sends a piece of news once more, with the same id: whoever took it in before can tell.
pub async fn replay(services: &Services, actor: &Actor, id: DeliveryId) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                found(tx.replay_delivery(who.scope(), id, at).await?)?;
                note(tx, &who, "webhook.replay", id.0, at).await
            })
        })
        .await
}

/// Forgets what was settled long enough ago.
pub(crate) async fn forget(services: &Services, scope: StoreScope, now: Timestamp) -> Result<(), Fault> {
    let before = now.plus_ms(-KEPT_MS);
    while services
        .storage()
        .write(move |tx| Box::pin(async move { tx.forget_old_deliveries(scope, before).await }))
        .await?
    {}
    Ok(())
}

/// An address as it is kept. Names are not looked up here: what a name means can be another thing at every call.
fn address(services: &Services, typed: &str) -> Result<String, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Refusal::Missing(Field::Url));
    }
    if typed.chars().count() > URL_CHARS_MAX {
        return Err(Refusal::TooLong {
            field: Field::Url,
            max: u32::try_from(URL_CHARS_MAX).unwrap_or(u32::MAX),
        });
    }
    let allow = services.outbound().and_then(Outbound::allowed);
    let target = guard::Target::parse(typed, services.public_url(), allow);
    target.map(|target| target.url).ok_or(Refusal::Invalid(Field::Url))
}

/// A secret as Standard Webhooks writes it.
fn written(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

fn found(found: bool) -> Result<(), Refusal> {
    if found { Ok(()) } else { Err(Refusal::NotFound) }
}

async fn note(tx: &mut Tx, who: &Actor, action: &str, object: Uuid, at: Timestamp) -> Result<(), Fault> {
    let row = AuditRow {
        account: Some(who.account),
        action: action.to_owned(),
        object: Some(object),
        reason: None,
        at,
    };
    Ok(tx.audit(who.scope(), new_id(), &row).await?)
}
