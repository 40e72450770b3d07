//! `cargo xtask bench history`: the history and the search at the size they are built for, kept in `docs/results/` like the rest. Here is
//! only where the database goes and whether there is room for it; filling and asking are the crate `bench`.

use std::{path::Path, process::Command};

use clap::Args;
use serde_json::Value;

use super::{compile, keep};
use crate::{
    files,
    postgres::Cluster,
    steps::{Outcome, note, output, step},
};

/// What a message takes with its place in the log, in both indexes of it and in the search; and a conversation beside its messages.
/// Measured, with a third more.
const MESSAGE_BYTES: u64 = 650;
const CONVERSATION_BYTES: u64 = 2_500;
/// How much more it is on PostgreSQL, with its log, and while the index of the words is made.
const POSTGRES_TIMES: u64 = 2;

/// Fill a database and ask it what the desk asks.
#[derive(Args)]
pub(super) struct History {
    /// In a PostgreSQL that is started for it, instead of a SQLite file.
    #[arg(long)]
    postgres: bool,
    /// Conversations of all stores together.
    #[arg(long, default_value_t = 1_000_000)]
    conversations: u64,
    /// Messages of one chat, on average.
    #[arg(long, default_value_t = 20)]
    messages_each: u64,
    /// Messages of the one long conversation.
    #[arg(long, default_value_t = 10_000)]
    long: u64,
    /// How often each question is asked.
    #[arg(long, default_value_t = 300)]
    repetitions: u64,
}

impl History {
    pub(super) fn run(self) -> Outcome {
        compile()?;
        let (table, numbers) = self.measure()?;
        println!("\n{table}");
        let kind = if self.postgres { "-history-postgres" } else { "-history" };
        keep(kind, "The history, ", &format!(".\n\n{table}"), [("history", numbers)])
    }

    /// So many conversations as one part of everything.
    pub(super) fn of(conversations: u64, postgres: bool) -> Self {
        Self {
            postgres,
            conversations,
            messages_each: 20,
            long: 10_000,
            repetitions: 300,
        }
    }

    /// Fills and asks; the table, and the numbers. Nothing of it stays on the disk.
    pub(super) fn measure(&self) -> Outcome<(String, Value)> {
        let folder = files::target().join("bench-history");
        files::remove_folder(&folder)?;
        files::make_folder(&folder)?;
        let mut needed = self.conversations * (self.messages_each * MESSAGE_BYTES + CONVERSATION_BYTES);
        if self.postgres {
            needed *= POSTGRES_TIMES;
        }
        // Where the cluster is made, or the file.
        let place = if self.postgres { std::env::temp_dir() } else { folder.clone() };
        enough(&place, needed)?;
        let cluster = if self.postgres { Some(Cluster::start_durable()?) } else { None };
        let measured = self.ask(&folder, cluster.as_ref());
        files::remove_folder(&folder)?;
        measured
    }

    fn ask(&self, folder: &Path, cluster: Option<&Cluster>) -> Outcome<(String, Value)> {
        let numbers = folder.join("numbers.json");
        let mut bench = Command::new(files::target().join("release/bench"));
        bench
            .arg("history")
            .arg("--folder")
            .arg(folder)
            .arg("--json")
            .arg(&numbers)
            .args(["--conversations", &self.conversations.to_string()])
            .args(["--messages-each", &self.messages_each.to_string()])
            .args(["--long", &self.long.to_string()])
            .args(["--repetitions", &self.repetitions.to_string()]);
        if let Some(cluster) = cluster {
            bench.args(["--postgres", &cluster.url()]);
        }
        let table = step("bench: the history", || output(&mut bench))?;
        let numbers = serde_json::from_slice(&files::read(&numbers)?).map_err(|e| format!("{}: {e}", numbers.display()))?;
        Ok((table, numbers))
    }
}

/// Refuses to begin what would end with a full disk.
fn enough(folder: &Path, needed: u64) -> Outcome {
    let told = output(Command::new("df").arg("-Pk").arg(folder))?;
    let free = free_bytes(&told).ok_or_else(|| format!("`df` said what cannot be read:\n{told}"))?;
    let mib = |bytes: u64| bytes / (1024 * 1024);
    note(&format!(
        "about {} MiB are needed for a while, {} MiB are free",
        mib(needed),
        mib(free)
    ));
    if free > needed {
        Ok(())
    } else {
        Err("the disk does not suffice; ask for fewer with --conversations".to_owned())
    }
}

/// What `df -Pk` calls available, in its second line.
fn free_bytes(told: &str) -> Option<u64> {
    let kib: u64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_read_from_the_second_line() {
        let told =
            "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/vda         264113064 55000000  40000000      58% /\n";
        assert_eq!(free_bytes(told), Some(40_000_000 * 1024));
        assert_eq!(free_bytes("nothing"), None);
    }
}
