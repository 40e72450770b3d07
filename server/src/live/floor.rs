//! The floor under the bus: every two seconds each server asks the database how far the logs are that somebody follows here, and whose rights
//! have ended. So delivery and revocation never depend on what servers tell each other; the bus only makes them quicker.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use model::{
    event::Audience,
    id::{ConversationId, Seq},
};
use service::Fault;
use storage::Installation;

use super::{
    Live,
    bus::{Outgoing, word::Word},
};

/// Between two looks, give or take a tenth, so that servers do not ask in step.
const EVERY_MS: u64 = 2_000;
const JITTER_MS: u64 = 200;
/// Conversations that one question names.
const ASKED_MAX: usize = 1_000;
/// Lists are hints without numbers. While the bus is dead they are looked at again every so many looks …
const LISTS_DEAF: u64 = 2;
/// … and while it is not, in case it lost a word (30 s).
const LISTS: u64 = 15;
/// Looks between two times of saying who is here (14 s): three of them fit into the time that it is believed.
const HERE: u64 = 7;

/// Looks until it is dropped.
pub(crate) async fn look_for_ever(live: Arc<Live>, outgoing: Arc<Outgoing>) {
    let mut seen = HashSet::new();
    let mut told = false;
    for round in 1_u64.. {
        tokio::time::sleep(Duration::from_millis(EVERY_MS - JITTER_MS + jitter())).await;
        match live.look(&mut seen).await {
            Ok(()) => told = false,
            Err(fault) if !std::mem::replace(&mut told, true) => {
                tracing::warn!(error = %fault, "What other servers did was not looked at");
            }
            Err(_) => {}
        }
        let heard = outgoing.is_heard(live.services().clock().steady());
        if round.is_multiple_of(if heard { LISTS } else { LISTS_DEAF }) {
            live.doubt();
        }
        if round.is_multiple_of(HERE) {
            live.say_who_is_here();
        }
    }
}

fn jitter() -> u64 {
    let mut bytes = [0_u8; 2];
    // Without randomness they ask in step, which is worse, and not wrong.
    let _ = getrandom::fill(&mut bytes);
    u64::from(u16::from_le_bytes(bytes)) % (2 * JITTER_MS)
}

impl Live {
    async fn look(self: &Arc<Self>, seen: &mut HashSet<i64>) -> Result<(), Fault> {
        self.look_at_heads().await?;
        self.look_at_revocations(seen).await
    }

    /// Looks how far the logs are that somebody here follows or waits for, and wakes whoever is behind.
    async fn look_at_heads(&self) -> Result<(), Fault> {
        let waiting: Vec<(ConversationId, Audience, Seq)> = self.waiting().values().copied().collect();
        let mut conversations: BTreeSet<ConversationId> = self.hub().followed().into_iter().map(|(conv, _)| conv).collect();
        conversations.extend(waiting.iter().map(|(conv, ..)| *conv));
        let conversations: Vec<ConversationId> = conversations.into_iter().collect();
        for asked in conversations.chunks(ASKED_MAX) {
            let asked = asked.to_vec();
            let heads = self
                .services
                .storage()
                .read(|s| Box::pin(async move { s.heads(Installation, &asked).await }))
                .await?;
            let mut woken = Vec::new();
            {
                let mut hub = self.hub();
                for (conv, all, desk) in &heads {
                    woken.extend(hub.grown(*conv, Audience::All, *all));
                    woken.extend(hub.grown(*conv, Audience::Desk, *desk));
                }
            }
            self.wake(&woken);
            self.tell_those_who_wait(&waiting, heads);
        }
        Ok(())
    }

    fn tell_those_who_wait(&self, waiting: &[(ConversationId, Audience, Seq)], heads: Vec<(ConversationId, Seq, Seq)>) {
        let heads: HashMap<ConversationId, (Seq, Seq)> = heads.into_iter().map(|(conv, all, desk)| (conv, (all, desk))).collect();
        for (conv, aud, known) in waiting {
            let further = heads.get(conv).is_some_and(|(all, desk)| match aud {
                Audience::All => all > known,
                Audience::Desk => desk > known,
            });
            if further {
                // They may have gone meanwhile.
                let _ = self.changes.send((*conv, *aud));
            }
        }
    }

    /// Looks whose rights have ended; `seen` are the numbers of those that were looked at before.
    async fn look_at_revocations(self: &Arc<Self>, seen: &mut HashSet<i64>) -> Result<(), Fault> {
        let lately = self
            .services
            .storage()
            .read(|s| Box::pin(async move { s.revoked_lately(Installation).await }))
            .await?;
        let numbers: HashSet<i64> = lately.iter().map(|(number, _)| *number).collect();
        let new = lately.into_iter().filter(|(number, _)| !seen.contains(number));
        let words: Vec<Word> = new.map(|(_, revocation)| revocation.into()).collect();
        *seen = numbers;
        self.heard(words).await;
        Ok(())
    }
}
