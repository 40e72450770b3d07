//! Settings, Senders: under which address a store's letters to customers go, and how soon. An address stands under letters only after its
//! holder typed the code that was mailed to it (hardening E22): until then letters are from us, with the store's name.

use model::{
    configuration::check_web_address,
    limits::MAIL_AFTER_S_MAX,
    refusal::{Field, Refusal},
    text::EmailAddress,
    time::Timestamp,
};
use storage::{AuditRow, Installation, MailJob, Tx};
use subtle::ConstantTimeEq as _;

use crate::{Actor, Fault, Services, accounts::still, clock::new_id, secret};

/// Wrong codes until a new one is needed.
const TRIES_MAX: i64 = 5;
/// Codes to one address within a day, over the whole installation.
const CODES_PER_DAY: i64 = 5;
const DAY_MS: i64 = 86_400_000;
/// How long a code is good.
const CODE_MS: i64 = 15 * 60_000;

/// Mail systems whose domains say that only they send for them: in `From` such an address would be taken for a forgery.
const FREE_MAIL: &[&str] = &[
    "aol.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "live.nl",
    "mac.com",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "t-online.de",
    "wanadoo.fr",
    "web.de",
    "yahoo.com",
    "yahoo.es",
    "yahoo.fr",
    "ymail.com",
    "ziggo.nl",
];

/// What the owner decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Senders {
    /// The sender of letters to customers.
    pub shop_email: Option<EmailAddress>,
    /// The customer service mailbox that order pages show.
    pub service_email: Option<EmailAddress>,
    /// Seconds that an answer waits for its reader on the site.
    pub mail_after_s: u32,
    /// Where "Submit a request" leads to.
    pub help_url: Option<String>,
}

/// How far the sender's proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// There is nothing to prove.
    None,
    /// No code is on its way.
    Needed,
    /// A code was mailed, and is good.
    Mailed,
    /// Letters go under it.
    Proven,
    /// Its holder said yes, and its mail system lets nobody else send for it: answers go to it.
    AnswersOnly,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendersView {
    /// As decided.
    pub senders: Senders,
    /// Of `shop_email`.
    pub proof: Proof,
    /// The sender without one.
    pub ours: Option<EmailAddress>,
}

/// The page.
pub async fn read(services: &Services, actor: &Actor) -> Result<SendersView, Fault> {
    actor.must_own()?;
    let (scope, now) = (actor.scope(), services.clock().now());
    let (store, row) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let store = s.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let row = match &store.settings.shop_email {
                    Some(address) => s.sender(scope, &lower(address)?).await?,
                    None => None,
                };
                Ok::<_, Fault>((store, row))
            })
        })
        .await?;
    let settings = store.settings;
    let proof = match (&settings.shop_email, row) {
        (None, _) => Proof::None,
        (Some(address), Some(row)) if row.proven && is_free_mail(address) => Proof::AnswersOnly,
        (Some(_), Some(row)) if row.proven => Proof::Proven,
        (Some(_), Some(row)) if row.code_until.is_some_and(|until| until > now) => Proof::Mailed,
        (Some(_), _) => Proof::Needed,
    };
    Ok(SendersView {
        senders: Senders {
            shop_email: settings.shop_email,
            service_email: settings.service_email,
            mail_after_s: settings.mail_after_s,
            help_url: settings.help_url,
        },
        proof,
        ours: services.post().map(|post| post.ours().clone()),
    })
}

/// Keeps all of it, or nothing. A sender that is new is mailed a code.
pub async fn save(services: &Services, actor: &Actor, senders: Senders) -> Result<(), Fault> {
    actor.must_own()?;
    senders.help_url.as_deref().map_or(Ok(()), check_web_address)?;
    if senders.mail_after_s > MAIL_AFTER_S_MAX {
        return Err(Refusal::Invalid(Field::Number).into());
    }
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let store = tx.store(who.scope()).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let mut settings = store.settings;
                let changed = settings.shop_email != senders.shop_email;
                settings.shop_email = senders.shop_email;
                settings.service_email = senders.service_email;
                settings.mail_after_s = senders.mail_after_s;
                settings.help_url = senders.help_url;
                tx.set_settings(who.scope(), &settings).await?;
                if let Some(address) = settings.shop_email.as_ref().filter(|_| changed) {
                    // Over the day's codes it is kept all the same, and proven tomorrow.
                    mail_code(tx, &who, address, at).await?;
                }
                let row = AuditRow {
                    account: Some(who.account),
                    action: "senders.save".to_owned(),
                    object: None,
                    reason: None,
                    at,
                };
                Ok::<_, Fault>(tx.audit(who.scope(), new_id(), &row).await?)
            })
        })
        .await
}

/// Mails a new code to the sender; the one before it is good no longer.
pub async fn send_code(services: &Services, actor: &Actor) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let address = wanted(tx, &who).await?;
                if mail_code(tx, &who, &address, at).await? {
                    Ok(())
                } else {
                    Err(Fault::Refused(Refusal::TooFast {
                        after_s: u32::try_from(DAY_MS / 1_000).unwrap_or(u32::MAX),
                    }))
                }
            })
        })
        .await
}

/// The code that was mailed. Five tries, a quarter of an hour.
pub async fn prove(services: &Services, actor: &Actor, code: &str) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.is_empty() {
        return Err(Refusal::Missing(Field::Code).into());
    }
    let right = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let address = lower(&wanted(tx, &who).await?)?;
                // A wrong code is no error in here: the try would be undone with it.
                let Some(hash) = tx.try_sender_code(who.scope(), &address, at, TRIES_MAX).await? else {
                    return Ok(false);
                };
                let right = bool::from(hash_of(&who, &address, &code).as_slice().ct_eq(hash.as_slice()));
                if right {
                    tx.prove_sender(who.scope(), &address, at).await?;
                    let row = AuditRow {
                        account: Some(who.account),
                        action: "senders.prove".to_owned(),
                        object: None,
                        reason: None,
                        at,
                    };
                    tx.audit(who.scope(), new_id(), &row).await?;
                }
                Ok::<_, Fault>(right)
            })
        })
        .await?;
    if right { Ok(()) } else { Err(Refusal::Invalid(Field::Code).into()) }
}

async fn wanted(tx: &mut Tx, who: &Actor) -> Result<EmailAddress, Fault> {
    let store = tx.store(who.scope()).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
    store.settings.shop_email.ok_or(Fault::Refused(Refusal::Missing(Field::Email)))
}

/// Answers whether there was one left for the address today. One that is proven needs none.
async fn mail_code(tx: &mut Tx, who: &Actor, address: &EmailAddress, at: Timestamp) -> Result<bool, Fault> {
    let (scope, address) = (who.scope(), lower(address)?);
    if tx.sender(scope, &address).await?.is_some_and(|row| row.proven) {
        return Ok(true);
    }
    if tx.sender_codes_to(Installation, &address, at.plus_ms(-DAY_MS)).await? >= CODES_PER_DAY {
        return Ok(false);
    }
    let me = tx.account(Installation, who.account).await?;
    let code = secret::digits();
    tx.set_sender_code(scope, &address, &hash_of(who, &address, &code), at.plus_ms(CODE_MS))
        .await?;
    let job = MailJob::ProveSender {
        store: who.store,
        to: address,
        language: me.map(|me| me.language).unwrap_or_default(),
        code,
    };
    let once = format!("prove:{}:{}", who.store, new_id::<model::id::ClientId>());
    tx.enqueue_mail(Some(scope), &job, &once, at).await?;
    Ok(true)
}

/// Bound to the store and the address, so that a code of one is nothing for another.
fn hash_of(who: &Actor, address: &EmailAddress, code: &str) -> Vec<u8> {
    secret::hash(&format!("{}:{address}:{code}", who.store))
}

/// One mailbox however it is spelled.
pub(crate) fn lower(address: &EmailAddress) -> Result<EmailAddress, Refusal> {
    EmailAddress::parse(&address.as_str().to_lowercase())
}

/// Whether its mail system lets nobody else send for it.
pub(crate) fn is_free_mail(address: &EmailAddress) -> bool {
    FREE_MAIL.contains(&address.domain().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn he_22_an_address_of_a_free_mail_system_is_never_in_from() {
        let address = |text: &str| EmailAddress::parse(text).expect("an address");
        assert!(is_free_mail(&address("shop@GMail.com")));
        assert!(!is_free_mail(&address("shop@delft.example")));
        assert!(!is_free_mail(&address("shop@notgmail.com.example")));
    }
}
