//! What the desk's program and the server say to each other, besides conversations.

use serde::{Deserialize, Serialize};

use crate::{
    conversation::{About, Kind, StageName},
    event::Event,
    id::{AccountId, ConversationId, Seq, StoreId},
    language::Language,
    panel::ConversationView,
    party::{Customer, Role},
    settings::Sounds,
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
    /// How this person left the windows of conversations.
    pub kept: Vec<KeptWindow>,
    /// Whether this person serves several stores.
    pub several: bool,
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
    /// Whether this person wants to hear nothing, whatever the store's settings say.
    pub muted: bool,
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

crate::json::read_codes! {
    Theme { System = "system", Light = "light", Dark = "dark" }
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
    /// What the back office lets be heard (P-08).
    pub sounds: Sounds,
}

/// The recap window's content (P-43, P-44).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recap {
    /// Whether this person is on duty.
    pub on_duty: bool,
    /// Whether the store lets this person chat live now (D-06): it can change while the page is open.
    pub live_chat: bool,
    /// Whether the opening hours keep the store closed now, whoever is on duty.
    pub shut: bool,
    /// All new or ongoing conversations, the longest waiting first.
    pub ongoing: Vec<InboxRow>,
    /// Those that ended since this person went on duty, the last first.
    pub finished: Vec<InboxRow>,
    /// Offline messages that nobody at the store has read.
    pub offline_unread: u32,
    /// Unread messages under Shop messages (S-04, S-i1).
    pub shop_unread: u32,
    /// Unread messages under Order messages.
    pub order_unread: u32,
    /// Unread messages in threads with buyers.
    pub thread_unread: u32,
    /// Unread answers to the store's tickets; at the team's own desk, what is unread in those that it answers.
    pub ticket_unread: u32,
    /// Unread news of disputes.
    pub dispute_unread: u32,
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
    /// Somebody at the desk pressed Save Chat: it is kept beyond the store's retention (D-22).
    pub saved: bool,
    /// What the shopper said of it, 1 to 5 (D-i5).
    #[serde(default)]
    pub rating: Option<u8>,
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
    /// Whether the owner keeps it by a legal hold.
    #[serde(default)]
    pub held: bool,
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
    /// The browser: as it calls itself where it is stored, read ("Firefox 145") where it is shown.
    pub browser: Option<String>,
    /// The system below it, where the browser's words could be read.
    pub system: Option<String>,
    /// The network they came from, or the whole address where the store keeps that.
    pub address: Option<String>,
    /// The page that led them there.
    pub referrer: Option<String>,
}

/// How somebody at the desk left a conversation's window: found again after a reload, a crash, or on another machine (P-i3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptWindow {
    /// Of which conversation.
    pub id: ConversationId,
    /// Typed and not sent.
    pub draft: String,
    /// Where the window stood.
    pub place: WindowPlace,
}

/// Where a conversation's window stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowPlace {
    /// It never had one, or nothing is remembered of it.
    #[default]
    None,
    /// On screen.
    Open,
    /// Folded to its heading (P-34).
    Minimized,
    /// Taken off the screen, by hand or by another window (P-33, P-41).
    Hidden,
}

crate::json::read_codes! {
    WindowPlace { None = "none", Open = "open", Minimized = "minimized", Hidden = "hidden" }
}

crate::read_struct! {
    DeskStart { me, store, words, recap, version, kept, several }
    Me { id, name, email, language, theme, muted }
    DeskStore { id, slug, name, role, live_chat, sounds }
    Recap { on_duty, live_chat, shut, ongoing, finished, offline_unread, shop_unread, order_unread, thread_unread, ticket_unread, dispute_unread }
    InboxRow { id, kind, stage, customer, operator, about, preview, preview_mine, at, waiting_since, unread, head, saved, rating }
    Operator { id, name }
    DeskConversation { row, view, desk_events, desk_head, contact, connection, here, held }
    Contact { name, email, phone }
    Connection { language, page, browser, system, address, referrer }
    KeptWindow { id, draft, place }
    InboxPage { rows, next }
    InboxCursor { at, id }
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Messages to the shop (S-01, S-03).
    Shop,
    /// Messages about orders (S-27).
    Order,
}
