//! What the clients saw, all in one book: every message with the answer it got and when the other side had it, and everything that must
//! not happen. At the end it is held against the database.

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use model::id::{ClientId, ConversationId};

use crate::{figure::Figure, place::Stored, tab::End};

/// A message that somebody said.
#[derive(Clone, Copy)]
struct Said {
    conv: ConversationId,
    /// Who.
    tab: usize,
    /// In which part of the run.
    phase: usize,
    at: Instant,
    /// Its number, and after how many milliseconds that was told.
    acked: Option<(i64, f64)>,
    /// After how many milliseconds the other side had it.
    other_ms: Option<f64>,
}

/// What the clients saw.
#[derive(Default)]
pub(crate) struct Ledger {
    phase: usize,
    said: HashMap<ClientId, Said>,
    /// Events that came before their turn.
    pub(crate) skipped: usize,
    /// Events that came again.
    pub(crate) repeated: usize,
    /// Logs that had to begin again, or were suddenly not there.
    pub(crate) restarted: usize,
    /// Frames that are none of ours.
    pub(crate) unreadable: usize,
    /// "Not now": tried again, as every client does.
    pub(crate) busy: usize,
    /// "No".
    pub(crate) refused: usize,
    /// Sockets that ended, by the code they were closed with; 0 is a connection that broke.
    pub(crate) ended: BTreeMap<u16, usize>,
    /// Why somebody could not come the last time.
    pub(crate) last_failure: Option<String>,
}

impl Ledger {
    /// What is said from now on belongs together; answers which part of the run that is.
    pub(crate) fn begin_phase(&mut self) -> usize {
        self.phase += 1;
        self.phase
    }

    /// Somebody says something.
    pub(crate) fn say(&mut self, cid: ClientId, conv: ConversationId, tab: usize) {
        let said = Said {
            conv,
            tab,
            phase: self.phase,
            at: Instant::now(),
            acked: None,
            other_ms: None,
        };
        self.said.insert(cid, said);
    }

    /// The server has kept it.
    pub(crate) fn acked(&mut self, cid: ClientId, seq: i64) {
        if let Some(said) = self.said.get_mut(&cid) {
            said.acked.get_or_insert((seq, ms_since(said.at)));
        }
    }

    /// Somebody was shown it.
    pub(crate) fn shown(&mut self, cid: ClientId, to: usize) {
        if let Some(said) = self.said.get_mut(&cid)
            && said.tab != to
        {
            said.other_ms.get_or_insert(ms_since(said.at));
        }
    }

    /// A socket is over.
    pub(crate) fn ended(&mut self, end: End) {
        match end {
            End::Closed(code) => *self.ended.entry(code).or_default() += 1,
            End::Lost => *self.ended.entry(0).or_default() += 1,
            // On purpose.
            End::Left | End::Over => {}
        }
    }

    /// Sockets that ended though nobody wanted it.
    pub(crate) fn sockets_lost(&self) -> usize {
        self.ended.values().sum()
    }

    /// Milliseconds to the answers of one part; of what has none, until now: leaving out the slowest would flatter.
    pub(crate) fn acks(&self, phase: usize) -> Vec<f64> {
        let of_it = self.said.values().filter(|said| said.phase == phase);
        of_it
            .map(|said| said.acked.map_or_else(|| ms_since(said.at), |(_, ms)| ms))
            .collect()
    }

    /// Milliseconds to the other side, of one part.
    pub(crate) fn others(&self, phase: usize) -> Vec<f64> {
        self.said
            .values()
            .filter(|said| said.phase == phase)
            .filter_map(|said| said.other_ms)
            .collect()
    }

    /// Messages that were said.
    pub(crate) fn messages(&self) -> usize {
        self.said.len()
    }

    /// Messages that have no answer yet.
    pub(crate) fn unanswered(&self) -> usize {
        self.said.values().filter(|said| said.acked.is_none()).count()
    }

    /// Messages that the other side does not have, though somebody is there.
    pub(crate) fn unseen(&self) -> usize {
        self.said.values().filter(|said| said.other_ms.is_none()).count()
    }

    /// All that must not be, against what the database kept: in the words of the checker, and their number. `followed`: whether somebody
    /// else follows each conversation, and has to have been shown everything.
    pub(crate) fn check(&self, bar: &'static str, stored: &[Stored], followed: bool) -> Figure {
        let mut kept: HashMap<ClientId, (Stored, usize)> = HashMap::with_capacity(stored.len());
        for one in stored {
            kept.entry(one.cid).or_insert((*one, 0)).1 += 1;
        }
        let (mut lost, mut duplicate, mut disagreement) = (0, 0, 0);
        for (cid, said) in &self.said {
            match (kept.get(cid), said.acked) {
                (None, Some(_)) => lost += 1,
                (Some((_, times)), _) if *times > 1 => duplicate += 1,
                (Some((one, _)), Some((seq, _))) if one.seq != seq || one.conv != said.conv => disagreement += 1,
                _ => {}
            }
        }
        let unconverged = self.unanswered();
        let found = [
            ("lost", lost),
            ("duplicate", duplicate),
            ("disagreement", disagreement),
            ("skip", self.skipped),
            ("told twice", self.repeated),
            ("begun again", self.restarted),
            ("unreadable", self.unreadable),
            ("refused", self.refused),
            ("unconverged", unconverged),
            ("undelivered", if followed { self.unseen() } else { 0 }),
        ];
        let words: Vec<String> = found
            .iter()
            .filter(|(_, times)| *times > 0)
            .map(|(what, times)| format!("{times} {what}"))
            .collect();
        let words = if words.is_empty() { "clean".to_owned() } else { words.join(", ") };
        let sum: usize = found.iter().map(|(_, times)| times).sum();
        Figure::new(
            bar,
            format!("checker over {} messages: {words}", self.messages()),
            sum as f64,
            "findings",
        )
        .at_most(0.0)
    }
}

fn ms_since(at: Instant) -> f64 {
    at.elapsed().as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn cid(n: u128) -> ClientId {
        ClientId(Uuid::from_u128(n))
    }

    #[test]
    fn what_was_acknowledged_and_is_not_there_is_lost_and_what_is_there_twice_is_a_duplicate() {
        let conv = ConversationId(Uuid::from_u128(9));
        let mut ledger = Ledger::default();
        for n in 1..=4 {
            ledger.say(cid(n), conv, 0);
            ledger.acked(cid(n), i64::try_from(n).unwrap_or_default());
        }
        let stored = |n, seq| Stored { conv, seq, cid: cid(n) };
        let all = [stored(1, 1), stored(2, 2), stored(3, 3), stored(4, 4)];
        assert!(ledger.check("L", &all, false).row().contains("4 messages: clean"));
        let wrong = [stored(1, 1), stored(2, 2), stored(2, 5), stored(3, 7)];
        let row = ledger.check("L", &wrong, false).row();
        assert!(row.contains("1 lost, 1 duplicate, 1 disagreement"), "{row}");
        assert!(ledger.check("L", &all, true).row().contains("4 undelivered"));
        ledger.say(cid(5), conv, 0);
        assert!(ledger.check("L", &all, false).row().contains("1 unconverged"));
    }

    #[test]
    fn nobody_is_the_other_side_of_themselves() {
        let mut ledger = Ledger::default();
        let phase = ledger.begin_phase();
        ledger.say(cid(1), ConversationId(Uuid::from_u128(9)), 3);
        ledger.shown(cid(1), 3);
        assert!(ledger.others(phase).is_empty());
        ledger.shown(cid(1), 4);
        assert_eq!((ledger.others(phase).len(), ledger.acks(phase).len()), (1, 1));
    }
}
