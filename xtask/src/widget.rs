//! `cargo xtask widget`: the shopper's panel alone. `cargo leptos watch` builds the desk; it serves the panel that this made last.

use crate::{
    fronts::{self, WIDGET},
    steps::Outcome,
};

/// Builds it.
pub(crate) fn run() -> Outcome {
    fronts::make(&WIDGET)
}
