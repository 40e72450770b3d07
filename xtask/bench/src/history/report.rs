//! The numbers, as JSON for programs and as Markdown for people.

use serde::Serialize;

use crate::{figure::Figure, report::Latency};

/// What was filled in, and how long the answers took.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Which database.
    pub(crate) place: &'static str,
    /// Whether its file was read once before anything was asked.
    pub(crate) warmed: bool,
    pub(crate) conversations: usize,
    pub(crate) messages: usize,
    pub(crate) stores: usize,
    pub(crate) largest_store: usize,
    pub(crate) long: usize,
    pub(crate) repetitions: usize,
    pub(crate) compared_rows: usize,
    pub(crate) filled_in_s: u64,
    pub(crate) database_bytes: i64,
    pub(crate) search_index_bytes: i64,
    pub(crate) answers: Vec<Answer>,
}

/// How long the answers to one question took.
#[derive(Serialize)]
pub(crate) struct Answer {
    pub(crate) what: String,
    #[serde(flatten)]
    pub(crate) latency: Latency,
    pub(crate) at_most_ms: Option<f64>,
}

impl Answer {
    /// While it runs.
    pub(crate) fn line(&self) -> String {
        let Latency { p50_ms, p99_ms, max_ms } = self.latency;
        format!("{}: p50 {p50_ms:.2}, p99 {p99_ms:.2}, slowest {max_ms:.2} ms", self.what)
    }
}

impl Report {
    /// Every number of which something is asked.
    pub(crate) fn figures(&self) -> Vec<Figure> {
        let asked = self.answers.iter().filter_map(|answer| {
            let what = format!("{}, {}, p99", answer.what, self.place);
            Some(Figure::new("L4", what, answer.latency.p99_ms, "ms").at_most(answer.at_most_ms?))
        });
        asked.collect()
    }

    /// A table, with what it was measured on.
    pub(crate) fn markdown(&self) -> String {
        // The last one is the floor, measured once more.
        let floor = self.answers.last().map_or(0.0, |answer| answer.latency.p50_ms);
        let rows = self
            .answers
            .iter()
            .map(|answer| {
                let Latency { p50_ms, p99_ms, max_ms } = answer.latency;
                let ratio = if floor > 0.0 {
                    format!("{:.1}", p50_ms / floor)
                } else {
                    "–".to_owned()
                };
                let (goal, kept) = answer.at_most_ms.map_or((String::new(), ""), |goal| {
                    (format!("{goal:.0}"), if p99_ms <= goal { "yes" } else { "**no**" })
                });
                format!(
                    "| {} | {p50_ms:.2} | {p99_ms:.2} | {max_ms:.2} | {ratio} | {goal} | {kept} |\n",
                    answer.what
                )
            })
            .collect::<Vec<_>>()
            .concat();
        let mib = |bytes: i64| bytes / (1024 * 1024);
        format!(
            "{} conversations with {} messages in {} stores, {} of them in one; one more conversation of {} messages. {}: it takes \
             {} MiB, of which the search index takes {} MiB; it was filled in {} s{}. {} rows of conversations that the verbs wrote were the \
             same as those filled in. Each question was asked {} times, after {} times that do not count, each time about something else; \
             half of them in the largest store.\n\n\
             | milliseconds | p50 | p99 | slowest | p50, times the floor | p99 at most | kept |\n|---|---:|---:|---:|---:|---:|---|\n{rows}",
            self.conversations,
            self.messages,
            self.stores,
            self.largest_store,
            self.long,
            self.place,
            mib(self.database_bytes),
            mib(self.search_index_bytes),
            self.filled_in_s,
            if self.warmed {
                ", and read once before anything was asked"
            } else {
                ""
            },
            self.compared_rows,
            self.repetitions,
            super::ask::WARM_UP,
        )
    }
}
