//! `cargo xtask bench history`: the history and the search at the size they are built for, kept in `docs/results/` like the rest. Here is
//! only where the database goes and whether there is room for it; filling and asking are the crate `bench`.

use std::{path::Path, process::Command};

use clap::Args;
use serde_json::Value;

use super::keep;
use crate::{
    files,
    steps::{Outcome, note, output, step},
    tools,
};

/// What a message takes with its place in the log, in both indexes of it and in the search; and a conversation beside its messages.
/// Measured, with a third more.
const MESSAGE_BYTES: u64 = 650;
const CONVERSATION_BYTES: u64 = 2_500;

/// Fill a database and ask it what the desk asks.
#[derive(Args)]
pub(super) struct History {
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
        let folder = files::target().join("bench-history");
        files::remove_folder(&folder)?;
        files::make_folder(&folder)?;
        let needed = self.conversations * (self.messages_each * MESSAGE_BYTES + CONVERSATION_BYTES);
        enough(&folder, needed)?;
        step("bench: compile", || {
            crate::steps::run(tools::cargo().args(["build", "--release", "--package", "bench"]))
        })?;
        let measured = self.measure(&folder);
        files::remove_folder(&folder)?;
        measured
    }

    fn measure(&self, folder: &Path) -> Outcome {
        let numbers = folder.join("numbers.json");
        let table = step("bench: the history", || {
            output(
                Command::new(files::target().join("release/bench"))
                    .arg("history")
                    .arg("--folder")
                    .arg(folder)
                    .arg("--json")
                    .arg(&numbers)
                    .args(["--conversations", &self.conversations.to_string()])
                    .args(["--messages-each", &self.messages_each.to_string()])
                    .args(["--long", &self.long.to_string()])
                    .args(["--repetitions", &self.repetitions.to_string()]),
            )
        })?;
        println!("\n{table}");
        let numbers: Value = serde_json::from_slice(&files::read(&numbers)?).map_err(|e| format!("{}: {e}", numbers.display()))?;
        keep("-history", "The history, ", &format!(".\n\n{table}"), [("history", numbers)])
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
