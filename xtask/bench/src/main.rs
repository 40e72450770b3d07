//! Load for Vitrine, and the floor it is measured against: a minimal server that also stores every message durably before it
//! delivers it. Both get the same load from the same client, in turns. Then the rows of what it must carry ([`bars`]), without a floor; and
//! the history at the size it is built for ([`history`]). It reports; judging is left to the reader.
#![expect(
    clippy::disallowed_methods,
    reason = "measuring is reading the clock, and nothing here runs in the product"
)]

mod ask;
mod bars;
mod beside;
mod crowd;
mod figure;
mod floor;
mod history;
mod ledger;
mod lists;
mod load;
mod place;
mod probe;
mod process;
mod report;
mod saturation;
mod socket;
mod tab;
mod vitrine;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// What may go wrong is said to a person.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure both servers, in turns.
    Run(beside::Run),
    /// Measure what Vitrine carries.
    Bars(bars::Bars),
    /// Measure the history and the search at full size.
    History(history::History),
    /// Fill the message center of a store.
    Lists(lists::Lists),
    /// Be the floor.
    Floor {
        /// Where to listen.
        #[arg(long)]
        listen: SocketAddr,
        /// Where the database goes.
        #[arg(long)]
        data: PathBuf,
        /// A PostgreSQL for it instead.
        #[arg(long)]
        postgres: Option<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(run) => Box::pin(run.run()).await,
        Command::Bars(bars) => Box::pin(bars.run()).await,
        Command::History(history) => Box::pin(history.run()).await,
        Command::Lists(lists) => lists.run().await,
        Command::Floor { listen, data, postgres } => floor::serve(listen, &data, postgres.as_deref()).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}
