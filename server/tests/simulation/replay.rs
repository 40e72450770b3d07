//! The replay law over the real database (T-P3): for every kind of event, what is told after a commit is what is read back; an old view
//! and what was told since are a fresh view; and the desk's line of a conversation, which the database keeps up to date by itself, is
//! what the log says. What a verb writes beside its event is written here, too; who may is not asked.

use std::collections::BTreeSet;

use model::{
    case::{CaseStatus, Priority, Remedy, Statement},
    conversation::{Kind, Stage, StageName},
    desk::{InboxRow, Operator},
    event::{Audience, Event, EventKind, Mark, Via},
    file::{Media, SharedFile},
    id::{ClientId, Seq},
    language::Language,
    party::{Author, Side},
    text::{Body, Comment, EmailAddress, FileName},
    time::Timestamp,
    timeline::{Applied, Timeline},
};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use storage::{ConversationScope, Installation, NewAccount, NewEvent, Notice, StoreScope, Tx};

use crate::{
    cast::{Person, client_id, conversation, id, store},
    database::{Database, Room, Shelf, Trouble},
    store::Store,
    world::BEGINNING,
};

/// Every kind there is, by its code: a new one must be made by [`any_kind`], too.
const KINDS: [&str; 11] = [
    "closed",
    "desk_left",
    "missed",
    "moved",
    "posted",
    "rated",
    "reopened",
    "shared",
    "stated",
    "taken",
    "transferred",
];
/// Conversations in a debug build, and what happens in each.
const STORIES: u64 = if cfg!(debug_assertions) { 25 } else { 250 };
const TURNS: u32 = 40;

fn called(n: usize) -> Operator {
    let Author::Operator { id, name } = Person::operator(n).author else {
        unreachable!("an operator is one")
    };
    Operator { id, name }
}

fn any_of<T>(rng: &mut SmallRng, mut all: Vec<T>) -> T {
    let at = rng.random_range(0..all.len());
    all.swap_remove(at)
}

fn any_statement(rng: &mut SmallRng) -> Statement {
    let reason = || "because".to_owned();
    let refund = Remedy::Refund {
        minor: 1_250,
        currency: "EUR".to_owned(),
    };
    any_of(
        rng,
        vec![
            Statement::Status { to: CaseStatus::Resolved },
            Statement::Assigned { to: Some(called(0)) },
            Statement::Assigned { to: None },
            Statement::Prioritised { to: Priority::Urgent },
            Statement::Merged { into: 12 },
            Statement::Escalated { number: 13 },
            Statement::Overseen {
                by: called(1).name,
                reason: reason(),
            },
            Statement::Offered { remedy: refund },
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
        ],
    )
}

fn any_kind(rng: &mut SmallRng, n: u64) -> EventKind {
    let words = format!("message {n}");
    match rng.random_range(0..16) {
        0 => EventKind::Taken,
        1 => EventKind::DeskLeft,
        2 => EventKind::Closed,
        3 => EventKind::Reopened {
            stage: any_of(rng, vec![StageName::Queued, StageName::Mail]),
        },
        4 => EventKind::Shared {
            file: SharedFile {
                id: id(n),
                name: FileName::parse(&format!("vase-{n}.png")).expect("a name"),
                media: Media::Png,
                size: 1_000,
                pixels: Some((10, 20)),
                key: None,
            },
        },
        5 => EventKind::Transferred { to: called(1) },
        6 => EventKind::Rated {
            stars: rng.random_range(1..=5),
            comment: rng.random_bool(0.5).then(|| Comment::parse(&words).expect("words")),
        },
        7 => EventKind::Missed,
        8 => EventKind::Moved {
            to: any_of(rng, vec![Kind::Shop, Kind::Order]),
            number: Some(format!("A-{n}")),
        },
        9 => EventKind::Stated { what: any_statement(rng) },
        _ => EventKind::Posted {
            body: Body::parse(&words).expect("words"),
        },
    }
}

/// Where it stands after it, with what a verb writes down beside the event.
fn stage_after(event: &NewEvent, at: Timestamp) -> Option<Stage> {
    let operator = |author: &Author| match author {
        Author::Operator { id, .. } => *id,
        Author::Shopper | Author::System => called(0).id,
    };
    Some(match &event.kind {
        EventKind::Posted { .. }
        | EventKind::Shared { .. }
        | EventKind::Rated { .. }
        | EventKind::Moved { .. }
        | EventKind::Stated { .. } => return None,
        EventKind::Taken => Stage::Live {
            operator: operator(&event.author),
            since: at,
        },
        EventKind::Transferred { to } => Stage::Live {
            operator: to.id,
            since: at,
        },
        EventKind::DeskLeft | EventKind::Missed | EventKind::Reopened { stage: StageName::Mail } => Stage::Mail {
            awaiting: Side::Desk,
            since: at,
        },
        EventKind::Reopened { .. } => Stage::Queued { since: at },
        EventKind::Closed => Stage::Closed {
            at,
            by: event.author.clone(),
        },
    })
}

/// As a verb writes it: where it stands, then the event.
async fn happen(tx: &mut Tx, event: NewEvent, at: Timestamp) -> Result<Event, Trouble> {
    let scope = StoreScope(store());
    if let (Audience::All, Some(stage)) = (event.audience, stage_after(&event, at)) {
        tx.set_stage(scope, event.conversation, &stage).await?;
    }
    if let (Audience::All, EventKind::Rated { stars, .. }) = (event.audience, &event.kind) {
        tx.set_rating(scope, event.conversation, *stars).await?;
    }
    Ok(tx.record(scope, event, at).await?)
}

/// One conversation, what was told of it, and how it began.
struct Story<'a> {
    database: &'a Database,
    shelf: Shelf<'a>,
    room: Room,
    rng: SmallRng,
    now: Timestamp,
    told: Vec<Told>,
    kinds: BTreeSet<&'static str>,
}

/// What the hub was told after a commit.
#[derive(Clone, Debug)]
enum Told {
    Event(Audience, Event),
    Mark(Side, Mark),
}

impl<'a> Story<'a> {
    fn new(database: &'a Database, seed: u64) -> Self {
        let shelf = Shelf::new(database);
        let room = shelf.room(conversation(0));
        Self {
            database,
            shelf,
            room,
            rng: SmallRng::seed_from_u64(seed),
            now: BEGINNING,
            told: Vec::new(),
            kinds: BTreeSet::new(),
        }
    }

    /// Something happens, and is told.
    fn turn(&mut self, n: u64) {
        let pause = self.rng.random_range(0..5_000);
        self.now = self.now.plus_ms(pause);
        if self.rng.random_bool(0.2) {
            self.read_on();
        } else {
            self.something_happens(n);
        }
    }

    fn read_on(&mut self) {
        let side = any_of(&mut self.rng, vec![Side::Shopper, Side::Desk]);
        let head = self.shelf.head(conversation(0), Audience::All);
        let back: i64 = self.rng.random_range(0..4);
        let read = Seq((head.0 - back).max(0));
        let mark = self.shelf.mark(conversation(0), side, Mark { got: head, read });
        self.told.push(Told::Mark(side, mark));
    }

    fn something_happens(&mut self, n: u64) {
        let kind = any_kind(&mut self.rng, n);
        let (author, author_id) = match self.rng.random_range(0..5) {
            0 => (Author::System, None),
            1 | 2 => (Author::Shopper, Some(self.room.visitor.0)),
            _ => {
                let Operator { id, name } = called(self.rng.random_range(0..2));
                (Author::Operator { id, name }, Some(id.0))
            }
        };
        let audience = if author.side() == Some(Side::Desk) && self.rng.random_bool(0.2) {
            Audience::Desk
        } else {
            Audience::All
        };
        let cid: Option<ClientId> = author_id.is_some().then(|| client_id(n));
        let new = NewEvent {
            conversation: self.room.conversation,
            audience,
            author,
            author_id,
            client: cid.map(|cid| (cid, Vec::new())),
            kind,
            via: self.rng.random_bool(0.1).then(|| Via::Mail {
                from: EmailAddress::parse("jane@shop.example").expect("an address"),
                verified: true,
            }),
        };
        if audience == Audience::All {
            self.kinds.insert(new.kind.code());
        }
        let at = self.now;
        let written = self.database.write(move |tx| Box::pin(happen(tx, new, at)));
        let written = written.expect("it is written");
        self.shelf.forget(conversation(0));
        let told: Vec<Event> = self
            .database
            .take_told()
            .into_iter()
            .filter_map(|notice| match notice {
                Notice::Log { event, .. } => Some(event),
                _ => None,
            })
            .collect();
        assert_eq!(told, std::slice::from_ref(&written), "what was written is told");
        self.told.push(Told::Event(audience, written));
    }

    fn log(&self, aud: Audience) -> Vec<Event> {
        let events = self.shelf.after(conversation(0), aud, Seq::ZERO, 1_000);
        events.iter().map(|event| Event::clone(event)).collect()
    }

    /// What somebody of a side who comes now is given of a log.
    fn fresh(&self, me: Side, aud: Audience) -> Timeline {
        let log = self.log(aud);
        let stage = log.iter().rev().find_map(|event| event.kind.stage()).unwrap_or(StageName::Queued);
        let mut timeline = Timeline::new(me, Seq::ZERO, stage);
        for event in &log {
            assert_eq!(timeline.apply(event), Applied::New, "the log has no gap");
        }
        if aud == Audience::All {
            for side in [Side::Shopper, Side::Desk] {
                timeline.mark(side, self.shelf.marked(conversation(0), side));
            }
        }
        timeline
    }

    /// The line in the desk's lists, as the database has it.
    fn row(&self) -> InboxRow {
        let here = self.room.conversation;
        let read = self
            .database
            .read(move |s| Box::pin(async move { s.conversation(ConversationScope::Desk(StoreScope(store())), here).await }));
        read.expect("the conversation is there").row()
    }

    /// The same line, as the logs tell it.
    fn row_of_the_logs(&self) -> InboxRow {
        let row = self.row();
        let mut told = InboxRow {
            stage: StageName::Queued,
            operator: None,
            preview: String::new(),
            preview_mine: false,
            at: BEGINNING,
            waiting_since: None,
            unread: 0,
            head: Seq::ZERO,
            rating: None,
            ..row
        };
        let read = self.shelf.marked(conversation(0), Side::Desk).read;
        for event in self.log(Audience::All) {
            tell(&mut told, &event, read);
        }
        for event in self.log(Audience::Desk) {
            told.at = told.at.max(event.at);
        }
        told
    }
}

/// What one event of everyone's log makes of the line.
fn tell(row: &mut InboxRow, event: &Event, read_by_desk: Seq) {
    row.head = event.seq;
    row.at = row.at.max(event.at);
    if let Some(stage) = event.kind.stage() {
        row.stage = stage;
        row.operator = match (&event.kind, &event.author) {
            (EventKind::Transferred { to }, _) => Some(to.clone()),
            (EventKind::Taken, Author::Operator { id, name }) => Some(Operator {
                id: *id,
                name: name.clone(),
            }),
            (EventKind::Taken, _) => Some(called(0)),
            _ => None,
        };
    }
    let words = match &event.kind {
        EventKind::Posted { body } => Some(body.preview()),
        EventKind::Shared { file } => Some(file.name.as_str().to_owned()),
        EventKind::Closed => {
            row.waiting_since = None;
            None
        }
        EventKind::Rated { stars, .. } => {
            row.rating = Some(*stars);
            None
        }
        _ => None,
    };
    let (Some(words), Some(side)) = (words, event.author.side()) else {
        return;
    };
    row.preview = words;
    row.preview_mine = side == Side::Desk;
    match side {
        Side::Shopper => {
            row.waiting_since = row.waiting_since.or(Some(event.at));
            row.unread += u32::from(event.seq > read_by_desk);
        }
        Side::Desk => row.waiting_since = None,
    }
}

/// Those who can take a conversation.
fn hire(database: &Database) {
    let hired = database.write(|tx| {
        Box::pin(async move {
            for n in 0..2 {
                let Operator { id, name } = called(n);
                let new = NewAccount {
                    id,
                    email: EmailAddress::parse(&format!("operator{n}@shop.example")).expect("an address"),
                    name,
                    password_hash: String::new(),
                    language: Language::En,
                };
                tx.insert_account(Installation, &new, BEGINNING).await?;
            }
            Ok(())
        })
    });
    hired.expect("two operators");
}

#[test]
fn t_p3_an_old_view_and_what_was_told_since_are_a_fresh_view_for_every_kind_of_event() {
    let database = Database::new();
    hire(&database);
    let mut kinds = BTreeSet::new();
    let views = [
        (Side::Shopper, Audience::All),
        (Side::Desk, Audience::All),
        (Side::Desk, Audience::Desk),
    ];
    for seed in 0..STORIES {
        let mut story = Story::new(&database, seed);
        // Somebody comes at each moment, and stays.
        let mut here: Vec<(usize, Vec<Timeline>)> = Vec::new();
        for n in 0..u64::from(TURNS) {
            let come = views.iter().map(|(me, aud)| story.fresh(*me, *aud)).collect();
            here.push((story.told.len(), come));
            story.turn(n);
            assert_eq!(
                story.row(),
                story.row_of_the_logs(),
                "seed {seed}, turn {n}: {:?}",
                story.told.last()
            );
        }
        let fresh: Vec<Timeline> = views.iter().map(|(me, aud)| story.fresh(*me, *aud)).collect();
        for (since, timelines) in here {
            for ((mut old, fresh), (me, aud)) in timelines.into_iter().zip(&fresh).zip(views) {
                for told in &story.told[since..] {
                    match told {
                        Told::Event(to, event) if *to == aud => assert_eq!(old.apply(event), Applied::New),
                        Told::Mark(side, mark) if aud == Audience::All => old.mark(*side, *mark),
                        Told::Event(..) | Told::Mark(..) => {}
                    }
                }
                assert_eq!(old, *fresh, "seed {seed}: {me:?} in {aud:?}, who came at {since}");
            }
        }
        kinds.extend(story.kinds);
    }
    assert_eq!(kinds, BTreeSet::from(KINDS), "every kind has happened");
}
