//! Settings, Mail: what the owner sees of the post office, and asks of it.

use std::collections::BTreeMap;

use mail::{Folder, Kept, Post};
use model::{
    id::MailId,
    post::{KeptLetter, PostCursor, PostKind, PostRow, PostState, PostView},
    refusal::Refusal,
    time::Timestamp,
};
use storage::{Installation, MAIL_ROWS_MAX, MailJob, MailRow};

use crate::{Actor, Fault, Services, accounts::still, services::lock};

/// The page, from a place in its list on.
pub async fn read(services: &Services, actor: &Actor, after: Option<PostCursor>) -> Result<PostView, Fault> {
    actor.must_own()?;
    let (scope, now) = (actor.scope(), services.clock().now());
    let after = after.map(|cursor| (cursor.at, cursor.id.0));
    let (store, owners, counts, rows) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let store = s.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let owners = s.mail_owners(scope).await?;
                let counts = s.mail_counts(scope).await?;
                Ok::<_, Fault>((store, owners, counts, s.mails(scope, after).await?))
            })
        })
        .await?;
    let counts: BTreeMap<String, i64> = counts.into_iter().collect();
    let count = |state: &str| counts.get(state).map_or(0, |n| u32::try_from(*n).unwrap_or(u32::MAX));
    let post = services.post();
    let more = rows.len() as i64 == MAIL_ROWS_MAX;
    let mut rows: Vec<PostRow> = rows.into_iter().filter_map(row).collect();
    if let Some(folder) = post.and_then(Post::kept) {
        for row in rows.iter_mut().filter(|row| row.state == PostState::Sent) {
            row.kept = folder.read(row.id.0).await.map(as_shown);
        }
    }
    Ok(PostView {
        server: post.and_then(Post::server).map(str::to_owned),
        folder: post.and_then(Post::kept).map(Folder::shown),
        from: post.map(|post| post.ours().to_string()).unwrap_or_default(),
        to: match store.settings.notify {
            Some(notify) => vec![notify.to_string()],
            None => owners.into_iter().map(|(email, _)| email.to_string()).collect(),
        },
        paused: lock(services.line()).closed(now),
        waiting: count("queued"),
        sent: count("sent"),
        failed: count("failed"),
        more,
        rows,
    })
}

fn row(row: MailRow) -> Option<PostRow> {
    Some(PostRow {
        id: MailId(row.id),
        kind: PostKind::from_code(&row.kind)?,
        to: row.recipient,
        state: match row.state.as_str() {
            "sent" => PostState::Sent,
            "failed" => PostState::Failed,
            "folded" | "told" => PostState::Gathered,
            "read" => PostState::Read,
            _ => PostState::Waiting,
        },
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        at: Timestamp(row.created_at_ms),
        due: Timestamp(row.due_at_ms),
        reply: row.smtp_reply.filter(|reply| !reply.is_empty()),
        kept: None,
    })
}

fn as_shown(kept: Kept) -> KeptLetter {
    KeptLetter {
        from: kept.from,
        reply_to: kept.reply_to,
        to: kept.to,
        subject: kept.subject,
        text: kept.text,
    }
}

/// Tries a letter that failed once more.
pub async fn retry(services: &Services, actor: &Actor, mail: MailId) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                still(tx, &who).await?.must_own()?;
                if tx.retry_mail(who.scope(), mail.0, at).await? {
                    Ok(())
                } else {
                    Err(Fault::Refused(Refusal::NotFound))
                }
            })
        })
        .await
}

/// Sends a letter to the owner who asks, so that they see whether mail arrives. At most one a minute.
pub async fn send_test(services: &Services, actor: &Actor) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                still(tx, &who).await?.must_own()?;
                let me = tx
                    .account(Installation, who.account)
                    .await?
                    .ok_or(Fault::Refused(Refusal::NotSignedIn))?;
                let job = MailJob::TestMail {
                    store: who.store,
                    to: me.email,
                    language: me.language,
                };
                let once = format!("test:{}:{}:{}", who.store, who.account, at.0.div_euclid(60_000));
                tx.enqueue_mail(Some(who.scope()), &job, &once, at).await?;
                Ok::<_, Fault>(())
            })
        })
        .await
}
