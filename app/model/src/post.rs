//! Settings, Mail: what became of the store's letters, as its owner sees it.

use crate::{id::MailId, time::Timestamp};

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostView {
    /// The mail server; `None` where letters go into the mail folder.
    pub server: Option<String>,
    /// The mail folder, where there is no mail server.
    pub folder: Option<String>,
    /// The address that letters are from.
    pub from: String,
    /// Where letters for the store go.
    pub to: Vec<String>,
    /// What the mail server said when it last sent us away, while no letter goes because of it.
    pub paused: Option<String>,
    /// Letters that wait.
    pub waiting: u32,
    /// Letters that went.
    pub sent: u32,
    /// Letters that will not go by themselves.
    pub failed: u32,
    /// The newest first.
    pub rows: Vec<PostRow>,
    /// Whether there are older ones.
    pub more: bool,
}

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRow {
    /// Which.
    pub id: MailId,
    /// What it is for.
    pub kind: PostKind,
    /// To whom, once that is known.
    pub to: Option<String>,
    /// What became of it.
    pub state: PostState,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it must go.
    pub at: Timestamp,
    /// When it is tried next.
    pub due: Timestamp,
    /// What the mail server said last, in its own words.
    pub reply: Option<String>,
    /// The letter itself, where it went into the mail folder.
    pub kept: Option<KeptLetter>,
}

/// What a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PostKind {
    OfflineMessage,
    MissedChat,
    OfflineDigest,
    Transcript,
    ConfirmCopy,
    Invite,
    TestMail,
    Answer,
    SignIn,
    OrderCode,
    ProveSender,
    CaseNews,
}

impl PostKind {
    /// From the outbox's own word for it.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "offline_message" => Self::OfflineMessage,
            "missed_chat" => Self::MissedChat,
            "offline_digest" => Self::OfflineDigest,
            "transcript" => Self::Transcript,
            "confirm_copy" => Self::ConfirmCopy,
            "invite" => Self::Invite,
            "test_mail" => Self::TestMail,
            "answer" => Self::Answer,
            "sign_in" => Self::SignIn,
            "order_code" => Self::OrderCode,
            "prove_sender" => Self::ProveSender,
            "case_news" => Self::CaseNews,
            _ => return None,
        })
    }
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostState {
    /// It waits, or is tried again later.
    Waiting,
    /// It went.
    Sent,
    /// It will not go by itself.
    Failed,
    /// It was, or will be, told of in a digest.
    Gathered,
    /// It did not go: who it was for had read all of it on the site.
    Read,
}

/// A letter in the mail folder, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLetter {
    /// Who it is from.
    pub from: String,
    /// Whom an answer goes to.
    pub reply_to: Option<String>,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// How a place in the list is asked for: the last row that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostCursor {
    /// Its time.
    pub at: Timestamp,
    /// Its id, for rows of the same millisecond.
    pub id: MailId,
}
