//! What becomes of a letter, and why. Codes stand in the database and in the keys of their sentences.

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stands in its thread, as its customer's.
    Added,
    /// It stands in its thread, marked: whether it is the customer's is not known.
    Unverified,
    /// It began a conversation.
    Began,
    /// It waits beside, with the reason in view.
    Quarantined(Reason),
    /// It told that a letter of ours did not arrive.
    Bounce,
    /// No person wrote it.
    Ignored(Reason),
    /// It was here before.
    Repeated,
}

impl Verdict {
    /// As it stands in the database and in the keys of its words.
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Unverified => "unverified",
            Self::Began => "began",
            Self::Quarantined(_) => "quarantined",
            Self::Bounce => "bounce",
            Self::Ignored(_) => "ignored",
            Self::Repeated => "repeated",
        }
    }

    /// Why it was not taken.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Quarantined(reason) | Self::Ignored(reason) => Some(reason),
            Self::Added | Self::Unverified | Self::Began | Self::Bounce | Self::Repeated => None,
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// Why a letter was not taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// As it stands in the database and in the keys of its words.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

reasons! {
    /// It came to an address that looks like ours, and that we never gave away.
    Forged = "forged",
    /// Its address held until a day that is over.
    Expired = "expired",
    /// The conversation or the order is not there any more.
    Gone = "gone",
    /// Its address is nobody's.
    Nobody = "nobody",
    /// Two stores call its address their own.
    SeveralStores = "several_stores",
    /// Somebody of the staff answered by mail.
    Staff = "staff",
    /// The store blocked who wrote.
    Blocked = "blocked",
    /// It has no sender, or more than one.
    NoSender = "no_sender",
    /// It says nothing.
    Empty = "empty",
    /// Its sender, or all together, began more conversations in an hour than people do.
    TooMany = "too_many",
    /// It is larger than what is read.
    TooLarge = "too_large",
    /// A machine wrote it.
    Automatic = "automatic",
    /// It came by a list.
    List = "list",
    /// It cannot be answered.
    NoReturn = "no_return",
    /// It is one of ours.
    Ours = "ours",
}
