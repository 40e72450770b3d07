//! What every fault needs: how often, whether this machine permits it, one at a time, and the drawing of lots.

use std::{
    fmt::Debug,
    process::{Command, Stdio},
    time::Duration,
};

use rand::{SeedableRng as _, rngs::SmallRng};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, sleep},
};

static ONE: Mutex<()> = Mutex::const_new(());

/// One fault at a time: each measures, and two would measure each other.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().await
}

/// Of the environment.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says it in the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How often: as usual, or as before a release.
pub(crate) fn repetitions(usual: u32, all: u32) -> u32 {
    if variable("VITRINE_FAULTS").as_deref() == Some("all") {
        return all;
    }
    println!("{usual} times; VITRINE_FAULTS=all: {all} times");
    usual
}

/// This machine does not permit it: said aloud, or a failure where it is demanded.
pub(crate) fn skip(why: &str) {
    assert!(variable("VITRINE_REQUIRE_FAULTS").is_none(), "{why}");
    println!("SKIPPED: {why}");
}

/// Whether this process may have so many files open; it is said aloud if not.
pub(crate) fn descriptors(count: u64) -> bool {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    let may = maximum.is_none_or(|most| most >= count) && setrlimit(Resource::Nofile, raised).is_ok();
    if !may {
        skip("too few files may be open at a time (ulimit -n)");
    }
    may
}

/// A generator whose seed is printed, or was given.
pub(crate) fn lots() -> SmallRng {
    let given = variable("VITRINE_SEED").and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(chance);
    println!("VITRINE_SEED={seed}");
    SmallRng::seed_from_u64(seed)
}

/// Anything.
pub(crate) fn chance() -> u64 {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    u64::from_le_bytes(bytes)
}

/// How long something may take; three times that in a build that is not optimised.
pub(crate) fn within(bar: Duration) -> Duration {
    if cfg!(debug_assertions) { bar * 3 } else { bar }
}

/// Waits until something has stayed the same for a second; what that is. Not at once: what had left a wire before it stopped is still read,
/// by a machine that may be busy with something else.
pub(crate) async fn falls_silent<T: PartialEq + Debug>(look: impl Fn() -> T) -> T {
    let begun = Instant::now();
    let bar = within(Duration::from_secs(5));
    loop {
        let before = look();
        sleep(Duration::from_secs(1)).await;
        let after = look();
        if after == before {
            return after;
        }
        assert!(begun.elapsed() < bar, "it does not fall silent: {before:?}, {after:?}");
    }
}

/// Runs a program to its end: whether it went well.
pub(crate) fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Sends a signal to a process that the test has started.
pub(crate) fn signal(process: u32, name: &str) {
    assert!(runs("kill", &[&format!("-{name}"), &process.to_string()]), "kill -{name} {process}");
}
