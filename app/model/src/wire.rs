//! The frames of the socket (`/ws`, subprotocol [`SUBPROTOCOL`]): JSON text, one frame a message.
//!
//! A field that a reader does not know is ignored; a frame that it does not know is answered with a `nack`. A frame without `aud`
//! means the log of everyone.

mod read;

use serde::{Deserialize, Serialize};

use crate::{
    desk::WindowKind,
    event::{Audience, Event, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    party::Side,
    refusal::Refusal,
    text::{Body, Name},
    time::Timestamp,
};

/// What the handshake must ask for.
pub const SUBPROTOCOL: &str = "lc.v1";

/// A place in a log, of one history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which conversation.
    pub conv: ConversationId,
    /// Which of its logs.
    #[serde(default, skip_serializing_if = "Audience::is_all")]
    pub aud: Audience,
    /// Which history of the database.
    pub epoch: Epoch,
    /// The last event that is known; what follows is wanted.
    pub after_seq: Seq,
}

/// From the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame, within five seconds.
    Hello {
        /// From `POST …/ticket`; good once.
        ticket: String,
        /// Which of the desk's windows this is; ignored for visitors.
        #[serde(default)]
        window: WindowKind,
        /// Logs to go on with.
        #[serde(default)]
        resume: Vec<Position>,
    },
    /// A message.
    Send {
        /// Where.
        conv: ConversationId,
        /// For whom.
        #[serde(default, skip_serializing_if = "Audience::is_all")]
        aud: Audience,
        /// The same on every retry.
        cid: ClientId,
        /// What.
        body: Body,
    },
    /// How far this side has come.
    Read {
        /// Where.
        conv: ConversationId,
        /// How far, in the log of everyone.
        mark: Mark,
    },
    /// The person is typing, or stopped.
    Typing {
        /// Where.
        conv: ConversationId,
        /// Whether.
        on: bool,
    },
    /// Follow a log. Without `after_seq`: from its last 50 events on.
    Sub {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        #[serde(default, skip_serializing_if = "Audience::is_all")]
        aud: Audience,
        /// Which history `after_seq` belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last event that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_seq: Option<Seq>,
    },
    /// Follow it no longer.
    Unsub {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        #[serde(default, skip_serializing_if = "Audience::is_all")]
        aud: Audience,
    },
    /// The window is closing (`pagehide`).
    Away,
}

/// From the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`.
    Welcome {
        /// Which history all positions belong to.
        epoch: Epoch,
        /// The server's clock.
        server_time: Timestamp,
        /// Seconds between heartbeats.
        hb: u32,
    },
    /// The beginning of a followed log, or of what was missed. More comes as `ev`.
    Sync {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        #[serde(default, skip_serializing_if = "Audience::is_all")]
        aud: Audience,
        /// The events follow this one.
        from: Seq,
        /// At most 100, oldest first, without gaps.
        events: Vec<Event>,
        /// The last event of the log at this moment.
        head: Seq,
        /// How far the reader's own side has come (another tab may have read).
        mine: Mark,
        /// How far the other side has come.
        theirs: Mark,
    },
    /// The next event of a followed log.
    Ev {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        #[serde(default, skip_serializing_if = "Audience::is_all")]
        aud: Audience,
        /// It.
        event: Event,
    },
    /// A message is in the database, for good.
    Sent {
        /// Which.
        cid: ClientId,
        /// Its number.
        seq: Seq,
        /// When.
        at: Timestamp,
        /// Whether it had been there before.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        dup: bool,
    },
    /// Something was not done.
    Nack {
        /// Which message, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cid: Option<ClientId>,
        /// Why.
        code: Refusal,
        /// Whether the same frame may be sent again, after this many milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_ms: Option<u32>,
    },
    /// The position is of another history: begin this log again.
    Reset {
        /// Which conversation.
        conv: ConversationId,
        /// Which log.
        #[serde(default, skip_serializing_if = "Audience::is_all")]
        aud: Audience,
    },
    /// There is no such conversation for you.
    Gone {
        /// Which was asked for.
        conv: ConversationId,
    },
    /// How far a side has come.
    Pos {
        /// Where.
        conv: ConversationId,
        /// Which side.
        who: Side,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
    },
    /// The other side has a window open, or no longer.
    Presence {
        /// Where.
        conv: ConversationId,
        /// Which side.
        who: Side,
        /// Whether.
        here: bool,
    },
    /// Something in the desk's lists changed: fetch what is on screen.
    Inbox {
        /// Grows with each change of this server's life.
        rev: u64,
    },
    /// Nothing happened.
    Hb,
    /// The server is about to restart: come back after this.
    Drain {
        /// Milliseconds.
        after_ms: u32,
    },
    /// The last frame before the server closes.
    Bye {
        /// The close code that follows.
        code: u16,
    },
}

/// Why a socket was closed.
pub mod close {
    /// The server restarts.
    pub const GOING_AWAY: u16 = 1001;
    /// Binary frames are not spoken here.
    pub const UNSUPPORTED: u16 = 1003;
    /// A frame was too large.
    pub const TOO_BIG: u16 = 1009;
    /// No `hello`, or its ticket was wrong, used or expired.
    pub const NO_TICKET: u16 = 4001;
    /// The session ended or lost its rights: do not come back, sign in.
    pub const REVOKED: u16 = 4003;
    /// Frames that make no sense.
    pub const PROTOCOL: u16 = 4005;
    /// The reader was too slow.
    pub const SLOW: u16 = 4008;
    /// Far too many frames, or too many connections.
    pub const TOO_MANY: u16 = 4029;
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{event::EventKind, id::AccountId, party::Author, refusal::Field};

    fn conv() -> ConversationId {
        ConversationId(Uuid::from_u128(1))
    }

    /// Every frame as it stands on the wire: a change here breaks programs that are open in browsers right now.
    #[test]
    fn frames_are_spelled_as_documented() {
        let cid = ClientId(Uuid::from_u128(2));
        let epoch = Epoch(Uuid::from_u128(3));
        let mark = Mark { got: Seq(5), read: Seq(4) };
        let event = Event {
            seq: Seq(7),
            at: Timestamp(1_000),
            author: Author::Operator {
                id: AccountId(Uuid::from_u128(4)),
                name: Name::parse("Anna").expect("fine"),
            },
            cid: Some(cid),
            kind: EventKind::Posted {
                body: Body::parse("Hello").expect("fine"),
            },
            via: None,
        };
        let client = [
            ClientFrame::Hello {
                ticket: "t".into(),
                window: WindowKind::Console,
                resume: vec![Position {
                    conv: conv(),
                    aud: Audience::Desk,
                    epoch,
                    after_seq: Seq(3),
                }],
            },
            ClientFrame::Send {
                conv: conv(),
                aud: Audience::All,
                cid,
                body: Body::parse("Hi").expect("fine"),
            },
            ClientFrame::Read { conv: conv(), mark },
            ClientFrame::Typing { conv: conv(), on: true },
            ClientFrame::Sub {
                conv: conv(),
                aud: Audience::All,
                epoch: None,
                after_seq: None,
            },
            ClientFrame::Unsub {
                conv: conv(),
                aud: Audience::Desk,
            },
            ClientFrame::Away,
        ];
        let server = [
            ServerFrame::Welcome {
                epoch,
                server_time: Timestamp(9),
                hb: 25,
            },
            ServerFrame::Sync {
                conv: conv(),
                aud: Audience::All,
                from: Seq(6),
                events: vec![event.clone()],
                head: Seq(7),
                mine: Mark::default(),
                theirs: Mark { got: Seq(2), read: Seq(1) },
            },
            ServerFrame::Ev {
                conv: conv(),
                aud: Audience::All,
                event,
            },
            ServerFrame::Sent {
                cid,
                seq: Seq(7),
                at: Timestamp(9),
                dup: false,
            },
            ServerFrame::Nack {
                cid: Some(cid),
                code: Refusal::TooLong {
                    field: Field::Message,
                    max: 5_000,
                },
                after_ms: None,
            },
            ServerFrame::Reset {
                conv: conv(),
                aud: Audience::All,
            },
            ServerFrame::Gone { conv: conv() },
            ServerFrame::Pos {
                conv: conv(),
                who: Side::Desk,
                mark,
            },
            ServerFrame::Typing {
                conv: conv(),
                on: true,
                name: None,
            },
            ServerFrame::Presence {
                conv: conv(),
                who: Side::Shopper,
                here: true,
            },
            ServerFrame::Inbox { rev: 3 },
            ServerFrame::Hb,
            ServerFrame::Drain { after_ms: 250 },
            ServerFrame::Bye { code: close::REVOKED },
        ];
        let mut lines = Vec::new();
        for frame in &client {
            let json = serde_json::to_string(frame).expect("serialises");
            assert_eq!(&serde_json::from_str::<ClientFrame>(&json).expect("reads back"), frame);
            lines.push(json);
        }
        for frame in &server {
            let json = serde_json::to_string(frame).expect("serialises");
            assert_eq!(&serde_json::from_str::<ServerFrame>(&json).expect("reads back"), frame);
            assert_eq!(crate::json::from_str::<ServerFrame>(&json).as_ref(), Ok(frame));
            lines.push(json);
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn an_unknown_field_is_ignored() {
        let frame: ClientFrame =
            serde_json::from_str(&format!(r#"{{"typing":{{"conv":"{}","on":true,"mood":"fine"}}}}"#, conv())).expect("reads");
        assert_eq!(frame, ClientFrame::Typing { conv: conv(), on: true });
    }
}
