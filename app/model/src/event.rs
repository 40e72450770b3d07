//! Anything that happened in a conversation and stays: the log is the truth, everything visible in a transcript is in it.

use serde::{Deserialize, Serialize};

use crate::{
    case::Statement,
    conversation::{Kind, StageName},
    desk::Operator,
    file::SharedFile,
    id::{ClientId, Seq},
    json::{Read, Value},
    party::Author,
    text::{Body, Comment, EmailAddress},
    time::Timestamp,
};

/// Who may see a log. Each conversation has one log per audience, each with its own gap-free numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone in the conversation.
    #[default]
    All,
    /// The desk only: notes, assignment, tags. The shopper never sees it, and is never woken by it.
    Desk,
}

impl Audience {
    /// As it stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Desk => "desk",
        }
    }

    /// The reverse of [`Audience::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "all" => Some(Self::All),
            "desk" => Some(Self::Desk),
            _ => None,
        }
    }

    /// For frames that leave it out: `all`.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

impl Read for Audience {
    /// Left out, it is everyone's.
    fn read(value: Value) -> Option<Self> {
        if value.is_null() {
            Some(Self::All)
        } else {
            Self::from_code(&value.into_text()?)
        }
    }
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the log.
    pub seq: Seq,
    /// When it was committed; never earlier than the event before it.
    pub at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// The id its author's client gave it, so that the author recognises it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<ClientId>,
    /// What happened.
    pub kind: EventKind,
    /// Through which door it came, if not through ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

/// A door that is not ours: what came through it is shown with where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// An answer by mail.
    Mail {
        /// The sender as the letter says.
        from: EmailAddress,
        /// Whether the letter proved it: the address is the participant's, and the mail system that took it in vouches for it.
        verified: bool,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Somebody said something.
    Posted {
        /// What.
        body: Body,
    },
    /// Somebody at the desk (the author) took the conversation.
    Taken,
    /// Everybody at the desk left; it goes on by mail.
    DeskLeft,
    /// The author ended it.
    Closed,
    /// It goes on again, and how.
    Reopened {
        /// [`StageName::Queued`] or [`StageName::Mail`].
        stage: StageName,
    },
    /// The author gave a file.
    Shared {
        /// Which.
        file: SharedFile,
    },
    /// The author handed the conversation to a colleague.
    Transferred {
        /// To whom.
        to: Operator,
    },
    /// The shopper said how it was (D-24). The last one counts.
    Rated {
        /// 1 to 5.
        stars: u8,
        /// In their own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Comment>,
    },
    /// Nobody took it in time; it goes on by mail.
    Missed,
    /// The author gave it another place: what it is about from now on, and in which list it stands.
    Moved {
        /// As what it goes on.
        to: Kind,
        /// About what: the order's number.
        number: Option<String>,
    },
    /// Something was said about the case that it is.
    Stated {
        /// What.
        what: Statement,
    },
}

crate::read_enum! {
    EventKind {
        Posted { body } = "posted",
        Taken = "taken",
        DeskLeft = "desk_left",
        Closed = "closed",
        Reopened { stage } = "reopened",
        Shared { file } = "shared",
        Transferred { to } = "transferred",
        Rated { stars, comment } = "rated",
        Missed = "missed",
        Moved { to, number } = "moved",
        Stated { what } = "stated",
    }
    Via { Mail { from, verified } = "mail" }
}

impl EventKind {
    /// As it stands in the database's `kind` column; the facts are in the payload.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Posted { .. } => "posted",
            Self::Taken => "taken",
            Self::DeskLeft => "desk_left",
            Self::Closed => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Shared { .. } => "shared",
            Self::Transferred { .. } => "transferred",
            Self::Rated { .. } => "rated",
            Self::Missed => "missed",
            Self::Moved { .. } => "moved",
            Self::Stated { .. } => "stated",
        }
    }

    /// Where the conversation stands after it, if it moves it.
    pub fn stage(&self) -> Option<StageName> {
        match self {
            Self::Posted { .. } | Self::Shared { .. } | Self::Rated { .. } | Self::Moved { .. } | Self::Stated { .. } => None,
            Self::Taken | Self::Transferred { .. } => Some(StageName::Live),
            Self::DeskLeft | Self::Missed => Some(StageName::Mail),
            Self::Closed => Some(StageName::Closed),
            Self::Reopened { stage } => Some(*stage),
        }
    }
}

/// How far one side has come in a log: what has arrived, and what has been seen. Only ever grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The last event that reached a program of that side.
    #[serde(rename = "got_seq")]
    pub got: Seq,
    /// The last event that was on screen in front of a person.
    #[serde(rename = "read_seq")]
    pub read: Seq,
}

crate::read_struct! {
    Event { seq, at, author, cid, kind, via }
    Mark { got = "got_seq", read = "read_seq" }
}

impl Mark {
    /// The further of both, in each respect; what was read has also arrived.
    pub fn max(self, other: Self) -> Self {
        let read = self.read.max(other.read);
        Self {
            got: self.got.max(other.got).max(read),
            read,
        }
    }
}
