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
    party::Side,
    time::Timestamp,
};
use service::Fault;
use storage::Installation;

use super::{
    Live,
    bus::{Outgoing, WORDS_MAX, word::Word},
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
/// Looks between two times of saying that somebody is here (14 s): three of them fit into the time that it is believed.
const HERE: u64 = 7;
/// What is said of that in one round: there is to be room for what others say.
const HERE_MAX: usize = WORDS_MAX / 2;
/// A transaction may take half a minute (`statement_timeout`) until what it wrote is seen: so much before the last look is looked at again.
const BACK_MS: i64 = 60_000;
/// A database that has not answered for so long is asked again: whoever waited for longer would not know that it is back.
const ANSWER: Duration = Duration::from_secs(4);
/// Nothing of what is older is kept (`turns::tidy`).
const BACK_MAX_MS: i64 = 86_400_000;

/// What was seen of rights that ended.
#[derive(Default)]
struct Seen {
    /// The numbers of what was looked at before.
    numbers: HashSet<i64>,
    /// When that was: by the clock that nobody sets, and by the wall's, which also goes on while a machine sleeps.
    at: Option<(Timestamp, Timestamp)>,
}

impl Seen {
    /// How far back to look now: a server that was without its database for long has missed as much.
    fn back_ms(&self, steady: Timestamp, wall: Timestamp) -> i64 {
        let since = self
            .at
            .map_or(0, |(then, then_wall)| steady.since_ms(then).max(wall.since_ms(then_wall)));
        since.saturating_add(BACK_MS).clamp(BACK_MS, BACK_MAX_MS)
    }
}

/// Looks until it is dropped.
pub(crate) async fn look_for_ever(live: Arc<Live>, outgoing: Arc<Outgoing>) {
    let mut seen = Seen::default();
    let mut told = false;
    for round in 1_u64.. {
        tokio::time::sleep(Duration::from_millis(EVERY_MS - JITTER_MS + jitter())).await;
        match live.look(&mut seen, &outgoing).await {
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
        live.say_who_is_here(round);
    }
}

fn jitter() -> u64 {
    let mut bytes = [0_u8; 2];
    // Without randomness they ask in step, which is worse, and not wrong.
    let _ = getrandom::fill(&mut bytes);
    u64::from(u16::from_le_bytes(bytes)) % (2 * JITTER_MS)
}

impl Live {
    async fn look(self: &Arc<Self>, seen: &mut Seen, outgoing: &Outgoing) -> Result<(), Fault> {
        // Rights first: they are looked at whatever becomes of the logs, and as often.
        self.look_at_revocations(seen, outgoing).await?;
        self.look_at_heads().await
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
                .read_within(ANSWER, |s| Box::pin(async move { s.heads(Installation, &asked).await }))
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

    /// Looks whose rights have ended since it was last seen.
    async fn look_at_revocations(self: &Arc<Self>, seen: &mut Seen, outgoing: &Outgoing) -> Result<(), Fault> {
        let clock = self.services.clock();
        let (steady, wall) = (clock.steady(), clock.now());
        let back_ms = seen.back_ms(steady, wall);
        let lately = self
            .services
            .storage()
            .read_within(ANSWER, |s| Box::pin(async move { s.revoked_lately(Installation, back_ms).await }))
            .await?;
        // As of when it was asked, not of when it answered.
        outgoing.looked(steady);
        let numbers: HashSet<i64> = lately.iter().map(|(number, _)| *number).collect();
        let new = lately.into_iter().filter(|(number, _)| !seen.numbers.contains(number));
        let words: Vec<Word> = new.map(|(_, revocation)| revocation.into()).collect();
        *seen = Seen {
            numbers,
            at: Some((steady, wall)),
        };
        self.heard(words);
        Ok(())
    }
}

/// Of those who are here, whom a round says it of: each comes up once in [`HERE`] rounds. Where that are too many for a round, they take
/// turns, and are missed for a while elsewhere.
pub(super) fn whose_turn(mut near: Vec<(ConversationId, Side)>, round: u64) -> Vec<(ConversationId, Side)> {
    near.retain(|(conv, _)| conv.0.as_u128() % u128::from(HERE) == u128::from(round % HERE));
    if near.len() > HERE_MAX {
        near.sort_unstable();
        let turn = usize::try_from(round / HERE).unwrap_or_default();
        let from = turn.wrapping_mul(HERE_MAX) % near.len();
        near.rotate_left(from);
        near.truncate(HERE_MAX);
    }
    near
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn near(count: u128) -> Vec<(ConversationId, Side)> {
        (0..count).map(|n| (ConversationId(Uuid::from_u128(n)), Side::Desk)).collect()
    }

    #[test]
    fn each_who_is_here_comes_up_in_time_and_no_round_says_too_much() {
        let few: Vec<_> = (1..=HERE).flat_map(|round| whose_turn(near(1_000), round)).collect();
        assert_eq!(few.len(), 1_000);
        assert_eq!(few.into_iter().collect::<BTreeSet<_>>().len(), 1_000);
        let mut told = BTreeSet::new();
        for round in 1..=3 * HERE {
            let said = whose_turn(near(30_000), round);
            assert!(said.len() <= HERE_MAX);
            told.extend(said);
        }
        assert_eq!(told.len(), 30_000, "they take turns");
    }

    #[test]
    fn whoever_was_without_the_database_looks_as_far_back() {
        let at = |ms| Timestamp(1_000_000 + ms);
        let mut seen = Seen::default();
        assert_eq!(seen.back_ms(at(0), at(0)), BACK_MS);
        seen.at = Some((at(0), at(0)));
        assert_eq!(seen.back_ms(at(2_000), at(1_000)), BACK_MS + 2_000);
        assert_eq!(seen.back_ms(at(2_000), at(600_000)), BACK_MS + 600_000, "the machine slept");
        assert_eq!(seen.back_ms(at(2_000), at(-600_000)), BACK_MS + 2_000, "somebody set the clock");
        assert_eq!(seen.back_ms(at(2 * BACK_MAX_MS), at(0)), BACK_MAX_MS);
    }
}
