//! The bus: how servers on one database tell each other at once what has changed. No message, list or right depends on it: what it loses is
//! found by `floor`, a few seconds later. How far somebody has read has no floor: what is lost of that is told with the next mark, or when
//! the log is opened anew. It carries hints where to look, never what people wrote.
//!
//! One server on a SQLite file has nobody to talk to, and opens none. Several share a PostgreSQL, and speak through its NOTIFY (`postgres`),
//! or through NATS (`nats`) where an installation has that.

mod nats;
mod postgres;
pub(crate) mod word;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use model::{
    event::Audience,
    id::{ConversationId, Seq, StoreId},
    time::Timestamp,
};
use storage::{Storage, WAKE_BYTES_MAX};
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use self::word::Word;
use super::{Live, floor};
use crate::config::bus::BusConfig;

/// Words are gathered for so long: a person notices no difference, and PostgreSQL carries them in one piece.
const GATHER: Duration = Duration::from_millis(20);
/// A server that has nothing to say says so this often: whoever does not hear its own knows that the bus is dead.
const ALIVE_EVERY: Duration = Duration::from_secs(2);
/// After so long without hearing even oneself …
const DEAF_MS: i64 = 6_000;
/// … and after so long a connection is given up and made anew.
const GIVE_UP: Duration = Duration::from_secs(10);
/// A right that ended at another server ends at this one within this time at most (I9).
pub(super) const BLIND_MS: i64 = 10_000;
/// How long one envelope may take.
const SAY: Duration = Duration::from_secs(5);
/// How long it may take to reach the bus: a machine that died without a word refuses nothing.
const REACH: Duration = Duration::from_secs(10);
/// Between two attempts to reach the bus.
const AGAIN: Duration = Duration::from_secs(1);
/// Words that may wait while the bus is away, besides those of logs and lists, which are one each. More are not said.
pub(super) const WORDS_MAX: usize = 4_096;
/// Logs that may wait, and lists. More are found by the floor.
const KNOWN_MAX: usize = 20_000;

/// A way to the other servers.
#[derive(Clone)]
enum Bus {
    Postgres(Storage),
    Nats(nats::Nats),
}

/// What was opened to speak through.
enum Voice {
    Postgres(postgres::Voice),
    Nats(nats::Voice),
}

/// What was opened to listen through.
enum Ears {
    Postgres(postgres::Ears),
    Nats(nats::Ears),
}

/// Why the bus cannot be used, for the log.
type Trouble = String;

impl Bus {
    async fn voice(&self) -> Result<Voice, Trouble> {
        let opened = async {
            match self {
                Self::Postgres(storage) => postgres::Voice::open(storage).await.map(Voice::Postgres),
                Self::Nats(nats) => nats.voice().await.map(Voice::Nats),
            }
        };
        timeout(REACH, opened).await.unwrap_or_else(|_| Err("it is not reached".to_owned()))
    }

    async fn ears(&self) -> Result<Ears, Trouble> {
        let opened = async {
            match self {
                Self::Postgres(storage) => postgres::Ears::open(storage).await.map(Ears::Postgres),
                Self::Nats(nats) => nats.ears().await.map(Ears::Nats),
            }
        };
        timeout(REACH, opened).await.unwrap_or_else(|_| Err("it is not reached".to_owned()))
    }
}

impl Voice {
    async fn say(&mut self, envelope: String) -> Result<(), Trouble> {
        let said = async {
            match self {
                Self::Postgres(voice) => voice.say(&envelope).await,
                Self::Nats(voice) => voice.say(envelope).await,
            }
        };
        timeout(SAY, said).await.unwrap_or_else(|_| Err("it takes nothing".to_owned()))
    }
}

impl Ears {
    /// The next envelope; `None`: the connection is gone, and nobody knows what was said meanwhile.
    async fn hear(&mut self) -> Result<Option<String>, Trouble> {
        match self {
            Self::Postgres(ears) => ears.hear().await,
            Self::Nats(ears) => Ok(ears.hear().await),
        }
    }
}

/// What this server has to say, and whether it is heard.
pub(crate) struct Outgoing {
    /// Its name among the others; another one after each start.
    name: String,
    pending: Mutex<Pending>,
    bell: Notify,
    /// When it last heard itself, by the clock that nobody sets.
    heard: AtomicI64,
    /// When the database was last asked whose rights have ended, and answered, by the same clock.
    looked: AtomicI64,
}

#[derive(Default)]
struct Pending {
    logs: HashMap<(ConversationId, Audience), Seq>,
    lists: HashSet<StoreId>,
    others: Vec<Word>,
}

impl Pending {
    fn put(&mut self, word: Word) {
        match word {
            Word::Log { conv, aud, head } => {
                if let Some(known) = self.logs.get_mut(&(conv, aud)) {
                    *known = head.max(*known);
                } else if self.logs.len() < KNOWN_MAX {
                    self.logs.insert((conv, aud), head);
                }
            }
            Word::Inbox { store } if self.lists.len() < KNOWN_MAX => {
                self.lists.insert(store);
            }
            // The look at the database finds the rest.
            Word::Inbox { .. } => {}
            other if self.others.len() < WORDS_MAX => self.others.push(other),
            // Revocations stand in the database, too; the rest is forgotten in a moment anyway.
            _ => {}
        }
    }

    /// Rights that ended go first.
    fn take(&mut self) -> Vec<Word> {
        let mut words = std::mem::take(&mut self.others);
        words.sort_by_key(|word| !matches!(word, Word::Account { .. } | Word::Closed { .. } | Word::Visitor { .. }));
        let logs = std::mem::take(&mut self.logs).into_iter();
        words.extend(logs.map(|((conv, aud), head)| Word::Log { conv, aud, head }));
        let lists = std::mem::take(&mut self.lists).into_iter();
        words.extend(lists.map(|store| Word::Inbox { store }));
        words
    }
}

impl Outgoing {
    fn new(now: Timestamp) -> Self {
        let mut bytes = [0_u8; 16];
        // Without randomness it has the name of the moment: two servers that start in the same one then do not hear each other, and
        // the floor finds what they say.
        if getrandom::fill(&mut bytes).is_err() {
            bytes[..8].copy_from_slice(&now.0.to_le_bytes());
        }
        Self {
            name: format!("{:032x}", u128::from_le_bytes(bytes)),
            pending: Mutex::default(),
            bell: Notify::new(),
            // Not until it has heard itself once.
            heard: AtomicI64::new(now.plus_ms(-DEAF_MS).0),
            looked: AtomicI64::new(now.0),
        }
    }

    /// Says these as soon as possible.
    pub(crate) fn put(&self, words: impl Iterator<Item = Word>) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let mut any = false;
        for word in words {
            pending.put(word);
            any = true;
        }
        drop(pending);
        if any {
            self.bell.notify_one();
        }
    }

    fn take(&self) -> Vec<Word> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether what is said arrives, as far as this server can hear itself.
    pub(crate) fn is_heard(&self, now: Timestamp) -> bool {
        now.since_ms(Timestamp(self.heard.load(Ordering::Relaxed))) < DEAF_MS
    }

    /// The database has answered whose rights have ended, asked at this time.
    pub(crate) fn looked(&self, now: Timestamp) {
        self.looked.store(now.0, Ordering::Relaxed);
    }

    fn is_blind(&self, now: Timestamp) -> bool {
        now.since_ms(Timestamp(self.looked.load(Ordering::Relaxed))) > BLIND_MS
    }
}

impl Live {
    /// Joins the other servers on the same database, until `stop`. Does nothing where there can be none. To be called once, in a runtime.
    pub fn join_others(self: &Arc<Self>, config: &BusConfig, stop: &CancellationToken) {
        let storage = self.services().storage();
        if !storage.is_shared() {
            return;
        }
        let bus = match config.nats() {
            [] => Bus::Postgres(storage.clone()),
            servers => Bus::Nats(nats::Nats::new(servers, storage.epoch())),
        };
        let outgoing = Arc::new(Outgoing::new(self.services().clock().steady()));
        if self.outgoing.set(outgoing.clone()).is_err() {
            return;
        }
        self.hub().note_turns();
        let until = |task: futures::future::BoxFuture<'static, ()>| {
            let stop = stop.clone();
            tokio::spawn(async move {
                // Being dropped is all that is asked of it. Until then commits are told, also while the server drains.
                let _ = stop.run_until_cancelled_owned(task).await;
            });
        };
        until(Box::pin(speak(outgoing.clone(), bus.clone())));
        until(Box::pin(listen(self.clone(), outgoing.clone(), bus)));
        until(Box::pin(floor::look_for_ever(self.clone(), outgoing)));
    }

    /// Whether the rights of those who are connected here may have ended elsewhere without anybody here knowing it, because the database
    /// has not answered for longer than [`BLIND_MS`]. What a database is not needed for, telling who types and who is
    /// there, must not be done then either (I9).
    pub(crate) fn is_blind(&self) -> bool {
        let now = self.services().clock().steady();
        self.outgoing.get().is_some_and(|outgoing| outgoing.is_blind(now))
    }

    /// Tells the other servers, if there are any.
    pub(crate) fn say(&self, word: Word) {
        if let Some(outgoing) = self.outgoing.get() {
            outgoing.put(std::iter::once(word));
        }
    }
}

/// Says what there is to say, and that it is alive when there is nothing.
async fn speak(outgoing: Arc<Outgoing>, bus: Bus) {
    let mut told = false;
    loop {
        let why = match bus.voice().await {
            Ok(mut voice) => {
                told = false;
                say_all(&outgoing, &mut voice).await
            }
            Err(why) => why,
        };
        if !std::mem::replace(&mut told, true) {
            tracing::warn!("Other servers are not told at once what happens here: {why}");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Until it cannot. What was about to be said then is lost; the floor finds it.
async fn say_all(outgoing: &Outgoing, voice: &mut Voice) -> Trouble {
    loop {
        // Nothing to say for so long is worth saying.
        if timeout(ALIVE_EVERY, outgoing.bell.notified()).await.is_ok() {
            tokio::time::sleep(GATHER).await;
        }
        for envelope in word::write(&outgoing.name, &outgoing.take(), WAKE_BYTES_MAX) {
            if let Err(why) = voice.say(envelope).await {
                return why;
            }
        }
    }
}

/// Hears what is said, by itself too: that is how it knows that it is heard.
async fn listen(live: Arc<Live>, outgoing: Arc<Outgoing>, bus: Bus) {
    let mut told = false;
    loop {
        let why = match bus.ears().await {
            Ok(mut ears) => {
                if told {
                    tracing::info!("Other servers are heard again");
                }
                told = false;
                // What was said before is not known.
                live.doubt();
                hear_all(&live, &outgoing, &mut ears).await
            }
            Err(why) => why,
        };
        if !std::mem::replace(&mut told, true) {
            tracing::warn!("Other servers are not heard, and looked after every two seconds instead: {why}");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear_all(live: &Arc<Live>, outgoing: &Outgoing, ears: &mut Ears) -> Trouble {
    loop {
        let envelope = match timeout(GIVE_UP, ears.hear()).await {
            Ok(Ok(Some(envelope))) => envelope,
            Ok(Ok(None)) => return "the connection was lost".to_owned(),
            Ok(Err(why)) => return why,
            Err(_) => return "it is silent".to_owned(),
        };
        let Some((from, words)) = word::read(&envelope) else { continue };
        if from == outgoing.name {
            let now = live.services().clock().steady();
            outgoing.heard.store(now.0, Ordering::Relaxed);
        } else {
            live.heard(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_thousand_messages_are_one_word_and_rights_go_first() {
        let mut pending = Pending::default();
        let (conv, store) = (ConversationId(Uuid::from_u128(1)), StoreId(Uuid::from_u128(2)));
        for n in [5, 9, 7] {
            pending.put(Word::Log {
                conv,
                aud: Audience::All,
                head: Seq(n),
            });
            pending.put(Word::Inbox { store });
        }
        let typing = Word::Typing {
            conv,
            side: model::party::Side::Desk,
            on: true,
            name: None,
        };
        pending.put(typing.clone());
        pending.put(Word::Closed { store });
        let log = Word::Log {
            conv,
            aud: Audience::All,
            head: Seq(9),
        };
        assert_eq!(pending.take(), [Word::Closed { store }, typing, log, Word::Inbox { store }]);
        assert!(pending.take().is_empty());
    }

    #[test]
    fn whoever_does_not_hear_of_rights_for_ten_seconds_is_blind_until_they_do() {
        let at = |ms| Timestamp(1_000_000 + ms);
        let outgoing = Outgoing::new(at(0));
        assert!(!outgoing.is_blind(at(BLIND_MS)));
        assert!(outgoing.is_blind(at(BLIND_MS + 1)));
        outgoing.looked(at(BLIND_MS + 5));
        assert!(!outgoing.is_blind(at(2 * BLIND_MS)));
    }

    #[test]
    fn a_bus_that_is_away_fills_no_memory() {
        let mut pending = Pending::default();
        for n in 0..10_000 {
            pending.put(Word::Here {
                conv: ConversationId(Uuid::from_u128(n)),
                side: model::party::Side::Desk,
                on: true,
                ask: false,
            });
        }
        assert_eq!(pending.take().len(), WORDS_MAX);
        let log = |n, head| Word::Log {
            conv: ConversationId(Uuid::from_u128(n)),
            aud: Audience::All,
            head: Seq(head),
        };
        for n in 0..30_000 {
            pending.put(log(n, 1));
            pending.put(Word::Inbox {
                store: StoreId(Uuid::from_u128(n)),
            });
        }
        pending.put(log(7, 2));
        let words = pending.take();
        assert_eq!(words.len(), 2 * KNOWN_MAX);
        assert!(words.contains(&log(7, 2)), "what waits already says the newest");
    }

    #[test]
    fn whoever_does_not_hear_itself_is_not_heard() {
        let outgoing = Outgoing::new(Timestamp(10_000));
        assert!(!outgoing.is_heard(Timestamp(10_000)), "it has just begun");
        outgoing.heard.store(10_000, Ordering::Relaxed);
        assert!(outgoing.is_heard(Timestamp(10_000 + DEAF_MS - 1)));
        assert!(!outgoing.is_heard(Timestamp(10_000 + DEAF_MS)));
    }
}
