//! Vitrine beside the floor: cold starts, the same load in turns, and what each takes when everybody talks.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use model::id::ConversationId;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Result,
    load::{Load, Samples, Scene},
    place::Place,
    process::{self, Server},
    report::{Measured, Pair, Report},
    saturation::saturate,
    socket,
    vitrine::{Shop, Sockets, shares},
};

/// How often a cold start is repeated; the middle one counts.
const STARTS: usize = 5;

/// Measure both servers, in turns.
#[derive(Args)]
pub(crate) struct Run {
    /// The release executable.
    #[arg(long)]
    vitrine: PathBuf,
    /// Where the numbers go.
    #[arg(long)]
    json: PathBuf,
    /// A PostgreSQL server on which both get a database of their own; without it both have a SQLite file.
    #[arg(long)]
    postgres: Option<String>,
    /// How many conversations, each with a shopper's socket of its own.
    #[arg(long, default_value_t = 200)]
    conversations: usize,
    /// People at the desk.
    #[arg(long, default_value_t = 1)]
    staff: usize,
    /// Messages per second over all conversations.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// How long each turn lasts.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// How many turns each server gets.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    /// How long everybody talks as fast as is answered, afterwards; 0 leaves that out.
    #[arg(long, default_value_t = 0)]
    saturate: u32,
}

impl Run {
    pub(crate) async fn run(self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (floor_data, vitrine_data) = (folder.path().join("floor"), folder.path().join("vitrine"));
        std::fs::create_dir(&floor_data)?;
        std::fs::create_dir(&vitrine_data)?;
        let postgres = self.postgres.as_deref();
        let floor_command = floor_command(&floor_data, postgres).await?;
        eprintln!("bench: setting up");
        let place = Place::new(&vitrine_data, postgres).await?;
        let name = place.name();
        let shop = Shop::set_up(&self.vitrine, &vitrine_data, place, self.staff).await?;
        let vitrine_command = |listen: SocketAddr| shop.command(listen);

        // A floor without a database has nothing to open: the first start makes it.
        Server::start(&floor_command).await?.stop().await?;
        eprintln!("bench: cold starts");
        let (floor, floor_start) = cold_start(&floor_command).await?;
        let (vitrine, vitrine_start) = cold_start(&vitrine_command).await?;

        eprintln!("bench: opening {} conversations on each", self.conversations);
        let mut floor_scene = scene(floor_sockets(&floor, self.conversations, self.staff).await?);
        let mut vitrine_scene = scene(shop.sockets(vitrine.address, self.conversations).await?);
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
        let saturation = if self.saturate > 0 {
            Some(self.saturation(&shop, [&floor, &vitrine]).await?)
        } else {
            None
        };
        floor.stop().await?;
        vitrine.stop().await?;

        let report = Report {
            place: name,
            conversations: self.conversations,
            staff: self.staff,
            rate: self.rate,
            seconds: self.seconds,
            rounds: self.rounds,
            floor: Measured::of(floor_samples, floor_start),
            vitrine: Measured::of(vitrine_samples, vitrine_start),
            saturation,
        };
        let numbers = json!({ "report": &report, "figures": report.figures() });
        std::fs::write(&self.json, serde_json::to_vec_pretty(&numbers)?)?;
        print!("{}", report.markdown());
        Ok(())
    }

    /// New conversations for both: nothing of the turns before is on the way any more.
    async fn saturation(&self, shop: &Shop, [floor, vitrine]: [&Server; 2]) -> Result<Pair> {
        eprintln!("bench: saturating the floor for {} s", self.saturate);
        let sockets = floor_sockets(floor, self.conversations, self.staff).await?;
        let of_floor = saturate(sockets, self.saturate).await?;
        eprintln!("bench: saturating Vitrine for {} s", self.saturate);
        let sockets = shop.sockets(vitrine.address, self.conversations).await?;
        let of_vitrine = saturate(sockets, self.saturate).await?;
        Ok(Pair {
            seconds: self.saturate,
            floor: of_floor,
            vitrine: of_vitrine,
        })
    }
}

async fn floor_command(data: &Path, postgres: Option<&str>) -> Result<impl Fn(SocketAddr) -> tokio::process::Command> {
    let own = std::env::current_exe()?;
    let data = data.to_owned();
    let database = match postgres {
        Some(server) => Some(storage::fresh_database(server).await?),
        None => None,
    };
    Ok(move |listen: SocketAddr| {
        let mut command = process::command(&own, "floor", listen, &data);
        if let Some(address) = &database {
            command.arg("--postgres").arg(address);
        }
        command
    })
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
async fn floor_sockets(server: &Server, conversations: usize, staff: usize) -> Result<Sockets> {
    let ids: Vec<ConversationId> = (0..conversations).map(|_| ConversationId(Uuid::now_v7())).collect();
    let mut sockets = Sockets::default();
    for id in &ids {
        sockets
            .shoppers
            .push((*id, socket::open(server.address, String::new(), &[*id]).await?));
    }
    for some in shares(&ids, staff) {
        sockets
            .desk
            .push((some.to_vec(), socket::open(server.address, String::new(), some).await?));
    }
    Ok(sockets)
}

fn scene(sockets: Sockets) -> Scene {
    Scene::new(sockets.shoppers, sockets.desk.into_iter().map(|(_, socket)| socket).collect())
}
