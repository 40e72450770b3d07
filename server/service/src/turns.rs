//! Work that one server does for all of those on the same database, and whose turn it is now. A server that dies, or stands still, loses its
//! turn with its lease, and whoever takes over gets another number. By that number the mailbox's place is refused to the last one, whatever
//! it still has in hand (`still`); nothing else asks for it.
//!
//! A single server always has its turn, and asks nobody. What is safe to be done twice at once needs no turn: the conversation's own row
//! orders whoever changes it. A turn spares the database the work, and keeps in order what no row orders.

use std::collections::HashMap;

use model::time::Timestamp;
use storage::{Installation, StorageError, Tx};
use uuid::Uuid;

use crate::{Fault, Services, services::lock};

/// What one server does for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Job {
    /// What the clock makes due, every second: ended duties, missed chats, silent starts, deadlines.
    Time,
    /// What has been kept long enough, every hour.
    House,
    /// Reading the mailbox that mail arrives in.
    Mailbox,
}

impl Job {
    fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::House => "house",
            Self::Mailbox => "mailbox",
        }
    }

    /// How long a turn lasts unless it is prolonged; half of that after the last time, it is.
    fn lease_ms(self) -> i64 {
        match self {
            // Somebody who waits for the end of a chat waits so much longer when a server dies.
            Self::Time => 10_000,
            // Longer than the pause between two sweeps on the server that does them: it stays with one.
            Self::House => 2 * 3_600_000,
            // Longer than the pause between two looks that failed (10 minutes).
            Self::Mailbox => 15 * 60_000,
        }
    }
}

/// The turns of this server.
#[derive(Debug, Default)]
pub struct Turns {
    held: HashMap<Job, Held>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    token: i64,
    /// Not asked again until then. By the clock that nobody sets.
    fresh_until: Timestamp,
}

/// A turn: the right to do a piece of work now.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    job: Job,
    /// Whose, and its number; `None` where there is one server.
    fence: Option<(Uuid, i64)>,
}

impl Turn {
    /// In the transaction that writes what came of it: refuses whoever has lost the turn meanwhile.
    pub(crate) async fn still(self, tx: &mut Tx) -> Result<(), StorageError> {
        let Some((node, token)) = self.fence else { return Ok(()) };
        if tx.hold_job(Installation, self.job.name(), node, token).await? {
            Ok(())
        } else {
            Err(StorageError::Unavailable("another server has taken this over".to_owned()))
        }
    }
}

/// The turn to do something; `None` while it is another server's.
pub async fn take(services: &Services, job: Job) -> Result<Option<Turn>, Fault> {
    if !services.storage().is_shared() {
        return Ok(Some(Turn { job, fence: None }));
    }
    let (node, now, steady) = (services.node(), services.clock().now(), services.clock().steady());
    let turn = |token| Turn {
        job,
        fence: Some((node, token)),
    };
    let held = lock(services.turns()).held.get(&job).copied();
    if let Some(held) = held.filter(|held| held.fresh_until > steady) {
        return Ok(Some(turn(held.token)));
    }
    let until = now.plus_ms(job.lease_ms());
    let taken = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.take_job(Installation, job.name(), node, now, until).await }))
        .await;
    let mut turns = lock(services.turns());
    // Whoever cannot ask has no turn.
    turns.held.remove(&job);
    let Some(token) = taken? else { return Ok(None) };
    let fresh_until = steady.plus_ms(job.lease_ms() / 2);
    turns.held.insert(job, Held { token, fresh_until });
    Ok(Some(turn(token)))
}

/// This server ends: others need not wait until its turns run out.
pub async fn give_back(services: &Services) {
    let held = std::mem::take(&mut lock(services.turns()).held);
    if held.is_empty() {
        return;
    }
    let node = services.node();
    let given: Result<(), StorageError> = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.give_jobs_back(Installation, node).await }))
        .await;
    if let Err(error) = given {
        tracing::info!(%error, "Work for all servers is taken over when its lease runs out");
    }
}

/// What servers left for each other and nobody needs any more goes; called by whoever keeps the house.
pub async fn tidy(services: &Services) -> Result<(), Fault> {
    if !services.storage().is_shared() {
        return Ok(());
    }
    let now = services.clock().now();
    // Batch by batch, each for itself: nobody waits for all of it.
    loop {
        let more = services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    let admissions = tx.forget_admissions(Installation, now).await?;
                    // A day: so far back looks a server that was without its database.
                    let revocations = tx.forget_revocations(Installation, now.plus_ms(-86_400_000)).await?;
                    Ok::<_, StorageError>(admissions || revocations)
                })
            })
            .await?;
        if !more {
            return Ok(());
        }
    }
}
