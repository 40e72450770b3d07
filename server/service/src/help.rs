//! The help page: what of the beginning is done, and whether its articles help.

use model::{
    help::{ARTICLES, ArticleVotes, HelpPage, Step, StepState},
    id::StoreId,
    refusal::Refusal,
    text::Origin,
};
use storage::{AuditRow, Installation, StorageError, StoreScope};

use crate::{Actor, Fault, Services, accounts::still, clock::new_id};

/// What saving the configuration is called in the audit.
const CONFIGURATION_SAVED: &str = "configuration.save";
/// What stays of a test mail when the mail itself is not kept any longer.
const MAIL_TESTED: &str = "test_mail.sent";
/// Seen once in so long is seen.
const SEEN_AGAIN_MS: i64 = 24 * 3_600_000;

/// What the page shows to whoever works at the store.
pub async fn read(services: &Services, actor: &Actor) -> Result<HelpPage, Fault> {
    let (scope, reader) = (actor.scope(), actor.account);
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let begun = s.begun(scope).await?;
                let listed = !s.origins(scope).await?.is_empty();
                let configured = s.audited(scope, CONFIGURATION_SAVED).await?;
                let tested = begun.mail_tested || s.audited(scope, MAIL_TESTED).await?;
                let done = |step: Step| match step {
                    Step::SiteListed => listed,
                    Step::SnippetSeen => begun.snippet_seen.is_some(),
                    Step::ConfigurationSaved => configured,
                    Step::MailTested => tested,
                    Step::StaffInvited => begun.invited,
                    Step::FirstChat => begun.chatted,
                };
                Ok(HelpPage {
                    steps: Step::ALL.map(|step| StepState { step, done: done(step) }).to_vec(),
                    votes: s.help_votes(Installation, reader).await?,
                    owners: s.helpers(scope).await?,
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                })
            })
        })
        .await
}

/// Whether an article helped; one answer a person, the last one counts. Answers how all articles were found.
pub async fn vote(services: &Services, actor: &Actor, article: &str, helpful: bool) -> Result<Vec<ArticleVotes>, Fault> {
    let article = ARTICLES.into_iter().find(|known| *known == article).ok_or(Refusal::NotFound)?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                tx.vote(Installation, who.account, article, helpful, at).await?;
                Ok(tx.help_votes(Installation, who.account).await?)
            })
        })
        .await
}

/// A page of a web site asked about the store: if it is one of the store's own sites, the snippet stands there.
pub async fn snippet_seen(services: &Services, store: StoreId, origin: &str) -> Result<(), Fault> {
    let Ok(origin) = Origin::parse(origin) else { return Ok(()) };
    let (scope, now) = (StoreScope(store), services.clock().now());
    let news = services
        .storage()
        .read(|s| Box::pin(async move { s.snippet_is_news(scope, &origin, now.plus_ms(-SEEN_AGAIN_MS)).await }))
        .await?;
    if news {
        services
            .storage()
            .write(move |tx| Box::pin(async move { tx.see_snippet(scope, now).await }))
            .await?;
    }
    Ok(())
}

/// Mails go when they are old, that they once worked does not: what is done stays done.
pub(crate) async fn remember_tested_mail(services: &Services, scope: StoreScope) -> Result<(), Fault> {
    let at = services.clock().now();
    Ok(services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if tx.audited(scope, MAIL_TESTED).await? || !tx.begun(scope).await?.mail_tested {
                    return Ok::<_, StorageError>(());
                }
                let row = AuditRow {
                    account: None,
                    action: MAIL_TESTED.to_owned(),
                    object: None,
                    reason: None,
                    at,
                };
                tx.audit(scope, new_id(), &row).await
            })
        })
        .await?)
}
