//! What the product must carry: the rows L1 to L10 of `faults.md` that need no floor, each on an installation of its own. L2 is measured
//! beside the floor (`beside`), L4 is the history.
//!
//! A row that fails does not hide the others: it is named, with the reason, and so is what this machine could not run.

mod burst;
mod idle;
mod logins;
mod nodes;
mod office;
mod slow;
mod soak;
mod stage;
mod storm;
mod uploads;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    Result,
    figure::{self, Figure},
    place::Place,
    probe::files_max,
    report::Latency,
    vitrine::Shop,
};

/// Files that are open besides the sockets.
const OTHER_FILES: usize = 1_000;
/// Clients may take so long to come, all together.
const COMING: Duration = Duration::from_mins(3);

/// A row of what must be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Bar {
    /// L1: silent sockets.
    Idle,
    /// L3: a burst.
    Burst,
    /// L5: everybody comes back at once.
    Storm,
    /// L6: two nodes on one PostgreSQL.
    Nodes,
    /// L7: pictures beside the chat.
    Uploads,
    /// L8: sign-ins beside the chat.
    Logins,
    /// L9: for a long time, with connections that drop.
    Soak,
    /// L10: readers that do not read.
    Slow,
    /// A back office with two hundred open conversations.
    Office,
}

impl Bar {
    /// Its name in `faults.md`.
    fn row(self) -> &'static str {
        match self {
            Self::Idle => "L1",
            Self::Burst => "L3",
            Self::Storm => "L5",
            Self::Nodes => "L6",
            Self::Uploads => "L7",
            Self::Logins => "L8",
            Self::Soak => "L9",
            Self::Slow => "L10",
            Self::Office => "office",
        }
    }
}

/// Measure what Vitrine carries.
#[derive(Args)]
pub(crate) struct Bars {
    /// The release executable.
    #[arg(long)]
    vitrine: PathBuf,
    /// Where the numbers go.
    #[arg(long)]
    json: PathBuf,
    /// A PostgreSQL server on which each row gets a database of its own; without it each has a SQLite file.
    #[arg(long)]
    postgres: Option<String>,
    /// Only these rows.
    #[arg(long, value_enum, num_args = 1..)]
    only: Vec<Bar>,
    /// Clients of the silent and the returning crowd.
    #[arg(long, default_value_t = 10_000)]
    clients: usize,
    /// Visitors who chat in the other rows.
    #[arg(long, default_value_t = 2_000)]
    visitors: usize,
    /// People at the desk in the other rows.
    #[arg(long, default_value_t = 100)]
    staff: usize,
    /// Seconds of one part of a row.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Seconds of silence.
    #[arg(long, default_value_t = 60)]
    idle_seconds: u32,
    /// Seconds of the long run.
    #[arg(long, default_value_t = 300)]
    soak_seconds: u32,
    /// How often the server is killed.
    #[arg(long, default_value_t = 5)]
    storms: usize,
    /// Pictures that are given.
    #[arg(long, default_value_t = 100)]
    uploads: usize,
    /// Sockets that do not read.
    #[arg(long, default_value_t = 1_000)]
    slow: usize,
}

/// What a row found.
#[derive(Default)]
struct Found {
    figures: Vec<Figure>,
    /// What could not be run here, or not as it should.
    missing: Vec<String>,
}

impl Found {
    fn add(&mut self, figure: Figure) {
        eprint!("bench: {}", figure.row());
        self.figures.push(figure);
    }

    /// The middle and the slowest of a hundred, of which at most so many milliseconds are asked.
    fn latency(&mut self, bar: &'static str, what: &str, times: Vec<f64>, p99_at_most: Option<f64>) -> Latency {
        let counted = times.len();
        let latency = Latency::of(times);
        self.add(Figure::new(bar, format!("{what}, p50 of {counted}"), latency.p50_ms, "ms"));
        let slow = Figure::new(bar, format!("{what}, p99"), latency.p99_ms, "ms");
        self.add(match p99_at_most {
            Some(most) => slow.at_most(most),
            None => slow,
        });
        latency
    }
}

impl Bars {
    pub(crate) async fn run(self) -> Result<()> {
        let (mut all, mut failed) = (Found::default(), Vec::new());
        for bar in Bar::value_variants() {
            if !self.only.is_empty() && !self.only.contains(bar) {
                continue;
            }
            let row = bar.row();
            eprintln!("bench: {row} on {}", self.place_name());
            let begun = Instant::now();
            match self.measure(*bar).await {
                Ok(found) => {
                    all.figures.extend(found.figures);
                    all.missing.extend(found.missing.iter().map(|what| format!("{row}: {what}")));
                }
                Err(why) => {
                    eprintln!("bench: {row} FAILED: {why}");
                    failed.push(format!("{row}: {why}"));
                }
            }
            eprintln!("bench: {row} took {} s", begun.elapsed().as_secs());
        }
        let numbers = json!({
            "place": self.place_name(),
            "figures": &all.figures,
            "missing": &all.missing,
            "failed": &failed,
        });
        std::fs::write(&self.json, serde_json::to_vec_pretty(&numbers)?)?;
        print!("{}", self.markdown(&all, &failed));
        Ok(())
    }

    async fn measure(&self, bar: Bar) -> Result<Found> {
        match bar {
            Bar::Idle => Box::pin(idle::measure(self)).await,
            Bar::Burst => Box::pin(burst::measure(self)).await,
            Bar::Storm => Box::pin(storm::measure(self)).await,
            Bar::Nodes => Box::pin(nodes::measure(self)).await,
            Bar::Uploads => Box::pin(uploads::measure(self)).await,
            Bar::Logins => Box::pin(logins::measure(self)).await,
            Bar::Soak => Box::pin(soak::measure(self)).await,
            Bar::Slow => Box::pin(slow::measure(self)).await,
            Bar::Office => Box::pin(office::measure(self)).await,
        }
    }

    fn place_name(&self) -> &'static str {
        if self.postgres.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// A new installation, stopped, and the folder that it lives in.
    async fn shop(&self, staff: usize) -> Result<(Shop, TempDir)> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let place = Place::new(&data, self.postgres.as_deref()).await?;
        let shop = Shop::set_up(&self.vitrine, &data, place, staff).await?;
        Ok((shop, folder))
    }

    /// As many clients as are wanted and as this machine lets a process have.
    fn clients(&self, found: &mut Found) -> Result<usize> {
        let possible = files_max()?.saturating_sub(OTHER_FILES);
        if possible < self.clients {
            found.missing.push(format!(
                "{} clients instead of {}, because a process may have no more open files here (ulimit -n)",
                possible, self.clients
            ));
        }
        Ok(possible.min(self.clients))
    }

    fn part(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds))
    }

    fn markdown(&self, all: &Found, failed: &[String]) -> String {
        let table = figure::table(&all.figures);
        let list = |title: &str, lines: &[String]| {
            if lines.is_empty() {
                return String::new();
            }
            format!("\n{title}\n\n* {}\n", lines.join("\n* "))
        };
        format!(
            "{}. {} visitors and {} people at the desk where nothing else is said, {} s for each part of a row; {} clients are silent or come \
             back.\n\n{table}{}{}",
            self.place_name(),
            self.visitors,
            self.staff,
            self.seconds,
            self.clients,
            list("Not run here, or not as it should be:", &all.missing),
            list("Failed:", failed),
        )
    }
}

/// As people read memory.
fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1_024.0 * 1_024.0)
}
