//! The addresses that letters to us go to, and the secret that signs them: made once an installation, kept in the database beside its name.
//!
//! Ask outside of a transaction: the first question reads the secret. What a letter to such an address may do is `mail_in`'s business.

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use mail::{AddressKey, Addressed, Target};
use model::{
    id::{ConversationId, MailId, OrderId},
    text::EmailAddress,
    time::Timestamp,
};
use storage::{Installation, StorageError};

use crate::{Fault, Services, secret::random_bytes};

/// The secret's name in the database.
const META: &str = "mail_address_key";
/// People answer letters that they find again after months.
const ANSWER_MS: i64 = 365 * 86_400_000;
/// A mail server gives up after five days (RFC 5321, 4.5.4.1); what says so has a way of its own.
const BOUNCE_MS: i64 = 30 * 86_400_000;

/// Where letters to us arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailIn {
    /// The domain whose mail reaches us (`VITRINE_MAIL_IN_DOMAIN`).
    pub domain: String,
    /// The mail server whose word on a sender we take (`VITRINE_MAIL_IN_AUTHSERV`); without one, no sender is ever proven.
    pub authserv: Option<String>,
    /// The folder of the letters as they came.
    pub folder: PathBuf,
}

/// The address that answers in a conversation go to: for `Reply-To`. `None` where no mail reaches us.
pub async fn of_conversation(services: &Services, conversation: ConversationId) -> Result<Option<EmailAddress>, Fault> {
    of(services, Target::Conversation(conversation), ANSWER_MS).await
}

/// The address that letters about an order go to: for the order's page. `None` where no mail reaches us.
pub async fn of_order(services: &Services, order: OrderId) -> Result<Option<EmailAddress>, Fault> {
    of(services, Target::Order(order), ANSWER_MS).await
}

/// The address that hears of a letter of ours that did not arrive: for the envelope. `None` where no mail reaches us.
pub async fn of_bounce(services: &Services, letter: MailId) -> Result<Option<EmailAddress>, Fault> {
    of(services, Target::Bounce(letter), BOUNCE_MS).await
}

/// What an address says now.
pub async fn read(services: &Services, address: &str) -> Result<Addressed, Fault> {
    let Some(mail_in) = services.mail_in() else {
        return Ok(Addressed::Other);
    };
    Ok(key(services).await?.read(&mail_in.domain, address, services.clock().now()))
}

async fn of(services: &Services, target: Target, good_for_ms: i64) -> Result<Option<EmailAddress>, Fault> {
    let Some(mail_in) = services.mail_in() else {
        return Ok(None);
    };
    let until: Timestamp = services.clock().now().plus_ms(good_for_ms);
    Ok(key(services).await?.address(&mail_in.domain, target, until))
}

async fn key(services: &Services) -> Result<&AddressKey, Fault> {
    services.address_key().get_or_try_init(|| load(services)).await
}

/// Reads the secret, or makes it: of several who make one at once, one wins.
async fn load(services: &Services) -> Result<AddressKey, Fault> {
    let stored = services
        .storage()
        .read(|s| Box::pin(async move { s.meta(Installation, META).await }))
        .await?;
    let stored = if let Some(stored) = stored {
        stored
    } else {
        let fresh = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        services
            .storage()
            .write(move |tx| Box::pin(async move { tx.settle_meta(Installation, META, &fresh).await }))
            .await?
    };
    let bytes = URL_SAFE_NO_PAD
        .decode(stored)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(AddressKey::new).ok_or(Fault::Broken(StorageError::Inconsistent {
        table: "meta",
        column: "value",
    }))
}
