//! What the panel and its HTTP (`/w/{store}/…`) say to each other. The same shapes fill the server-rendered page.

use serde::{Deserialize, Serialize};

use crate::{
    availability::Availability,
    conversation::{Kind, StageName},
    event::{Event, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    party::Side,
    settings::OfflineFields,
    text::{Body, EmailAddress, Name, Phone, Sku},
    time::Timestamp,
    timeline::Timeline,
    words::Words,
};

/// Everything the panel needs to draw itself; embedded in its page as JSON and read again by the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelStart {
    /// The store.
    pub store: PanelStore,
    /// The language's words with the prefixes `widget.`, `field.` and `refusal.`.
    pub words: Words,
    /// Whether somebody is there now.
    pub availability: Availability,
    /// The conversation that goes on, if the cookie knew one.
    pub conversation: Option<ConversationView>,
    /// In an iframe on a shop's page, or a page of its own.
    pub frame: Frame,
    /// The product of the page it was opened from.
    pub product: Option<Sku>,
    /// What a form that was sent without scripts is answered: shown above the form, with what was typed kept in it.
    pub answer: Option<FormAnswer>,
}

/// What the panel shows of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelStore {
    /// In addresses.
    pub slug: String,
    /// On screen.
    pub name: Name,
    /// Header text while somebody is there, in the shopper's language; a default when the store wrote none.
    pub header: Option<String>,
    /// Text above the first message.
    pub welcome: Option<String>,
    /// Header text while nobody is there.
    pub offline_header: Option<String>,
    /// Text above the form that leaves a message.
    pub offline_welcome: Option<String>,
    /// What stands beside the form that leaves a message, in the shopper's language: when the store opens again, whom messages are for.
    pub note: Option<String>,
    /// What the offline form asks.
    pub offline_fields: OfflineFields,
    /// Where the shop says what it does with personal data; linked from the notice before the first message.
    pub privacy_url: Option<String>,
    /// Whether the shop tells us of its orders, so that one can be asked for.
    pub orders: bool,
}

/// Where the panel stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// In an iframe; only pages of these origins are spoken to.
    Embedded {
        /// The store's registered origins.
        origins: Vec<String>,
    },
    /// `/c/{store}`.
    Page,
    /// One thread of the member centre. There is nothing but the thread: no start, no end, no other conversation.
    Thread {
        /// The session, good for this conversation only. In memory and in the forms of this page.
        token: String,
    },
}

/// How a form that was sent without scripts went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAnswer {
    /// The sentence, already in the reader's language; empty when it went well.
    pub refused: Option<String>,
    /// Whether a message was left (the thank-you is shown).
    pub message_left: bool,
    /// What had been typed, by field key.
    pub typed: Vec<(String, String)>,
    /// What happened, in a sentence of the reader's language, where the page does not show it by itself.
    #[serde(default)]
    pub said: Option<String>,
}

/// The answer to `POST rating`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thanks {
    /// What happened, in a sentence of the panel's language.
    pub said: String,
}

/// A conversation as one side may see it, with its last events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    /// Which.
    pub id: ConversationId,
    /// How it began.
    pub kind: Kind,
    /// Where it stands.
    pub stage: StageName,
    /// Who answers, once somebody took it: the name shown to shoppers.
    pub operator: Option<Name>,
    /// Which history the numbers below belong to.
    pub epoch: Epoch,
    /// The last events, oldest first, without gaps up to `head`.
    pub events: Vec<Event>,
    /// The last event of the log.
    pub head: Seq,
    /// How far the reader's side has come.
    pub mine: Mark,
    /// How far the other side has come.
    pub theirs: Mark,
    /// Whether it is known where a copy of it could be mailed to (D-25).
    #[serde(default)]
    pub has_email: bool,
}

impl ConversationView {
    /// The timeline these facts make.
    pub fn timeline(&self, me: Side) -> Timeline {
        let after = self.events.first().map_or(self.head, |e| Seq(e.seq.0 - 1));
        let mut timeline = Timeline::new(me, after, self.stage);
        for event in &self.events {
            timeline.apply(event);
        }
        timeline.mark(me, self.mine);
        timeline.mark(me.other(), self.theirs);
        timeline
    }
}

crate::read_enum! {
    Frame { Embedded { origins } = "embedded", Page = "page", Thread { token } = "thread" }
}

crate::read_struct! {
    PanelStart { store, words, availability, conversation, frame, product, answer }
    PanelStore { slug, name, header, welcome, offline_header, offline_welcome, note, offline_fields, privacy_url, orders }
    FormAnswer { refused, message_left, typed, said }
    ConversationView { id, kind, stage, operator, epoch, events, head, mine, theirs, has_email }
    Known { name, email }
    Pass { token, handle }
    Posted { seq, at, dup }
    EventsPage { epoch, events, head, theirs }
    Ticket { ticket }
}

/// `POST session`: who am I here, and what goes on?
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionRequest {
    /// The shop's signed token, if the shopper is signed in there.
    pub identity: Option<String>,
    /// The one-time handle from the shop's page, used when the cookie did not come.
    pub handle: Option<String>,
}

/// The answer to `POST session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionAnswer {
    /// Whether somebody is there.
    pub availability: Availability,
    /// Whom the shop says this is; only ever the token's own words.
    pub known: Option<Known>,
    /// The conversation that goes on.
    pub conversation: Option<ConversationView>,
    /// The way back in, when a session was found.
    pub pass: Option<Pass>,
}

/// A shopper as the shop's token names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Their name.
    pub name: Option<Name>,
    /// Their address.
    pub email: Option<EmailAddress>,
}

/// What a program keeps of a session: in memory, and in the shop's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// For the `x-vitrine-session` header, where the cookie is blocked. In memory only.
    pub token: String,
    /// For the shop page's `sessionStorage`; good once. Absent when the store switched it off.
    pub handle: Option<String>,
}

/// `POST start`, to begin a live chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartChat {
    /// Made by the client; the same start sent twice begins one chat.
    pub cid: ClientId,
    /// As typed, or as the shop's token says.
    pub name: Option<Name>,
    /// As typed, or as the shop's token says.
    pub email: Option<EmailAddress>,
    /// The shop's signed token.
    #[serde(default)]
    pub identity: Option<String>,
    /// Where it was begun.
    #[serde(default)]
    pub origin: Whence,
}

/// `POST start`, to leave a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct LeaveMessage {
    /// Made by the client; the same message sent twice is one message.
    pub cid: ClientId,
    pub first_name: Option<Name>,
    pub last_name: Option<Name>,
    pub email: Option<EmailAddress>,
    pub phone: Option<Phone>,
    pub message: Body,
    /// The shop's signed token.
    #[serde(default)]
    pub identity: Option<String>,
    /// Where it was written.
    #[serde(default)]
    pub origin: Whence,
}

/// The page a conversation was begun on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Whence {
    /// The product's key, if it was a product's page.
    pub product: Option<Sku>,
    /// The page's address; cut to its maximum.
    pub page: Option<String>,
    /// The address of the page that led to it; cut likewise.
    pub referrer: Option<String>,
}

/// The body of `POST start`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begin {
    /// Talk now.
    Chat(StartChat),
    /// Leave a message.
    Message(LeaveMessage),
}

/// The answer to `POST start`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The conversation.
    pub conversation: ConversationView,
    /// The way back in.
    pub pass: Pass,
}

/// `POST messages`: the same message as a `send` frame, for those whose network has no sockets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Made by the client; the same on every retry.
    pub cid: ClientId,
    /// What.
    pub body: Body,
}

/// The answer to a message: it is in the database, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Its number in the log.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// Whether it had been there before this request.
    #[serde(default)]
    pub dup: bool,
}

/// `POST read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRead {
    /// Where.
    pub conversation: ConversationId,
    /// How far.
    pub mark: Mark,
}

/// `POST end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndChat {
    /// Which.
    pub conversation: ConversationId,
}

/// The answer to `GET events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsPage {
    /// Which history the numbers belong to.
    pub epoch: Epoch,
    /// Oldest first, without gaps.
    pub events: Vec<Event>,
    /// The last event of the log.
    pub head: Seq,
    /// How far the other side has come.
    pub theirs: Mark,
}

/// The answer to `POST ticket`: opens the socket once, within 30 seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Opaque.
    pub ticket: String,
}

/// `GET /status/{store}`: all that the loader knows before the shopper does anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether somebody is there.
    pub availability: Availability,
    /// The launcher's label: "Chat Now".
    pub label: String,
    /// The accessible name of the panel's frame.
    pub title: String,
    /// The launcher's background.
    pub background: String,
    /// The launcher's text.
    pub color: String,
    /// When the store opens again, in words, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<String>,
}
