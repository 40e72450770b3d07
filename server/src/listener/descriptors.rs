//! How many file descriptors this process may have, and so how many connections it may take in: whoever accepts until there are none left
//! cannot open its own database any more.
//!
//! It changes the limit of this process only as far as the system lets anybody: up to the hard one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::limits::LimitsConfig;

/// What stays for everything else: the database and its log, files in and out, mail, webhooks, and what the system keeps open.
const KEPT: u64 = 128;

/// The limits, with no more connections than there are descriptors for. What cannot be taken in is answered (503), not left standing.
pub fn fitting(limits: &LimitsConfig) -> LimitsConfig {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    let descriptors = if current == maximum || setrlimit(Resource::Nofile, raised).is_err() {
        current
    } else {
        maximum
    };
    let connections_max = connections(descriptors, limits.connections_max);
    if connections_max < limits.connections_max {
        tracing::warn!(
            connections_max,
            "There are file descriptors for fewer connections than are allowed: raise the limit of open files (ulimit -n, LimitNOFILE)"
        );
    }
    LimitsConfig {
        connections_max,
        ..limits.clone()
    }
}

/// `None` is no limit.
fn connections(descriptors: Option<u64>, allowed: usize) -> usize {
    let Some(descriptors) = descriptors else { return allowed };
    let fit = descriptors.saturating_sub(KEPT).max(descriptors / 2);
    usize::try_from(fit).map_or(allowed, |fit| fit.min(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f21_connections_never_take_the_descriptors_of_the_database() {
        assert_eq!(connections(None, 20_000), 20_000);
        assert_eq!(connections(Some(1_048_576), 20_000), 20_000);
        assert_eq!(connections(Some(1_024), 20_000), 896);
        assert_eq!(connections(Some(200), 20_000), 100, "of very few, half");
        assert_eq!(connections(Some(u64::MAX), 20_000), 20_000);
    }

    #[test]
    fn f21_what_is_asked_for_is_never_raised() {
        let limits = LimitsConfig {
            connections_max: 1,
            ..LimitsConfig::default()
        };
        assert_eq!(fitting(&limits).connections_max, 1);
    }
}
