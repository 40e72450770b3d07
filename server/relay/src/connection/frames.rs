//! What a client may say: reading it, pacing it, and what each frame asks for.

use model::{
    event::Audience,
    id::{ClientId, ConversationId},
    limits::{FRAME_BYTES_MAX, RESUME_MAX, SENDS_IN_FLIGHT_MAX},
    party::Side,
    refusal::Refusal,
    text::Body,
    time::Timestamp,
    wire::{ClientFrame, ServerFrame, close},
};
use serde_json::Value;

use super::{Connection, Output, Phase, logs::Want};
use crate::pace::Verdict;

/// So many frames that make no sense within a minute are the end.
const STRIKES_MAX: usize = 5;
const STRIKES_MS: i64 = 60_000;
/// When too many messages are being committed for one connection, one of them is done after about this long.
const CROWDED_MS: u32 = 250;

/// Every kind of frame there is, as spelled on the wire.
const KINDS: [&str; 7] = ["hello", "send", "read", "typing", "sub", "unsub", "away"];

/// Why a frame could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unreadable {
    /// A kind that this version does not know.
    Unknown,
    /// No frame at all.
    Malformed,
    /// A message whose words cannot be taken.
    Words { cid: ClientId, why: Refusal },
}

fn read(text: &str) -> Result<ClientFrame, Unreadable> {
    serde_json::from_str(text).map_err(|_| diagnose(text))
}

/// Looks a second time at what is no frame, to say why.
fn diagnose(text: &str) -> Unreadable {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Unreadable::Malformed;
    };
    let kind = match &value {
        Value::String(kind) => Some(kind),
        Value::Object(fields) if fields.len() == 1 => fields.keys().next(),
        _ => None,
    };
    let Some(kind) = kind else { return Unreadable::Malformed };
    if !KINDS.contains(&kind.as_str()) {
        return Unreadable::Unknown;
    }
    let send = &value["send"];
    let cid = send["cid"].as_str().and_then(|cid| cid.parse().ok());
    match (cid, send["body"].as_str().map(Body::parse)) {
        (Some(cid), Some(Err(why))) => Unreadable::Words { cid, why },
        _ => Unreadable::Malformed,
    }
}

impl Connection {
    pub(super) fn text(&mut self, now: Timestamp, text: &str) {
        if text.len() > FRAME_BYTES_MAX {
            self.close(close::TOO_BIG);
            return;
        }
        match (self.phase, read(text)) {
            (
                Phase::Silent { .. },
                Ok(ClientFrame::Hello {
                    ticket,
                    window,
                    mut resume,
                }),
            ) => {
                self.phase = Phase::Redeeming { since: now };
                resume.truncate(RESUME_MAX);
                for position in resume {
                    self.expect(
                        position.conv,
                        position.aud,
                        Want {
                            epoch: Some(position.epoch),
                            after: Some(position.after_seq),
                        },
                    );
                }
                self.out.push(Output::Redeem { ticket, window });
            }
            (Phase::Silent { .. }, _) => self.close(close::NO_TICKET),
            (Phase::Open(guest), Ok(frame)) => self.frame(now, guest.principal.side(), frame),
            // The page may close while the ticket is being looked at.
            (Phase::Redeeming { .. }, Ok(ClientFrame::Away)) | (Phase::Closed, _) => {}
            (Phase::Redeeming { .. }, Ok(_)) | (_, Err(Unreadable::Malformed)) => self.strike(now, Refusal::Malformed),
            (_, Err(Unreadable::Unknown)) => self.strike(now, Refusal::UnknownType),
            (_, Err(Unreadable::Words { cid, why })) => {
                if self.may_send(now, cid) {
                    self.refuse(cid, why);
                }
            }
        }
    }

    fn frame(&mut self, now: Timestamp, side: Side, frame: ClientFrame) {
        match frame {
            ClientFrame::Hello { .. } => self.strike(now, Refusal::Malformed),
            ClientFrame::Send { conv, aud, cid, body } => {
                if self.may_send(now, cid) {
                    self.post(side, conv, aud, cid, body);
                }
            }
            ClientFrame::Read { conv, mark } => {
                let verdict = self.pace.read.take(now, self.rates().read);
                if self.goes(verdict)
                    && let Some(mark) = self.seen_at_most(conv, mark)
                {
                    self.out.push(Output::Mark { conv, mark });
                }
            }
            ClientFrame::Typing { conv, on } => {
                let verdict = self.pace.typing.take(now, self.rates().typing);
                if self.goes(verdict) && self.lets_in(conv) {
                    self.out.push(Output::Typing { conv, on });
                }
            }
            ClientFrame::Sub {
                conv,
                aud,
                epoch,
                after_seq,
            } => {
                let verdict = self.pace.sub.take(now, self.rates().sub);
                if self.goes(verdict) {
                    self.follow(side, conv, aud, Want { epoch, after: after_seq });
                }
            }
            ClientFrame::Unsub { conv, aud } => {
                // Leaving is never refused: it only makes less work.
                if self.pace.sub.take(now, self.rates().sub) == Verdict::Flood {
                    self.close(close::TOO_MANY);
                } else {
                    self.unfollow(conv, aud);
                }
            }
            ClientFrame::Away => {
                let verdict = self.pace.read.take(now, self.rates().read);
                if self.goes(verdict) {
                    self.out.push(Output::Away);
                }
            }
        }
    }

    fn post(&mut self, side: Side, conv: ConversationId, aud: Audience, cid: ClientId, body: Body) {
        if side == Side::Shopper && aud == Audience::Desk {
            self.refuse(cid, Refusal::NotFound);
        } else if self.draining.is_some() {
            self.refuse(cid, Refusal::Busy);
        } else if self.posts >= SENDS_IN_FLIGHT_MAX {
            self.send(ServerFrame::Nack {
                cid: Some(cid),
                code: Refusal::Busy,
                after_ms: Some(CROWDED_MS),
            });
        } else {
            self.posts += 1;
            self.out.push(Output::Post { conv, aud, cid, body });
        }
    }

    fn may_send(&mut self, now: Timestamp, cid: ClientId) -> bool {
        match self.pace.send.take(now, self.rates().send) {
            Verdict::Go => true,
            Verdict::Slow { after_ms } => {
                self.too_fast(Some(cid), after_ms);
                false
            }
            Verdict::Flood => {
                self.close(close::TOO_MANY);
                false
            }
        }
    }

    fn goes(&mut self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Go => true,
            Verdict::Slow { after_ms } => {
                self.too_fast(None, after_ms);
                false
            }
            Verdict::Flood => {
                self.close(close::TOO_MANY);
                false
            }
        }
    }

    fn too_fast(&mut self, cid: Option<ClientId>, after_ms: u32) {
        let code = Refusal::TooFast {
            after_s: after_ms.div_ceil(1_000),
        };
        self.send(ServerFrame::Nack {
            cid,
            code,
            after_ms: Some(after_ms),
        });
    }

    /// Something that makes no sense.
    fn strike(&mut self, now: Timestamp, code: Refusal) {
        self.send(ServerFrame::Nack {
            cid: None,
            code,
            after_ms: None,
        });
        self.strikes.retain(|at| now.since_ms(*at) < STRIKES_MS);
        self.strikes.push(now);
        if self.strikes.len() >= STRIKES_MAX {
            self.close(close::PROTOCOL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let id = "00000000-0000-0000-0000-000000000001";
        let long = "x".repeat(5_001);
        let send = |body: &str| format!(r#"{{"send":{{"conv":"{id}","cid":"{id}","body":"{body}"}}}}"#);
        assert!(read(&send("Hello")).is_ok());
        assert!(matches!(
            read(&send(&long)),
            Err(Unreadable::Words {
                why: Refusal::TooLong { max: 5_000, .. },
                ..
            })
        ));
        assert!(matches!(read(&send("")), Err(Unreadable::Words { .. })));
        for text in [
            "",
            "{",
            "[]",
            "7",
            "null",
            r#"{"send":7}"#,
            r#"{"send":{}}"#,
            r#"{"a":1,"b":2}"#,
            r#""send""#,
            r#"{"read":{}}"#,
        ] {
            assert_eq!(read(text), Err(Unreadable::Malformed), "{text}");
        }
        for text in [r#"{"dance":{}}"#, r#""dance""#, r#"{"Send":{}}"#, r#"{"":1}"#] {
            assert_eq!(read(text), Err(Unreadable::Unknown), "{text}");
        }
        assert_eq!(read(r#""away""#), Ok(ClientFrame::Away));
    }

    #[test]
    fn twenty_thousand_brackets_are_no_frame() {
        assert_eq!(read(&"[".repeat(20_000)), Err(Unreadable::Malformed));
    }
}
