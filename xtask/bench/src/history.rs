//! The history at the size it is built for: a database is filled through the real migrations, and then asked through the real verbs, as
//! the desk asks. It says how long the answers took beside the reading of one row; judging is left to the reader.
//!
//! What is filled in bulk is first compared, row by row, with what the verbs write ([`check`]). Not filled, because nothing measured reads
//! it: the sessions of visitors, and the letters that offline messages send.

mod ask;
mod cast;
mod check;
mod fill;
mod long;
mod plot;
mod report;
mod rows;
mod target;
mod vocabulary;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::json;
use service::{Clock, Services};

use self::{ask::Asker, cast::Cast, plot::Plan, report::Report, target::Target};
use crate::{Result, place::Place};

/// Measure the history and the search at full size.
#[derive(Args)]
pub(crate) struct History {
    /// An empty folder for the database; it stays when the run ends.
    #[arg(long)]
    folder: PathBuf,
    /// Where the numbers go.
    #[arg(long)]
    json: PathBuf,
    /// A PostgreSQL server, as its superuser, on which a database is made instead; it stays as long as the server.
    #[arg(long)]
    postgres: Option<String>,
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
        let server = self.postgres.as_deref();
        let compared = check::same_rows(&self.place("check.db").await?, server).await?;
        eprintln!("bench: {compared} rows are the same");

        let place = self.place("vitrine.db").await?;
        let services = opened(&place, Clock::system()).await?;
        let cast = Arc::new(Cast::assemble(&services, cast::STORES).await?);
        // The filling needs the file for itself: it is given back when the last handle is gone.
        drop(services);
        let plan = Plan {
            conversations: self.conversations,
            messages_each: self.messages_each,
        };
        let begun = Instant::now();
        let target = Target::open_alone(&place, server).await?;
        let filled = fill::fill(target, &cast, plan).await?;
        let filled_in = begun.elapsed();

        let services = reopened(&place).await?;
        eprintln!("bench: writing a conversation of {} messages through the verbs", self.long);
        let long = long::write(&services, &cast, self.long).await?;
        if let Place::Sqlite(file) = &place {
            eprintln!("bench: reading the file once, as if the server had run for a while");
            std::io::copy(&mut std::fs::File::open(file)?, &mut std::io::sink())?;
        }
        let mut asker = Asker::new(&services, &cast, &filled.samples, self.repetitions);
        let answers = asker.everything(&long).await?;

        let report = Report {
            place: place.name(),
            warmed: matches!(place, Place::Sqlite(_)),
            conversations: filled.conversations,
            messages: filled.messages,
            stores: cast.stores.len(),
            largest_store: filled.largest_store,
            long: self.long,
            repetitions: self.repetitions,
            compared_rows: compared,
            filled_in_s: filled_in.as_secs(),
            database_bytes: filled.database_bytes,
            search_index_bytes: filled.search_index_bytes,
            answers,
        };
        let numbers = json!({ "report": &report, "figures": report.figures() });
        std::fs::write(&self.json, serde_json::to_vec_pretty(&numbers)?)?;
        print!("{}", report.markdown());
        Ok(())
    }

    async fn place(&self, file: &str) -> Result<Place> {
        Ok(match &self.postgres {
            None => Place::Sqlite(self.folder.join(file)),
            Some(server) => Place::Postgres(storage::fresh_database(server).await?),
        })
    }
}

/// A database as the product opens it.
async fn opened(place: &Place, clock: Clock) -> Result<Services> {
    Ok(Services::new(place.open().await?, clock, "http://127.0.0.1".to_owned()))
}

/// The same, once the one who filled it has let go of it.
async fn reopened(place: &Place) -> Result<Services> {
    let mut tries = 0;
    loop {
        match opened(place, Clock::system()).await {
            Ok(services) => return Ok(services),
            Err(why) if tries == 100 => return Err(why),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
