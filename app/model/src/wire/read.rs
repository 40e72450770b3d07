//! How the frames of the server are read in a browser.

use super::ServerFrame;

crate::read_enum! {
    ServerFrame {
        Welcome { epoch, server_time, hb } = "welcome",
        Sync { conv, aud, from, events, head, mine, theirs } = "sync",
        Ev { conv, aud, event } = "ev",
        Sent { cid, seq, at, dup } = "sent",
        Nack { cid, code, after_ms } = "nack",
        Reset { conv, aud } = "reset",
        Gone { conv } = "gone",
        Pos { conv, who, mark } = "pos",
        Typing { conv, on, name } = "typing",
        Presence { conv, who, here } = "presence",
        Inbox { rev } = "inbox",
        Hb = "hb",
        Drain { after_ms } = "drain",
        Bye { code } = "bye",
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
            r#"{"bye":{"code":70000}}"#,
            r#"{"hb":null,"bye":{"code":4003}}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<ServerFrame>(text).is_err(), "{text}");
            assert!(crate::json::from_str::<ServerFrame>(text).is_err(), "{text}");
        }
    }
}
