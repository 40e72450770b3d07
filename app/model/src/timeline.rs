//! The fold that every side shares: a conversation as its reader sees it, made of events and of what was typed here and is not yet known to have arrived.
//!
//! [`Timeline::apply`] is the only way that a timeline follows the log. It refuses a gap instead of hiding it.

use crate::{
    conversation::StageName,
    event::{Event, EventKind, Mark, Via},
    file::SharedFile,
    id::{ClientId, Seq},
    party::{Author, Side},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};

/// One line of a conversation on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Stays the same from the echo to the committed event, so that a view never redraws it.
    pub key: ItemKey,
    /// Who.
    pub author: Author,
    /// When: of the commit, or of the typing while it is on its way.
    pub at: Timestamp,
    /// What.
    pub content: Content,
    /// From the desk's own log: a note between colleagues. Whoever mixes the logs on screen says so; a log by itself does not know.
    pub note: bool,
    /// Through which door it came, if not through ours.
    pub via: Option<Via>,
}

/// The identity of an [`Item`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKey {
    /// A message with its author's own id.
    Client(ClientId),
    /// Everything else.
    Seq(Seq),
}

/// What a line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Somebody's words.
    Message {
        /// The words.
        body: Body,
        /// Whether they have arrived.
        state: Sending,
    },
    /// A file that somebody gave. It is in the log when it is shown, so it has no way to come.
    File {
        /// Which.
        file: SharedFile,
        /// Its number in the log.
        seq: Seq,
    },
    /// Something that happened.
    Notice(EventKind),
}

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Shown at once, not yet acknowledged.
    Pending,
    /// In the database, with its number.
    Sent(Seq),
    /// Refused; the words are kept, to be sent again or copied.
    Failed(Refusal),
}

/// What [`Timeline::apply`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was the next one.
    New,
    /// It was there already.
    Known,
    /// Something before it is missing: ask for what comes after [`Timeline::head`].
    Gap,
}

/// A conversation as one reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    me: Side,
    first: Seq,
    head: Seq,
    stage: StageName,
    committed: Vec<Item>,
    echoes: Vec<Item>,
    mine: Mark,
    theirs: Mark,
}

impl Timeline {
    /// Before anything is known: the log is expected from `after` on (exclusive).
    pub fn new(me: Side, after: Seq, stage: StageName) -> Self {
        Self {
            me,
            first: after,
            head: after,
            stage,
            committed: Vec::new(),
            echoes: Vec::new(),
            mine: Mark::default(),
            theirs: Mark::default(),
        }
    }

    /// Everything on screen, in order: the log, then what is still on its way.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.committed.iter().chain(&self.echoes)
    }

    /// The last event that is here.
    pub fn head(&self) -> Seq {
        self.head
    }

    /// The last event that is *not* here because it is older than what was loaded; `Seq::ZERO` when all is here.
    pub fn before(&self) -> Seq {
        self.first
    }

    /// Where the conversation stands, as far as the log says.
    pub fn stage(&self) -> StageName {
        self.stage
    }

    /// How far the reader's side has come.
    pub fn mine(&self) -> Mark {
        self.mine
    }

    /// How far the other side has come.
    pub fn theirs(&self) -> Mark {
        self.theirs
    }

    /// Shows what the reader just typed, before the server knows it. The same id twice is one line.
    pub fn echo(&mut self, author: Author, cid: ClientId, body: Body, at: Timestamp) {
        let key = ItemKey::Client(cid);
        if self.items().any(|i| i.key == key) {
            return;
        }
        self.echoes.push(Item {
            key,
            author,
            at,
            content: Content::Message {
                body,
                state: Sending::Pending,
            },
            note: false,
            via: None,
        });
    }

    /// The server said no to a message that is on its way.
    pub fn fail(&mut self, cid: ClientId, why: Refusal) {
        self.set_echo(cid, Sending::Failed(why));
    }

    /// A failed message is being sent again.
    pub fn retry(&mut self, cid: ClientId) {
        self.set_echo(cid, Sending::Pending);
    }

    /// Takes a message off the screen that was never sent, and gives the words back.
    pub fn withdraw(&mut self, cid: ClientId) -> Option<Body> {
        let at = self.echoes.iter().position(|i| i.key == ItemKey::Client(cid))?;
        match self.echoes.remove(at).content {
            Content::Message { body, .. } => Some(body),
            Content::File { .. } | Content::Notice(_) => None,
        }
    }

    fn set_echo(&mut self, cid: ClientId, to: Sending) {
        for item in &mut self.echoes {
            if item.key == ItemKey::Client(cid)
                && let Content::Message { state, .. } = &mut item.content
            {
                *state = to;
            }
        }
    }

    /// Follows the log by one event. An echo of the same client id becomes the event, in place of it.
    pub fn apply(&mut self, event: &Event) -> Applied {
        if event.seq <= self.head {
            return Applied::Known;
        }
        if event.seq != self.head.next() {
            return Applied::Gap;
        }
        self.head = event.seq;
        if let Some(stage) = event.kind.stage() {
            self.stage = stage;
        }
        self.committed.push(event.into());
        if let Some(cid) = event.cid {
            self.echoes.retain(|i| i.key != ItemKey::Client(cid));
        }
        if event.author.side() == Some(self.me) {
            self.mine = self.mine.max(Mark {
                got: event.seq,
                read: event.seq,
            });
        }
        Applied::New
    }

    /// Puts an older page in front. `events` must end where this timeline begins; anything else is ignored.
    pub fn prepend(&mut self, events: &[Event]) {
        let Some(last) = events.last() else { return };
        let contiguous = events.windows(2).all(|w| w[0].seq.next() == w[1].seq);
        if last.seq != self.first || !contiguous {
            return;
        }
        let mut older: Vec<Item> = events.iter().map(Item::from).collect();
        older.append(&mut self.committed);
        self.committed = older;
        self.first = Seq(events[0].seq.0 - 1);
    }

    /// Begins again from a position that the server names: its history is another one now. What is on its way stays.
    pub fn reset(&mut self, after: Seq) {
        self.first = after;
        self.head = after;
        self.committed.clear();
        self.mine = Mark::default();
        self.theirs = Mark::default();
    }

    /// Somebody has come further in the log.
    pub fn mark(&mut self, side: Side, mark: Mark) {
        let place = if side == self.me { &mut self.mine } else { &mut self.theirs };
        *place = place.max(mark);
    }

    /// What the shopper said last of how it was, as far as it is here.
    pub fn rating(&self) -> Option<u8> {
        self.committed.iter().rev().find_map(|i| match &i.content {
            Content::Notice(EventKind::Rated { stars, .. }) => Some(*stars),
            _ => None,
        })
    }

    /// Whether there was a talk, it is over, and nobody has said since how it was (D-24).
    pub fn awaits_rating(&self) -> bool {
        let talked = self.committed.iter().any(|i| matches!(i.content, Content::Message { .. }));
        let rated = self.committed.iter().rev().find_map(|i| match &i.content {
            Content::Notice(EventKind::Rated { .. }) => Some(true),
            Content::Notice(EventKind::Closed) => Some(false),
            _ => None,
        });
        self.stage == StageName::Closed && talked && rated != Some(true)
    }

    /// Messages and files of the other side that nobody on the reader's side has seen.
    pub fn unread(&self) -> usize {
        self.committed
            .iter()
            .filter(|i| {
                let seq = match &i.content {
                    Content::Message {
                        state: Sending::Sent(seq), ..
                    }
                    | Content::File { seq, .. } => *seq,
                    _ => return false,
                };
                i.author.side() == Some(self.me.other()) && seq > self.mine.read
            })
            .count()
    }
}

impl From<&Event> for Item {
    fn from(event: &Event) -> Self {
        let content = match &event.kind {
            EventKind::Posted { body } => Content::Message {
                body: body.clone(),
                state: Sending::Sent(event.seq),
            },
            EventKind::Shared { file } => Content::File {
                file: file.clone(),
                seq: event.seq,
            },
            other => Content::Notice(other.clone()),
        };
        Self {
            key: event
                .cid
                .filter(|_| matches!(content, Content::Message { .. }))
                .map_or(ItemKey::Seq(event.seq), ItemKey::Client),
            author: event.author.clone(),
            at: event.at,
            content,
            note: false,
            via: event.via.clone(),
        }
    }
}

#[cfg(test)]
mod replay;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn cid(n: u128) -> ClientId {
        ClientId(Uuid::from_u128(n))
    }

    fn said(seq: i64, author: Author, id: u128) -> Event {
        let body = Body::parse(&format!("message {seq}")).expect("fine");
        Event {
            seq: Seq(seq),
            at: Timestamp(seq),
            author,
            cid: Some(cid(id)),
            kind: EventKind::Posted { body },
            via: None,
        }
    }

    fn operator() -> Author {
        Author::Operator {
            id: crate::id::AccountId(Uuid::nil()),
            name: crate::text::Name::parse("Anna").expect("fine"),
        }
    }

    fn happened(seq: i64, author: Author, kind: EventKind) -> Event {
        Event {
            seq: Seq(seq),
            at: Timestamp(seq),
            author,
            cid: None,
            kind,
            via: None,
        }
    }

    #[test]
    fn d_24_a_talk_is_rated_once_after_each_end() {
        let mut timeline = Timeline::new(Side::Shopper, Seq::ZERO, StageName::Queued);
        let rated = |stars| EventKind::Rated { stars, comment: None };
        let queued = EventKind::Reopened { stage: StageName::Queued };
        for (seq, kind, awaits, rating) in [
            (2, EventKind::Closed, true, None),
            (3, rated(4), false, Some(4)),
            (4, queued, false, Some(4)),
            (5, EventKind::Closed, true, Some(4)),
            (6, rated(5), false, Some(5)),
        ] {
            if seq == 2 {
                timeline.apply(&said(1, Author::Shopper, 1));
                assert!(!timeline.awaits_rating(), "not before its end");
            }
            assert_eq!(timeline.apply(&happened(seq, Author::Shopper, kind)), Applied::New);
            assert_eq!((timeline.awaits_rating(), timeline.rating()), (awaits, rating), "{seq}");
        }
    }

    #[test]
    fn d_24_where_nothing_was_said_there_is_nothing_to_rate() {
        let mut timeline = Timeline::new(Side::Shopper, Seq::ZERO, StageName::Queued);
        timeline.apply(&happened(1, Author::System, EventKind::Closed));
        assert!(!timeline.awaits_rating());
    }

    #[test]
    fn a_file_of_the_other_side_is_unread_like_words_are() {
        let file = SharedFile {
            id: Uuid::from_u128(1).into(),
            name: crate::text::FileName::parse("vase.png").expect("fine"),
            media: crate::file::Media::Png,
            size: 1_000,
            pixels: Some((10, 20)),
            key: None,
        };
        let mut timeline = Timeline::new(Side::Shopper, Seq::ZERO, StageName::Live);
        timeline.apply(&happened(1, operator(), EventKind::Shared { file: file.clone() }));
        assert_eq!(timeline.unread(), 1);
        let shown: Vec<_> = timeline.items().map(|i| i.content.clone()).collect();
        assert_eq!(shown, [Content::File { file, seq: Seq(1) }]);
        timeline.mark(Side::Shopper, Mark { got: Seq(1), read: Seq(1) });
        assert_eq!(timeline.unread(), 0);
    }

    #[test]
    fn the_committed_message_replaces_its_echo_under_the_same_key() {
        let mut timeline = Timeline::new(Side::Shopper, Seq::ZERO, StageName::Queued);
        timeline.echo(Author::Shopper, cid(1), Body::parse("message 1").expect("fine"), Timestamp(0));
        let before: Vec<_> = timeline.items().map(|i| i.key).collect();
        assert_eq!(timeline.apply(&said(1, Author::Shopper, 1)), Applied::New);
        assert_eq!(timeline.items().map(|i| i.key).collect::<Vec<_>>(), before);
        // A late retry of the same words draws nothing.
        timeline.echo(Author::Shopper, cid(1), Body::parse("message 1").expect("fine"), Timestamp(9));
        assert_eq!(timeline.items().count(), 1);
    }

    #[test]
    fn a_gap_is_said_and_nothing_is_drawn() {
        let mut timeline = Timeline::new(Side::Desk, Seq::ZERO, StageName::Queued);
        assert_eq!(timeline.apply(&said(2, Author::Shopper, 2)), Applied::Gap);
        assert_eq!((timeline.items().count(), timeline.head()), (0, Seq::ZERO));
    }

    #[test]
    fn unread_counts_only_the_others_words_that_nobody_saw() {
        let mut timeline = Timeline::new(Side::Desk, Seq::ZERO, StageName::Queued);
        for event in [
            said(1, Author::Shopper, 1),
            said(2, operator(), 2),
            said(3, Author::Shopper, 3),
            said(4, Author::Shopper, 4),
        ] {
            timeline.apply(&event);
        }
        timeline.mark(Side::Desk, Mark { got: Seq(4), read: Seq(3) });
        assert_eq!(timeline.unread(), 1);
        timeline.mark(Side::Desk, Mark { got: Seq(1), read: Seq(1) });
        assert_eq!(timeline.unread(), 1, "marks never go back");
    }

    #[test]
    fn older_pages_join_only_where_they_fit() {
        let mut timeline = Timeline::new(Side::Desk, Seq(2), StageName::Queued);
        timeline.apply(&said(3, Author::Shopper, 3));
        timeline.prepend(&[said(1, Author::Shopper, 1)]);
        assert_eq!(timeline.items().count(), 1, "2 is missing");
        timeline.prepend(&[said(1, Author::Shopper, 1), said(2, Author::Shopper, 2)]);
        assert_eq!((timeline.items().count(), timeline.before()), (3, Seq::ZERO));
    }

    proptest! {
        /// The law that resuming rests on: whatever is doubled, late or early, the timeline is the log's, or says what it lacks.
        #[test]
        fn any_delivery_of_a_log_ends_in_the_log(order in prop::collection::vec(1_i64..12, 0..80)) {
            let mut timeline = Timeline::new(Side::Desk, Seq::ZERO, StageName::Queued);
            for seq in order {
                let head = timeline.head();
                let applied = timeline.apply(&said(seq, Author::Shopper, seq as u128));
                prop_assert_eq!(applied, match seq {
                    s if s <= head.0 => Applied::Known,
                    s if s == head.0 + 1 => Applied::New,
                    _ => Applied::Gap,
                });
            }
            let seen: Vec<i64> = timeline.items().map(|i| i.at.0).collect();
            prop_assert_eq!(seen, (1..=timeline.head().0).collect::<Vec<_>>());
        }
    }
}
