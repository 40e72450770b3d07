//! When to fetch again: never two fetches at once, never sooner than a moment after the last, and never a change forgotten. Pure.

/// Between two fetches of the lists, in milliseconds: a burst of messages is one fetch.
pub(crate) const BETWEEN_MS: u64 = 300;

/// The state of fetching.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pulse {
    /// Nothing to do.
    #[default]
    Still,
    /// A fetch, or the pause after it, is going on.
    Busy,
    /// … and something changed since it began.
    BusyAndStale,
}

impl Pulse {
    /// Something changed. Whether to fetch now.
    pub(crate) fn changed(&mut self) -> bool {
        let now = *self == Self::Still;
        *self = if now { Self::Busy } else { Self::BusyAndStale };
        now
    }

    /// The pause after a fetch is over. Whether to fetch once more.
    pub(crate) fn paused(&mut self) -> bool {
        let again = *self == Self::BusyAndStale;
        *self = if again { Self::Busy } else { Self::Still };
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_changes_is_two_fetches() {
        let mut pulse = Pulse::default();
        assert!(pulse.changed());
        assert!(!pulse.changed());
        assert!(!pulse.changed());
        assert!(pulse.paused());
        assert!(!pulse.paused());
        assert_eq!(pulse, Pulse::Still);
        assert!(pulse.changed());
    }
}
