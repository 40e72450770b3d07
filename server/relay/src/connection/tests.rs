//! The rules of one socket, one by one, and the rule of order under any interleaving.

use std::sync::Arc;

use model::{
    desk::WindowKind,
    event::{Audience, Event, EventKind, Mark},
    id::{AccountId, ClientId, ConversationId, Epoch, Seq, StoreId, VisitorId},
    limits::{FRAME_BYTES_MAX, HELLO_MS, SENDS_IN_FLIGHT_MAX, SUBSCRIPTIONS_MAX},
    panel::Posted,
    party::{Author, Principal},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
    wire::{ClientFrame, Position, ServerFrame, close},
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Alarm, Answer, Ask, Connection, Guest, Input, Output, Standing};
use crate::{Limits, Notice};

const EPOCH: Epoch = Epoch(Uuid::from_u128(900));
const OTHER: Epoch = Epoch(Uuid::from_u128(901));

fn conv() -> ConversationId {
    ConversationId(Uuid::from_u128(1))
}

fn cid(n: u128) -> ClientId {
    ClientId(Uuid::from_u128(n))
}

fn shopper() -> Principal {
    Principal::Visitor {
        store: StoreId(Uuid::from_u128(5)),
        id: VisitorId(Uuid::from_u128(7)),
    }
}

fn operator() -> Principal {
    Principal::Account(AccountId(Uuid::from_u128(8)))
}

fn event(seq: i64, words: &str) -> Arc<Event> {
    let kind = EventKind::Posted {
        body: Body::parse(words).expect("fine"),
    };
    Arc::new(Event {
        seq: Seq(seq),
        at: Timestamp(seq),
        author: Author::Shopper,
        cid: None,
        kind,
        via: None,
    })
}

fn hello(resume: Vec<Position>) -> ClientFrame {
    ClientFrame::Hello {
        ticket: "t".into(),
        window: WindowKind::Recap,
        resume,
    }
}

fn sub(after: Option<i64>) -> ClientFrame {
    ClientFrame::Sub {
        conv: conv(),
        aud: Audience::All,
        epoch: Some(EPOCH),
        after_seq: after.map(Seq),
    }
}

fn send(n: u128) -> ClientFrame {
    ClientFrame::Send {
        conv: conv(),
        aud: Audience::All,
        cid: cid(n),
        body: Body::parse("Hello").expect("fine"),
    }
}

fn position(epoch: Epoch, after: i64) -> Position {
    Position {
        conv: conv(),
        aud: Audience::All,
        epoch,
        after_seq: Seq(after),
    }
}

/// A connection, a clock and a log. Questions wait in `questions` until [`Rig::answer`].
struct Rig {
    connection: Connection,
    now: Timestamp,
    log: Vec<Arc<Event>>,
    questions: Vec<Output>,
    frames: Vec<ServerFrame>,
    others: Vec<Output>,
}

impl Rig {
    fn new(head: i64) -> Self {
        let now = Timestamp(1_000_000);
        let connection = Connection::new(now, Limits::default());
        let log = (1..=head).map(|seq| event(seq, "Hello")).collect();
        Self {
            connection,
            now,
            log,
            questions: Vec::new(),
            frames: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Connected as this person.
    fn open(who: Principal, head: i64) -> Self {
        let mut rig = Self::new(head);
        rig.say(&hello(vec![]));
        rig.step(Input::Redeemed(Ok(Guest {
            principal: who,
            epoch: EPOCH,
        })));
        rig.look();
        rig
    }

    /// Connected, and following the log from its head on.
    fn following(who: Principal, head: i64) -> Self {
        let mut rig = Self::open(who, head);
        rig.say(&sub(Some(head)));
        rig.settle();
        rig.look();
        rig
    }

    fn step(&mut self, input: Input<'_>) {
        for output in self.connection.step(self.now, input) {
            match output {
                Output::Send(frame) => self.frames.push(frame),
                Output::Authorise { .. } | Output::Pull { .. } => self.questions.push(output),
                other => self.others.push(other),
            }
        }
    }

    fn say(&mut self, frame: &ClientFrame) {
        self.step(Input::Text(&serde_json::to_string(frame).expect("serialises")));
    }

    /// Answers one question as the database would.
    fn answer(&mut self, at: usize) {
        match self.questions.remove(at) {
            Output::Authorise { ask, conv, aud } => {
                let standing = Standing {
                    head: Seq(self.log.len() as i64),
                    ..Standing::default()
                };
                self.step(Input::Authorised {
                    ask,
                    conv,
                    aud,
                    answer: Answer::Granted(standing),
                });
            }
            Output::Pull { ask, after, limit, .. } => {
                let events = self.log.iter().filter(|e| e.seq > after).take(limit).cloned().collect();
                self.step(Input::Pulled {
                    ask,
                    answer: Answer::Granted(events),
                });
            }
            other => panic!("{other:?} is no question"),
        }
    }

    fn settle(&mut self) {
        while !self.questions.is_empty() {
            self.answer(0);
        }
    }

    fn commit(&mut self) {
        let seq = self.log.len() as i64 + 1;
        self.log.push(event(seq, "Hello"));
    }

    fn wake(&mut self) {
        self.step(Input::Woken(vec![Notice::Log {
            conv: conv(),
            aud: Audience::All,
        }]));
    }

    fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        self.step(Input::Tick);
    }

    fn look(&mut self) -> Vec<ServerFrame> {
        self.others.clear();
        std::mem::take(&mut self.frames)
    }

    fn closed(&self) -> Option<u16> {
        self.others
            .iter()
            .find_map(|o| if let Output::Close(code) = o { Some(*code) } else { None })
    }

    fn ask(&self) -> Ask {
        match self.questions.last() {
            Some(Output::Authorise { ask, .. } | Output::Pull { ask, .. }) => *ask,
            other => panic!("{other:?}"),
        }
    }
}

/// The numbers that the frames carry, with what each `sync` says it follows; and how often they begin again.
fn delivered(frames: &[ServerFrame]) -> (Vec<i64>, usize) {
    let mut seqs: Vec<i64> = Vec::new();
    let mut next = None;
    let mut resets = 0;
    for frame in frames {
        match frame {
            ServerFrame::Reset { .. } => resets += 1,
            ServerFrame::Sync { from, events, .. } => {
                next = Some(from.next());
                for event in events {
                    assert_eq!(Some(event.seq), next, "inside a sync");
                    next = Some(event.seq.next());
                    seqs.push(event.seq.0);
                }
            }
            ServerFrame::Ev { event, .. } => {
                assert_eq!(Some(event.seq), next, "a skip or a repeat");
                next = Some(event.seq.next());
                seqs.push(event.seq.0);
            }
            _ => {}
        }
    }
    (seqs, resets)
}

#[test]
fn who_says_nothing_or_anything_else_first_has_no_ticket() {
    let mut rig = Rig::new(0);
    rig.pass(HELLO_MS - 1);
    assert_eq!(rig.closed(), None);
    rig.pass(1);
    assert_eq!(rig.closed(), Some(close::NO_TICKET));
    for text in [
        r#""away""#,
        "nonsense",
        r#"{"unsub":{"conv":"00000000-0000-0000-0000-000000000001"}}"#,
    ] {
        let mut rig = Rig::new(0);
        rig.step(Input::Text(text));
        assert_eq!(rig.closed(), Some(close::NO_TICKET), "{text}");
    }
    let mut rig = Rig::new(0);
    rig.say(&hello(vec![]));
    rig.step(Input::Redeemed(Err(close::NO_TICKET)));
    assert_eq!(rig.closed(), Some(close::NO_TICKET));
    assert_eq!(rig.frames.last(), Some(&ServerFrame::Bye { code: close::NO_TICKET }));
}

/// Every place to come from, in this history and in another.
#[test]
fn going_on_from_anywhere_brings_exactly_what_is_missing() {
    for head in [0, 1, 2, 49, 50, 51, 99, 100, 101, 205] {
        for after in 0..=head + 3 {
            for epoch in [EPOCH, OTHER] {
                let mut rig = Rig::new(head);
                rig.say(&hello(vec![position(epoch, after)]));
                rig.step(Input::Redeemed(Ok(Guest {
                    principal: shopper(),
                    epoch: EPOCH,
                })));
                rig.settle();
                let (seqs, resets) = delivered(&rig.frames);
                let good = epoch == EPOCH && after <= head;
                let from = if good { after } else { (head - 50).max(0) };
                assert_eq!(seqs, (from + 1..=head).collect::<Vec<_>>(), "{head} {after} {epoch}");
                assert_eq!(resets, usize::from(!good), "{head} {after} {epoch}");
                assert!(rig.others.iter().all(|o| matches!(o, Output::Redeem { .. })), "{:?}", rig.others);
            }
        }
    }
}

#[test]
fn without_a_place_it_begins_with_the_last_fifty() {
    let mut rig = Rig::open(shopper(), 120);
    rig.say(&sub(None));
    rig.settle();
    assert_eq!(delivered(&rig.frames), ((71..=120).collect(), 0));
}

#[test]
fn long_messages_are_cut_into_frames_that_fit() {
    let mut rig = Rig::open(shopper(), 0);
    let words = "\"\\".repeat(2_500);
    rig.log = (1..=130).map(|seq| event(seq, &words)).collect();
    rig.say(&sub(Some(0)));
    rig.settle();
    assert_eq!(delivered(&rig.frames).0, (1..=130).collect::<Vec<_>>());
    for frame in &rig.frames {
        assert!(serde_json::to_string(frame).expect("serialises").len() <= FRAME_BYTES_MAX);
    }
}

#[test]
fn what_is_committed_between_the_head_and_the_reading_comes_once() {
    let mut rig = Rig::open(shopper(), 3);
    rig.say(&sub(Some(1)));
    rig.commit();
    rig.wake();
    rig.answer(0);
    rig.commit();
    rig.wake();
    rig.settle();
    assert_eq!(delivered(&rig.frames).0, [2, 3, 4, 5]);
}

#[test]
fn a_notice_for_nothing_sends_nothing() {
    let mut rig = Rig::following(shopper(), 3);
    for _ in 0..5 {
        rig.wake();
        rig.settle();
    }
    assert!(rig.look().is_empty());
    rig.step(Input::Woken(vec![Notice::Log {
        conv: conv(),
        aud: Audience::Desk,
    }]));
    assert!(rig.questions.is_empty(), "not followed");
}

#[test]
fn a_hole_in_what_was_read_never_leaves() {
    let mut rig = Rig::following(shopper(), 3);
    rig.commit();
    rig.commit();
    rig.wake();
    let (ask, wrong) = (rig.ask(), vec![rig.log[4].clone()]);
    rig.questions.clear();
    rig.step(Input::Pulled {
        ask,
        answer: Answer::Granted(wrong.clone()),
    });
    let alarm = Alarm::Gap {
        conv: conv(),
        aud: Audience::All,
        wanted: Seq(4),
        got: Seq(5),
    };
    assert_eq!(rig.others, [Output::Alarm(alarm)]);
    assert!(
        matches!(
            rig.questions[..],
            [Output::Pull {
                ring: false,
                after: Seq(3),
                ..
            }]
        ),
        "read again, from the database"
    );
    // And when that is wrong as well, not in a circle.
    let ask = rig.ask();
    rig.questions.clear();
    rig.step(Input::Pulled {
        ask,
        answer: Answer::Granted(wrong),
    });
    assert!(rig.questions.is_empty());
    rig.pass(1_000);
    rig.settle();
    assert_eq!(rig.look().iter().filter(|f| matches!(f, ServerFrame::Ev { .. })).count(), 2);
}

#[test]
fn a_database_that_cannot_answer_is_asked_again() {
    let mut rig = Rig::open(shopper(), 3);
    rig.say(&sub(Some(1)));
    let ask = rig.ask();
    rig.questions.clear();
    rig.step(Input::Authorised {
        ask,
        conv: conv(),
        aud: Audience::All,
        answer: Answer::Unavailable,
    });
    assert!(rig.questions.is_empty());
    rig.pass(1_000);
    rig.answer(0);
    let ask = rig.ask();
    rig.questions.clear();
    rig.step(Input::Pulled {
        ask,
        answer: Answer::Unavailable,
    });
    rig.pass(1_000);
    rig.settle();
    assert_eq!(delivered(&rig.frames).0, [2, 3]);
    rig.commit();
    rig.wake();
    let ask = rig.ask();
    rig.questions.clear();
    rig.step(Input::Pulled {
        ask,
        answer: Answer::Unavailable,
    });
    assert_eq!(rig.connection.deadline(), Some(rig.now.plus_ms(1_000)));
    rig.pass(1_000);
    rig.settle();
    assert_eq!(delivered(&rig.frames).0, [2, 3, 4]);
}

#[test]
fn a_foreign_conversation_is_like_none() {
    let mut rig = Rig::open(shopper(), 0);
    rig.say(&sub(Some(0)));
    let ask = rig.ask();
    rig.questions.clear();
    rig.step(Input::Authorised {
        ask,
        conv: conv(),
        aud: Audience::All,
        answer: Answer::Refused,
    });
    assert_eq!(rig.frames, [ServerFrame::Gone { conv: conv() }]);
    assert_eq!(
        rig.others,
        [Output::Unsubscribe {
            conv: conv(),
            aud: Audience::All
        }]
    );
    rig.look();
    rig.say(&ClientFrame::Read {
        conv: conv(),
        mark: Mark::default(),
    });
    rig.say(&ClientFrame::Typing { conv: conv(), on: true });
    assert_eq!(rig.frames, [ServerFrame::Gone { conv: conv() }, ServerFrame::Gone { conv: conv() }]);
    assert!(rig.others.is_empty());
}

#[test]
fn who_loses_the_right_while_reading_reads_no_more() {
    let mut rig = Rig::following(operator(), 3);
    rig.commit();
    rig.wake();
    let ask = rig.ask();
    rig.step(Input::Pulled {
        ask,
        answer: Answer::Refused,
    });
    assert_eq!(rig.look(), [ServerFrame::Gone { conv: conv() }]);
    rig.questions.clear();
    rig.wake();
    assert!(rig.questions.is_empty());
}

#[test]
fn a_shopper_cannot_name_the_desks_own_log() {
    let mut rig = Rig::open(shopper(), 0);
    rig.say(&ClientFrame::Sub {
        conv: conv(),
        aud: Audience::Desk,
        epoch: None,
        after_seq: None,
    });
    assert_eq!(rig.look(), [ServerFrame::Gone { conv: conv() }]);
    let body = Body::parse("Hello").expect("fine");
    rig.say(&ClientFrame::Send {
        conv: conv(),
        aud: Audience::Desk,
        cid: cid(1),
        body,
    });
    assert_eq!(
        rig.look(),
        [ServerFrame::Nack {
            cid: Some(cid(1)),
            code: Refusal::NotFound,
            after_ms: None
        }]
    );
    assert!(rig.questions.is_empty() && rig.others.is_empty());
    let mut rig = Rig::new(0);
    rig.say(&hello(vec![Position {
        aud: Audience::Desk,
        ..position(EPOCH, 0)
    }]));
    rig.step(Input::Redeemed(Ok(Guest {
        principal: shopper(),
        epoch: EPOCH,
    })));
    assert!(rig.frames.contains(&ServerFrame::Gone { conv: conv() }) && rig.questions.is_empty());
}

#[test]
fn an_answer_to_a_question_that_was_given_up_leaves_nothing_behind() {
    let mut rig = Rig::open(operator(), 3);
    rig.say(&sub(Some(0)));
    rig.say(&ClientFrame::Unsub {
        conv: conv(),
        aud: Audience::All,
    });
    rig.others.clear();
    rig.settle();
    assert!(rig.look().is_empty());
    rig.say(&sub(Some(0)));
    rig.say(&sub(Some(2)));
    rig.settle();
    assert_eq!(delivered(&rig.frames).0, [3], "only the last question counts");
}

#[test]
fn eleven_messages_at_once_are_one_too_many_and_fifty_are_the_end() {
    let mut rig = Rig::open(shopper(), 0);
    for n in 0..11 {
        rig.say(&send(n));
    }
    let posts = rig.others.iter().filter(|o| matches!(o, Output::Post { .. })).count();
    assert_eq!(posts, 10);
    let nacks = rig.look();
    assert!(matches!(nacks[..], [ServerFrame::Nack { cid: Some(c), code: Refusal::TooFast { .. }, after_ms: Some(_) }] if c == cid(10)));
    for n in 11..60 {
        rig.say(&send(n));
    }
    assert_eq!(rig.closed(), Some(close::TOO_MANY));
}

#[test]
fn sixteen_messages_are_on_their_way_and_no_more() {
    let mut rig = Rig::open(operator(), 0);
    for n in 0..=SENDS_IN_FLIGHT_MAX as u128 {
        rig.say(&send(n));
    }
    assert!(matches!(
        rig.frames[..],
        [ServerFrame::Nack {
            code: Refusal::Busy,
            after_ms: Some(_),
            ..
        }]
    ));
    rig.step(Input::Posted {
        cid: cid(0),
        answer: Ok(Posted {
            seq: Seq(1),
            at: rig.now,
            dup: false,
        }),
    });
    rig.look();
    rig.say(&send(99));
    assert!(matches!(rig.others[..], [Output::Post { .. }]));
}

#[test]
fn typing_too_fast_is_said_and_following_a_desk_full_is_not() {
    let mut rig = Rig::following(operator(), 0);
    for _ in 0..6 {
        rig.say(&ClientFrame::Typing { conv: conv(), on: true });
    }
    assert!(rig.frames.iter().all(|f| matches!(
        f,
        ServerFrame::Nack {
            cid: None,
            code: Refusal::TooFast { .. },
            ..
        }
    )));
    assert_eq!(rig.frames.len(), 2);
    let mut rig = Rig::open(operator(), 0);
    for n in 0..SUBSCRIPTIONS_MAX as u128 {
        rig.say(&ClientFrame::Sub {
            conv: ConversationId(Uuid::from_u128(n)),
            aud: Audience::All,
            epoch: None,
            after_seq: None,
        });
    }
    assert_eq!((rig.questions.len(), rig.look().len()), (SUBSCRIPTIONS_MAX, 0));
    rig.pass(1_000);
    rig.say(&ClientFrame::Sub {
        conv: ConversationId(Uuid::from_u128(500)),
        aud: Audience::All,
        epoch: None,
        after_seq: None,
    });
    assert_eq!(
        rig.look(),
        [ServerFrame::Nack {
            cid: None,
            code: Refusal::NotAllowed,
            after_ms: None
        }]
    );
}

#[test]
fn five_senseless_frames_in_a_minute_are_the_end_and_four_are_not() {
    let mut rig = Rig::open(shopper(), 0);
    for n in 0..20 {
        rig.step(Input::Text(if n % 2 == 0 { r#"{"dance":{}}"# } else { "{" }));
        rig.pass(15_001);
        rig.step(Input::Pong);
    }
    assert_eq!(rig.closed(), None);
    assert!(rig.frames.contains(&ServerFrame::Nack {
        cid: None,
        code: Refusal::UnknownType,
        after_ms: None
    }));
    for _ in 0..4 {
        rig.step(Input::Text("{"));
    }
    assert_eq!(rig.closed(), Some(close::PROTOCOL));
}

#[test]
fn words_that_cannot_be_taken_are_refused_by_name() {
    let mut rig = Rig::open(shopper(), 0);
    let (id, long) = (cid(1), "x".repeat(5_001));
    rig.step(Input::Text(&format!(
        r#"{{"send":{{"conv":"{}","cid":"{id}","body":"{long}"}}}}"#,
        conv()
    )));
    assert!(matches!(rig.frames[..], [ServerFrame::Nack { cid: Some(c), code: Refusal::TooLong { .. }, after_ms: None }] if c == id));
}

#[test]
fn frames_that_are_too_large_or_not_text_end_it() {
    let mut rig = Rig::open(shopper(), 0);
    rig.step(Input::Text(&" ".repeat(FRAME_BYTES_MAX)));
    assert_eq!(rig.closed(), None, "nonsense, but not too large");
    rig.step(Input::Text(&" ".repeat(FRAME_BYTES_MAX + 1)));
    assert_eq!(rig.closed(), Some(close::TOO_BIG));
    let mut rig = Rig::open(shopper(), 0);
    rig.step(Input::Binary);
    assert_eq!(rig.closed(), Some(close::UNSUPPORTED));
    assert!(rig.connection.step(rig.now, Input::Revoked).is_empty(), "over is over");
}

#[test]
fn the_heart_beats_only_in_silence_and_nobody_there_is_noticed() {
    let mut rig = Rig::open(shopper(), 0);
    rig.pass(24_999);
    assert!(rig.look().is_empty());
    rig.pass(1);
    assert_eq!((rig.others.clone(), rig.look()), (vec![Output::Ping], vec![ServerFrame::Hb]));
    rig.step(Input::Pong);
    rig.pass(54_999);
    assert_eq!(rig.closed(), None);
    rig.pass(1);
    assert_eq!(rig.closed(), Some(close::SLOW));
}

#[test]
fn going_down_waits_for_what_is_being_committed() {
    let mut rig = Rig::open(shopper(), 0);
    rig.say(&send(1));
    rig.step(Input::Drain { after_ms: 700 });
    assert_eq!((rig.closed(), rig.look()), (None, vec![ServerFrame::Drain { after_ms: 700 }]));
    rig.say(&send(2));
    assert!(matches!(rig.look()[..], [ServerFrame::Nack { code: Refusal::Busy, .. }]));
    rig.step(Input::Posted {
        cid: cid(1),
        answer: Ok(Posted {
            seq: Seq(1),
            at: rig.now,
            dup: false,
        }),
    });
    assert!(matches!(
        rig.frames[..],
        [ServerFrame::Sent { .. }, ServerFrame::Bye { code: close::GOING_AWAY }]
    ));
    assert_eq!(rig.closed(), Some(close::GOING_AWAY));
}

#[test]
fn nobody_has_seen_what_was_not_sent() {
    let mut rig = Rig::following(shopper(), 3);
    rig.say(&ClientFrame::Read {
        conv: conv(),
        mark: Mark {
            got: Seq(i64::MAX),
            read: Seq(2),
        },
    });
    assert_eq!(
        rig.others,
        [Output::Mark {
            conv: conv(),
            mark: Mark { got: Seq(3), read: Seq(2) }
        }]
    );
}

#[test]
fn many_changes_of_the_lists_are_few_hints() {
    let mut rig = Rig::open(operator(), 0);
    for rev in 0..50 {
        rig.step(Input::Woken(vec![Notice::Inbox { rev }]));
        rig.pass(20);
    }
    rig.pass(500);
    let hints: Vec<ServerFrame> = rig.look();
    assert!((2..=4).contains(&hints.len()), "{hints:?}");
    assert_eq!(hints.last(), Some(&ServerFrame::Inbox { rev: 49 }));
}

#[test]
fn the_end_of_a_session_is_said() {
    for (notice, code) in [(Notice::Revoked, close::REVOKED), (Notice::Crowded, close::TOO_MANY)] {
        let mut rig = Rig::open(shopper(), 0);
        rig.step(Input::Woken(vec![notice]));
        assert_eq!(rig.closed(), Some(code));
    }
}

#[derive(Clone, Debug)]
enum Act {
    Commit,
    Wake,
    Answer(usize),
    Sub(Option<i64>),
    Unsub,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Commit),
        4 => Just(Act::Wake),
        6 => (0_usize..4).prop_map(Act::Answer),
        1 => prop::option::of(0_i64..40).prop_map(Act::Sub),
        1 => Just(Act::Unsub),
    ]
}

proptest! {
    /// Whatever happens in whatever order: what leaves is in order, without skip or repeat; and in the end all of it has left.
    #[test]
    fn only_the_next_event_ever_leaves(acts in prop::collection::vec(act(), 0..120)) {
        let mut rig = Rig::open(operator(), 5);
        rig.say(&sub(Some(2)));
        for act in acts {
            match act {
                Act::Commit => rig.commit(),
                Act::Wake => rig.wake(),
                Act::Answer(n) if !rig.questions.is_empty() => {
                    let at = n % rig.questions.len();
                    rig.answer(at);
                }
                Act::Answer(_) => {}
                Act::Sub(after) => {
                    rig.pass(100);
                    rig.say(&sub(after));
                }
                Act::Unsub => {
                    rig.pass(100);
                    rig.say(&ClientFrame::Unsub { conv: conv(), aud: Audience::All });
                }
            }
        }
        rig.pass(100);
        rig.say(&sub(Some(0)));
        rig.wake();
        rig.settle();
        let alarms = rig.others.iter().filter(|o| matches!(o, Output::Alarm(_))).count();
        prop_assert_eq!(alarms, 0);
        prop_assert_eq!(rig.closed(), None);
        let head = rig.log.len() as i64;
        let (seqs, _) = delivered(&rig.frames);
        prop_assert_eq!(seqs.last().copied().unwrap_or(0), head);
    }
}
