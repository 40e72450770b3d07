//! `cargo xtask bench lists`: a message center with 100,000 conversations, scrolled through in a browser, kept in `docs/results/` like the
//! rest. What is done and told there is the browser test `lists`; the crate `bench` writes the conversations.

use clap::Args;
use serde_json::json;

use super::keep;
use crate::{
    build, end2end, files,
    steps::{Outcome, step},
    tools,
};

/// Scroll through the longest of lists.
#[derive(Args)]
pub(super) struct Lists {
    /// Conversations of the one store.
    #[arg(long, default_value_t = 100_000)]
    conversations: u64,
}

impl Lists {
    pub(super) fn run(self) -> Outcome {
        build::run()?;
        step("bench: compile", || {
            crate::steps::run(tools::cargo().args(["build", "--release", "--package", "bench"]))
        })?;
        let printed = step("bench: the lists", || {
            end2end::one(
                "lists",
                &[
                    ("VITRINE_LISTS", self.conversations.to_string()),
                    ("VITRINE_BENCH", files::target().join("release/bench").display().to_string()),
                ],
            )
        })?;
        println!("\n{printed}");
        let begins = format!("{} conversations", self.conversations);
        let told = printed
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with(&begins))
            .ok_or("the browser test told no figures")?;
        let figures: Vec<&str> = told.split("; ").collect();
        let text = format!(
            ", headless Chromium beside the server. SQLite, one store, shop messages.\n\n- {}\n",
            figures.join("\n- ")
        );
        keep("-lists", "The longest of lists, ", &text, [("lists", json!(figures))])
    }
}
