//! Which of its faces the panel shows.

use model::availability::Availability;

/// A face of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// Name, email, Start Chat.
    PreChat,
    /// Nobody is there: leave a message.
    OfflineForm,
    /// The store wants nothing shown now.
    Closed,
    /// A message was left.
    Thanks,
    /// A conversation, going on or ended.
    Thread,
}

impl Scene {
    /// A conversation goes before everything; without one it depends on who is there.
    pub(crate) fn of(message_left: bool, in_conversation: bool, availability: Availability) -> Self {
        match (message_left, in_conversation, availability) {
            (true, _, _) => Self::Thanks,
            (false, true, _) => Self::Thread,
            (false, false, Availability::Online) => Self::PreChat,
            (false, false, Availability::Full | Availability::Away | Availability::Members) => Self::OfflineForm,
            (false, false, Availability::Hidden) => Self::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_stays_when_everybody_leaves() {
        assert_eq!(Scene::of(false, true, Availability::Away), Scene::Thread);
        assert_eq!(Scene::of(false, false, Availability::Full), Scene::OfflineForm);
        assert_eq!(Scene::of(false, false, Availability::Members), Scene::OfflineForm, "D-30");
        assert_eq!(Scene::of(false, false, Availability::Online), Scene::PreChat);
        assert_eq!(Scene::of(true, true, Availability::Online), Scene::Thanks);
        assert_eq!(Scene::of(false, false, Availability::Hidden), Scene::Closed, "P-14");
        assert_eq!(Scene::of(false, true, Availability::Hidden), Scene::Thread);
    }
}
