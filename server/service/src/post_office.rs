//! The post office: takes letters from the outbox, one worker at a time for each, and sends them until they went or cannot go.
//!
//! Never in a chat's path: a chat writes a job and forgets it. A letter goes at least once; when a mail server takes it and does not say
//! so, it goes again with the same `Message-ID`.

mod answer;
mod counter;
mod customer;
mod letter;
mod news;

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use mail::{Failed, Trouble};
use model::time::Timestamp;
use storage::{ClaimedMail, Installation, MailJob, StorageError, StoreScope};
use uuid::Uuid;

pub use self::counter::{read, retry, send_test};
use self::letter::{Prepared, prepare};
use crate::{Fault, Services, secret::random_bytes, services::lock};

/// How long a worker has for what it took: longer than two letters can take, and short enough that a crash delays nobody for long.
const LEASE_MS: i64 = 120_000;
/// Minutes between attempts; the last one again and again.
const PATIENCE_MIN: [i64; 6] = [1, 5, 15, 60, 180, 360];
/// With [`PATIENCE_MIN`] that is five days.
const ATTEMPTS_MAX: i64 = 24;
/// How long nothing is sent after the mail server was not to be reached …
const AWAY_MS: i64 = 60_000;
/// … and after it did not accept who we are.
const NOT_US_MS: i64 = 300_000;
const HOUR_MS: i64 = 3_600_000;

/// Whether letters go at this moment, as far as this process knows.
#[derive(Debug, Default)]
pub struct Line {
    closed_until: Timestamp,
    why: String,
}

impl Line {
    fn close(&mut self, until: Timestamp, why: &str) {
        self.closed_until = until;
        why.clone_into(&mut self.why);
    }

    /// What the mail server said, while nothing is sent because of it.
    fn closed(&self, now: Timestamp) -> Option<String> {
        (self.closed_until > now).then(|| self.why.clone())
    }
}

/// What became of a letter.
#[derive(Debug)]
enum Outcome {
    Sent(String),
    Later { reply: String, due: Timestamp },
    Never(String),
    NotTried(Timestamp),
    Folded,
    Read,
}

/// Takes the letters that are due, a few at a time, and answers how many there were. Called again until there are none.
pub async fn round(services: &Services) -> Result<usize, Fault> {
    let now = services.clock().now();
    if services.post().is_none() || lock(services.line()).closed(now).is_some() {
        return Ok(0);
    }
    let waits = services
        .storage()
        .read(|s| Box::pin(async move { s.mail_waits(Installation, now).await }))
        .await?;
    if !waits {
        return Ok(0);
    }
    let worker = Uuid::from_bytes(random_bytes());
    let mails = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.claim_mails(Installation, now, now.plus_ms(LEASE_MS), worker).await }))
        .await?;
    let taken = mails.len();
    for mail in mails {
        let (outcome, to) = deliver(services, &mail, worker).await?;
        settle(services, mail, worker, outcome, to).await?;
    }
    Ok(taken)
}

/// One letter, as far as it comes; and to whom it was.
async fn deliver(services: &Services, mail: &ClaimedMail, worker: Uuid) -> Result<(Outcome, Option<String>), Fault> {
    let now = services.clock().now();
    let Some(post) = services.post() else {
        return Ok((Outcome::NotTried(now), None));
    };
    // Another letter of this round may have found the door closed.
    let closed_until = lock(services.line()).closed_until;
    if closed_until > now {
        return Ok((Outcome::NotTried(closed_until), None));
    }
    let letter = match prepare(services, post, mail, worker).await? {
        Prepared::Letter(letter) => letter,
        Prepared::Fold => return Ok((Outcome::Folded, None)),
        Prepared::Read => return Ok((Outcome::Read, None)),
        Prepared::Wait(until) => return Ok((Outcome::NotTried(until), None)),
        Prepared::Nothing(why) => return Ok((Outcome::Never(why.to_owned()), None)),
    };
    let to = letter.to.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    // A letter that breaks the builder of messages must not take the post office with it.
    let sent = AssertUnwindSafe(post.send(&letter)).catch_unwind().await;
    let outcome = match sent {
        Ok(Ok(reply)) => Outcome::Sent(reply),
        Ok(Err(failed)) => after(services, mail, failed),
        Err(_) => Outcome::Never("vitrine:unsendable".to_owned()),
    };
    Ok((outcome, Some(to)))
}

/// What a failure means for this letter, and for the ones behind it.
fn after(services: &Services, mail: &ClaimedMail, failed: Failed) -> Outcome {
    let now = services.clock().now();
    let Failed { trouble, reply } = failed;
    // Neither the reply nor the letter is in the log: both may hold an address. The owner finds the reply in the back office.
    tracing::warn!(letter = %mail.id, attempt = mail.attempts, ?trouble, "A letter did not go");
    match trouble {
        Trouble::Never => return Outcome::Never(reply),
        Trouble::Later => {}
        Trouble::Away => lock(services.line()).close(now.plus_ms(AWAY_MS), &reply),
        Trouble::NotUs => lock(services.line()).close(now.plus_ms(NOT_US_MS), &reply),
    }
    if mail.attempts >= ATTEMPTS_MAX {
        return Outcome::Never(reply);
    }
    let [jitter] = random_bytes();
    Outcome::Later {
        due: now.plus_ms(patience_ms(mail.attempts, &reply, jitter)),
        reply,
    }
}

/// How long until the next attempt: longer each time, never at the same moment for all, and not at once with those who greylist.
fn patience_ms(attempts: i64, reply: &str, jitter: u8) -> i64 {
    let step = usize::try_from(attempts - 1).unwrap_or(0).min(PATIENCE_MIN.len() - 1);
    let greylisted = ["421", "450", "451"].iter().any(|code| reply.contains(code));
    let minutes = if greylisted {
        PATIENCE_MIN[step].max(5)
    } else {
        PATIENCE_MIN[step]
    };
    let share = if greylisted { 100 } else { 80 } + i64::from(jitter % 41);
    minutes * 60_000 * share / 100
}

async fn settle(services: &Services, mail: ClaimedMail, worker: Uuid, outcome: Outcome, to: Option<String>) -> Result<(), Fault> {
    let now = services.clock().now();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (id, to) = (mail.id, to.as_deref());
                match outcome {
                    Outcome::Sent(reply) => {
                        tx.mail_sent(Installation, id, worker, &reply, to, now).await?;
                        if let Some(MailJob::OfflineDigest { store }) = mail.job {
                            tx.tell_folded(StoreScope(store), now).await?;
                        }
                    }
                    Outcome::Later { reply, due } => tx.mail_later(Installation, id, worker, &reply, to, due).await?,
                    Outcome::Never(reply) => {
                        tx.mail_failed(Installation, id, worker, &reply, to).await?;
                        // There is no such mailbox (RFC 3463, X.1.1): nobody there will be asked again.
                        let outsider = mail.job.as_ref().and_then(MailJob::recipient);
                        if let Some(outsider) = outsider.filter(|_| reply.contains("5.1.1")) {
                            tx.suppress(Installation, outsider.as_str(), "no such mailbox", now).await?;
                        }
                    }
                    Outcome::Read => tx.mail_read(Installation, id, worker).await?,
                    Outcome::NotTried(due) => tx.mail_put_back(Installation, id, worker, due).await?,
                    Outcome::Folded => {
                        tx.mail_folded(Installation, id, worker).await?;
                        if let Some(store) = mail.store {
                            // One digest for each hour by the clock, at its end.
                            let hour = now.0.div_euclid(HOUR_MS);
                            let job = MailJob::OfflineDigest { store };
                            let due = Timestamp((hour + 1) * HOUR_MS);
                            tx.enqueue_mail(Some(StoreScope(store)), &job, &format!("digest:{store}:{hour}"), due)
                                .await?;
                        }
                    }
                }
                Ok::<_, StorageError>(())
            })
        })
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_grow_apart_and_end_after_five_days() {
        assert_eq!(patience_ms(1, "", 20), 60_000);
        assert_eq!(patience_ms(2, "", 20), 300_000);
        assert!(patience_ms(1, "", 0) < patience_ms(1, "", 40), "not everybody at once");
        let all: i64 = (1..ATTEMPTS_MAX).map(|n| patience_ms(n, "", 20)).sum();
        let days = all / 86_400_000;
        assert!((4..=5).contains(&days), "{days} days");
    }

    #[test]
    fn whoever_greylists_is_given_five_minutes() {
        for jitter in 0..=u8::MAX {
            assert!(patience_ms(1, "transient error (450): try later", jitter) >= 300_000);
        }
    }

    #[test]
    fn the_line_opens_by_itself() {
        let mut line = Line::default();
        assert_eq!(line.closed(Timestamp(1)), None);
        line.close(Timestamp(10), "away");
        assert_eq!(line.closed(Timestamp(9)).as_deref(), Some("away"));
        assert_eq!(line.closed(Timestamp(10)), None);
    }
}
