//! The real store: SQLite through `storage`, with its writing task, its savepoints and its notices, in a folder that is in memory.
//!
//! Each call waits for its answer, so there is one order of things, whatever threads the driver has. Many worlds live in one database, one
//! after the other, each with conversations of its own: bringing the schema up to date takes longer than a life. Somebody's stage,
//! sessions and rights are the verbs' matter and not looked at here.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    mem,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use model::{
    conversation::{About, Kind, Stage},
    desk::Contact,
    event::{Audience, Event, EventKind, Mark},
    id::{ConversationId, Seq, VisitorId},
    language::Language,
    panel::Posted,
    party::{Author, Principal, Side},
    refusal::Refusal,
    settings::StoreSettings,
    text::{Name, Slug},
    time::Timestamp,
};
use storage::{
    ConversationScope, Engine, Installation, NewConversation, NewEvent, NewStore, Notice, Session, Storage, StorageError, StoreScope, Tx,
    VisitorScope,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::{
    cast::{Person, conversation, id, store},
    store::{Post, Row, Store},
    world::{BEGINNING, SHOPPERS_MAX},
};

/// A folder that no disk stands behind, where the system has one.
const IN_MEMORY: &str = "/dev/shm";
/// A page of a log, for the checker.
const PAGE: i64 = 500;

/// Why nothing was written.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The database says so.
    Storage(StorageError),
    /// The client id stands for other words.
    Reused,
    /// It was meant to be undone.
    OnPurpose,
}

impl From<StorageError> for Trouble {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// A database with a store in it.
pub(crate) struct Database {
    /// What was told after commits and nobody has looked at yet.
    told: Arc<Mutex<Vec<Notice>>>,
    worlds: Cell<u64>,
    storage: Storage,
    runtime: Runtime,
    _folder: TempDir,
}

impl Database {
    pub(crate) fn new() -> Self {
        let folder = if Path::new(IN_MEMORY).is_dir() {
            tempfile::tempdir_in(IN_MEMORY)
        } else {
            println!("there is no {IN_MEMORY} here: the database is on a disk, and slower");
            tempfile::tempdir()
        };
        let folder = folder.expect("a folder");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let file = Engine::Scratch(folder.path().join("vitrine.db"));
        let storage = runtime.block_on(Storage::open(file)).expect("a database");
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&told);
        storage.on_commit(move |notices| ear.lock().unwrap_or_else(PoisonError::into_inner).extend(notices));
        let database = Self {
            told,
            worlds: Cell::new(0),
            storage,
            runtime,
            _folder: folder,
        };
        let made = database.write(|tx| {
            Box::pin(async move {
                let new = NewStore {
                    id: store(),
                    slug: Slug::parse("teapots").expect("a name"),
                    name: Name::parse("Teapots").expect("a name"),
                    default_language: Language::En,
                    settings: StoreSettings::default(),
                };
                Ok(tx.insert_store(Installation, &new, BEGINNING).await?)
            })
        });
        made.expect("a store");
        database
    }

    /// How many worlds have lived in it.
    pub(crate) fn worlds(&self) -> u64 {
        self.worlds.get()
    }

    /// One transaction, as the product writes.
    pub(crate) fn write<T, F>(&self, write: F) -> Result<T, Trouble>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Trouble>> + Send + 'static,
        T: Send + 'static,
    {
        self.runtime.block_on(self.storage.write(write))
    }

    /// One look, as the product reads.
    pub(crate) fn read<T, F>(&self, read: F) -> T
    where
        F: for<'s> FnOnce(&'s mut Session) -> BoxFuture<'s, Result<T, StorageError>>,
    {
        self.runtime.block_on(self.storage.read(read)).expect("it can be read")
    }

    /// What was told since the last time.
    pub(crate) fn take_told(&self) -> Vec<Notice> {
        mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A shopper and their conversation, as the database knows them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// The same conversation, as every world calls it.
    called: ConversationId,
    pub(crate) conversation: ConversationId,
    pub(crate) visitor: VisitorId,
}

/// How a conversation stands.
#[derive(Clone, Copy, Debug)]
struct Stand {
    all: Seq,
    desk: Seq,
    shopper_mark: Mark,
    desk_mark: Mark,
}

/// The part of a database in which one world lives.
pub(crate) struct Shelf<'a> {
    database: &'a Database,
    rooms: Vec<Room>,
    /// How the conversations stand, read again after each write: nobody else writes.
    stands: RefCell<BTreeMap<ConversationId, Stand>>,
}

impl<'a> Shelf<'a> {
    pub(crate) fn new(database: &'a Database) -> Self {
        let world = database.worlds.get() + 1;
        database.worlds.set(world);
        let rooms: Vec<Room> = (0..SHOPPERS_MAX)
            .map(|n| {
                let number = (world << 8) + n as u64;
                Room {
                    called: conversation(n),
                    conversation: id(number),
                    visitor: id(number),
                }
            })
            .collect();
        let wanted = rooms.clone();
        let begun = database.write(move |tx| {
            Box::pin(async move {
                for room in wanted {
                    begin(tx, room).await?;
                }
                Ok(())
            })
        });
        begun.expect("conversations");
        database.take_told();
        Self {
            database,
            rooms,
            stands: RefCell::default(),
        }
    }

    /// By what every world calls it.
    pub(crate) fn room(&self, called: ConversationId) -> Room {
        *self.rooms.iter().find(|room| room.called == called).expect("a conversation")
    }

    /// Somebody else has written: how it stands is read again.
    pub(crate) fn forget(&self, called: ConversationId) {
        self.stands.borrow_mut().remove(&called);
    }

    /// What the verb does, without asking who may: the same words once, other words never, and then the event.
    fn keep(&self, at: Timestamp, post: &Post, undo: bool) -> Result<Posted, Trouble> {
        let room = self.room(post.conv);
        let (side, who) = match post.who {
            Principal::Visitor { .. } => (Side::Shopper, room.visitor.0),
            Principal::Account(id) => (Side::Desk, id.0),
        };
        let Post {
            aud, author, cid, body, ..
        } = post.clone();
        self.forget(post.conv);
        self.database.write(move |tx| {
            Box::pin(async move {
                let scope = StoreScope(store());
                let said = body.as_str().as_bytes().to_vec();
                if let Some(earlier) = tx.earlier(scope, room.conversation, side, who, cid).await? {
                    if earlier.body_hash != said {
                        return Err(Trouble::Reused);
                    }
                    return Ok(Posted {
                        seq: earlier.seq,
                        at: earlier.at,
                        dup: true,
                    });
                }
                let new = NewEvent {
                    conversation: room.conversation,
                    audience: aud,
                    author,
                    author_id: Some(who),
                    client: Some((cid, said)),
                    kind: EventKind::Posted { body },
                    via: None,
                };
                let event = tx.record(scope, new, at).await?;
                if undo {
                    return Err(Trouble::OnPurpose);
                }
                Ok(Posted {
                    seq: event.seq,
                    at: event.at,
                    dup: false,
                })
            })
        })
    }

    fn stand(&self, called: ConversationId) -> Stand {
        if let Some(known) = self.stands.borrow().get(&called) {
            return *known;
        }
        let room = self.room(called);
        let stand = self.database.read(move |session| {
            Box::pin(async move {
                let scope = StoreScope(store());
                let Some(found) = session.conversation(ConversationScope::Desk(scope), room.conversation).await? else {
                    return Ok(None);
                };
                let (shopper_mark, desk_mark) = session.marks(scope, room.conversation).await?;
                Ok(Some(Stand {
                    all: found.head_all,
                    desk: found.head_desk,
                    shopper_mark,
                    desk_mark,
                }))
            })
        });
        let stand = stand.expect("the conversation is there");
        self.stands.borrow_mut().insert(called, stand);
        stand
    }

    fn page(&self, called: ConversationId, aud: Audience, after: Seq, limit: i64) -> Vec<Event> {
        let room = self.room(called);
        self.database.read(move |session| {
            Box::pin(async move {
                session
                    .events_after(StoreScope(store()), room.conversation, aud, after, limit)
                    .await
            })
        })
    }
}

/// A visitor, and their conversation.
async fn begin(tx: &mut Tx, room: Room) -> Result<(), Trouble> {
    let scope = VisitorScope::all_of(store(), room.visitor);
    tx.insert_visitor(scope, None, BEGINNING).await?;
    let new = NewConversation {
        id: room.conversation,
        kind: Kind::Live,
        start_cid: None,
        stage: Stage::Queued { since: BEGINNING },
        customer: None,
        guest_number: 1,
        contact: Contact::default(),
        first_name: None,
        last_name: None,
        about: About::Nothing,
        language: Language::En,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(scope, &new, BEGINNING).await?;
    Ok(())
}

impl Store for Shelf<'_> {
    fn post(&mut self, at: Timestamp, post: &Post) -> Result<(Posted, Option<Arc<Event>>), Refusal> {
        let posted = match self.keep(at, post, false) {
            Ok(posted) => posted,
            Err(Trouble::Reused) => return Err(Refusal::ClientIdReused),
            Err(Trouble::OnPurpose) => unreachable!("nothing was to be undone"),
            Err(Trouble::Storage(error)) => panic!("nothing is wrong with the database: {error}"),
        };
        // Not what the transaction made of it, but what the world is told after the commit.
        let here = self.room(post.conv).conversation;
        let event = self.database.take_told().into_iter().find_map(|notice| match notice {
            Notice::Log {
                conversation,
                audience,
                event,
            } if (conversation, audience) == (here, post.aud) => Some(Arc::new(event)),
            _ => None,
        });
        assert_eq!(event.is_none(), posted.dup, "what is new is told, once");
        Ok((posted, event))
    }

    fn undone(&mut self, at: Timestamp, post: &Post) {
        // What was there already, or is refused, has nothing to undo.
        if let Err(Trouble::Storage(error)) = self.keep(at, post, true) {
            panic!("nothing is wrong with the database: {error}");
        }
        assert!(self.database.take_told().is_empty(), "nobody is told what was undone");
    }

    fn after(&self, conv: ConversationId, aud: Audience, after: Seq, limit: usize) -> Vec<Arc<Event>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.page(conv, aud, after, limit).into_iter().map(Arc::new).collect()
    }

    fn head(&self, conv: ConversationId, aud: Audience) -> Seq {
        let stand = self.stand(conv);
        match aud {
            Audience::All => stand.all,
            Audience::Desk => stand.desk,
        }
    }

    fn mark(&mut self, conv: ConversationId, side: Side, mark: Mark) -> Mark {
        let room = self.room(conv);
        let party = match (side, Person::operator(0).principal) {
            (Side::Desk, Principal::Account(id)) => id.0,
            _ => room.visitor.0,
        };
        self.forget(conv);
        let marks = self.database.write(move |tx| {
            Box::pin(async move {
                let scope = StoreScope(store());
                tx.set_mark(scope, room.conversation, side, party, mark).await?;
                Ok(tx.marks(scope, room.conversation).await?)
            })
        });
        self.database.take_told();
        let (shopper, desk) = marks.expect("a mark");
        match side {
            Side::Shopper => shopper,
            Side::Desk => desk,
        }
    }

    fn marked(&self, conv: ConversationId, side: Side) -> Mark {
        let stand = self.stand(conv);
        match side {
            Side::Shopper => stand.shopper_mark,
            Side::Desk => stand.desk_mark,
        }
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (n, room) in self.rooms.iter().enumerate() {
            for aud in [Audience::All, Audience::Desk] {
                let mut after = Seq::ZERO;
                loop {
                    let page = self.page(room.called, aud, after, PAGE);
                    let Some(last) = page.last() else { break };
                    after = last.seq;
                    rows.extend(page.into_iter().map(|event| Row {
                        conv: room.called,
                        aud,
                        who: match &event.author {
                            Author::Operator { id, .. } => Principal::Account(*id),
                            Author::Shopper | Author::System => Person::shopper(n).principal,
                        },
                        event: Arc::new(event),
                    }));
                }
            }
        }
        rows
    }
}
