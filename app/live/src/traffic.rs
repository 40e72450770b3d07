//! What goes into the [`Link`](crate::link::Link) and what comes out: the whole border between the rules and the world.

use model::{
    desk::WindowKind,
    event::{Audience, Event, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    panel::{EventsPage, Posted},
    party::Side,
    refusal::Refusal,
    text::{Body, Name},
    time::Timestamp,
    wire::{ClientFrame, ServerFrame},
};

use crate::outbox::Pending;

/// Through which of the two programs somebody came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// A shopper's panel.
    Panel {
        /// The store's public name, as in addresses.
        store: String,
    },
    /// A window of the desk.
    Desk {
        /// Which of its windows.
        window: WindowKind,
    },
}

/// One try to be connected, from its ticket to its end. What arrives late from an earlier try is recognised by it and ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempt(pub u32);

/// Why a request by HTTP brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said no.
    Refused(Refusal),
    /// It could not be reached, or could not do it; whether it was done is not known.
    Unavailable,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The program is ready: connect.
    Begin,
    /// Follow a log, from what is known of it on. Following it twice is following it once.
    Follow {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
        /// The last event that is known, and its history.
        known: Option<(Epoch, Seq)>,
    },
    /// Follow it no longer.
    Unfollow {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
    },
    /// Somebody said something.
    Post {
        /// Where.
        conv: ConversationId,
        /// For whom.
        aud: Audience,
        /// Its id for ever.
        cid: ClientId,
        /// What.
        body: Body,
    },
    /// The device keeps it now, or cannot: it may be sent.
    Kept {
        /// Which.
        cid: ClientId,
    },
    /// What the device still kept when the program began.
    Restored {
        /// Oldest first.
        pending: Vec<Pending>,
    },
    /// Send a refused message again.
    Retry {
        /// Which.
        cid: ClientId,
    },
    /// Forget a message that is not sent yet.
    Discard {
        /// Which.
        cid: ClientId,
    },
    /// This person's side has come further.
    Read {
        /// Where.
        conv: ConversationId,
        /// How far.
        mark: Mark,
    },
    /// This person is typing, or stopped. May be said at each key.
    Typing {
        /// Where.
        conv: ConversationId,
        /// Whether.
        on: bool,
    },
    /// There are new credentials: somebody who was signed out may come back.
    Credentials,
    /// The network is back, or the page is looked at again.
    Wake,
    /// The page goes away, for good or for a reload.
    Away,
    /// Never again.
    Stop,
    /// The time of [`Link::deadline`](crate::link::Link::deadline) has come.
    Tick,
    /// The answer to [`Output::FetchTicket`].
    Ticket {
        /// Of which try.
        attempt: Attempt,
        /// It.
        answer: Result<String, Failure>,
    },
    /// The socket is open.
    Opened {
        /// Of which try.
        attempt: Attempt,
    },
    /// The server said something.
    Frame {
        /// On which try's socket.
        attempt: Attempt,
        /// What.
        frame: ServerFrame,
    },
    /// The socket is closed, or could not be opened.
    Closed {
        /// Of which try.
        attempt: Attempt,
        /// Why.
        code: u16,
    },
    /// The answer to [`Output::Post`].
    Posted {
        /// Which message.
        cid: ClientId,
        /// It.
        answer: Result<Posted, Failure>,
    },
    /// The answer to [`Output::Page`].
    Page {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
        /// It.
        answer: Result<EventsPage, Failure>,
    },
}

/// Something is to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Fetch a ticket for the socket.
    FetchTicket {
        /// For which try.
        attempt: Attempt,
    },
    /// Open the socket.
    Connect {
        /// For which try.
        attempt: Attempt,
    },
    /// Say this on the socket that is open.
    Send(ClientFrame),
    /// Close the socket of this try; nothing more is wanted from it.
    Close {
        /// Which.
        attempt: Attempt,
    },
    /// Post a message by HTTP. Only ever for [`Audience::All`].
    Post {
        /// Where.
        conv: ConversationId,
        /// Its id.
        cid: ClientId,
        /// What.
        body: Body,
    },
    /// Fetch what follows in a log by HTTP.
    Page {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
        /// The last event that is known; without it, the last page of the log.
        after: Option<Seq>,
        /// How long the server may wait for something to say.
        wait_s: u32,
    },
    /// Tell by HTTP how far this side has come.
    Read {
        /// Where.
        conv: ConversationId,
        /// How far.
        mark: Mark,
    },
    /// Keep this on the device, then say [`Input::Kept`].
    Keep(Pending),
    /// The device need not keep this any longer.
    Forget {
        /// Which.
        cid: ClientId,
    },
    /// Tell the program.
    News(News),
}

/// What a program learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The next events of a followed log: in order, without gaps, nothing twice.
    Events {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
        /// At least one.
        events: Vec<Event>,
    },
    /// Forget the log: it begins again after this event.
    Reset {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        aud: Audience,
        /// The event before the first one that will come.
        after: Seq,
    },
    /// There is no such conversation for this person. It is followed no longer.
    Gone {
        /// Which.
        conv: ConversationId,
    },
    /// A message is on its way: typed here, or kept by the device since before a reload.
    Echo {
        /// Where.
        conv: ConversationId,
        /// For whom.
        aud: Audience,
        /// Its id.
        cid: ClientId,
        /// What.
        body: Body,
        /// When it was typed.
        at: Timestamp,
    },
    /// A message was refused; its words are kept.
    Refused {
        /// Where.
        conv: ConversationId,
        /// For whom.
        aud: Audience,
        /// Its id.
        cid: ClientId,
        /// Why.
        why: Refusal,
    },
    /// How far a side has come in the log of everyone.
    Marks {
        /// Where.
        conv: ConversationId,
        /// Which side.
        side: Side,
        /// How far.
        mark: Mark,
    },
    /// The other side is typing, or stopped.
    Typing {
        /// Where.
        conv: ConversationId,
        /// Whether.
        on: bool,
        /// Who, when it is somebody of the desk.
        name: Option<Name>,
    },
    /// A side has a window open, or no longer.
    Presence {
        /// Where.
        conv: ConversationId,
        /// Which side.
        side: Side,
        /// Whether.
        here: bool,
    },
    /// Something in the desk's lists may have changed: fetch what is on screen.
    Inbox,
    /// How the connection stands.
    Status(Status),
}

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// For the first time.
    Connecting,
    /// What is sent arrives at once.
    Online,
    /// Tried again, again and again.
    Offline,
    /// The session ended: it is not tried again until there are new credentials.
    SignedOut,
}
