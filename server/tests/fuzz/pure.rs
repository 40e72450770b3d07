//! Targets without a database: frames, the hub, letters, reply addresses, links and names.

use std::{path::Path, sync::Arc};

use mail::{AddressKey, Addressed, Target, inbound};
use model::{
    desk::WindowKind,
    event::{Audience, Event, EventKind, Mark},
    id::{ConversationId, Epoch, Seq, StoreId, VisitorId},
    limits::{FILE_NAME_CHARS_MAX, FRAME_BYTES_MAX},
    party::{Author, Principal, Side},
    text::{Body, FileName, Span},
    time::Timestamp,
    wire::{ClientFrame, ServerFrame},
};
use relay::{Badge, Connection, ConnectionId, Guest, Hub, Input, Limits, Output};
use service::clock::new_id;

use super::{Fuzz, Trial};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn visitor(store: StoreId) -> Principal {
    Principal::Visitor {
        store,
        id: new_id::<VisitorId>(),
    }
}

#[test]
fn frames_from_clients() {
    let hello = ClientFrame::Hello {
        ticket: "a ticket".to_owned(),
        window: WindowKind::Recap,
        resume: Vec::new(),
    };
    let hello = serde_json::to_string(&hello).expect("serialises");
    let guest = Guest {
        principal: visitor(new_id()),
        epoch: new_id::<Epoch>(),
    };
    for (what, input) in Fuzz::of("frames", 1).inputs() {
        let _trial = Trial::new(what, &input);
        let text = String::from_utf8_lossy(&input);
        // As the first word, and as a later one.
        let mut stranger = Connection::new(NOW, Limits::default());
        stranger.step(NOW, Input::Text(&text));
        let mut known = Connection::new(NOW, Limits::default());
        known.step(NOW, Input::Text(&hello));
        known.step(NOW, Input::Redeemed(Ok(guest)));
        for output in known.step(NOW, Input::Text(&text)) {
            if let Output::Send(frame) = output {
                let written = serde_json::to_string(&frame).expect("serialises");
                assert!(written.len() <= FRAME_BYTES_MAX);
                let read: ServerFrame = model::json::from_str(&written).expect("a browser reads it");
                assert_eq!(read, frame);
            }
        }
        let _ = known.deadline();
        // What a browser reads is read by other code.
        let _ = model::json::from_str::<ServerFrame>(&text);
    }
}

#[test]
fn deeds_at_the_hub() {
    let (store, conversations): (StoreId, [ConversationId; 3]) = (new_id(), [new_id(), new_id(), new_id()]);
    let people = [
        visitor(store),
        visitor(store),
        Principal::Account(new_id()),
        Principal::Account(new_id()),
    ];
    for (what, input) in Fuzz::of("hub", 1).inputs() {
        let _trial = Trial::new(what, &input);
        let mut hub = Hub::with_ring(4);
        let mut heads = [0_i64; 3];
        // A number stands for one connection, and never for a second one.
        let (mut numbers, mut last) = ([0_u64; 16], 0);
        for deed in input.chunks_exact(3).take(2_000) {
            let slot = usize::from(deed[1] % 16);
            let id = ConnectionId(numbers[slot]);
            let place = usize::from(deed[2] % 3);
            let conv = conversations[place];
            let aud = if deed[2] & 0x80 == 0 { Audience::All } else { Audience::Desk };
            let now = NOW.plus_ms(i64::from(deed[1]) * 1_000);
            let woken = match deed[0] % 10 {
                0 => {
                    let badge = Badge {
                        principal: people[usize::from(deed[2] % 4)],
                        session: u64::from(deed[2]),
                    };
                    hub.leave(id, now);
                    last += 1;
                    numbers[slot] = last;
                    hub.admit(ConnectionId(last), badge)
                }
                1 => hub.subscribe(id, conv, aud).1,
                2 => {
                    hub.unsubscribe(id, conv, aud, now);
                    Vec::new()
                }
                3 => {
                    heads[place] += i64::from(deed[1] % 3);
                    hub.committed(conv, aud, event(heads[place]))
                }
                4 => hub.typing(id, conv, true, None),
                5 => hub.marked(conv, Side::Shopper, Mark { got: Seq(1), read: Seq(1) }, Some(id)),
                6 => {
                    hub.leave(id, now);
                    Vec::new()
                }
                7 => hub.sweep(now),
                8 => {
                    hub.watch(id, store);
                    hub.inbox(store)
                }
                _ => hub.revoke(people[usize::from(deed[2] % 4)]),
            };
            for id in woken {
                hub.take(id);
            }
            if let Some(events) = hub.after(conv, aud, Seq(heads[place].saturating_sub(2).max(0)), 10) {
                assert!(events.windows(2).all(|two| two[1].seq == two[0].seq.next()), "the ring never skips");
            }
        }
        for number in numbers {
            hub.leave(ConnectionId(number), NOW);
        }
        assert!(hub.is_empty() && hub.followed().is_empty(), "nothing is left of those who left");
    }
}

fn event(seq: i64) -> Arc<Event> {
    Arc::new(Event {
        seq: Seq(seq),
        at: NOW,
        author: Author::Shopper,
        cid: None,
        kind: EventKind::Closed,
        via: None,
    })
}

#[test]
fn letters_that_arrive() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("mail/fixtures");
    for (what, input) in Fuzz::of("letters", 1).with(&fixtures).inputs() {
        let _trial = Trial::new(what, &input);
        let read = inbound::read(&input, Some("jane@customer.example"), Some("mx.example"));
        assert_eq!(inbound::read(&input, None, None).fingerprint, read.fingerprint);
        for line in [&read.subject, &read.from_name] {
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
        assert!(read.message_id.is_none_or(|id| !id.contains(['\r', '\n', ' '])));
    }
}

#[test]
fn html_that_becomes_words() {
    for (what, input) in Fuzz::of("html", 1).inputs() {
        let _trial = Trial::new(what, &input);
        let head = b"From: jane@customer.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
        let read = inbound::read(&[&head[..], &input[..]].concat(), None, None);
        // Words become no longer by being read.
        assert!(
            read.words.len() <= 4 * input.len() + 1_024,
            "{} of {}",
            read.words.len(),
            input.len()
        );
    }
}

#[test]
fn addresses_that_answers_go_to() {
    let key = AddressKey::new([7; 32]);
    let target = Target::Conversation(new_id());
    let valid = key.address("in.example", target, NOW.plus_ms(86_400_000)).expect("an address");
    let fuzz = Fuzz::of("addresses", 1).and("valid", valid.as_str());
    for (what, input) in fuzz.inputs() {
        let _trial = Trial::new(what, &input);
        let text = String::from_utf8_lossy(&input);
        if let Addressed::To(found) | Addressed::Expired(found) = key.read("in.example", &text, NOW) {
            assert_eq!(found, target);
            assert!(text.trim().eq_ignore_ascii_case(valid.as_str()), "{text} was never said by us");
        }
    }
}

#[test]
fn links_in_words() {
    for (what, input) in Fuzz::of("links", 1).inputs() {
        let _trial = Trial::new(what, &input);
        let Ok(body) = Body::parse(&String::from_utf8_lossy(&input)) else {
            continue;
        };
        let mut joined = String::new();
        for span in body.spans() {
            match span {
                Span::Text(text) => joined.push_str(text),
                Span::Link(link) => {
                    joined.push_str(link);
                    let lower = link.to_ascii_lowercase();
                    let rest = lower
                        .strip_prefix("https://")
                        .or_else(|| lower.strip_prefix("http://"))
                        .expect("of the web");
                    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                    assert!(host.is_ascii() && !host.contains('@'), "{link}");
                    assert!(!link.contains(['<', '>', '"', ' ', '\n']), "{link}");
                }
            }
        }
        assert_eq!(joined, body.as_str());
    }
}

#[test]
fn names_of_files() {
    for (what, input) in Fuzz::of("names", 1).inputs() {
        let _trial = Trial::new(what, &input);
        let Ok(name) = FileName::parse(&String::from_utf8_lossy(&input)) else {
            continue;
        };
        let name = name.as_str();
        assert!(
            !name.is_empty() && !name.starts_with('.') && name.chars().count() <= FILE_NAME_CHARS_MAX,
            "{name:?}"
        );
        assert!(
            !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '\u{202E}')),
            "{name:?}"
        );
    }
}
