//! `cargo xtask build`: both browser programs, then the executable with them inside.

use crate::{
    files,
    fronts::{self, FRONTS},
    steps::{self, Outcome, note, step},
    tools,
};

/// The order matters: the executable takes the assets at compile time.
pub(crate) fn run() -> Outcome {
    for front in &FRONTS {
        fronts::make(front)?;
    }
    step("vitrine: compile the executable", || {
        steps::run(tools::cargo().args(["build", "--release", "--package", "server", "--bin", "vitrine"]))
    })?;
    note(&format!("{}", files::vitrine().display()));
    Ok(())
}
