//! How far this side has come in each conversation: merged by the larger, told in few frames, told again when the server forgot.

use model::{event::Mark, id::ConversationId, time::Timestamp};

/// The server takes five a second; a desk with many windows stays below.
const PACE_MS: i64 = 250;

#[derive(Clone, Debug)]
struct Entry {
    conv: ConversationId,
    want: Mark,
    told: Mark,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    entries: Vec<Entry>,
    next: Timestamp,
}

impl Marks {
    /// This side came this far.
    pub(crate) fn want(&mut self, conv: ConversationId, mark: Mark) {
        let entry = self.entry(conv);
        entry.want = entry.want.max(mark);
    }

    /// What the server knows of this side; less than we told it means that it was lost on the way.
    pub(crate) fn server_knows(&mut self, conv: ConversationId, mark: Mark) {
        let entry = self.entry(conv);
        entry.told = mark;
        entry.want = entry.want.max(mark);
    }

    /// Another program of this side came this far.
    pub(crate) fn others_told(&mut self, conv: ConversationId, mark: Mark) {
        let entry = self.entry(conv);
        entry.told = entry.told.max(mark);
        entry.want = entry.want.max(mark);
    }

    /// The log began again: its numbers mean something else now.
    pub(crate) fn forget(&mut self, conv: ConversationId) {
        self.entries.retain(|e| e.conv != conv);
    }

    /// The next thing to tell, of those that can be told.
    pub(crate) fn due(&mut self, now: Timestamp, can: impl Fn(ConversationId) -> bool) -> Option<(ConversationId, Mark)> {
        if self.next > now {
            return None;
        }
        let entry = self.entries.iter_mut().find(|e| e.want != e.told && can(e.conv))?;
        entry.told = entry.want;
        self.next = now.plus_ms(PACE_MS);
        Some((entry.conv, entry.want))
    }

    /// When to look again.
    pub(crate) fn deadline(&self, can: impl Fn(ConversationId) -> bool) -> Option<Timestamp> {
        self.entries.iter().any(|e| e.want != e.told && can(e.conv)).then_some(self.next)
    }

    fn entry(&mut self, conv: ConversationId) -> &mut Entry {
        let at = self.entries.iter().position(|e| e.conv == conv).unwrap_or_else(|| {
            self.entries.push(Entry {
                conv,
                want: Mark::default(),
                told: Mark::default(),
            });
            self.entries.len() - 1
        });
        &mut self.entries[at]
    }
}

#[cfg(test)]
mod tests {
    use model::id::Seq;
    use uuid::Uuid;

    use super::*;

    fn conv() -> ConversationId {
        ConversationId(Uuid::from_u128(1))
    }

    fn mark(got: i64, read: i64) -> Mark {
        Mark {
            got: Seq(got),
            read: Seq(read),
        }
    }

    #[test]
    fn many_steps_are_told_as_one_and_never_backwards() {
        let mut marks = Marks::default();
        for seq in [3, 9, 5] {
            marks.want(conv(), mark(seq, 0));
        }
        assert_eq!(marks.due(Timestamp(1_000), |_| true), Some((conv(), mark(9, 0))));
        marks.want(conv(), mark(9, 9));
        assert_eq!(marks.due(Timestamp(1_100), |_| true), None, "paced");
        assert_eq!(marks.deadline(|_| true), Some(Timestamp(1_250)));
        assert_eq!(marks.due(Timestamp(1_250), |_| false), None, "nobody listens");
        assert_eq!(marks.due(Timestamp(1_250), |_| true), Some((conv(), mark(9, 9))));
        assert_eq!(marks.deadline(|_| true), None);
    }

    #[test]
    fn what_the_server_lost_is_told_again() {
        let mut marks = Marks::default();
        marks.want(conv(), mark(9, 9));
        assert!(marks.due(Timestamp(0), |_| true).is_some());
        marks.server_knows(conv(), mark(4, 4));
        assert_eq!(marks.due(Timestamp(500), |_| true), Some((conv(), mark(9, 9))));
        marks.server_knows(conv(), mark(12, 12));
        assert_eq!(marks.due(Timestamp(1_000), |_| true), None, "another tab came further");
    }
}
