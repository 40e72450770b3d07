//! Load for Vitrine, and the floor it is measured against: a minimal server that also stores every message durably before it
//! delivers it. Both get the same load from the same client, in turns. And the history at the size it is built for ([`history`]). It
//! reports; judging is left to the reader.
#![expect(
    clippy::disallowed_methods,
    reason = "measuring is reading the clock, and nothing here runs in the product"
)]

mod floor;
mod history;
mod lists;
mod load;
mod process;
mod report;
mod socket;
mod vitrine;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use model::id::ConversationId;
use uuid::Uuid;

use crate::{
    load::{Load, Samples, Scene},
    process::Server,
    report::{Measured, Report},
};

/// What may go wrong is said to a person.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How often a cold start is repeated; the middle one counts.
const STARTS: usize = 5;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure both servers.
    Run(Run),
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
    },
}

#[derive(Args)]
struct Run {
    /// The release executable.
    #[arg(long)]
    vitrine: PathBuf,
    /// Where the numbers go.
    #[arg(long)]
    json: PathBuf,
    /// How many conversations, each with a shopper's socket of its own.
    #[arg(long, default_value_t = 200)]
    conversations: usize,
    /// Messages per second over all conversations.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// How long each turn lasts.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// How many turns each server gets.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(run) => run.run().await,
        Command::History(history) => Box::pin(history.run()).await,
        Command::Lists(lists) => lists.run().await,
        Command::Floor { listen, data } => floor::serve(listen, &data).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

impl Run {
    async fn run(self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (floor_data, vitrine_data) = (folder.path().join("floor"), folder.path().join("vitrine"));
        std::fs::create_dir(&floor_data)?;
        let own = std::env::current_exe()?;
        let floor_command = move |listen: SocketAddr| process::command(&own, "floor", listen, &floor_data);
        eprintln!("bench: setting up");
        let shop = vitrine::set_up(&self.vitrine, &vitrine_data).await?;
        let vitrine_command = |listen: SocketAddr| vitrine::command(&self.vitrine, listen, &vitrine_data);

        // A floor without a database has nothing to open: the first start makes it.
        Server::start(&floor_command).await?.stop().await?;
        eprintln!("bench: cold starts");
        let (floor, floor_start) = cold_start(&floor_command).await?;
        let (vitrine, vitrine_start) = cold_start(&vitrine_command).await?;

        eprintln!("bench: opening {} conversations on each", self.conversations);
        let mut floor_scene = floor_scene(&floor, self.conversations).await?;
        let mut vitrine_scene = shop.open(&vitrine, self.conversations).await?;
        let load = Load {
            rate: self.rate,
            seconds: self.seconds,
        };
        let (mut floor_samples, mut vitrine_samples) = (Samples::default(), Samples::default());
        for round in 1..=self.rounds {
            eprintln!("bench: round {round} of {}, the floor for {} s", self.rounds, self.seconds);
            floor_samples.add(floor_scene.drive(load).await?);
            eprintln!("bench: round {round} of {}, Vitrine for {} s", self.rounds, self.seconds);
            vitrine_samples.add(vitrine_scene.drive(load).await?);
        }
        drop((floor_scene, vitrine_scene));
        floor.stop().await?;
        vitrine.stop().await?;

        let report = Report {
            conversations: self.conversations,
            rate: self.rate,
            seconds: self.seconds,
            rounds: self.rounds,
            floor: Measured::of(floor_samples, floor_start),
            vitrine: Measured::of(vitrine_samples, vitrine_start),
        };
        std::fs::write(&self.json, serde_json::to_vec_pretty(&report)?)?;
        print!("{}", report.markdown());
        Ok(())
    }
}

/// Starts a server several times on its existing database; returns it running, and the middle time to its first answer.
async fn cold_start(command: &impl Fn(SocketAddr) -> tokio::process::Command) -> Result<(Server, f64)> {
    let mut times = Vec::new();
    for _ in 1..STARTS {
        let server = Server::start(command).await?;
        times.push(server.answered_after_ms);
        server.stop().await?;
    }
    let server = Server::start(command).await?;
    times.push(server.answered_after_ms);
    times.sort_by(f64::total_cmp);
    Ok((server, times[STARTS / 2]))
}

/// The floor knows no rules: its conversations are there as soon as somebody follows them.
async fn floor_scene(server: &Server, conversations: usize) -> Result<Scene> {
    let ids: Vec<ConversationId> = (0..conversations).map(|_| ConversationId(Uuid::now_v7())).collect();
    let mut shoppers = Vec::new();
    for id in &ids {
        shoppers.push((*id, socket::open(server.address, String::new(), &[*id]).await?));
    }
    let mut desk = Vec::new();
    for some in ids.chunks(socket::FOLLOWED) {
        desk.push(socket::open(server.address, String::new(), some).await?);
    }
    Ok(Scene::new(shoppers, desk))
}
