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
}

impl Bug {
    pub(crate) const ALL: [Self; 8] = [
        Self::AckBeforeCommit,
        Self::DeliverBeforeCommit,
        Self::DedupeWithoutPrincipal,
        Self::SeqFromASequence,
        Self::ResumeInclusive,
        Self::RingOffByOne,
        Self::HeadBeforeSubscribe,
        Self::FireAndForget,
    ];
}
