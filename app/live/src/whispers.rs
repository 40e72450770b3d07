//! Typing, in both directions: at most one frame a second goes out, and what was heard is forgotten by itself.
//!
//! Nothing of it is kept, and nothing is lost when it is.

use model::{id::ConversationId, time::Timestamp};

/// One frame a second is all the server takes.
const PACE_MS: i64 = 1_000;
/// Somebody who goes on typing is said to, this often.
const AGAIN_MS: i64 = 3_000;
/// Somebody of whom nothing more is heard has stopped.
const HUSH_MS: i64 = 7_000;

#[derive(Clone, Debug)]
struct Said {
    conv: ConversationId,
    /// What the server was told last, and when.
    told: bool,
    at: Timestamp,
    /// What is true now.
    want: bool,
    /// A key was pressed since it was told.
    fresh: bool,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whispers {
    said: Vec<Said>,
    heard: Vec<(ConversationId, Timestamp)>,
}

impl Whispers {
    /// This person is typing, or stopped.
    pub(crate) fn say(&mut self, now: Timestamp, conv: ConversationId, on: bool) {
        if let Some(said) = self.said.iter_mut().find(|s| s.conv == conv) {
            said.want = on;
            said.fresh = true;
        } else if on {
            self.said.push(Said {
                conv,
                told: false,
                at: now.plus_ms(-PACE_MS),
                want: true,
                fresh: true,
            });
        }
    }

    /// The next thing to tell, where it `can` be told.
    pub(crate) fn due(&mut self, now: Timestamp, can: impl Fn(ConversationId) -> bool) -> Option<(ConversationId, bool)> {
        let said = self.said.iter_mut().find(|s| can(s.conv) && s.due().is_some_and(|at| at <= now))?;
        said.told = said.want;
        said.at = now;
        said.fresh = false;
        Some((said.conv, said.want))
    }

    /// The socket is gone: the server knows nothing of it any more.
    pub(crate) fn lost(&mut self) {
        self.said.clear();
    }

    /// The other side is typing, or stopped.
    pub(crate) fn hear(&mut self, now: Timestamp, conv: ConversationId, on: bool) {
        self.heard.retain(|(c, _)| *c != conv);
        if on {
            self.heard.push((conv, now.plus_ms(HUSH_MS)));
        }
    }

    /// Somebody who was heard too long ago.
    pub(crate) fn hushed(&mut self, now: Timestamp) -> Option<ConversationId> {
        let at = self.heard.iter().position(|(_, until)| *until <= now)?;
        Some(self.heard.swap_remove(at).0)
    }

    /// When to look again, if nothing changes about where it `can` be told.
    pub(crate) fn deadline(&mut self, now: Timestamp, can: impl Fn(ConversationId) -> bool) -> Option<Timestamp> {
        // Who has stopped, and was said to have, needs no memory; but the pace is still to be kept.
        self.said.retain(|s| s.want || s.told || s.at.plus_ms(PACE_MS) > now);
        let said = self.said.iter().filter(|s| can(s.conv)).filter_map(Said::due).min();
        let heard = self.heard.iter().map(|(_, until)| *until).min();
        earlier(said, heard)
    }
}

/// The first of two moments, where there are any.
pub(crate) fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Said {
    /// When it is to be told, if there is something to tell.
    fn due(&self) -> Option<Timestamp> {
        if self.want == self.told {
            (self.want && self.fresh).then(|| self.at.plus_ms(AGAIN_MS))
        } else {
            Some(self.at.plus_ms(PACE_MS))
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn conv() -> ConversationId {
        ConversationId(Uuid::from_u128(1))
    }

    #[test]
    fn a_key_a_moment_is_a_frame_every_three_seconds() {
        let mut whispers = Whispers::default();
        let mut told = Vec::new();
        for now in (0..10_000).step_by(100).map(Timestamp) {
            whispers.say(now, conv(), true);
            while whispers.due(now, |_| true).is_some() {
                told.push(now.0);
            }
        }
        assert_eq!(told, [0, 3_000, 6_000, 9_000]);
    }

    #[test]
    fn stopping_is_told_once_and_not_within_the_second() {
        let mut whispers = Whispers::default();
        whispers.say(Timestamp(0), conv(), true);
        assert_eq!(whispers.due(Timestamp(0), |_| true), Some((conv(), true)));
        whispers.say(Timestamp(200), conv(), false);
        assert_eq!(whispers.due(Timestamp(999), |_| true), None);
        assert_eq!(whispers.deadline(Timestamp(999), |_| true), Some(Timestamp(1_000)));
        assert_eq!(whispers.due(Timestamp(1_000), |_| true), Some((conv(), false)));
        whispers.say(Timestamp(1_100), conv(), false);
        assert_eq!(whispers.due(Timestamp(9_000), |_| true), None);
        assert_eq!(whispers.deadline(Timestamp(9_000), |_| true), None);
    }

    #[test]
    fn who_is_not_heard_any_more_has_stopped() {
        let mut whispers = Whispers::default();
        whispers.hear(Timestamp(0), conv(), true);
        whispers.hear(Timestamp(100), conv(), true);
        assert_eq!(whispers.hushed(Timestamp(HUSH_MS)), None);
        assert_eq!(whispers.deadline(Timestamp(HUSH_MS), |_| false), Some(Timestamp(HUSH_MS + 100)));
        assert_eq!(whispers.hushed(Timestamp(HUSH_MS + 100)), Some(conv()));
        assert_eq!(whispers.hushed(Timestamp(HUSH_MS + 200)), None);
    }
}
