//! What the desk's program and the server say to each other, besides conversations.

use serde::{Deserialize, Serialize};

use crate::{
    conversation::{About, Kind, StageName},
    event::Event,
    id::{AccountId, ConversationId, Seq, StoreId},
    language::Language,
    panel::ConversationView,
    party::{Customer, Role},
    text::{EmailAddress, Name, Phone},
    time::Timestamp,
    words::Words,
};

/// Everything the desk needs to draw itself; embedded in its page as JSON and read again by the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskStart {
    /// Who is signed in.
    pub me: Me,
    /// The store that is worked for.
    pub store: DeskStore,
    /// The language's words with the prefixes `desk.`, `field.` and `refusal.`.
    pub words: Words,
    /// The chats of this moment.
    pub recap: Recap,
    /// The version of the program, as the help page shows it.
    pub version: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Their id.
    pub id: AccountId,
    /// As shown to shoppers.
    pub name: Name,
    /// What they sign in with.
    pub email: EmailAddress,
    /// The language of their screens.
    pub language: Language,
    /// Light, dark, or as the system says.
    pub theme: Theme,
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// As it stands in the database and in `data-theme`.
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The reverse of [`Theme::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|t| t.code() == code)
    }
}

/// The store that is worked for, and what this person may do there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskStore {
    /// Its id.
    pub id: StoreId,
    /// In addresses.
    pub slug: String,
    /// On screen.
    pub name: Name,
    /// What this person is there.
    pub role: Role,
    /// Whether the store lets this person chat live (D-02).
    pub live_chat: bool,
}

/// The recap window's content (P-43, P-44).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recap {
    /// Whether this person is on duty.
    pub on_duty: bool,
    /// All new or ongoing conversations, the longest waiting first.
    pub ongoing: Vec<InboxRow>,
    /// Those that ended since this person went on duty, the last first.
    pub finished: Vec<InboxRow>,
    /// Offline messages that nobody at the store has read.
    pub offline_unread: u32,
}

/// One line of any of the desk's lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    /// Which conversation.
    pub id: ConversationId,
    /// How it began.
    pub kind: Kind,
    /// Where it stands.
    pub stage: StageName,
    /// With whom.
    pub customer: Customer,
    /// Who of the desk took it.
    pub operator: Option<Operator>,
    /// What it is about.
    pub about: About,
    /// The beginning of the last message; empty before the first.
    pub preview: String,
    /// Whether the desk wrote it.
    pub preview_mine: bool,
    /// When something last happened.
    pub at: Timestamp,
    /// Since when the shopper waits for an answer; `None` when the desk spoke last.
    pub waiting_since: Option<Timestamp>,
    /// Messages of the shopper that nobody at the desk has seen.
    pub unread: u32,
    /// The last event of the log.
    pub head: Seq,
}

/// Somebody at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Their id.
    pub id: AccountId,
    /// Their name.
    pub name: Name,
}

/// A conversation in a window of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskConversation {
    /// Its line in the lists.
    pub row: InboxRow,
    /// Its log.
    pub view: ConversationView,
    /// The desk's own log: notes, and what only colleagues may know.
    pub desk_events: Vec<Event>,
    /// The last event of the desk's own log.
    pub desk_head: Seq,
    /// How to reach them, as they said.
    pub contact: Contact,
    /// The connection's facts (D-19).
    pub connection: Connection,
    /// Whether the shopper is on the site at this moment.
    pub here: bool,
}

/// How to reach a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct Contact {
    pub name: Option<Name>,
    pub email: Option<EmailAddress>,
    pub phone: Option<Phone>,
}

/// What is known of a visitor's browser. Addresses are truncated unless the store's settings say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The language of their screens.
    pub language: Option<Language>,
    /// The page the conversation was begun on.
    pub page: Option<String>,
    /// The browser, as it calls itself.
    pub browser: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxPage {
    /// Newest first.
    pub rows: Vec<InboxRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<InboxCursor>,
}

/// A place in a list: the last row that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxCursor {
    /// Its time.
    pub at: Timestamp,
    /// Its id, for rows of the same millisecond.
    pub id: ConversationId,
}

/// Settings, Your site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YourSite {
    /// Web sites that may embed the chat.
    pub origins: Vec<String>,
    /// The line to copy into the shop's pages.
    pub snippet: String,
    /// When the secret that signs identity tokens was last made; the secret itself is shown once.
    pub secret_since: Option<Timestamp>,
    /// The public page that works without scripts.
    pub page: String,
}

/// Which of the desk's windows a connection belongs to: presence counts windows of the kind that went on duty (delivery 2.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowKind {
    /// `/desk`, with the recap window's switch.
    #[default]
    Recap,
    /// `/desk/chat`, with its Connect button.
    Console,
}

impl WindowKind {
    /// As it stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Recap => "recap",
            Self::Console => "console",
        }
    }

    /// The reverse of [`WindowKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Recap, Self::Console].into_iter().find(|k| k.code() == code)
    }
}

/// Which of a store's conversations a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    /// What was left in the form while nobody was there (D-05, D-27).
    Offline,
    /// Chats that ended.
    Finished,
    /// Everything.
    All,
}
