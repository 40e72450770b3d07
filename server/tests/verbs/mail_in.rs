//! Letters that arrive: sixty and more, in the shapes that mail programs, lists and machines produce, each to its thread or with its reason;
//! and nothing twice, nothing half, nothing believed that nobody vouches for.

use std::path::{Path, PathBuf};

use model::{
    conversation::{About, Kind, Money, StageName},
    event::{Audience, Event, EventKind, Via},
    id::{ConversationId, CustomerId, MailId, OrderId, Seq},
    language::Language,
    order::OrderState,
    post::PostState,
    refusal::Refusal,
    text::{EmailAddress, Name},
};
use service::{
    Services,
    clock::new_id,
    conversation, desk,
    mail_address::{self, MailIn},
    mail_in::{self, Incoming, Reason, Verdict},
};
use storage::{ConversationScope, Installation, MailJob, NewCustomer, StoreScope, ToldOrder};
use tempfile::TempDir;

use super::{
    Scene, message,
    post::{email, leave, seen},
    refused, scenes,
};

const DOMAIN: &str = "in.vitrine.example";
const AUTHSERV: &str = "mx.vitrine.example";
const DAY_MS: i64 = 86_400_000;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("mail/fixtures")
}

fn fixture(ending: &str) -> Vec<u8> {
    let entries = std::fs::read_dir(fixtures()).expect("a folder");
    let path = entries
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.to_string_lossy().ends_with(ending));
    std::fs::read(path.expect(ending)).expect(ending)
}

/// Mail arrives from now on, and files are taken.
pub(super) fn expect_mail(services: &Services) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    services.take_mail_in(MailIn {
        domain: DOMAIN.to_owned(),
        authserv: Some(AUTHSERV.to_owned()),
        folder: folder.path().join("mail-in"),
    });
    services.keep_files_in(folder.path().join("files"));
    folder
}

/// A letter of the customer's, vouched for.
pub(super) fn letter(subject: &str, text: &str) -> Vec<u8> {
    letter_of("Jane <jane@customer.example>", "customer.example", subject, text)
}

/// One of anybody's, vouched for by a domain.
pub(super) fn letter_of(from: &str, vouched: &str, subject: &str, text: &str) -> Vec<u8> {
    let id: MailId = new_id();
    format!(
        "Authentication-Results: {AUTHSERV}; dmarc=pass header.from={vouched}\r\nMessage-ID: <{id}@{vouched}>\r\nFrom: {from}\r\n\
         Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

pub(super) async fn ingest(services: &Services, raw: &[u8], to: &str) -> Verdict {
    let incoming = Incoming {
        raw: raw.to_vec(),
        size: raw.len(),
        from: Some("jane@customer.example".to_owned()),
        to: Some(to.to_owned()),
    };
    mail_in::ingest(services, incoming).await.expect("is settled")
}

pub(super) async fn reply_to(services: &Services, id: ConversationId) -> String {
    mail_address::of_conversation(services, id)
        .await
        .expect("reads")
        .expect("mail arrives")
        .to_string()
}

async fn events(scene: &Scene, id: ConversationId) -> Vec<Event> {
    let store = StoreScope(scene.world.alpha.id);
    let events = scene
        .services
        .storage()
        .read(|s| Box::pin(async move { s.events_after(store, id, Audience::All, Seq::ZERO, 500).await }))
        .await;
    events.expect("reads")
}

fn said(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::Posted { body } => Some(body.as_str()),
        _ => None,
    }
}

/// An order of the customer's.
async fn order(scene: &Scene) -> OrderId {
    let (store, id, at) = (StoreScope(scene.world.alpha.id), new_id::<OrderId>(), scene.services.clock().now());
    let customer = NewCustomer {
        id: new_id::<CustomerId>(),
        external_id: "C-7".to_owned(),
        name: Name::parse("Jane Doe").ok(),
        email: EmailAddress::parse("jane@customer.example").ok(),
        language: Some(Language::Nl),
    };
    scene
        .services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let customer = tx.upsert_customer(store, &customer, at).await?;
                let order = ToldOrder {
                    number: "A-4711".to_owned(),
                    state: OrderState::Shipped,
                    total: Money {
                        minor: 2_500,
                        currency: "EUR".to_owned(),
                    },
                    placed_at: at,
                    lines: Vec::new(),
                    customer: None,
                    email: None,
                    postcode: None,
                    ship_to: None,
                    tracking: None,
                };
                tx.tell_order(store, id, customer, &order, at).await?;
                Ok::<_, storage::StorageError>(())
            })
        })
        .await
        .expect("is kept");
    id
}

#[tokio::test]
async fn s_i5_letters_of_every_shape_go_to_their_thread_or_say_why_not() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let services = &scene.services;
        let conversation = leave(&scene, message("Is the blue one in stock?")).await;
        let expired = reply_to(services, conversation).await;
        services.clock().advance_ms(400 * DAY_MS);
        let reply = reply_to(services, conversation).await;
        let forged = reply.replacen("reply+", "reply+aa", 1);
        let order = mail_address::of_order(services, order(&scene).await)
            .await
            .expect("reads")
            .expect("arrives");
        let bounce = mail_address::of_bounce(services, new_id()).await.expect("reads").expect("arrives");
        let table = std::fs::read_to_string(fixtures().join("TABLE.tsv")).expect("the table");
        let mut settled = 0;
        for row in table.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = row.split('\t').collect();
            let [name, to, path, _, verdict, _, words] = columns[..] else {
                panic!("{row}")
            };
            let to = match to {
                "reply" => reply.clone(),
                "reply-upper" => reply.to_uppercase(),
                "order" => order.to_string(),
                "bounce" => bounce.to_string(),
                "plain" => format!("alpha@{DOMAIN}"),
                "forged" => forged.clone(),
                "expired" => expired.clone(),
                _ => format!("nobody@{DOMAIN}"),
            };
            let before = events(&scene, conversation).await.len();
            let raw = std::fs::read(fixtures().join(name)).expect(name);
            let incoming = Incoming {
                size: raw.len(),
                raw,
                from: Some(path.to_owned()),
                to: Some(to),
            };
            let became = mail_in::ingest(services, incoming).await.expect("is settled");
            let told = became
                .reason()
                .map_or(became.code().to_owned(), |reason| format!("{}:{}", became.code(), reason.code()));
            assert_eq!(told, verdict, "{}: {name}", scene.name);
            let after = events(&scene, conversation).await;
            let new = after.get(before..).expect("a log only grows");
            if matches!(became, Verdict::Added | Verdict::Unverified) {
                let via = new.first().and_then(|event| event.via.clone());
                let Some(Via::Mail { verified, .. }) = via else {
                    panic!("{name}: {new:?}")
                };
                assert_eq!(verified, became == Verdict::Added, "{name}");
                let first = new.iter().find_map(said).unwrap_or_default();
                assert!(first.starts_with(&words.replace("\\n", "\n")), "{name}: {first}");
            } else {
                assert!(new.is_empty(), "{name}: {new:?}");
            }
            settled += 1;
        }
        assert!(settled >= 60, "{settled}");
        let log = events(&scene, conversation).await;
        let has = |text: &str| log.iter().filter_map(said).any(|words| words.contains(text));
        assert!(
            has("[letter.docx]") && has("[winmail.dat]") && has("[file.eml]"),
            "what was not taken is named"
        );
        let files: Vec<&str> = log
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Shared { file } => Some(file.name.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(
            files,
            ["IMG_0001.png", "invoice.pdf", "facture été.pdf", "broken.png"],
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn he_17_the_same_letter_five_times_by_every_door_is_one_message() {
    for scene in scenes().await {
        let folder = expect_mail(&scene.services);
        let conversation = leave(&scene, message("Hello?")).await;
        let to = reply_to(&scene.services, conversation).await;
        let raw = letter("Re: Hello", "Is anybody there?");
        let incoming = |raw: Vec<u8>, to: Option<&str>| Incoming {
            size: raw.len(),
            raw,
            from: to.map(|_| "jane@customer.example".to_owned()),
            to: to.map(str::to_owned),
        };
        let doors = (0..5).map(|_| mail_in::ingest(&scene.services, incoming(raw.clone(), Some(&to))));
        // At once on PostgreSQL, some may be asked to come again.
        let verdicts = futures::future::join_all(doors).await;
        let added = verdicts.iter().filter(|v| matches!(v, Ok(Verdict::Added))).count();
        assert_eq!(added, 1, "{}: {verdicts:?}", scene.name);
        assert_eq!(ingest(&scene.services, &raw, &to).await, Verdict::Repeated);
        // From a mailbox, with the headers of another way on top and other ends of line.
        let other = format!(
            "Delivered-To: {to}\nReceived: by elsewhere\n{}",
            String::from_utf8_lossy(&raw).replace("\r\n", "\n")
        );
        let became = mail_in::ingest(&scene.services, incoming(other.into_bytes(), None)).await;
        assert_eq!(became.expect("is settled"), Verdict::Repeated);
        assert_eq!(events(&scene, conversation).await.len(), 2);
        let kept = std::fs::read_dir(folder.path().join("mail-in")).expect("a folder").count();
        assert_eq!(kept, 1, "{}: one letter is kept", scene.name);
    }
}

#[tokio::test]
async fn he_9_he_10_only_what_is_vouched_for_wakes_a_conversation_and_the_rest_stands_beside_it() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let owner = scene.actor(true);
        let id = leave(&scene, message("Hello?")).await;
        let to = reply_to(&scene.services, id).await;
        conversation::end(&scene.services, &owner, id).await.expect("ends");
        let stage = || async { desk::conversation(&scene.services, &owner, id).await.expect("sees").row.stage };
        let other = letter_of("Joe <joe@elsewhere.example>", "elsewhere.example", "Hi", "I am Jane, really");
        assert_eq!(ingest(&scene.services, &other, &to).await, Verdict::Unverified, "{}", scene.name);
        let spoofed = letter_of("Jane <jane@customer.example>", "evil.example", "Hi", "So am I");
        assert_eq!(ingest(&scene.services, &spoofed, &to).await, Verdict::Unverified);
        assert_eq!(stage().await, StageName::Closed);
        let seen = desk::conversation(&scene.services, &owner, id).await.expect("sees");
        assert_eq!(seen.row.unread, 3, "nobody overlooks it");
        assert_eq!(ingest(&scene.services, &letter("Hi", "It was me"), &to).await, Verdict::Added);
        assert_eq!(stage().await, StageName::Mail);
        let from: Vec<(String, bool)> = events(&scene, id)
            .await
            .into_iter()
            .filter_map(|event| event.via)
            .map(|Via::Mail { from, verified }| (from.to_string(), verified))
            .collect();
        let expected = [
            ("joe@elsewhere.example", false),
            ("jane@customer.example", false),
            ("jane@customer.example", true),
        ];
        assert_eq!(from, expected.map(|(from, verified)| (from.to_owned(), verified)));
    }
}

#[tokio::test]
async fn he_11_staff_do_not_answer_by_mail_and_those_who_are_blocked_do_not_write() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let id = leave(&scene, message("Hello?")).await;
        let to = reply_to(&scene.services, id).await;
        for who in ["owner", "operator", "deactivated"] {
            let staff = letter_of(&format!("{who}@alpha.example"), "alpha.example", "Re", "We have it");
            assert_eq!(
                ingest(&scene.services, &staff, &to).await,
                Verdict::Quarantined(Reason::Staff),
                "{who}"
            );
        }
        let (store, at) = (StoreScope(scene.world.alpha.id), scene.services.clock().now());
        scene
            .services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    let found = tx.conversation(ConversationScope::Desk(store), id).await?;
                    tx.block_visitor(store, found.and_then(|c| c.visitor).expect("a visitor"), at).await
                })
            })
            .await
            .expect("blocks");
        let verdict = ingest(&scene.services, &letter("Re", "Please"), &to).await;
        assert_eq!(verdict, Verdict::Quarantined(Reason::Blocked), "{}", scene.name);
        assert_eq!(events(&scene, id).await.len(), 1);
    }
}

#[tokio::test]
async fn s_i5_a_letter_to_the_stores_own_address_begins_a_message_and_joins_nothing() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let id = leave(&scene, message("Hello?")).await;
        let first = ingest(&scene.services, &letter("Hello?", "The same subject"), &format!("Alpha@{DOMAIN}")).await;
        assert_eq!(first, Verdict::Began, "{}", scene.name);
        assert_eq!(events(&scene, id).await.len(), 1);
        let found = mail_in::letters(&scene.services, &scene.actor(true), None)
            .await
            .expect("an owner may");
        let begun = found.lines[0].conversation.expect("a conversation");
        let view = desk::conversation(&scene.services, &scene.actor(true), begun).await.expect("sees");
        assert_eq!((view.row.kind, view.row.stage), (Kind::Shop, StageName::Mail));
        let words = events(&scene, begun).await;
        assert_eq!(said(&words[0]), Some("Hello?\n\nThe same subject"));
        // Nobody begins more than people do.
        for n in 1..20 {
            assert_eq!(
                ingest(&scene.services, &letter("Again", &format!("{n}")), &format!("alpha@{DOMAIN}")).await,
                Verdict::Began
            );
        }
        let verdict = ingest(&scene.services, &letter("Again", "20"), &format!("alpha@{DOMAIN}")).await;
        assert_eq!(verdict, Verdict::Quarantined(Reason::TooMany), "{}", scene.name);
    }
}

#[tokio::test]
async fn s_23_s_i5_letters_about_an_order_are_one_thread_whoever_began_it() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let order = order(&scene).await;
        let to = mail_address::of_order(&scene.services, order)
            .await
            .expect("reads")
            .expect("arrives")
            .to_string();
        assert_eq!(
            ingest(&scene.services, &letter("My order", "Where is it?"), &to).await,
            Verdict::Began,
            "{}",
            scene.name
        );
        assert_eq!(
            ingest(&scene.services, &letter("My order", "Still nothing"), &to).await,
            Verdict::Added
        );
        let store = StoreScope(scene.world.alpha.id);
        let thread = scene
            .services
            .storage()
            .read(move |s| {
                Box::pin(async move {
                    let id = s.thread_of_order(store, order).await?.expect("a thread");
                    s.conversation(ConversationScope::Desk(store), id).await
                })
            })
            .await
            .expect("reads")
            .expect("a conversation");
        assert_eq!(thread.kind, Kind::Order);
        assert!(matches!(&thread.about, About::Order { number, .. } if number == "A-4711"));
        assert_eq!(thread.contact.email, Some(email("jane@customer.example")));
        assert_eq!(events(&scene, thread.id).await.len(), 2);
    }
}

#[tokio::test]
async fn he_6_a_report_counts_only_at_the_address_of_its_letter() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let (store, at) = (scene.world.alpha.id, scene.services.clock().now());
        let id = scene
            .services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    let job = MailJob::TestMail {
                        store,
                        to: email("jane@customer.example"),
                        language: Language::En,
                    };
                    tx.enqueue_mail(Some(StoreScope(store)), &job, "a test", at).await?;
                    let token = new_id::<MailId>().0;
                    let mails = tx.claim_mails(Installation, at, at.plus_ms(1_000), token).await?;
                    tx.mail_sent(Installation, mails[0].id, token, "250 fine", None, at).await?;
                    Ok::<_, storage::StorageError>(mails[0].id)
                })
            })
            .await
            .expect("went");
        let conversation = leave(&scene, message("Hello?")).await;
        let suppressed = || async {
            let to = email("jane@customer.example");
            let asked = scene
                .services
                .storage()
                .read(move |s| Box::pin(async move { s.suppressed(Installation, &to).await }));
            asked.await.expect("reads")
        };
        let reply = reply_to(&scene.services, conversation).await;
        let bounce = mail_address::of_bounce(&scene.services, MailId(id))
            .await
            .expect("reads")
            .expect("arrives")
            .to_string();
        // Whoever knows another address of ours says nothing about our letters.
        assert_eq!(ingest(&scene.services, &fixture("-dsn.eml"), &reply).await, Verdict::Bounce);
        // Not yet is not never.
        assert_eq!(
            ingest(&scene.services, &fixture("-dsn-delayed.eml"), &bounce).await,
            Verdict::Bounce
        );
        assert!(!suppressed().await, "{}", scene.name);
        assert_eq!(ingest(&scene.services, &fixture("-dsn.eml"), &bounce).await, Verdict::Bounce);
        assert!(suppressed().await, "{}", scene.name);
        let rows = seen(&scene).await.rows;
        let row = rows.iter().find(|row| row.id.0 == id).expect("is in the list");
        assert_eq!(row.state, PostState::Failed);
        assert!(row.reply.as_deref().is_some_and(|reply| reply.contains("5.1.1")), "{row:?}");
    }
}

#[tokio::test]
async fn he_18_a_letter_that_is_too_large_is_remembered_and_not_kept() {
    for scene in scenes().await {
        let folder = expect_mail(&scene.services);
        let id = leave(&scene, message("Hello?")).await;
        let incoming = Incoming {
            raw: letter("Large", "x"),
            size: 25 * 1024 * 1024 + 1,
            from: Some("jane@customer.example".to_owned()),
            to: Some(reply_to(&scene.services, id).await),
        };
        let verdict = mail_in::ingest(&scene.services, incoming).await.expect("is settled");
        assert_eq!(verdict, Verdict::Quarantined(Reason::TooLarge), "{}", scene.name);
        assert!(!folder.path().join("mail-in").exists());
        let page = mail_in::letters(&scene.services, &scene.actor(true), None)
            .await
            .expect("an owner may");
        assert_eq!((page.lines[0].kilobytes, page.lines[0].kept), (25 * 1024 + 1, false));
    }
}

#[tokio::test]
async fn hj_3_owners_see_what_arrived_for_thirty_days_and_others_never() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let services = &scene.services;
        let id = leave(&scene, message("Hello?")).await;
        let to = reply_to(services, id).await;
        let raw = letter("A letter", "Look at this");
        ingest(services, &raw, &to).await;
        let owner = scene.actor(true);
        let page = mail_in::letters(services, &owner, None).await.expect("an owner may");
        let line = page.lines[0].clone();
        assert_eq!(
            (line.subject.as_str(), line.verdict.as_str(), line.conversation),
            ("A letter", "added", Some(id))
        );
        assert_eq!(
            mail_in::raw_letter(services, &owner, line.id).await.expect("is kept"),
            raw,
            "{}",
            scene.name
        );
        assert_eq!(page.address.as_deref(), Some("alpha@in.vitrine.example"));
        assert_eq!(
            refused(mail_in::letters(services, &scene.actor(false), None).await),
            Refusal::NotAllowed
        );
        let mut stranger = scene.actor(true);
        stranger.store = scene.world.beta.id;
        assert!(
            mail_in::letters(services, &stranger, None)
                .await
                .expect("their own")
                .lines
                .is_empty()
        );
        assert_eq!(refused(mail_in::raw_letter(services, &stranger, line.id).await), Refusal::NotFound);
        services.clock().advance_ms(31 * DAY_MS);
        mail_in::tick(services).await.expect("ticks");
        let page = mail_in::letters(services, &owner, None).await.expect("an owner may");
        assert_eq!(
            (page.lines[0].sender.as_deref(), page.lines[0].subject.as_str(), page.lines[0].kept),
            (None, "", false)
        );
        assert_eq!(refused(mail_in::raw_letter(services, &owner, line.id).await), Refusal::NotFound);
        assert_eq!(ingest(services, &raw, &to).await, Verdict::Repeated, "its fingerprint stays");
    }
}

#[tokio::test]
async fn letters_to_no_address_of_ours_are_not_taken() {
    let scene = scenes().await.remove(0);
    let services = &scene.services;
    assert!(
        !mail_in::accepts(services, "a@b.example").await.expect("asks"),
        "no mail is expected at all"
    );
    let _folder = expect_mail(services);
    for (address, ours) in [
        ("x@in.vitrine.example", true),
        ("x@IN.Vitrine.Example", true),
        ("x@vitrine.example", false),
        ("x", false),
    ] {
        assert_eq!(mail_in::accepts(services, address).await.expect("asks"), ours, "{address}");
    }
}
