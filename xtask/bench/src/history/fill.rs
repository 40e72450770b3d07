//! Fills a database that the migrations made, in bulk: one thread tells the stories, another one writes them. Nothing waits for the disk
//! and nothing could be undone; a run that fails begins anew. The indexes are there from the start, as they are in the product.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    history::HistoryPlace,
    id::{ConversationId, VisitorId},
    time::Timestamp,
};
use sqlx::{
    ConnectOptions, Connection, Executor, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous},
};
use tokio::{
    sync::mpsc::{self, Sender},
    task::spawn_blocking,
};

use super::{
    cast::Cast,
    plot::{CODE, Plan, Story, Teller},
    rows::{Filled, Rows},
};
use crate::Result;

/// Conversations of one transaction.
const AT_ONCE: usize = 20_000;
/// Statements that may wait to be written.
const QUEUE: usize = 256;
/// Conversations that are remembered, to be asked for later.
const SAMPLES: usize = 20_000;
/// Words in memory before the search index writes them: 64 MiB while it is filled, then SQLite's own 1 MiB again.
const WORDS_IN_MEMORY: &str = "INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 67108864)";
const WORDS_AS_ALWAYS: &str = "INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 1048576)";
const INDEX_BYTES: &str = "SELECT SUM(LENGTH(block)) FROM search_text_data";
const LAST_GUEST: &str = "UPDATE store SET last_guest = $2 WHERE id = $1";
/// How long the one who made the database may take to let go of it.
const LET_GO: Duration = Duration::from_secs(30);

/// Some conversations, and what they can be found by.
pub(crate) struct Sample {
    pub(crate) store: usize,
    pub(crate) conversation: ConversationId,
    pub(crate) visitor: VisitorId,
    pub(crate) offline: bool,
    pub(crate) member: bool,
    pub(crate) name: Option<String>,
    /// Where it would stand in the table.
    pub(crate) place: HistoryPlace,
    /// When something last happened in it.
    pub(crate) last_event_at: Timestamp,
    /// A word that nobody else says.
    pub(crate) code: Option<String>,
}

/// What there is now.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) conversations: usize,
    pub(crate) messages: usize,
    pub(crate) largest_store: usize,
    pub(crate) search_index_bytes: i64,
    pub(crate) samples: Vec<Sample>,
    guests: Vec<i64>,
}

enum Step {
    Insert(Filled),
    /// So many conversations are complete.
    Commit(usize),
}

/// Fills the database.
pub(crate) async fn fill(path: &Path, cast: &Arc<Cast>, plan: Plan) -> Result<Contents> {
    let mut database = alone(path).await?;
    database.execute(WORDS_IN_MEMORY).await?;
    let (steps, mut queue) = mpsc::channel(QUEUE);
    let told = spawn_blocking({
        let cast = Arc::clone(cast);
        move || tell(&cast, plan, &steps)
    });
    let begun = Instant::now();
    database.execute("BEGIN").await?;
    while let Some(step) = queue.recv().await {
        match step {
            Step::Insert(filled) => filled.insert(&mut database).await?,
            Step::Commit(conversations) => {
                database.execute("COMMIT").await?;
                eprintln!(
                    "bench: {conversations} of {} conversations after {} s",
                    plan.conversations,
                    begun.elapsed().as_secs()
                );
                database.execute("BEGIN").await?;
            }
        }
    }
    let mut contents = told.await??;
    for (house, guest) in cast.stores.iter().zip(&contents.guests) {
        sqlx::query(LAST_GUEST).bind(house.id.0).bind(*guest).execute(&mut database).await?;
    }
    database.execute("COMMIT").await?;
    database.execute(WORDS_AS_ALWAYS).await?;
    contents.search_index_bytes = sqlx::query_scalar(INDEX_BYTES).fetch_one(&mut database).await?;
    database.close().await?;
    Ok(contents)
}

/// The only connection there is, as fast as it can be.
async fn alone(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .locking_mode(SqliteLockingMode::Exclusive)
        .foreign_keys(false)
        .pragma("cache_size", "-1000000")
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let begun = Instant::now();
    loop {
        // Leaving the write-ahead log needs the file for itself.
        match options.connect().await {
            Ok(mut database) => {
                let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut database).await?;
                if journal == "off" {
                    return Ok(database);
                }
                database.close().await?;
            }
            Err(why) if begun.elapsed() > LET_GO => return Err(why.into()),
            Err(_) => {}
        }
        if begun.elapsed() > LET_GO {
            return Err("the database is still in use".into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn tell(cast: &Cast, plan: Plan, steps: &Sender<Step>) -> Result<Contents> {
    let mut teller = Teller::new(plan, cast.stores.len());
    let mut rows = Rows::new(cast.stores.len(), 0);
    let mut contents = Contents::default();
    let every = (plan.conversations / SAMPLES).max(1);
    let gone = |_| "the writer has ended";
    while let Some(story) = teller.another() {
        let (conversation, visitor) = rows.write(cast, &story, &mut teller.rng)?;
        if contents.conversations.is_multiple_of(every) {
            contents.samples.push(sample(&story, conversation, visitor));
        }
        contents.conversations += 1;
        contents.messages += story.says.len();
        contents.largest_store += usize::from(story.store == 0);
        for filled in rows.full() {
            steps.blocking_send(Step::Insert(filled)).map_err(gone)?;
        }
        if contents.conversations.is_multiple_of(AT_ONCE) {
            steps.blocking_send(Step::Commit(contents.conversations)).map_err(gone)?;
        }
    }
    contents.guests.clone_from(&rows.guests);
    for filled in rows.rest() {
        steps.blocking_send(Step::Insert(filled)).map_err(gone)?;
    }
    Ok(contents)
}

fn sample(story: &Story, conversation: ConversationId, visitor: VisitorId) -> Sample {
    let last = story.said_at(story.says.len().saturating_sub(1));
    let code = |text: &String| {
        let word = text
            .rsplit(' ')
            .next()
            .filter(|word| word.starts_with(CODE) && word.len() > CODE.len() + 8);
        word.map(str::to_owned)
    };
    Sample {
        store: story.store,
        conversation,
        visitor,
        offline: story.offline,
        member: story.who.member.is_some(),
        name: story.who.name.clone(),
        place: HistoryPlace {
            saved: false,
            name: story.who.name.as_deref().unwrap_or_default().to_lowercase(),
            at: Timestamp(last),
            id: conversation,
        },
        last_event_at: Timestamp(if story.offline { last } else { story.ended_at() }),
        code: story.says.iter().find_map(code),
    }
}
