//! Copies of a conversation by mail (D-25). Nothing that we mail may carry a stranger's words to somebody who did not ask for them
//! (hardening, note 10): an address that the shop vouches for gets the copy, any other one gets a question first.

use model::{
    id::ConversationId,
    language::Language,
    refusal::Refusal,
    text::{EmailAddress, Name},
};
use storage::{Installation, MailJob, MailLink, StoreScope, Tx};

use crate::{
    Fault, Party, Services,
    conversation::find,
    secret::{self, Secret},
};

/// Letters about copies to one address within a day, over the whole installation.
const PER_DAY: i64 = 3;
const DAY_MS: i64 = 86_400_000;
/// How long the question can be answered.
const LINK_MS: i64 = 7 * DAY_MS;

/// What became of the wish for a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// It is on its way.
    OnItsWay,
    /// Whoever has the address is asked first.
    AskedFirst,
}

/// What a link in a question offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The store the conversation was with.
    pub store: Name,
    /// The language of the question.
    pub language: Language,
    /// Whether it was answered already.
    pub used: bool,
}

/// Asks for a copy of a conversation that one takes part in.
pub async fn ask(services: &Services, party: &Party, conversation: ConversationId, to: EmailAddress) -> Result<Copy, Fault> {
    let (party, at, token) = (party.clone(), services.clock().now(), Secret::new());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let found = find(tx, &party, conversation).await?;
                let scope = party.store();
                let language = found.connection.language.unwrap_or_default();
                let vouched = tx.vouched_address(scope, conversation).await?;
                let vouched = vouched.filter(|vouched| vouched.as_str().eq_ignore_ascii_case(to.as_str()));
                let theirs = vouched.is_some();
                // One mailbox however it is spelled: a budget that capital letters get around is none.
                let to = match vouched {
                    Some(vouched) => vouched,
                    None => EmailAddress::parse(&to.as_str().to_lowercase())?,
                };
                // Whoever asked to be left alone is; the asker learns nothing of it.
                if tx.suppressed(Installation, &to).await? {
                    return Ok(if theirs { Copy::OnItsWay } else { Copy::AskedFirst });
                }
                if tx.copies_to(Installation, &to, at.plus_ms(-DAY_MS)).await? >= PER_DAY {
                    return Err(Fault::Refused(Refusal::TooFast {
                        after_s: (DAY_MS / 1_000) as u32,
                    }));
                }
                if theirs {
                    let once = format!("copy:{conversation}:{to}:{}", found.head_all);
                    let job = MailJob::Transcript {
                        conversation,
                        to,
                        language,
                    };
                    tx.enqueue_mail(Some(scope), &job, &once, at).await?;
                    return Ok(Copy::OnItsWay);
                }
                question(tx, scope, conversation, to, language, &token, at).await?;
                Ok(Copy::AskedFirst)
            })
        })
        .await
}

async fn question(
    tx: &mut Tx,
    scope: StoreScope,
    conversation: ConversationId,
    to: EmailAddress,
    language: Language,
    token: &Secret,
    at: model::time::Timestamp,
) -> Result<(), Fault> {
    let link = MailLink {
        store: scope.0,
        conversation,
        to: to.clone(),
        language,
        used: false,
    };
    tx.insert_mail_link(&token.hash(), &link, at, at.plus_ms(LINK_MS)).await?;
    // Pressing twice asks once.
    let once = format!("confirm:{conversation}:{to}:{}", at.0.div_euclid(60_000));
    let job = MailJob::ConfirmCopy {
        conversation,
        to,
        language,
        token: token.reveal().to_owned(),
    };
    Ok(tx.enqueue_mail(Some(scope), &job, &once, at).await?)
}

/// What a link offers, if it is good. Looking changes nothing: machines that examine mail open every link.
pub async fn offer(services: &Services, token: &str) -> Result<Option<Offer>, Fault> {
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(link) = s.mail_link(Installation, &hash, now).await? else {
                    return Ok(None);
                };
                let store = s.store(StoreScope(link.store)).await?;
                Ok(store.map(|store| Offer {
                    store: store.name,
                    language: link.language,
                    used: link.used,
                }))
            })
        })
        .await
}

/// The holder of the address wants the copy. A link is good once; answers whether it was.
pub async fn accept(services: &Services, token: &str) -> Result<bool, Fault> {
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Some(link) = tx.use_mail_link(Installation, &hash, now).await? else {
                    return Ok(false);
                };
                let job = MailJob::Transcript {
                    conversation: link.conversation,
                    to: link.to.clone(),
                    language: link.language,
                };
                let once = format!("copy:{}:{}:asked:{}", link.conversation, link.to, now.0);
                tx.enqueue_mail(Some(StoreScope(link.store)), &job, &once, now).await?;
                Ok::<_, Fault>(true)
            })
        })
        .await
}

/// The holder of the address wants no such letters any more. Answers whether the link was good.
pub async fn refuse(services: &Services, token: &str) -> Result<bool, Fault> {
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Some(link) = tx.mail_link(Installation, &hash, now).await? else {
                    return Ok(false);
                };
                tx.suppress(Installation, link.to.as_str(), "asked to be left alone", now).await?;
                tx.use_mail_link(Installation, &hash, now).await?;
                Ok::<_, Fault>(true)
            })
        })
        .await
}
