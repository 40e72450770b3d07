//! `cargo xtask bench`: sizes, and latencies beside the floor, kept in `docs/results/`; or all that there is to measure, on one page
//! ([`all`]). The measuring itself is the crate `bench`.

mod all;
mod history;
mod lists;
mod page;

use std::{process::Command, thread};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    build, files, sizes,
    steps::{Outcome, note, output, step},
    tools,
};

/// Measure.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    /// How long each round loads each server.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// How often the two servers take turns.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
}

/// What else can be measured.
#[derive(Subcommand)]
enum What {
    /// The history and the search with 1,000,000 conversations: fills a database below `target/`, asks it, and removes it.
    History(history::History),
    /// A list of 100,000 conversations, scrolled through in a browser.
    Lists(lists::Lists),
    /// Everything that speed.md and faults.md ask of load, on both databases, on one page: about an hour, or with --full half a night.
    All(all::All),
}

impl Bench {
    /// Builds, measures, and writes the two files of this result.
    pub(crate) fn run(self) -> Outcome {
        match self.what {
            Some(What::History(history)) => return history.run(),
            Some(What::Lists(lists)) => return lists.run(),
            Some(What::All(all)) => return all.run(),
            None => {}
        }
        build::run()?;
        compile()?;
        let sizes = sizes::measure()?;
        let table = sizes::table(&sizes);
        println!("\n{table}");
        let latency_file = files::root().join("target/xtask/latency.json");
        files::make_folder(&files::root().join("target/xtask"))?;
        let latencies = step("bench: the floor and Vitrine in turns", || {
            output(
                Command::new(files::target().join("release/bench"))
                    .arg("run")
                    .arg("--vitrine")
                    .arg(files::vitrine())
                    .arg("--json")
                    .arg(&latency_file)
                    .args(["--seconds", &self.seconds.to_string(), "--rounds", &self.rounds.to_string()]),
            )
        })?;
        println!("\n{latencies}");
        let latency: Value =
            serde_json::from_slice(&files::read(&latency_file)?).map_err(|e| format!("{}: {e}", latency_file.display()))?;
        let text = format!(".\n\n## Sizes\n\nBytes. Budgets fail the tests.\n\n{table}\n## Latency\n\n{latencies}");
        keep("", "", &text, [("sizes", json!(sizes)), ("latency", latency)])
    }
}

/// Keeps a result as a page and as numbers, named after the day, the commit and `kind`. `title` comes before the day in the page's heading,
/// and `text` goes on after the conditions.
fn keep<const N: usize>(kind: &str, title: &str, text: &str, numbers: [(&str, Value); N]) -> Outcome {
    let (commit, conditions) = (commit()?, conditions()?);
    let date = OffsetDateTime::now_utc().date().to_string();
    let name = format!("{date}-{commit}{kind}");
    let page = format!("# {title}{date}, commit {commit}\n\n{conditions}{text}");
    let mut data = json!({ "date": date, "commit": commit, "conditions": conditions });
    for (what, value) in numbers {
        data[what] = value;
    }
    let folder = files::root().join("docs/results");
    files::write(&folder.join(format!("{name}.md")), page.as_bytes())?;
    let data = serde_json::to_string_pretty(&data).map_err(|e| e.to_string())?;
    files::write(&folder.join(format!("{name}.json")), data.as_bytes())?;
    note(&format!("kept in docs/results/{name}.md and .json"));
    Ok(())
}

/// The load generator.
fn compile() -> Outcome {
    step("bench: compile", || {
        crate::steps::run(tools::cargo().args(["build", "--release", "--package", "bench"]))
    })
}

/// The commit that is measured; marked when the tree differs from it.
fn commit() -> Outcome<String> {
    let git = |arguments: &[&str]| output(Command::new("git").args(arguments).current_dir(files::root()));
    let commit = git(&["rev-parse", "--short=10", "HEAD"])?.trim().to_owned();
    let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.trim().is_empty();
    Ok(if changed { format!("{commit}-changed") } else { commit })
}

/// Under what the numbers were measured.
fn conditions() -> Outcome<String> {
    let rustc = output(Command::new("rustc").arg("--version").current_dir(files::root()))?;
    let system = output(Command::new("uname").args(["-s", "-r", "-m"]))?;
    let disk = output(Command::new("stat").args(["-f", "-c", "%T"]).arg(std::env::temp_dir()))?;
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(format!(
        "{cores} cores for servers and load together{}{}, databases on {}, {}, {}",
        told("/proc/cpuinfo", "model name").map_or_else(String::new, |model| format!(" ({model})")),
        told("/proc/meminfo", "MemTotal").map_or_else(String::new, |memory| format!(", {memory} of memory")),
        disk.trim(),
        system.trim(),
        rustc.trim()
    ))
}

/// What a file of the system says under a name.
fn told(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
