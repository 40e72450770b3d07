//! `cargo xtask bench all`: everything that is asked of load, on both databases, one after the other, and one page of it. A part that fails
//! is named there and does not hide the others.

use std::process::Command;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    commit, compile, conditions,
    history::History,
    page::{Page, Part},
};
use crate::{
    build, files,
    postgres::Cluster,
    sizes,
    steps::{Outcome, note, output, step},
};

/// Conversations of the history: what is asked for, and what fits into an hour.
const HISTORY: u64 = 1_000_000;
const HISTORY_SHORT: u64 = 100_000;
/// Rows that are also measured on PostgreSQL when there is only an hour.
const ON_POSTGRES: [&str; 4] = ["burst", "storm", "nodes", "office"];

/// A part of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Bytes.
    Sizes,
    /// Latency, cold start and saturation beside the floor: speed.md, and L2.
    Speed,
    /// L1, L3, and L5 to L10.
    Load,
    /// L4.
    History,
}

/// Measure everything.
#[derive(Args)]
pub(super) struct All {
    /// As long and as much as is asked for: ten minutes of silence and of load, two hours of soak, a million conversations on each database.
    #[arg(long)]
    full: bool,
    /// Only these parts.
    #[arg(long, value_enum, num_args = 1..)]
    only: Vec<What>,
}

impl All {
    pub(super) fn run(self) -> Outcome {
        build::run()?;
        compile()?;
        let folder = files::root().join("target/xtask");
        files::make_folder(&folder)?;
        let mut page = Page::default();
        if !self.full {
            page.missing.push(
                "this is the short run: 60 s of silence instead of ten minutes (L1), 40 s of load instead of ten minutes (L2), 100 pictures \
                 instead of 500 (L7), 100,000 conversations instead of 1,000,000 (L4); `--full` measures what is asked for"
                    .to_owned(),
            );
        }
        if self.wants(What::Sizes) {
            page.parts.push(measured_sizes()?);
        }
        if self.wants(What::Speed) || self.wants(What::Load) {
            self.load(&mut page);
        }
        if self.wants(What::History) {
            self.history(&mut page);
        }
        let (commit, conditions) = (commit()?, conditions()?);
        let date = OffsetDateTime::now_utc().date().to_string();
        let name = format!("{date}-{commit}");
        let results = files::root().join("docs/results");
        let text = page.markdown(&date, &commit, &conditions);
        println!("\n{text}");
        files::write(&results.join(format!("{name}.md")), text.as_bytes())?;
        let data = serde_json::to_string_pretty(&page.data(&date, &commit, &conditions)).map_err(|e| e.to_string())?;
        files::write(&results.join(format!("{name}.json")), data.as_bytes())?;
        note(&format!("kept in docs/results/{name}.md and .json"));
        if page.failed.is_empty() {
            Ok(())
        } else {
            Err(page.failed.join("; "))
        }
    }

    fn wants(&self, what: What) -> bool {
        self.only.is_empty() || self.only.contains(&what)
    }

    /// What needs a server, on SQLite and then on PostgreSQL.
    fn load(&self, page: &mut Page) {
        self.load_on(page, None);
        match step("bench: a PostgreSQL that waits for its disk", Cluster::start_durable) {
            Ok(cluster) => self.load_on(page, Some(&cluster)),
            Err(why) => page.missing.push(format!("nothing of speed and load on PostgreSQL: {why}")),
        }
    }

    fn load_on(&self, page: &mut Page, cluster: Option<&Cluster>) {
        let place = if cluster.is_some() { "PostgreSQL" } else { "SQLite" };
        let seconds = if self.full { "300" } else { "20" };
        if self.wants(What::Speed) {
            let few = ["run", "--conversations", "200", "--rate", "200"];
            measure(page, &format!("Beside the floor, {place}"), cluster, &few);
            let many = [
                "run",
                "--conversations",
                "2000",
                "--staff",
                "100",
                "--rate",
                "200",
                "--seconds",
                seconds,
                "--saturate",
                "15",
            ];
            measure(page, &format!("Beside the floor with 2,000 visitors, {place}"), cluster, &many);
        }
        if self.wants(What::Load) {
            let mut rows = vec!["bars"];
            if self.full {
                rows.extend([
                    "--idle-seconds",
                    "600",
                    "--soak-seconds",
                    "7200",
                    "--uploads",
                    "500",
                    "--seconds",
                    "60",
                ]);
            }
            if cluster.is_some() && !self.full {
                rows.push("--only");
                rows.extend(ON_POSTGRES);
                page.missing
                    .push(format!("on PostgreSQL only {} of the rows of load", ON_POSTGRES.join(", ")));
            }
            if cluster.is_none() {
                // Two nodes need a database that both can reach.
                rows.extend(["--only", "idle", "burst", "storm", "uploads", "logins", "soak", "slow", "office"]);
            }
            measure(page, &format!("What it carries, {place}"), cluster, &rows);
        }
    }

    fn history(&self, page: &mut Page) {
        let conversations = if self.full { HISTORY } else { HISTORY_SHORT };
        for (postgres, place) in [(false, "SQLite"), (true, "PostgreSQL")] {
            let title = format!("The history, {place}");
            match History::of(conversations, postgres).measure() {
                Ok((text, numbers)) => page.parts.push(Part { title, text, numbers }),
                // No room on the disk, or no PostgreSQL: this machine, not the product.
                Err(why) => page.missing.push(format!("{title}: {why}")),
            }
        }
    }
}

fn measured_sizes() -> Outcome<Part> {
    let sizes = sizes::measure()?;
    Ok(Part {
        title: "Sizes, in bytes; budgets fail the tests".to_owned(),
        text: sizes::table(&sizes),
        numbers: json!({ "sizes": sizes }),
    })
}

/// Runs the load generator; what it found, or what went wrong, is on the page.
fn measure(page: &mut Page, title: &str, cluster: Option<&Cluster>, arguments: &[&str]) {
    let done = step(&format!("bench: {title}"), || {
        let numbers = files::root().join("target/xtask/bench.json");
        let mut bench = Command::new(files::target().join("release/bench"));
        bench
            .args(arguments)
            .arg("--vitrine")
            .arg(files::vitrine())
            .arg("--json")
            .arg(&numbers);
        if let Some(cluster) = cluster {
            bench.args(["--postgres", &cluster.url()]);
        }
        let text = output(&mut bench)?;
        let numbers: Value = serde_json::from_slice(&files::read(&numbers)?).map_err(|e| format!("{}: {e}", numbers.display()))?;
        Ok((text, numbers))
    });
    match done {
        Ok((text, numbers)) => {
            let lines = |name: &str| -> Vec<String> {
                let told = numbers[name].as_array().into_iter().flatten();
                told.filter_map(Value::as_str).map(|line| format!("{title}: {line}")).collect()
            };
            page.missing.extend(lines("missing"));
            page.failed.extend(lines("failed"));
            page.parts.push(Part {
                title: title.to_owned(),
                text,
                numbers,
            });
        }
        Err(why) => page.failed.push(format!("{title}: {why}")),
    }
}
