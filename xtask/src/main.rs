//! `cargo xtask`: every command of the project. It finds (or fetches into `target/`) what it needs, says what it does, and does
//! nothing twice. It holds no rule of the product.
#![expect(
    clippy::disallowed_methods,
    reason = "a tool for developers reads the clock and the environment itself"
)]

mod bench;
mod build;
mod coverage;
mod css;
mod demo;
mod end2end;
mod files;
mod fronts;
mod hash;
mod install;
mod names;
mod package;
mod postgres;
mod schemathesis;
mod site;
mod sizes;
mod steps;
mod test;
mod tools;
mod widget;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Vitrine's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build both browser programs, then the release executable `target/release/vitrine` with them inside.
    Build,
    /// Build only the shopper's panel: for developers who run `cargo leptos watch`.
    Widget,
    /// Build, then run the demo marketplace and its shop.
    Demo(demo::Demo),
    /// Make the Debian package, and try it as far as this machine can.
    Package(package::Package),
    /// Prove everything: format, lint, tests on both databases, sizes, and two people talking in a real browser.
    Test(test::Test),
    /// Measure sizes and latencies beside the floor, and keep the numbers in `docs/results/`.
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Build => build::run(),
        Command::Widget => widget::run(),
        Command::Demo(demo) => demo.run(),
        Command::Package(package) => package.run(),
        Command::Test(test) => test.run(),
        Command::Bench(bench) => bench.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}
