//! Fills a database that the migrations made, in bulk: one thread tells the stories, another one writes them. Nothing waits for the disk
//! and nothing could be undone; a run that fails begins anew. The indexes are there from the start, as they are in the product, but for
//! the one that PostgreSQL finds words with (`target`).

use std::{sync::Arc, time::Instant};

use model::{
    history::HistoryPlace,
    id::{ConversationId, VisitorId},
    time::Timestamp,
};
use tokio::{
    sync::mpsc::{self, Sender},
    task::spawn_blocking,
};

use super::{
    cast::Cast,
    plot::{CODE, Plan, Story, Teller},
    rows::{Filled, Rows},
    target::{Kind, Target},
};
use crate::Result;

/// Conversations of one transaction.
const AT_ONCE: usize = 20_000;
/// Statements that may wait to be written.
const QUEUE: usize = 256;
/// Conversations that are remembered, to be asked for later.
const SAMPLES: usize = 20_000;
const LAST_GUEST: &str = "UPDATE store SET last_guest = $2 WHERE id = $1";

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
    pub(crate) database_bytes: i64,
    pub(crate) samples: Vec<Sample>,
    guests: Vec<i64>,
}

enum Step {
    Insert(Filled),
    /// So many conversations are complete.
    Commit(usize),
}

/// Fills the database, which nobody else uses meanwhile.
pub(crate) async fn fill(mut database: Target, cast: &Arc<Cast>, plan: Plan) -> Result<Contents> {
    let (steps, mut queue) = mpsc::channel(QUEUE);
    let kind = database.kind();
    let told = spawn_blocking({
        let cast = Arc::clone(cast);
        move || tell(kind, &cast, plan, &steps)
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
        database.set(LAST_GUEST, house.id.0, *guest).await?;
    }
    database.execute("COMMIT").await?;
    eprintln!("bench: making it ready");
    database.make_ready().await?;
    (contents.search_index_bytes, contents.database_bytes) = database.bytes().await?;
    database.close().await?;
    Ok(contents)
}

fn tell(kind: Kind, cast: &Cast, plan: Plan, steps: &Sender<Step>) -> Result<Contents> {
    let mut teller = Teller::new(plan, cast.stores.len());
    let mut rows = Rows::new(kind, cast.stores.len(), 0);
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
