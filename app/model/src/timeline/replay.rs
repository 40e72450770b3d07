//! The replay law (T-P3): whatever happened, a timeline that was there before and is told of it is the one that somebody who comes later
//! is given. For every kind of event there is; a new kind does not compile here until it is among them.

use proptest::{prelude::*, sample::select};
use uuid::Uuid;

use super::*;
use crate::{
    case::{CaseStatus, Priority, Remedy, Statement},
    conversation::Kind,
    desk::Operator,
    file::Media,
    id::AccountId,
    text::{Comment, EmailAddress, FileName, Name},
};

const KINDS: usize = 11;
const STATEMENTS: usize = 15;

fn anna() -> Operator {
    Operator {
        id: AccountId(Uuid::from_u128(7)),
        name: Name::parse("Anna").expect("a name"),
    }
}

fn statements() -> Vec<Statement> {
    let reason = || "because".to_owned();
    let refund = || Remedy::Refund {
        minor: 1_250,
        currency: "EUR".to_owned(),
    };
    vec![
        Statement::Status { to: CaseStatus::Resolved },
        Statement::Assigned { to: Some(anna()) },
        Statement::Assigned { to: None },
        Statement::Prioritised { to: Priority::Urgent },
        Statement::Merged { into: 12 },
        Statement::Escalated { number: 13 },
        Statement::Overseen {
            by: anna().name,
            reason: reason(),
        },
        Statement::Offered { remedy: refund() },
        Statement::Accepted,
        Statement::Refused,
        Statement::MediatorAsked,
        Statement::Decided {
            remedy: Remedy::Replace,
            reason: reason(),
        },
        Statement::Appealed { reason: reason() },
        Statement::CarriedOut,
        Statement::Withdrawn,
        Statement::TimedOut,
    ]
}

fn number_of_statement(statement: &Statement) -> usize {
    match statement {
        Statement::Status { .. } => 0,
        Statement::Assigned { .. } => 1,
        Statement::Prioritised { .. } => 2,
        Statement::Merged { .. } => 3,
        Statement::Escalated { .. } => 4,
        Statement::Overseen { .. } => 5,
        Statement::Offered { .. } => 6,
        Statement::Accepted => 7,
        Statement::Refused => 8,
        Statement::MediatorAsked => 9,
        Statement::Decided { .. } => 10,
        Statement::Appealed { .. } => 11,
        Statement::CarriedOut => 12,
        Statement::Withdrawn => 13,
        Statement::TimedOut => 14,
    }
}

fn kinds() -> Vec<EventKind> {
    let body = Body::parse("Is it still there?").expect("words");
    let file = SharedFile {
        id: Uuid::from_u128(1).into(),
        name: FileName::parse("vase.png").expect("a name"),
        media: Media::Png,
        size: 1_000,
        pixels: Some((10, 20)),
        key: None,
    };
    let mut kinds = vec![
        EventKind::Posted { body },
        EventKind::Taken,
        EventKind::DeskLeft,
        EventKind::Closed,
        EventKind::Reopened { stage: StageName::Queued },
        EventKind::Reopened { stage: StageName::Mail },
        EventKind::Shared { file },
        EventKind::Transferred { to: anna() },
        EventKind::Rated { stars: 2, comment: None },
        EventKind::Rated {
            stars: 5,
            comment: Some(Comment::parse("Thanks!").expect("words")),
        },
        EventKind::Missed,
        EventKind::Moved {
            to: Kind::Order,
            number: Some("A-17".to_owned()),
        },
        EventKind::Moved {
            to: Kind::Shop,
            number: None,
        },
    ];
    kinds.extend(statements().into_iter().map(|what| EventKind::Stated { what }));
    kinds
}

fn number_of_kind(kind: &EventKind) -> usize {
    match kind {
        EventKind::Posted { .. } => 0,
        EventKind::Taken => 1,
        EventKind::DeskLeft => 2,
        EventKind::Closed => 3,
        EventKind::Reopened { .. } => 4,
        EventKind::Shared { .. } => 5,
        EventKind::Transferred { .. } => 6,
        EventKind::Rated { .. } => 7,
        EventKind::Missed => 8,
        EventKind::Moved { .. } => 9,
        EventKind::Stated { .. } => 10,
    }
}

/// What happens: an event, or somebody's having come further.
#[derive(Clone, Debug)]
enum Turn {
    Event {
        kind: EventKind,
        author: Author,
        /// Whether its author's client gave it an id.
        named: bool,
        mailed: bool,
    },
    Mark {
        side: Side,
        /// How many events before the last one.
        back: i64,
    },
}

fn turns() -> impl Strategy<Value = Turn> {
    let authors = vec![
        Author::Shopper,
        Author::Operator {
            id: anna().id,
            name: anna().name,
        },
        Author::System,
    ];
    prop_oneof![
        // Most of what happens is words, and the laws about words need many of them.
        4 => (select(authors.clone()), any::<bool>(), any::<bool>())
            .prop_map(|(author, named, mailed)| Turn::Event { kind: kinds().swap_remove(0), author, named, mailed }),
        6 => (select(kinds()), select(authors), any::<bool>(), any::<bool>())
            .prop_map(|(kind, author, named, mailed)| Turn::Event { kind, author, named, mailed }),
        2 => (select(vec![Side::Shopper, Side::Desk]), 0_i64..5).prop_map(|(side, back)| Turn::Mark { side, back }),
    ]
}

/// What the database would hold after some of it.
#[derive(Clone, Debug, Default)]
struct Truth {
    events: Vec<Event>,
    shopper: Mark,
    desk: Mark,
}

/// What a connection would tell of one turn.
#[derive(Clone, Debug)]
enum Told {
    Event(Event),
    Mark(Side, Mark),
}

impl Truth {
    fn happen(&mut self, turn: &Turn) -> Told {
        let head = Seq(self.events.len() as i64);
        match turn {
            Turn::Event {
                kind,
                author,
                named,
                mailed,
            } => {
                let seq = head.next();
                let event = Event {
                    seq,
                    at: Timestamp(seq.0),
                    author: author.clone(),
                    cid: named.then(|| ClientId(Uuid::from_u128(1_000 + seq.0 as u128))),
                    kind: kind.clone(),
                    via: mailed.then(|| Via::Mail {
                        from: EmailAddress::parse("jane@shop.example").expect("an address"),
                        verified: true,
                    }),
                };
                self.events.push(event.clone());
                Told::Event(event)
            }
            Turn::Mark { side, back } => {
                let read = Seq((head.0 - back).max(0));
                let place = match side {
                    Side::Shopper => &mut self.shopper,
                    Side::Desk => &mut self.desk,
                };
                *place = place.max(Mark { got: read, read });
                Told::Mark(*side, *place)
            }
        }
    }

    /// What somebody who comes now is given, from the event after this one on.
    fn fresh(&self, me: Side, after: Seq) -> Timeline {
        let stage = self.events.iter().rev().find_map(|e| e.kind.stage()).unwrap_or(StageName::Queued);
        let mut timeline = Timeline::new(me, after, stage);
        for event in self.events.iter().filter(|e| e.seq > after) {
            assert_eq!(timeline.apply(event), Applied::New);
        }
        timeline.mark(Side::Shopper, self.shopper);
        timeline.mark(Side::Desk, self.desk);
        timeline
    }
}

#[test]
fn the_lists_above_name_every_kind_and_every_statement() {
    let all = |numbers: Vec<usize>, many: usize| {
        let known: std::collections::BTreeSet<usize> = numbers.into_iter().collect();
        assert_eq!(known, (0..many).collect());
    };
    all(kinds().iter().map(number_of_kind).collect(), KINDS);
    all(statements().iter().map(number_of_statement).collect(), STATEMENTS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Old state and what was told since, doubled and late as it may come, is the fresh state: in every field.
    #[test]
    fn what_was_there_and_what_was_told_is_what_a_newcomer_is_given(
        turns in prop::collection::vec(turns(), 0..40),
        cut in any::<prop::sample::Index>(),
        window in 0_i64..30,
        me in select(vec![Side::Shopper, Side::Desk]),
        echoed in any::<bool>(),
        doubled in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let mut truth = Truth::default();
        let cut = cut.index(turns.len() + 1);
        for turn in &turns[..cut] {
            truth.happen(turn);
        }
        let after = Seq((truth.events.len() as i64 - window).max(0));
        let mut old = truth.fresh(me, after);
        let told: Vec<Told> = turns[cut..].iter().map(|turn| truth.happen(turn)).collect();
        // What is said here is shown before it is told.
        for event in told.iter().filter_map(|t| if let Told::Event(event) = t { Some(event) } else { None }) {
            if let (true, Some(cid), EventKind::Posted { body }) = (echoed, event.cid, &event.kind)
                && event.author.side() == Some(me)
            {
                old.echo(event.author.clone(), cid, body.clone(), Timestamp(0));
            }
        }
        for one in &told {
            match one {
                Told::Event(event) => {
                    prop_assert_eq!(old.apply(event), Applied::New);
                    // Anything that was told before may come again, and what is too early is not taken.
                    for again in &doubled {
                        let again = &truth.events[again.index(truth.events.len())];
                        if again.seq <= old.head() {
                            prop_assert_eq!(old.apply(again), Applied::Known);
                        } else if again.seq != old.head().next() {
                            prop_assert_eq!(old.apply(again), Applied::Gap);
                        }
                    }
                }
                Told::Mark(side, mark) => old.mark(*side, *mark),
            }
        }
        let fresh = truth.fresh(me, after);
        prop_assert_eq!(&old, &fresh);
        prop_assert_eq!((old.unread(), old.rating(), old.awaits_rating()), (fresh.unread(), fresh.rating(), fresh.awaits_rating()));
    }

    /// Whoever was given only the last page and goes back to the first one sees what was seen by whoever was there all along.
    #[test]
    fn the_last_page_and_the_older_ones_are_the_log(
        turns in prop::collection::vec(turns(), 0..40),
        window in 1_i64..10,
        page in 1_usize..7,
    ) {
        let mut truth = Truth::default();
        for turn in &turns {
            truth.happen(turn);
        }
        let all = truth.fresh(Side::Desk, Seq::ZERO);
        let mut late = truth.fresh(Side::Desk, Seq((truth.events.len() as i64 - window).max(0)));
        while late.before() > Seq::ZERO {
            let end = late.before().0 as usize;
            late.prepend(&truth.events[end.saturating_sub(page)..end]);
        }
        prop_assert_eq!(late.items().collect::<Vec<_>>(), all.items().collect::<Vec<_>>());
        prop_assert_eq!((late.head(), late.stage(), late.theirs()), (all.head(), all.stage(), all.theirs()));
        prop_assert_eq!((late.rating(), late.awaits_rating()), (all.rating(), all.awaits_rating()));
    }
}
