//! What a visitor may expect: pure, so that the server, the loader's answer and the tests agree.

use serde::{Deserialize, Serialize};

use crate::settings::{OfflineMode, StartBy};

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
    /// Somebody is there, for those whom the shop has signed in; everybody else can leave a message (D-30).
    Members,
}

crate::json::read_codes! {
    Availability { Online = "online", Full = "full", Away = "away", Hidden = "hidden", Members = "members" }
}

impl Availability {
    /// From what the database knows: people on duty with a valid lease, places taken, and places there are.
    pub fn of(on_duty: u32, taken: u32, places: u32, offline: OfflineMode) -> Self {
        match (on_duty, offline) {
            (0, OfflineMode::Hidden) => Self::Hidden,
            (0, OfflineMode::Form | OfflineMode::FormWithHours) => Self::Away,
            _ if taken < places => Self::Online,
            (_, OfflineMode::Form | OfflineMode::FormWithHours) => Self::Full,
            (_, OfflineMode::Hidden) => Self::Hidden,
        }
    }

    /// The same for one visitor, where live chats may be for members only.
    pub fn for_visitor(self, live_for: StartBy, member: bool) -> Self {
        if self == Self::Online && live_for == StartBy::Members && !member {
            Self::Members
        } else {
            self
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

    #[test]
    fn d_30_where_live_chat_is_for_members_a_guest_can_leave_a_message() {
        let guest = |a: Availability| a.for_visitor(StartBy::Members, false);
        assert_eq!(guest(Availability::Online), Availability::Members);
        assert_eq!(guest(Availability::Away), Availability::Away);
        assert_eq!(Availability::Online.for_visitor(StartBy::Members, true), Availability::Online);
        assert_eq!(Availability::Online.for_visitor(StartBy::Everyone, false), Availability::Online);
    }
}
