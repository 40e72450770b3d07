//! The history at the size it is built for: a database is filled through the real migrations, and then asked through the real verbs, as
//! the desk asks. It says how long the answers took beside the reading of one row; judging is left to the reader.
//!
//! What is filled in bulk is first compared, row by row, with what the verbs write ([`check`]). Only SQLite is measured here. Not filled,
//! because nothing measured reads it: the sessions of visitors, and the letters that offline messages send.

mod ask;
mod cast;
mod check;
mod fill;
mod long;
mod plot;
mod report;
mod rows;
mod vocabulary;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use service::{Clock, Services};
use storage::{Engine, Storage};

use self::{ask::Asker, cast::Cast, plot::Plan, report::Report};
use crate::Result;

/// Measure the history and the search at full size.
#[derive(Args)]
pub(crate) struct History {
    /// An empty folder for the database; it stays when the run ends.
    #[arg(long)]
    folder: PathBuf,
    /// Where the numbers go.
    #[arg(long)]
    json: PathBuf,
    /// Conversations of all stores together; a fifth of them is one store's.
    #[arg(long, default_value_t = 1_000_000)]
    conversations: usize,
    /// Messages of one chat, on average.
    #[arg(long, default_value_t = 20)]
    messages_each: usize,
    /// Messages of the one long conversation.
    #[arg(long, default_value_t = 10_000)]
    long: usize,
    /// How often each question is asked, each time about something else.
    #[arg(long, default_value_t = 300)]
    repetitions: usize,
}

impl History {
    pub(crate) async fn run(self) -> Result<()> {
        eprintln!("bench: comparing what is filled in with what the verbs write");
        let compared = check::same_rows(&self.folder.join("check.db")).await?;
        eprintln!("bench: {compared} rows are the same");

        let path = self.folder.join("vitrine.db");
        let services = opened(&path, Clock::system()).await?;
        let cast = Arc::new(Cast::assemble(&services, cast::STORES).await?);
        // The filling needs the file for itself: it is given back when the last handle is gone.
        drop(services);
        let plan = Plan {
            conversations: self.conversations,
            messages_each: self.messages_each,
        };
        let begun = Instant::now();
        let filled = fill::fill(&path, &cast, plan).await?;
        let filled_in = begun.elapsed();

        let services = reopened(&path).await?;
        eprintln!("bench: writing a conversation of {} messages through the verbs", self.long);
        let long = long::write(&services, &cast, self.long).await?;
        let bytes = std::fs::metadata(&path)?.len();
        eprintln!("bench: reading the file once, as if the server had run for a while");
        std::io::copy(&mut std::fs::File::open(&path)?, &mut std::io::sink())?;
        let mut asker = Asker::new(&services, &cast, &filled.samples, self.repetitions);
        let answers = asker.everything(&long).await?;

        let report = Report {
            conversations: filled.conversations,
            messages: filled.messages,
            stores: cast.stores.len(),
            largest_store: filled.largest_store,
            long: self.long,
            repetitions: self.repetitions,
            compared_rows: compared,
            filled_in_s: filled_in.as_secs(),
            database_bytes: bytes,
            search_index_bytes: filled.search_index_bytes,
            answers,
        };
        std::fs::write(&self.json, serde_json::to_vec_pretty(&report)?)?;
        print!("{}", report.markdown());
        Ok(())
    }
}

/// A database as the product opens it.
async fn opened(path: &Path, clock: Clock) -> Result<Services> {
    let storage = Storage::open(Engine::Sqlite(path.to_owned())).await?;
    Ok(Services::new(storage, clock, "http://127.0.0.1".to_owned()))
}

/// The same, once the one who filled it has let go of it.
async fn reopened(path: &Path) -> Result<Services> {
    let mut tries = 0;
    loop {
        match opened(path, Clock::system()).await {
            Ok(services) => return Ok(services),
            Err(why) if tries == 100 => return Err(why),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
