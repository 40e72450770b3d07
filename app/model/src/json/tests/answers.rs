//! What the back office's server functions answer.

use super::{all, conversation, events, name, rows, same, uuid};
use crate::{
    canned::{CannedReply, Shortcut},
    colour::{Colour, Pair},
    configuration::{Configuration, StoreTexts},
    desk::{Connection, Contact, DeskConversation, InboxCursor, InboxPage, Recap},
    help::{ArticleVotes, HelpPage, Helper, Step, StepState},
    history::{HistoryPage, HistoryPlace, HistoryRow},
    hours::{Day, OpeningHours},
    id::{CannedReplyId, ConversationId, Seq},
    language::Language,
    party::Customer,
    settings::{
        AddressKeeping, Asked, HistoryFills, OfflineFields, OfflineMode, OnlineColours, PresenceRule, Retention, Sounds, StartBy,
        StoreSettings,
    },
    text::{Body, EmailAddress, Headline, Phone, Welcome},
    time::Timestamp,
};

fn email() -> EmailAddress {
    EmailAddress::parse("jane@shop.example").expect("fine")
}

/// With nothing as a store begins.
fn settings() -> StoreSettings {
    let pair = |n| Pair {
        background: Colour::rgb(n, 0, 0x10),
        text: Colour::rgb(0xff, 0xfe, n),
    };
    let day = |year| Day { year, month: 4, day: 27 };
    StoreSettings {
        operator_name: Some(name("Tea")),
        sounds: Sounds {
            messages: false,
            conversations: true,
        },
        places: 5,
        offline: OfflineMode::FormWithHours,
        offline_fields: OfflineFields {
            first_name: Asked::No,
            last_name: Asked::Required,
            email: Asked::Optional,
            phone: Asked::Required,
        },
        notify: Some(email()),
        literal_from: true,
        online_colours: OnlineColours {
            header: pair(1),
            theirs: pair(2),
            mine: pair(3),
        },
        offline_header: pair(4),
        live_for: StartBy::Members,
        offline_for: StartBy::Everyone,
        hours: Some(OpeningHours {
            holidays: vec![day(None), day(Some(2026))],
            ..OpeningHours::office("Europe/Amsterdam")
        }),
        presence: PresenceRule::UntilSwitchedOff,
        missed_after_s: 61,
        history: HistoryFills::AtOnce,
        retention: retention(),
        addresses: AddressKeeping::Full,
        privacy_url: Some("https://tea.example/privacy".into()),
        shop_email: Some(EmailAddress::parse("shop@tea.example").expect("fine")),
        service_email: None,
        mail_after_s: 90,
        help_url: None,
        resume_handle: false,
    }
}

fn retention() -> Retention {
    Retention {
        chats_days: 1,
        messages_days: 2,
        connections_days: 3,
        mails_days: 0,
    }
}

#[test]
fn every_name_is_read_as_it_is_written() {
    all::<AddressKeeping>();
    all::<HistoryFills>();
    all::<OfflineMode>();
    all::<PresenceRule>();
    all::<StartBy>();
    all::<Step>();
}

#[test]
fn what_is_hardly_anything_is_read() {
    same(&());
    same(&true);
    same(&7_u32);
    same(&"a link".to_owned());
}

#[test]
fn the_lists_and_a_window_are_read() {
    for live_chat in [false, true] {
        same(&Recap {
            on_duty: !live_chat,
            live_chat,
            shut: !live_chat,
            ongoing: Vec::new(),
            finished: rows(),
            offline_unread: 0,
            shop_unread: 8,
            order_unread: 9,
            thread_unread: 10,
            ticket_unread: 0,
            dispute_unread: 11,
        });
    }
    for row in rows() {
        same(&DeskConversation {
            row,
            view: conversation(),
            desk_events: events(),
            desk_head: Seq(11),
            contact: Contact {
                name: Some(name("Jane")),
                email: Some(email()),
                phone: Some(Phone::parse("+31 20 123 45 67").expect("fine")),
            },
            connection: Connection {
                language: Some(Language::Es),
                page: Some("/cup".into()),
                browser: Some("Firefox 145".into()),
                system: Some("Linux".into()),
                address: Some("192.0.2.0".into()),
                referrer: Some("https://search.example".into()),
            },
            here: true,
            held: true,
        });
    }
    same(&Contact::default());
    same(&Connection::default());
    let next = InboxCursor {
        at: Timestamp(9),
        id: ConversationId(uuid(8)),
    };
    for next in [None, Some(next)] {
        same(&InboxPage { rows: rows(), next });
    }
    same(&rows().into_iter().filter_map(|row| row.operator).collect::<Vec<_>>());
}

#[test]
fn the_history_is_read() {
    let place = HistoryPlace {
        saved: true,
        name: "jane".into(),
        at: Timestamp(9),
        id: ConversationId(uuid(8)),
    };
    let row = |email, phone, stars| HistoryRow {
        place: place.clone(),
        customer: Customer::Guest { number: 1, name: None },
        said: "Hello".into(),
        email,
        phone,
        stars,
    };
    let phone = Phone::parse("+31 20 123 45 67").expect("fine");
    let all_rows = vec![row(None, None, None), row(Some(email()), Some(phone), Some(5))];
    for (next, cut) in [(None, true), (Some(place.clone()), false)] {
        same(&HistoryPage {
            rows: all_rows.clone(),
            next,
            cut,
        });
    }
}

#[test]
fn the_settings_are_read() {
    let texts = StoreTexts {
        header: Some(Headline::parse("Ask us").expect("fine")),
        welcome: Some(Welcome::parse("Welcome,\nshopper").expect("fine")),
        offline_header: Some(Headline::parse("Away").expect("fine")),
        offline_welcome: Some(Welcome::parse("Leave a message").expect("fine")),
    };
    for settings in [settings(), StoreSettings::default()] {
        same(&Configuration {
            settings,
            texts: [texts.clone(), StoreTexts::default(), texts.clone(), StoreTexts::default()],
            default_language: Language::Fr,
            rev: 7,
        });
    }
    same(&vec![CannedReply {
        id: CannedReplyId(uuid(11)),
        own: true,
        shortcut: Shortcut::parse("hello-2").expect("fine"),
        texts: vec![
            (Language::En, Body::parse("Hello {{customer}}").expect("fine")),
            (Language::Nl, Body::parse("Dag").expect("fine")),
        ],
    }]);
}

#[test]
fn help_is_read() {
    let votes = |mine| ArticleVotes {
        article: "embed".into(),
        helpful: 1,
        unhelpful: 2,
        mine,
    };
    same(&HelpPage {
        steps: Step::ALL
            .into_iter()
            .zip([true, false].into_iter().cycle())
            .map(|(step, done)| StepState { step, done })
            .collect(),
        votes: vec![votes(None), votes(Some(true)), votes(Some(false))],
        owners: vec![Helper {
            name: name("Anna"),
            email: email(),
        }],
        version: "0.1.0".into(),
    });
}
