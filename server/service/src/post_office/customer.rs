//! Letters to customers: under which address they go, and how many of them one mailbox gets.

use mail::{Draft, Letter};
use model::text::EmailAddress;
use storage::{Installation, MailJob, Session, StoreRow, StoreScope};

use super::{
    HOUR_MS,
    letter::{Desk, Prepared},
};
use crate::{Fault, Services, senders};

const DAY_MS: i64 = 24 * HOUR_MS;
/// How long an answer waits when its reader had as many letters as anybody gets: what is said until then goes with it.
const WAIT_MS: i64 = 600_000;

/// Under which address a store's letters to customers go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sender {
    /// In `From`, where the store's own address is proven (S-21, S-34); otherwise it is ours, with the store's name.
    pub(super) from: Option<EmailAddress>,
    /// Where answers go, when the address cannot stand in `From`: its mail system says that only itself sends for it.
    pub(super) reply_to: Option<EmailAddress>,
}

/// The store's, as far as it is proven (hardening E22).
pub(super) async fn sender(s: &mut Session, store: &StoreRow) -> Result<Sender, Fault> {
    let Some(address) = &store.settings.shop_email else {
        return Ok(Sender::default());
    };
    let proven = s.sender(StoreScope(store.id), &senders::lower(address)?).await?;
    if !proven.is_some_and(|row| row.proven) {
        return Ok(Sender::default());
    }
    let address = Some(address.clone());
    let (from, reply_to) = if address.as_ref().is_some_and(senders::is_free_mail) {
        (None, address)
    } else {
        (address, None)
    };
    Ok(Sender { from, reply_to })
}

impl Desk {
    /// From the store, to a customer of its.
    pub(super) fn to_customer(&self, to: &EmailAddress, draft: Draft) -> Prepared {
        Prepared::Letter(Box::new(self.customers(to, draft)))
    }

    pub(super) fn customers(&self, to: &EmailAddress, draft: Draft) -> Letter {
        let mut letter = self.the_stores(vec![to.clone()], draft);
        letter.literal.clone_from(&self.sender.from);
        letter.reply_to = self.sender.reply_to.clone().map(|address| (self.store.name.to_string(), address));
        letter.bounce.clone_from(&self.bounce);
        letter
    }
}

/// How many letters of a kind one mailbox gets, over the whole installation, and within which time. Whoever asks for letters counts
/// besides, where they are asked for; this is what holds if somebody finds a way around.
fn budget(job: &MailJob) -> Option<(i64, i64)> {
    match job {
        MailJob::Answer { .. } => Some((20, HOUR_MS)),
        MailJob::SignIn { .. } => Some((5, HOUR_MS)),
        MailJob::OrderCode { .. } => Some((10, DAY_MS)),
        MailJob::ProveSender { .. } => Some((5, DAY_MS)),
        _ => None,
    }
}

/// What becomes of a letter whose reader had enough of its kind: an answer waits, so that nothing the desk said is lost; others do not go.
pub(super) async fn beyond_budget(services: &Services, job: &MailJob) -> Result<Option<Prepared>, Fault> {
    let (Some((most, within_ms)), Some(to)) = (budget(job), job.recipient().cloned()) else {
        return Ok(None);
    };
    let (kind, now) = (job.kind(), services.clock().now());
    let went = services
        .storage()
        .read(|s| Box::pin(async move { s.letters_to(Installation, &to, kind, now.plus_ms(-within_ms)).await }))
        .await?;
    if went < most {
        return Ok(None);
    }
    Ok(Some(match job {
        MailJob::Answer { .. } => Prepared::Wait(now.plus_ms(WAIT_MS)),
        _ => Prepared::Nothing("vitrine:too_many"),
    }))
}
