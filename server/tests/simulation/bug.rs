//! Mistakes that somebody could make, planted one at a time: a checker that does not find them is worth nothing.

/// See each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// `sent` leaves while the commit is still to come.
    AckBeforeCommit,
    /// Readers are told while the commit is still to come.
    DeliverBeforeCommit,
    /// The same client id of somebody else in the conversation counts as the same message.
    DedupeWithoutPrincipal,
    /// Numbers come from a sequence, which also counts what is not inserted.
    SeqFromASequence,
    /// Going on from a number repeats it (`>=`).
    ResumeInclusive,
    /// The ring is read from one too far.
    RingOffByOne,
    /// The head is read, and only then the log is followed.
    HeadBeforeSubscribe,
    /// The client sends once and forgets.
    FireAndForget,
    /// A client id is not looked up at all: what comes twice is kept twice.
    NoDedupe,
    /// An event is as old as the clock says, also when that was set back.
    ClockDecides,
}

impl Bug {
    pub(crate) const ALL: [Self; 10] = [
        Self::AckBeforeCommit,
        Self::DeliverBeforeCommit,
        Self::DedupeWithoutPrincipal,
        Self::SeqFromASequence,
        Self::ResumeInclusive,
        Self::RingOffByOne,
        Self::HeadBeforeSubscribe,
        Self::FireAndForget,
        Self::NoDedupe,
        Self::ClockDecides,
    ];

    /// Whether it is made where messages are kept: it can be planted into the log in memory, and not into the database.
    pub(crate) fn is_of_the_store(self) -> bool {
        matches!(
            self,
            Self::DedupeWithoutPrincipal | Self::SeqFromASequence | Self::NoDedupe | Self::ClockDecides
        )
    }
}
