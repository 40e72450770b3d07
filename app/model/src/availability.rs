//! What a visitor may expect: pure, so that the server, the loader's answer and the tests agree.

use serde::{Deserialize, Serialize};

use crate::settings::OfflineMode;

/// What a visitor may expect from a store at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Somebody is there and has room.
    Online,
    /// Somebody is there, but all places are taken (P-13).
    Full,
    /// Nobody is there; a message can be left.
    Away,
    /// Nobody is there, and the store wants nothing shown then (P-14).
    Hidden,
}

impl Availability {
    /// From what the database knows: people on duty with a valid lease, places taken, and places there are.
    pub fn of(on_duty: u32, taken: u32, places: u32, offline: OfflineMode) -> Self {
        match (on_duty, offline) {
            (0, OfflineMode::Hidden) => Self::Hidden,
            (0, OfflineMode::Form) => Self::Away,
            _ if taken < places => Self::Online,
            (_, OfflineMode::Form) => Self::Full,
            (_, OfflineMode::Hidden) => Self::Hidden,
        }
    }

    /// Whether a live chat can be begun.
    pub fn is_online(self) -> bool {
        self == Self::Online
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_is_a_place() {
        assert_eq!(Availability::of(1, 4, 5, OfflineMode::Form), Availability::Online);
        assert_eq!(Availability::of(1, 5, 5, OfflineMode::Form), Availability::Full);
        assert_eq!(Availability::of(0, 0, 5, OfflineMode::Form), Availability::Away);
        assert_eq!(Availability::of(0, 0, 5, OfflineMode::Hidden), Availability::Hidden);
        assert_eq!(Availability::of(1, 5, 5, OfflineMode::Hidden), Availability::Hidden);
    }
}
