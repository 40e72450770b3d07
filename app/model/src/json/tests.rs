//! Everything that a program reads is read as it was written: at least one value of every type, every variant of every enum.

mod answers;

use std::{collections::BTreeMap, fmt::Debug};

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::{Read, Unreadable, Value, from_str, parser::parse};
use crate::{
    availability::Availability,
    conversation::{About, Kind, Money, ProductSnapshot, StageName},
    desk::{DeskStart, DeskStore, InboxRow, KeptWindow, Me, Operator, Recap, Theme, WindowPlace},
    event::{Audience, Event, EventKind, Mark},
    file::{Media, SharedFile},
    id::{AccountId, AttachmentId, ClientId, ConversationId, Epoch, OrderId, Seq, StoreId},
    language::Language,
    panel::{ConversationView, EventsPage, FormAnswer, Frame, Known, PanelStart, PanelStore, Pass, Posted, Ticket},
    party::{Author, Customer, Role, Side},
    refusal::{Field, Refusal},
    safety::Private,
    settings::{Asked, OfflineFields, Sounds},
    text::{Body, Comment, EmailAddress, FileName, Name, Sku},
    time::Timestamp,
    wire::ServerFrame,
    words::Words,
};

/// All that a type can be. Written by `read_codes!`, so that none is forgotten here.
pub(crate) trait All: Sized + 'static {
    /// Them.
    const ALL: &'static [Self];
}

/// It is read as it was written, however the writer breaks its lines.
fn same<T: Read + serde::Serialize + PartialEq + Debug>(value: &T) {
    for text in [serde_json::to_string(value), serde_json::to_string_pretty(value)] {
        let text = text.expect("writes");
        assert_eq!(from_str::<T>(&text).as_ref(), Ok(value), "{text}");
    }
}

fn all<T: All + Read + serde::Serialize + PartialEq + Debug>() {
    for value in T::ALL {
        same(value);
    }
    assert_eq!(from_str::<T>(r#""something else""#).err(), Some(Unreadable));
    assert_eq!(from_str::<T>("1").err(), Some(Unreadable));
}

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0123_4567_89ab_7cde_8f01_2345_6789_0000 + n)
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn words() -> Words {
    let texts: BTreeMap<_, _> = [
        ("any.greeting", "Hi \u{1F44B} \"there\" \\ </script>"),
        ("field.name", "Näme"),
        ("any.lines", "one\ntwo\ttabbed\u{7}"),
    ]
    .map(|(key, text)| (key.to_owned(), text.to_owned()))
    .into();
    Words::new(Language::Fr, texts)
}

fn file(media: Media, pixels: Option<(u16, u16)>) -> SharedFile {
    SharedFile {
        id: AttachmentId(uuid(1)),
        name: FileName::parse("a cup.png").expect("a name"),
        media,
        size: 10_485_760,
        pixels,
        key: pixels.map(|_| "1800000000000.AbC-_1".to_owned()),
    }
}

/// Of every kind, by every author.
fn events() -> Vec<Event> {
    let operator = Operator {
        id: AccountId(uuid(3)),
        name: name("Bo"),
    };
    let kinds = [
        EventKind::Posted {
            body: Body::parse("Hello,\n\"you\" & \u{1F375}").expect("fine"),
        },
        EventKind::Taken,
        EventKind::DeskLeft,
        EventKind::Closed,
        EventKind::Reopened { stage: StageName::Mail },
        EventKind::Shared {
            file: file(Media::Png, Some((640, 480))),
        },
        EventKind::Shared {
            file: file(Media::Pdf, None),
        },
        EventKind::Transferred { to: operator },
        EventKind::Rated { stars: 5, comment: None },
        EventKind::Rated {
            stars: 1,
            comment: Some(Comment::parse("So so").expect("fine")),
        },
        EventKind::Missed,
    ];
    let authors = [
        Author::Shopper,
        Author::System,
        Author::Operator {
            id: AccountId(uuid(4)),
            name: name("Anna"),
        },
    ];
    kinds
        .into_iter()
        .zip(authors.into_iter().cycle())
        .zip(1..)
        .map(|((kind, author), n)| Event {
            seq: Seq(n),
            at: Timestamp(1_763_800_000_000 + n),
            author,
            cid: (n % 2 == 0).then(|| ClientId(uuid(5))),
            kind,
            via: None,
        })
        .collect()
}

fn conversation() -> ConversationView {
    ConversationView {
        id: ConversationId(uuid(6)),
        kind: Kind::Live,
        stage: StageName::Live,
        operator: Some(name("Anna")),
        epoch: Epoch(uuid(7)),
        events: events(),
        head: Seq(11),
        mine: Mark {
            got: Seq(11),
            read: Seq(9),
        },
        theirs: Mark { got: Seq(8), read: Seq(7) },
        has_email: true,
    }
}

fn panel() -> PanelStart {
    PanelStart {
        store: PanelStore {
            slug: "tea".into(),
            name: name("Tea & Co"),
            header: Some("Ask us".into()),
            welcome: Some("Welcome".into()),
            offline_header: Some("Away".into()),
            offline_welcome: Some("Leave a message".into()),
            note: Some("Open again Monday".into()),
            offline_fields: OfflineFields {
                first_name: Asked::Required,
                last_name: Asked::Optional,
                email: Asked::Required,
                phone: Asked::No,
            },
            privacy_url: Some("https://tea.example/privacy".into()),
            orders: true,
        },
        words: words(),
        availability: Availability::Online,
        conversation: Some(conversation()),
        frame: Frame::Embedded {
            origins: vec!["https://tea.example".into()],
        },
        product: Some(Sku::parse("CUP-1").expect("fine")),
        answer: Some(FormAnswer {
            refused: Some("No.".into()),
            message_left: true,
            typed: vec![("name".into(), "Jane".into()), ("email".into(), String::new())],
            said: Some("Thanks".into()),
        }),
    }
}

/// As little as a panel can be told.
fn bare_panel() -> PanelStart {
    let full = panel();
    PanelStart {
        store: PanelStore {
            header: None,
            welcome: None,
            offline_header: None,
            offline_welcome: None,
            note: None,
            privacy_url: None,
            orders: false,
            ..full.store
        },
        conversation: None,
        frame: Frame::Page,
        product: None,
        answer: None,
        ..full
    }
}

fn row(customer: Customer, about: About) -> InboxRow {
    InboxRow {
        id: ConversationId(uuid(8)),
        kind: Kind::Offline,
        stage: StageName::Mail,
        customer,
        operator: None,
        about,
        preview: "Hello".into(),
        preview_mine: true,
        at: Timestamp(9),
        waiting_since: Some(Timestamp(-9)),
        unread: 3,
        head: Seq(4),
        saved: true,
        rating: Some(4),
    }
}

fn rows() -> Vec<InboxRow> {
    let product = |name, price| {
        About::Product(ProductSnapshot {
            sku: Sku::parse("CUP-1").expect("fine"),
            name,
            price,
            variant: None,
            picture: None,
        })
    };
    let price = Money {
        minor: 1_250,
        currency: "EUR".into(),
    };
    let guest = |name| Customer::Guest { number: 12, name };
    let member = Customer::Member {
        number: "C-12".into(),
        name: name("Jane"),
    };
    let order = About::Order {
        id: OrderId(uuid(9)),
        number: "100".into(),
    };
    let taken = InboxRow {
        operator: Some(Operator {
            id: AccountId(uuid(3)),
            name: name("Bo"),
        }),
        waiting_since: None,
        rating: None,
        ..row(guest(None), About::Nothing)
    };
    vec![
        row(guest(Some(name("Jane"))), product(None, None)),
        row(member, product(Some(name("Cup")), Some(price))),
        row(guest(None), order),
        taken,
    ]
}

fn desk() -> DeskStart {
    DeskStart {
        me: Me {
            id: AccountId(uuid(4)),
            name: name("Anna"),
            email: EmailAddress::parse("anna@tea.example").expect("fine"),
            language: Language::Nl,
            theme: Theme::Dark,
            muted: true,
        },
        store: DeskStore {
            id: StoreId(uuid(2)),
            slug: "tea".into(),
            name: name("Tea & Co"),
            role: Role::Owner,
            live_chat: true,
            sounds: Sounds {
                messages: false,
                conversations: true,
            },
        },
        words: words(),
        recap: Recap {
            on_duty: true,
            live_chat: true,
            shut: false,
            ongoing: rows(),
            finished: Vec::new(),
            offline_unread: 7,
            shop_unread: 8,
            order_unread: 9,
            thread_unread: 10,
            ticket_unread: 0,
            dispute_unread: 11,
        },
        version: "0.1.0".into(),
        kept: vec![KeptWindow {
            id: ConversationId(uuid(8)),
            draft: "Well …".into(),
            place: WindowPlace::Minimized,
        }],
        several: true,
    }
}

/// Of every kind, and of each with and without what may be missing.
fn frames() -> Vec<ServerFrame> {
    let conv = ConversationId(uuid(6));
    let cid = ClientId(uuid(5));
    let mark = Mark { got: Seq(5), read: Seq(4) };
    let mut frames = vec![
        ServerFrame::Welcome {
            epoch: Epoch(uuid(7)),
            server_time: Timestamp(1_763_800_000_000),
            hb: 25,
        },
        ServerFrame::Nack {
            cid: Some(cid),
            code: Refusal::Busy,
            after_ms: Some(250),
        },
        ServerFrame::Nack {
            cid: None,
            code: Refusal::Missing(Field::Message),
            after_ms: None,
        },
        ServerFrame::Gone { conv },
        ServerFrame::Inbox { rev: 3 },
        ServerFrame::Hb,
        ServerFrame::Drain { after_ms: 250 },
        ServerFrame::Bye { code: 4003 },
    ];
    for aud in [Audience::All, Audience::Desk] {
        frames.push(ServerFrame::Sync {
            conv,
            aud,
            from: Seq::ZERO,
            events: events(),
            head: Seq(11),
            mine: mark,
            theirs: Mark::default(),
        });
        frames.push(ServerFrame::Reset { conv, aud });
        frames.extend(events().into_iter().map(|event| ServerFrame::Ev { conv, aud, event }));
    }
    for on in [false, true] {
        frames.push(ServerFrame::Sent {
            cid,
            seq: Seq(7),
            at: Timestamp(9),
            dup: on,
        });
        frames.push(ServerFrame::Typing {
            conv,
            on,
            name: on.then(|| name("Anna")),
        });
        for who in [Side::Shopper, Side::Desk] {
            frames.push(ServerFrame::Pos { conv, who, mark });
            frames.push(ServerFrame::Presence { conv, who, here: on });
        }
    }
    frames
}

fn refusals() -> Vec<Refusal> {
    let mut refusals = vec![
        Refusal::NotFound,
        Refusal::NotAllowed,
        Refusal::NotSignedIn,
        Refusal::WrongPassword,
        Refusal::TooFast { after_s: 3 },
        Refusal::Busy,
        Refusal::StoreFull,
        Refusal::StoreAway,
        Refusal::MembersOnly,
        Refusal::ColleagueAway,
        Refusal::Closed,
        Refusal::ClientIdReused,
        Refusal::ChangedMeanwhile,
        Refusal::OnHold,
        Refusal::Held,
        Refusal::FileTooLarge { max_mb: 10 },
        Refusal::PictureTooLarge,
        Refusal::NoRoomForFiles,
        Refusal::FileInfected,
        Refusal::FileUnchecked,
        Refusal::BadIdentity,
        Refusal::UnknownType,
        Refusal::Malformed,
    ];
    refusals.extend(Private::EACH.map(Refusal::LooksLike));
    for &field in Field::ALL {
        refusals.extend([
            Refusal::Missing(field),
            Refusal::TooLong { field, max: u32::MAX },
            Refusal::TooShort { field, min: 10 },
            Refusal::Invalid(field),
            Refusal::Taken(field),
        ]);
    }
    refusals
}

#[test]
fn every_name_is_read_as_it_is_written() {
    all::<Asked>();
    all::<Availability>();
    all::<Field>();
    all::<Kind>();
    all::<Language>();
    all::<Media>();
    all::<Private>();
    all::<Role>();
    all::<Side>();
    all::<StageName>();
    all::<Theme>();
    all::<WindowPlace>();
    for audience in [Audience::All, Audience::Desk] {
        same(&audience);
    }
}

#[test]
fn what_a_page_brings_along_is_read() {
    same(&panel());
    same(&bare_panel());
    same(&desk());
}

#[test]
fn every_answer_is_read() {
    same(&EventsPage {
        epoch: Epoch(uuid(7)),
        events: events(),
        head: Seq(11),
        theirs: Mark::default(),
    });
    for dup in [false, true] {
        same(&Posted {
            seq: Seq(i64::MAX),
            at: Timestamp(i64::MIN),
            dup,
        });
    }
    same(&Ticket { ticket: "t".into() });
    for handle in [None, Some("h".to_owned())] {
        same(&Pass { token: "t".into(), handle });
    }
    same(&Known { name: None, email: None });
    same(&Known {
        name: Some(name("Jane")),
        email: Some(EmailAddress::parse("jane@shop.example").expect("fine")),
    });
    refusals().iter().for_each(same);
}

#[test]
fn every_frame_is_read() {
    frames().iter().for_each(same);
}

#[test]
fn what_a_later_version_adds_is_ignored() {
    let later = json!({ "a": [1.5e3, -0.0, 1e300, u64::MAX, "}", null, {}], "b": { "c": false } });
    let mut text = serde_json::to_value(panel()).expect("writes");
    for part in [
        "",
        "/store",
        "/store/offline_fields",
        "/conversation",
        "/conversation/mine",
        "/answer",
    ] {
        text.pointer_mut(part)
            .and_then(serde_json::Value::as_object_mut)
            .expect("an object")
            .insert("later".into(), later.clone());
    }
    assert_eq!(from_str(&text.to_string()), Ok(panel()));
    for frame in frames() {
        let mut text = serde_json::to_value(&frame).expect("writes");
        if let Some(facts) = text.as_object_mut().and_then(|frame| frame.values_mut().next()) {
            facts["later"] = later.clone();
        }
        assert_eq!(from_str(&text.to_string()), Ok(frame));
    }
}

#[test]
fn a_text_that_breaks_off_is_not_read() {
    let text = serde_json::to_string(&bare_panel()).expect("writes");
    for (end, _) in text.char_indices() {
        assert_eq!(from_str::<PanelStart>(&text[..end]), Err(Unreadable));
    }
    assert!(from_str::<PanelStart>(&format!("{text} ")).is_ok());
    assert_eq!(from_str::<PanelStart>(&format!("{text} 1")), Err(Unreadable));
}

#[test]
fn what_is_missing_or_of_another_shape_is_not_read() {
    let whole = serde_json::to_value(panel()).expect("writes");
    // Whatever may be left out is `null` in a panel that is told little; the rest must be there.
    for part in ["store", "words", "availability", "frame"] {
        for instead in [json!(null), json!(1), json!("x"), json!([]), json!({}), json!(true)] {
            let mut text = whole.clone();
            text[part] = instead;
            assert_eq!(from_str::<PanelStart>(&text.to_string()), Err(Unreadable), "{text}");
        }
    }
    for text in [
        r#"{"busy":1}"#,
        r#""missing""#,
        r#""too_fast""#,
        r#"{"too_fast":{}}"#,
        r#"{"busy":null,"closed":null}"#,
    ] {
        assert_eq!(from_str::<Refusal>(text), Err(Unreadable), "{text}");
    }
    for text in ["\"\"", "null", "1", r#"" ""#] {
        assert_eq!(from_str::<Name>(text), Err(Unreadable), "{text}");
    }
    for text in [
        r#""""#,
        r#""0123456789ab7cde8f01234567890000""#,
        r#""01234567-89ab-7cde-8f01-23456789000""#,
        r#""01234567-89ab-7cde-8f01-2345678900001""#,
        r#""01234567-89ab-7cde-8f01-23456789000g""#,
        r#""01234567_89ab-7cde-8f01-234567890000""#,
        "1",
    ] {
        assert_eq!(from_str::<ClientId>(text), Err(Unreadable), "{text}");
    }
    assert_eq!(
        from_str(r#""01234567-89AB-7cde-8f01-234567890000""#),
        Ok(ClientId(uuid(0))),
        "the library reads large letters too"
    );
    for text in [
        r#"{"language":"en"}"#,
        r#"{"language":"en","texts":{"b":"","a":""}}"#,
        r#"{"language":"en","texts":{"a":1}}"#,
    ] {
        assert_eq!(from_str::<Words>(text), Err(Unreadable), "{text}");
    }
    for text in ["[1]", "[1,2,3]", "{}", "null"] {
        assert_eq!(from_str::<(u16, u16)>(text), Err(Unreadable), "{text}");
        assert_eq!(from_str::<[u16; 2]>(text), Err(Unreadable), "{text}");
    }
    assert_eq!(from_str::<()>("{}"), Err(Unreadable));
}

#[test]
fn what_is_no_json_is_not_read() {
    for text in [
        "",
        " ",
        "\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"a\nb\"",
        "\"a\" b",
        "nul",
        "nulll",
        "True",
        "-",
        "+1",
        "--1",
        ".5",
        "1x",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "\u{feff}1",
        "é",
        "'a'",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
    for (text, value) in [
        ("9223372036854775807", Value::Int(i64::MAX)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("9223372036854775808", Value::Number),
        ("-9223372036854775809", Value::Number),
        ("92233720368547758080", Value::Number),
        ("1.0", Value::Number),
        ("1e3", Value::Number),
        (" -0 ", Value::Int(0)),
        (r#""\ud83c\udf75\u00e9\/""#, Value::Text("\u{1F375}é/".into())),
        ("[\n]", Value::List(Vec::new())),
    ] {
        assert_eq!(parse(text), Some(value), "{text}");
    }
    assert_eq!(from_str::<u8>("256"), Err(Unreadable));
    assert_eq!(from_str::<u32>("-1"), Err(Unreadable));
    assert_eq!(from_str::<i64>("1.5"), Err(Unreadable));
    assert_eq!(from_str::<Option<i64>>("1.5"), Err(Unreadable));
}

#[test]
fn brackets_in_each_other_are_read_up_to_sixty_four() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |n: usize| [open.repeat(n), "1".into(), close.repeat(n)].concat();
        assert!(parse(&nested(64)).is_some());
        assert_eq!(parse(&nested(65)), None);
        assert_eq!(parse(&open.repeat(1_000_000)), None, "and the stack holds");
    }
}

proptest! {
    /// Whatever the library writes, and whatever it reads, is read.
    #[test]
    fn what_was_written_is_read(list in prop::collection::vec((".*", (any::<Option<i64>>(), prop::collection::vec(any::<bool>(), 0..4))), 0..6)) {
        let text = serde_json::to_string_pretty(&list).expect("writes");
        prop_assert_eq!(from_str(&text), Ok(list));
    }

    #[test]
    fn what_the_library_reads_is_read(text in "[\\[\\]{}\":,0-9eE.+\\-a\\\\u ]{0,60}") {
        if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
            prop_assert!(parse(&text).is_some(), "{}", text);
        }
    }

    #[test]
    fn a_damaged_text_is_no_panic(at in any::<prop::sample::Index>(), sign in any::<char>()) {
        let mut damaged: Vec<char> = serde_json::to_string(&panel()).expect("writes").chars().collect();
        let place = at.index(damaged.len());
        damaged[place] = sign;
        let damaged: String = damaged.into_iter().collect();
        // It may still be a panel: a letter of a sentence was another.
        drop(from_str::<PanelStart>(&damaged));
    }
}
