//! `cargo xtask test`: one list of steps, the same for a developer and for `.ci/run`. A failed step does not hide the others; the
//! last line counts them.

use std::{
    env,
    process::Command,
    time::{Duration, Instant},
};

use clap::{Args, builder::PossibleValuesParser};

use crate::{
    build, coverage, css, end2end, files, install, package,
    postgres::Cluster,
    schemathesis, sizes,
    steps::{Outcome, note, run, seconds, step, succeeds},
    tools,
};

/// Crates that are tested and linted natively. Never `--workspace`: the two browser programs would switch Leptos to `hydrate`.
/// `app`, `ui` and `widget` are built here as the server uses them.
const NATIVE: &[&str] = &[
    "server",
    "testkit",
    "storage",
    "mail",
    "service",
    "relay",
    "live",
    "model",
    "catalogue",
    "demo",
    "app",
    "ui",
    "widget",
    "xtask",
    "bench",
];
/// The two browser programs; linting one lints what it is made of.
const BROWSER: &[&str] = &["frontend-widget", "frontend"];

/// The steps in their order, and what each cannot do without.
const STEPS: &[(&str, &[&str])] = &[
    ("fmt", &[]),
    ("clippy", &[]),
    ("css", &[]),
    ("postgres", &[]),
    ("unit", &[]),
    ("simulate", &[]),
    ("build", &[]),
    ("sizes", &["build"]),
    ("package", &["build"]),
    ("deny", &[]),
    ("coverage", &[]),
    ("faults", &["build"]),
    ("end2end", &["build"]),
    ("api", &["build"]),
];
/// Run only when they are named.
const ASKED_FOR: &[&str] = &["api", "faults", "simulate"];

/// Prove everything.
#[derive(Args)]
pub(crate) struct Test {
    /// Install what is missing: PostgreSQL, Chromium, Node, openssl, aiosmtpd, Dovecot, ClamAV, NATS,
    /// strace, faketime, nftables, lintian and shellcheck by apt-get, cargo-deny into target/tools.
    #[arg(long)]
    install: bool,
    /// Only these steps.
    #[arg(long, num_args = 1.., value_parser = PossibleValuesParser::new(STEPS.iter().map(|(name, _)| *name)))]
    only: Vec<String>,
    /// All but these steps.
    #[arg(long, num_args = 1.., value_parser = PossibleValuesParser::new(STEPS.iter().map(|(name, _)| *name)))]
    skip: Vec<String>,
}

/// How a step went.
struct Done {
    name: &'static str,
    took: Duration,
    verdict: Outcome,
}

impl Test {
    /// Runs the steps.
    pub(crate) fn run(self) -> Outcome {
        let chosen: Vec<&(&str, &[&str])> = STEPS.iter().filter(|(name, _)| self.chose(name)).collect();
        if self.install {
            let names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
            // What could not be installed is missed, and named, by the step that needs it.
            if let Err(why) = install::missing(&names) {
                note(&why);
            }
        }
        let mut cluster = None;
        let mut done: Vec<Done> = Vec::new();
        for &(name, needs) in chosen {
            let begun = Instant::now();
            let broken = done.iter().find(|d| d.verdict.is_err() && needs.contains(&d.name));
            let verdict = match broken {
                Some(d) => Err(format!("not run, because {} failed", d.name)),
                None => step(name, || work(name, &mut cluster)),
            };
            done.push(Done {
                name,
                took: begun.elapsed(),
                verdict,
            });
        }
        drop(cluster);
        report(&done)
    }

    fn chose(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|n| n == name);
        let meant = (self.only.is_empty() && !ASKED_FOR.contains(&name)) || named(&self.only);
        meant && !named(&self.skip)
    }
}

/// The work of a step.
fn work(name: &str, cluster: &mut Option<Cluster>) -> Outcome {
    match name {
        "fmt" => run(tools::cargo().args(["fmt", "--all", "--check"])),
        "clippy" => clippy(),
        "css" => css::check(),
        "postgres" => {
            *cluster = Some(Cluster::start()?);
            Ok(())
        }
        // Ends with the step: a database for each test is several gigabytes, and nothing after it needs them.
        "unit" => unit(cluster.take().as_ref()),
        "simulate" => simulate(),
        "faults" => faults(),
        "build" => build::run(),
        "sizes" => sizes::check(),
        "package" => package::check(),
        "deny" => deny(),
        "coverage" => coverage::check(env::var("CI").is_ok_and(|ci| ci == "true")),
        "end2end" => end2end::check(),
        "api" => schemathesis::check(),
        other => Err(format!("there is no step {other}")),
    }
}

/// `-p one -p two`.
fn packages(names: &[&str]) -> Vec<String> {
    names.iter().flat_map(|name| ["--package".to_owned(), (*name).to_owned()]).collect()
}

fn clippy() -> Outcome {
    run(tools::cargo()
        .arg("clippy")
        .args(packages(NATIVE))
        .args(["--all-targets", "--", "-D", "warnings"]))?;
    tools::wasm_target()?;
    for program in BROWSER {
        run(tools::cargo().args(["clippy", "--package", program, "--target", tools::WASM, "--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// Both databases in one run: what needs PostgreSQL fails without it, once this run has started one.
fn unit(cluster: Option<&Cluster>) -> Outcome {
    let mut tests = tools::cargo();
    if tools::in_path("cargo-nextest").is_some() {
        tests.args(["nextest", "run"]);
    } else {
        tests.arg("test");
    }
    tests.args(packages(NATIVE));
    match cluster {
        Some(cluster) => {
            tests
                .env("VITRINE_TEST_POSTGRES", cluster.url())
                .env("VITRINE_REQUIRE_POSTGRES", "1");
        }
        None => note("without the step `postgres`: the tests that need PostgreSQL are skipped"),
    }
    if tools::smtp_server() {
        tests.env("VITRINE_REQUIRE_SMTP", "1");
    } else {
        note("no mail server to test with (python3-aiosmtpd and openssl, or pass --install): those tests are skipped");
    }
    if tools::dovecot() {
        tests.env("VITRINE_REQUIRE_MAIL_IN", "1");
    } else {
        note("no Dovecot 2.3 to test with (dovecot-imapd, dovecot-lmtpd and openssl, or pass --install): those tests are skipped");
    }
    if tools::clamd() {
        tests.env("VITRINE_REQUIRE_CLAMD", "1");
    } else {
        note("no virus scanner to test with (clamav-daemon, or pass --install): that test is skipped");
    }
    if tools::nats_server() {
        tests.env("VITRINE_REQUIRE_NATS", "1");
    } else {
        note("no NATS to test with (nats-server, or pass --install): servers that talk through it are not tested");
    }
    run(&mut tests)
}

/// Delivery under bad weather, with 10,000 seeds over SQLite, or `VITRINE_SEEDS`. In a release build: a debug build would need an hour,
/// and lives through a few in `unit`. What each part lived through is printed.
fn simulate() -> Outcome {
    run(tools::cargo().args([
        "test",
        "--release",
        "--package",
        "server",
        "--test",
        "simulation",
        "--",
        "--nocapture",
        "--test-threads",
        "1",
    ]))
}

/// The executable as it is shipped, killed, starved, stopped and cut off as often as before a release, unless `VITRINE_FAULTS` says `usual`.
/// What this machine does not permit is a failure, unless `VITRINE_FAULTS_MAY_SKIP` says otherwise.
fn faults() -> Outcome {
    let how_often = env::var("VITRINE_FAULTS").unwrap_or_else(|_| "all".to_owned());
    let cluster = Cluster::start()?;
    let mut tests = tools::cargo();
    if env::var("VITRINE_FAULTS_MAY_SKIP").is_err() {
        tests.env("VITRINE_REQUIRE_FAULTS", "1");
    }
    run(tests
        .env("VITRINE_FAULTS", how_often)
        .env("VITRINE_TEST_POSTGRES", cluster.url())
        .env("VITRINE_REQUIRE_POSTGRES", "1")
        .args(["test", "--release", "--package", "server", "--test", "faults"])
        .args(["--", "--nocapture", "--test-threads", "1"]))
}

/// Licences, sources and banned crates always; known vulnerabilities when their list can be fetched.
fn deny() -> Outcome {
    let deny =
        tools::cargo_tool("cargo-deny").ok_or("cargo-deny is not installed: `cargo install cargo-deny --locked`, or pass --install")?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&deny);
        command.current_dir(files::root()).args(arguments);
        command
    };
    run(&mut command(&["check", "bans", "licenses", "sources"]))?;
    if succeeds(&mut command(&["fetch", "db"])) {
        run(&mut command(&["check", "advisories"]))
    } else {
        note("the list of known vulnerabilities could not be fetched: NOT checked in this run");
        Ok(())
    }
}

/// The table, the reasons, and the last line.
fn report(done: &[Done]) -> Outcome {
    println!();
    for Done { name, took, verdict } in done {
        println!(
            "{name:<10} {:>12}  {}",
            seconds(*took),
            if verdict.is_ok() { "passed" } else { "FAILED" }
        );
    }
    let failed: Vec<&Done> = done.iter().filter(|d| d.verdict.is_err()).collect();
    if !failed.is_empty() {
        println!();
    }
    for Done { name, verdict, .. } in &failed {
        if let Err(why) = verdict {
            println!("{name}: {why}");
        }
    }
    println!("\n{} passed, {} failed", done.len() - failed.len(), failed.len());
    // The last line has said it all: nothing is printed after it.
    if failed.is_empty() { Ok(()) } else { std::process::exit(1) }
}
