//! How a [`ServerFrame`] is read: one shape holds whatever any of them says, and what a frame must say is asked for afterwards.
//!
//! The frames overlap so much that fourteen shapes of their own, which is what `derive` would write, were a twentieth of the panel. The
//! snapshot of the wire in `wire.rs` reads every frame back through this.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{EnumAccess, Error, VariantAccess, Visitor},
};

use super::ServerFrame;
use crate::{
    event::{Audience, Event, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    party::Side,
    refusal::Refusal,
    text::Name,
    time::Timestamp,
};

/// Everything that any frame says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Facts {
    epoch: Option<Epoch>,
    server_time: Option<Timestamp>,
    hb: Option<u32>,
    conv: Option<ConversationId>,
    aud: Audience,
    from: Option<Seq>,
    events: Vec<Event>,
    head: Option<Seq>,
    mine: Mark,
    theirs: Mark,
    event: Option<Event>,
    cid: Option<ClientId>,
    seq: Option<Seq>,
    at: Option<Timestamp>,
    dup: bool,
    code: Option<Refusal>,
    after_ms: Option<u32>,
    who: Option<Side>,
    mark: Mark,
    on: bool,
    name: Option<Name>,
    here: bool,
    rev: u64,
}

/// What the last frame says: there `code` is a number.
#[derive(Deserialize)]
struct Last {
    code: u16,
}

impl<'de> Deserialize<'de> for ServerFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("ServerFrame", &[], Frame)
    }
}

struct Frame;

impl<'de> Visitor<'de> for Frame {
    type Value = ServerFrame;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a frame of the server")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<ServerFrame, A::Error> {
        let (name, rest): (String, _) = data.variant()?;
        match name.as_str() {
            "hb" => rest.unit_variant().map(|()| ServerFrame::Hb),
            "bye" => rest.newtype_variant().map(|Last { code }| ServerFrame::Bye { code }),
            name => rest
                .newtype_variant::<Facts>()?
                .frame(name)
                .ok_or_else(|| A::Error::custom("an unknown frame, or one with a part missing")),
        }
    }
}

impl Facts {
    fn frame(self, name: &str) -> Option<ServerFrame> {
        let Self {
            aud,
            mine,
            theirs,
            mark,
            on,
            ..
        } = self;
        Some(match name {
            "welcome" => ServerFrame::Welcome {
                epoch: self.epoch?,
                server_time: self.server_time?,
                hb: self.hb?,
            },
            "sync" => ServerFrame::Sync {
                conv: self.conv?,
                aud,
                from: self.from?,
                events: self.events,
                head: self.head?,
                mine,
                theirs,
            },
            "ev" => ServerFrame::Ev {
                conv: self.conv?,
                aud,
                event: self.event?,
            },
            "sent" => ServerFrame::Sent {
                cid: self.cid?,
                seq: self.seq?,
                at: self.at?,
                dup: self.dup,
            },
            "nack" => ServerFrame::Nack {
                cid: self.cid,
                code: self.code?,
                after_ms: self.after_ms,
            },
            "reset" => ServerFrame::Reset { conv: self.conv?, aud },
            "gone" => ServerFrame::Gone { conv: self.conv? },
            "pos" => ServerFrame::Pos {
                conv: self.conv?,
                who: self.who?,
                mark,
            },
            "typing" => ServerFrame::Typing {
                conv: self.conv?,
                on,
                name: self.name,
            },
            "presence" => ServerFrame::Presence {
                conv: self.conv?,
                who: self.who?,
                here: self.here,
            },
            "inbox" => ServerFrame::Inbox { rev: self.rev },
            "drain" => ServerFrame::Drain { after_ms: self.after_ms? },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_with_a_part_missing_or_of_an_unknown_kind_is_not_read() {
        for text in [
            r#"{"welcome":{"hb":25}}"#,
            r#"{"later":{}}"#,
            r#""hello""#,
            r#"{"hb":{}}"#,
            r#"{"bye":{}}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<ServerFrame>(text).is_err(), "{text}");
            assert!(crate::json::from_str::<ServerFrame>(text).is_err(), "{text}");
        }
    }
}
