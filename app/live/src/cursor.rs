//! One followed log: how far it is known, and whether the server has been asked for the rest.
//!
//! [`Cursor::take`] is the only way forward, and only ever by one. It hides neither a gap nor a new history.

use model::{
    event::{Audience, Event},
    id::{ConversationId, Epoch, Seq},
    time::Timestamp,
    wire::Position,
};

/// Whether the server is telling this log on the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// To be asked from this moment on.
    Not { ask_from: Timestamp },
    /// Asked; the answer is on its way, or lost.
    Asked { at: Timestamp },
    /// It tells what happens.
    Yes,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    pub(crate) conv: ConversationId,
    pub(crate) aud: Audience,
    /// The last event that the program has, and of which history; `None` while it does not know where the log begins.
    pub(crate) at: Option<(Epoch, Seq)>,
    pub(crate) told: Told,
    /// Since when a page is being fetched by HTTP.
    pub(crate) paging: Option<Timestamp>,
    /// The next page is not fetched earlier.
    pub(crate) page_from: Timestamp,
}

/// What [`Cursor::take`] made of some events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The log begins after this event now; the program has to forget what it had.
    pub(crate) begun: Option<Seq>,
    /// What is new.
    pub(crate) events: Vec<Event>,
    /// Something between what is known and what came is missing.
    pub(crate) gap: bool,
}

impl Cursor {
    pub(crate) fn new(conv: ConversationId, aud: Audience, at: Option<(Epoch, Seq)>, now: Timestamp) -> Self {
        Self {
            conv,
            aud,
            at,
            told: Told::Not { ask_from: now },
            paging: None,
            page_from: now,
        }
    }

    pub(crate) fn is(&self, conv: ConversationId, aud: Audience) -> bool {
        self.conv == conv && self.aud == aud
    }

    /// Where to go on, if it is known.
    pub(crate) fn position(&self) -> Option<Position> {
        self.at.map(|(epoch, after_seq)| Position {
            conv: self.conv,
            aud: self.aud,
            epoch,
            after_seq,
        })
    }

    /// Moves on by events that follow `from` in this history.
    pub(crate) fn take(&mut self, epoch: Epoch, from: Seq, events: Vec<Event>) -> Taken {
        let (mut head, begun) = match self.at {
            Some((known, seq)) if known == epoch => (seq, None),
            _ => (from, Some(from)),
        };
        let mut taken = Taken {
            begun,
            events: Vec::new(),
            gap: from > head,
        };
        for event in events {
            if taken.gap {
                break;
            }
            if event.seq > head {
                taken.gap = event.seq != head.next();
                if !taken.gap {
                    head = event.seq;
                    taken.events.push(event);
                }
            }
        }
        self.at = Some((epoch, head));
        taken
    }

    /// Whether a single event can be judged: before the beginning is known it cannot.
    pub(crate) fn knows(&self, epoch: Epoch) -> bool {
        self.at.is_some_and(|(known, _)| known == epoch)
    }

    /// An answer came that does not join: ask again, but never faster than once a second, however wrong the other side is.
    pub(crate) fn misheard(&mut self, now: Timestamp) {
        self.told = match self.told {
            Told::Asked { at } => Told::Not {
                ask_from: at.plus_ms(1_000),
            },
            Told::Yes => Told::Not {
                ask_from: now.plus_ms(1_000),
            },
            not @ Told::Not { .. } => not,
        };
    }

    /// An event came that is not the next. If the log has been asked for already, the answer will close the gap.
    pub(crate) fn missed(&mut self, now: Timestamp) {
        if self.told == Told::Yes {
            self.told = Told::Not { ask_from: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{event::EventKind, party::Author, text::Body};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp(0);

    fn epoch(n: u128) -> Epoch {
        Epoch(Uuid::from_u128(n))
    }

    fn events(seqs: impl IntoIterator<Item = i64>) -> Vec<Event> {
        let kind = EventKind::Posted {
            body: Body::parse("Hello").expect("fine"),
        };
        seqs.into_iter()
            .map(|s| Event {
                seq: Seq(s),
                at: NOW,
                author: Author::System,
                cid: None,
                kind: kind.clone(),
                via: None,
            })
            .collect()
    }

    fn cursor(at: Option<(u128, i64)>) -> Cursor {
        let conv = ConversationId(Uuid::from_u128(1));
        Cursor::new(conv, Audience::All, at.map(|(e, s)| (epoch(e), Seq(s))), NOW)
    }

    #[test]
    fn the_first_answer_says_where_the_log_begins() {
        let mut cursor = cursor(None);
        let taken = cursor.take(epoch(1), Seq(40), events(41..=45));
        assert_eq!((taken.begun, taken.events.len(), taken.gap), (Some(Seq(40)), 5, false));
        assert_eq!(cursor.at, Some((epoch(1), Seq(45))));
    }

    #[test]
    fn another_history_begins_again() {
        let mut cursor = cursor(Some((1, 45)));
        let taken = cursor.take(epoch(2), Seq(3), events(4..=5));
        assert_eq!((taken.begun, taken.events.len()), (Some(Seq(3)), 2));
        assert!(cursor.knows(epoch(2)) && !cursor.knows(epoch(1)));
    }

    #[test]
    fn a_gap_is_taken_up_to_its_edge() {
        let mut cursor = cursor(Some((1, 3)));
        let taken = cursor.take(epoch(1), Seq(3), events([4, 6, 7]));
        assert_eq!((taken.events.len(), taken.gap, cursor.at), (1, true, Some((epoch(1), Seq(4)))));
        let taken = cursor.take(epoch(1), Seq(9), events([]));
        assert!(taken.gap, "an answer that begins too late is a gap even when it is empty");
    }

    #[test]
    fn asking_again_is_paced() {
        let mut cursor = cursor(Some((1, 3)));
        cursor.told = Told::Asked { at: Timestamp(500) };
        cursor.missed(Timestamp(501));
        assert_eq!(cursor.told, Told::Asked { at: Timestamp(500) }, "the answer is on its way");
        cursor.misheard(Timestamp(501));
        assert_eq!(
            cursor.told,
            Told::Not {
                ask_from: Timestamp(1_500)
            }
        );
        cursor.misheard(Timestamp(502));
        assert_eq!(
            cursor.told,
            Told::Not {
                ask_from: Timestamp(1_500)
            }
        );
        cursor.told = Told::Yes;
        cursor.missed(Timestamp(2_000));
        assert_eq!(
            cursor.told,
            Told::Not {
                ask_from: Timestamp(2_000)
            }
        );
    }

    proptest! {
        /// Whatever comes, in whatever pieces: the program is given the log in order, each event once.
        #[test]
        fn what_it_gives_is_always_the_next(pieces in prop::collection::vec((0_i64..20, 0_i64..8), 0..60), known in 0_i64..10) {
            let mut cursor = cursor(Some((1, known)));
            let mut given = Vec::new();
            for (from, count) in pieces {
                let taken = cursor.take(epoch(1), Seq(from), events(from + 1..=from + count));
                prop_assert_eq!(taken.begun, None);
                given.extend(taken.events.iter().map(|e| e.seq.0));
            }
            let head = known + given.len() as i64;
            prop_assert_eq!(given, (known + 1..=head).collect::<Vec<_>>());
            prop_assert_eq!(cursor.at, Some((epoch(1), Seq(head))));
        }
    }
}
