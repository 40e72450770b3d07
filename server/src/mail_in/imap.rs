//! Reads a mailbox, twice a minute: each letter after the last one that was settled, in its order. A letter is marked as seen, and the
//! place remembered, only after what it became is committed: a crash in between reads it again, and then nothing happens.

use std::{sync::Arc, time::Duration};

use mail::{ImapServer, Mailbox, Waiting, inbound::LETTER_BYTES_MAX};
use service::{
    Services,
    mail_in::{self, Incoming, Position},
    turns::{self, Job, Turn},
};

use crate::lifecycle::Lifecycle;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(30);
/// After this many looks that failed one after the other, it looks this many times less often.
const PATIENCE_MAX: u32 = 20;

/// What a look brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Letters that were settled.
    pub settled: usize,
    /// Whether there may be more.
    pub more: bool,
}

/// Watches a mailbox until the server drains.
pub async fn watch(server: Arc<ImapServer>, services: Services, lifecycle: Lifecycle) {
    let mut failures = 0_u32;
    loop {
        let wait = match Box::pin(look(&server, &services)).await {
            Ok(looked) => {
                failures = 0;
                if looked.more { Duration::ZERO } else { EVERY }
            }
            Err(why) => {
                failures = failures.saturating_add(1).min(PATIENCE_MAX);
                tracing::warn!(mailbox = %server, "The mailbox could not be read: {why}");
                EVERY * failures
            }
        };
        tokio::select! {
            () = lifecycle.draining().cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Looks once: settles what waits, at most a batch.
/// Where several servers share a database, one of them looks.
pub async fn look(server: &ImapServer, services: &Services) -> Result<Looked, String> {
    let turn = turns::take(services, Job::Mailbox).await.map_err(|fault| fault.to_string())?;
    let Some(turn) = turn else { return Ok(Looked::default()) };
    let mut mailbox = Mailbox::open(server).await.map_err(|error| error.to_string())?;
    let looked = read(&mut mailbox, &server.name(), services, turn).await;
    mailbox.close().await;
    looked
}

async fn read(mailbox: &mut Mailbox, name: &str, services: &Services, turn: Turn) -> Result<Looked, String> {
    let mut position = mail_in::position(services, name).await.map_err(|fault| fault.to_string())?;
    if position.validity != mailbox.validity {
        // The numbers were given anew: everything is looked at once more, and what was here before changes nothing.
        position = Position {
            validity: mailbox.validity,
            uid: 0,
        };
    }
    let waiting = mailbox.after(position.uid).await.map_err(|error| error.to_string())?;
    let mut looked = Looked::default();
    for one in waiting {
        settle(mailbox, one, services).await?;
        position.uid = one.uid;
        mail_in::set_position(services, turn, name, position)
            .await
            .map_err(|fault| fault.to_string())?;
        looked = Looked {
            settled: looked.settled + 1,
            more: true,
        };
    }
    Ok(looked)
}

async fn settle(mailbox: &mut Mailbox, one: Waiting, services: &Services) -> Result<(), String> {
    let raw = if one.size > LETTER_BYTES_MAX {
        mailbox.head(one.uid).await
    } else {
        mailbox.letter(one.uid).await
    };
    let Some(raw) = raw.map_err(|error| error.to_string())? else {
        return Ok(());
    };
    let incoming = Incoming {
        raw,
        size: one.size,
        from: None,
        to: None,
    };
    match mail_in::ingest(services, incoming).await {
        Ok(_) => mailbox.mark_seen(one.uid).await.map_err(|error| error.to_string()),
        Err(fault) if fault.refusal().is_some() => Err(fault.to_string()),
        // It would be so every time: it stays in the mailbox, not marked, and those behind it are not kept waiting.
        Err(fault) => {
            tracing::error!(uid = one.uid, error = %fault, "A letter was left in the mailbox");
            Ok(())
        }
    }
}
