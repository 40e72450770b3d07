//! What a connection is told by the others: not the thing itself, but where to look, or what is forgotten in a moment anyway.
//!
//! However much happens, a connection that does not look has no more than one notice about each thing waiting for it.

use model::{
    event::{Audience, Mark},
    id::ConversationId,
    party::Side,
    text::Name,
};

/// Something a connection should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A log that it follows has grown.
    Log {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
    },
    /// A side has come further.
    Pos {
        /// Where.
        conv: ConversationId,
        /// Which side.
        who: Side,
        /// How far.
        mark: Mark,
    },
    /// Somebody of the other side is typing, or stopped.
    Typing {
        /// Where.
        conv: ConversationId,
        /// Whether.
        on: bool,
        /// Who, when it is somebody of the desk.
        name: Option<Name>,
    },
    /// The other side has a window open, or no longer.
    Presence {
        /// Where.
        conv: ConversationId,
        /// Which side.
        who: Side,
        /// Whether.
        here: bool,
    },
    /// Something in the lists of its store changed.
    Inbox {
        /// Grows with each change.
        rev: u64,
    },
    /// Its session ended, or its rights.
    Revoked,
    /// The same person has opened too many others since.
    Crowded,
}

impl Notice {
    /// Takes in a newer one about the same thing; gives it back if it is about something else.
    fn merge(&mut self, newer: Self) -> Option<Self> {
        let same = match (&*self, &newer) {
            (Self::Pos { conv, who, .. }, Self::Pos { conv: c, who: w, .. })
            | (Self::Presence { conv, who, .. }, Self::Presence { conv: c, who: w, .. }) => conv == c && who == w,
            (Self::Typing { conv, .. }, Self::Typing { conv: c, .. }) => conv == c,
            (Self::Inbox { .. }, Self::Inbox { .. }) => true,
            (old, new) => old == new,
        };
        if !same {
            return Some(newer);
        }
        if let (Self::Pos { mark, .. }, Self::Pos { mark: further, .. }) = (&mut *self, &newer) {
            *mark = mark.max(*further);
        } else {
            *self = newer;
        }
        None
    }
}

/// What waits for one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices(Vec<Notice>);

impl Notices {
    /// One more; `true` if it is the first since they were taken, so that somebody has to be woken.
    pub(crate) fn put(&mut self, notice: Notice) -> bool {
        let first = self.0.is_empty();
        let mut notice = notice;
        for old in &mut self.0 {
            match old.merge(notice) {
                Some(other) => notice = other,
                None => return false,
            }
        }
        self.0.push(notice);
        first
    }

    pub(crate) fn take(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use model::id::Seq;
    use uuid::Uuid;

    use super::*;

    fn conv(n: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(n))
    }

    #[test]
    fn a_thousand_events_are_one_notice_and_one_waking() {
        let mut notices = Notices::default();
        let wakes = (0..1_000)
            .filter(|_| {
                notices.put(Notice::Log {
                    conv: conv(1),
                    aud: Audience::All,
                })
            })
            .count();
        assert_eq!((wakes, notices.take().len()), (1, 1));
        assert!(
            notices.put(Notice::Log {
                conv: conv(1),
                aud: Audience::All
            }),
            "taken, so the next one wakes again"
        );
    }

    #[test]
    fn the_last_word_counts_and_marks_only_grow() {
        let mut notices = Notices::default();
        let mark = |n| Mark { got: Seq(n), read: Seq(0) };
        for n in [3, 9, 5] {
            notices.put(Notice::Pos {
                conv: conv(1),
                who: Side::Desk,
                mark: mark(n),
            });
            notices.put(Notice::Typing {
                conv: conv(1),
                on: n != 5,
                name: None,
            });
            notices.put(Notice::Inbox { rev: n as u64 });
        }
        assert_eq!(
            notices.take(),
            [
                Notice::Pos {
                    conv: conv(1),
                    who: Side::Desk,
                    mark: mark(9)
                },
                Notice::Typing {
                    conv: conv(1),
                    on: false,
                    name: None
                },
                Notice::Inbox { rev: 5 },
            ]
        );
    }

    #[test]
    fn different_things_stay_apart() {
        let mut notices = Notices::default();
        for n in 1..=3 {
            notices.put(Notice::Log {
                conv: conv(n),
                aud: Audience::All,
            });
            notices.put(Notice::Log {
                conv: conv(n),
                aud: Audience::Desk,
            });
            notices.put(Notice::Presence {
                conv: conv(n),
                who: Side::Desk,
                here: true,
            });
            notices.put(Notice::Presence {
                conv: conv(n),
                who: Side::Shopper,
                here: true,
            });
        }
        assert_eq!(notices.take().len(), 12);
    }
}
