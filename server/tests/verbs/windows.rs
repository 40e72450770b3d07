//! Chat windows and the console: what is kept of them, reopening, saving, the connection's facts, and very long conversations.

use std::time::{Duration, Instant};

use model::{
    conversation::StageName,
    desk::{Folder, KeptWindow, WindowKind, WindowPlace},
    event::{Audience, EventKind},
    id::{ConversationId, Seq},
    limits::{DRAFT_CHARS_MAX, FIRST_EVENTS},
    panel::{Known, StartChat, Whence},
    party::{Author, Customer},
    refusal::Refusal,
    settings::{AddressKeeping, HistoryFills, StoreSettings},
    text::{EmailAddress, Name},
};
use service::{Actor, Party, clock::new_id, conversation, desk, duty, identity::Identity, visitor, windows};
use storage::{NewEvent, StorageError, StoreScope};
use testkit::{TestServer, sqlite};

use super::{Scene, body, refused, scenes, start};

fn kept(id: ConversationId, draft: &str, place: WindowPlace) -> KeptWindow {
    KeptWindow {
        id,
        draft: draft.to_owned(),
        place,
    }
}

async fn settle(scene: &Scene, settings: StoreSettings) {
    let store = StoreScope(scene.world.alpha.id);
    scene
        .services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
        .await
        .expect("sets");
}

fn stranger(scene: &Scene) -> Actor {
    Actor {
        account: scene.world.beta.owner.1,
        store: scene.world.beta.id,
        ..scene.actor(true)
    }
}

#[tokio::test]
async fn p_i3_p_i5_drafts_and_windows_are_kept_for_their_own_person() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, _) = scene.chat().await;
        let services = &scene.services;
        let keep = |actor: Actor, window| async move { windows::keep(services, &actor, window).await };
        keep(operator.clone(), kept(id, "Good aftern", WindowPlace::Open))
            .await
            .expect("keeps");
        keep(operator.clone(), kept(id, "Good afternoon", WindowPlace::Hidden))
            .await
            .expect("keeps");
        let again = windows::kept(&scene.services, &operator).await.expect("reads");
        assert_eq!(again, [kept(id, "Good afternoon", WindowPlace::Hidden)], "{}", scene.name);
        let colleague = windows::kept(&scene.services, &scene.actor(true)).await.expect("reads");
        assert!(colleague.is_empty(), "what somebody types is their own");

        let long = "ü".repeat(DRAFT_CHARS_MAX + 1);
        keep(operator.clone(), kept(id, &long, WindowPlace::Open)).await.expect("keeps");
        let cut = windows::kept(&scene.services, &operator).await.expect("reads");
        assert_eq!(cut[0].draft.chars().count(), DRAFT_CHARS_MAX);

        keep(operator.clone(), kept(id, "", WindowPlace::None)).await.expect("keeps");
        assert!(windows::kept(&scene.services, &operator).await.expect("reads").is_empty());
        let other = stranger(&scene);
        assert_eq!(refused(keep(other, kept(id, "mine", WindowPlace::Open)).await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn p_i3_the_window_of_a_finished_chat_is_forgotten_unless_something_is_typed_in_it() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (silent, _) = scene.chat().await;
        let (typed, _) = scene.chat().await;
        for (id, draft) in [(silent, ""), (typed, "Wait, one thing")] {
            windows::keep(&scene.services, &operator, kept(id, draft, WindowPlace::Open))
                .await
                .expect("keeps");
            conversation::end(&scene.services, &operator, id).await.expect("ends");
        }
        let left = windows::kept(&scene.services, &operator).await.expect("reads");
        assert_eq!(left.iter().map(|w| w.id).collect::<Vec<_>>(), [typed], "{}", scene.name);
    }
}

#[tokio::test]
async fn p_45_a_finished_chat_is_taken_up_again_without_a_word() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Thanks").await.expect("posts");
        conversation::end(&scene.services, &operator, id).await.expect("ends");
        for _ in 0..2 {
            conversation::reopen(&scene.services, &operator, id).await.expect("reopens");
        }
        let recap = desk::recap(&scene.services, &operator).await.expect("sees");
        let row = recap.ongoing.iter().find(|r| r.id == id).expect("goes on");
        assert_eq!(row.stage, StageName::Live, "{}", scene.name);
        assert_eq!(row.operator.as_ref().map(|o| o.id), Some(operator.account));
        assert!(recap.finished.is_empty());
        let kinds: Vec<_> = scene.log(id).await.into_iter().map(|(_, kind)| kind.code()).collect();
        assert_eq!(kinds, ["posted", "closed", "reopened", "taken"], "reopened once");
        assert_eq!(
            refused(conversation::reopen(&scene.services, &stranger(&scene), id).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn d_22_saving_is_an_act_of_its_own_and_can_be_taken_back() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, _) = scene.chat().await;
        let saved = || async { desk::conversation(&scene.services, &operator, id).await.expect("sees").row.saved };
        assert!(!saved().await, "{}: nobody pressed anything", scene.name);
        conversation::end(&scene.services, &operator, id).await.expect("ends");
        assert!(!saved().await, "ending is not saving");
        for _ in 0..2 {
            conversation::save(&scene.services, &operator, id, true).await.expect("saves");
            assert!(saved().await);
        }
        conversation::save(&scene.services, &operator, id, false).await.expect("lets go");
        assert!(!saved().await);
        assert_eq!(
            refused(conversation::save(&scene.services, &stranger(&scene), id, true).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn p_44_p_49_finished_chats_stay_until_sign_off_however_the_history_fills() {
    for scene in scenes().await {
        for history in [HistoryFills::AtSignOff, HistoryFills::AtOnce] {
            settle(
                &scene,
                StoreSettings {
                    history,
                    ..StoreSettings::default()
                },
            )
            .await;
            let operator = scene.online().await;
            scene.services.clock().advance_ms(1_000);
            let (id, shopper) = scene.chat().await;
            scene.say(&shopper, id, new_id(), "Thanks").await.expect("posts");
            conversation::end(&scene.services, &operator, id).await.expect("ends");
            let what = format!("{}, {history:?}", scene.name);
            let recap = desk::recap(&scene.services, &operator).await.expect("sees");
            assert!(recap.finished.iter().any(|row| row.id == id), "{what}");
            let recap = duty::leave(&scene.services, &operator).await.expect("leaves");
            assert!(recap.finished.is_empty(), "{what}");
            let listed = desk::inbox(&scene.services, &operator, Folder::Finished, None).await.expect("sees");
            assert!(listed.rows.iter().any(|row| row.id == id), "{what}");
            // The next duty begins with nothing finished.
            scene.services.clock().advance_ms(1_000);
            let recap = duty::go_on(&scene.services, &operator, WindowKind::Recap).await.expect("goes on");
            assert!(recap.finished.is_empty(), "{what}");
            duty::leave(&scene.services, &operator).await.expect("leaves");
        }
    }
}

#[tokio::test]
async fn d_19_the_connections_facts_are_read_and_the_address_is_cut() {
    for scene in scenes().await {
        scene.online().await;
        for (addresses, shown) in [(AddressKeeping::Truncated, "203.0.113.0"), (AddressKeeping::Full, "203.0.113.77")] {
            settle(
                &scene,
                StoreSettings {
                    addresses,
                    ..StoreSettings::default()
                },
            )
            .await;
            let start = StartChat {
                origin: Whence {
                    product: None,
                    page: Some("https://shop.example/vases".to_owned()),
                    referrer: Some("https://search.example/?q=vase\r\nx".to_owned()),
                },
                ..start()
            };
            let browser = visitor::Browser {
                agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned()),
                address: Some("203.0.113.77".parse().expect("an address")),
                ..visitor::Browser::default()
            };
            let begun = visitor::start_chat(&scene.services, &scene.store().await, None, start, browser)
                .await
                .expect("starts");
            let facts = desk::conversation(&scene.services, &scene.actor(true), begun.conversation.id)
                .await
                .expect("sees")
                .connection;
            assert_eq!(facts.address.as_deref(), Some(shown), "{}", scene.name);
            assert_eq!(facts.browser.as_deref(), Some("Firefox 145"));
            assert_eq!(facts.system.as_deref(), Some("Linux"));
            assert_eq!(facts.page.as_deref(), Some("https://shop.example/vases"));
            assert_eq!(facts.referrer.as_deref(), Some("https://search.example/?q=vasex"));
        }
    }
}

#[tokio::test]
async fn p_i7_a_guest_who_signs_in_is_called_by_name_from_then_on() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (over, _) = scene.chat().await;
        conversation::end(&scene.services, &operator, over).await.expect("ends");
        let begun = scene.start(start()).await.expect("starts");
        let id = begun.conversation.id;
        let shopper = scene.party_of(&begun).await;
        scene.say(&shopper, id, new_id(), "Where is my order?").await.expect("posts");
        let person = |subject: &str, name: &str| Identity {
            subject: subject.to_owned(),
            known: Known {
                name: Name::parse(name).ok(),
                email: EmailAddress::parse("jane@customer.example").ok(),
            },
            language: None,
            phone: None,
            page: None,
        };
        let store = scene.store().await;
        let session = scene.session_of(&begun).await;
        visitor::signed_in(&scene.services, &store, session, person("C-1001", "Jane Doe"))
            .await
            .expect("signs in");
        // Somebody else on the same device is not the one who began it.
        let session = scene.session_of(&begun).await;
        visitor::signed_in(&scene.services, &store, session, person("C-2", "Somebody Else"))
            .await
            .expect("nothing happens");
        let recap = desk::recap(&scene.services, &operator).await.expect("sees");
        let row = recap.ongoing.iter().find(|row| row.id == id).expect("the same thread");
        let jane = Customer::Member {
            number: "C-1001".to_owned(),
            name: Name::parse("Jane Doe").expect("fine"),
        };
        assert_eq!(row.customer, jane, "{}", scene.name);
        assert_eq!(scene.log(id).await.len(), 1, "nothing was lost");
        let finished = recap.finished.iter().find(|row| row.id == over).expect("is finished");
        assert!(matches!(finished.customer, Customer::Guest { .. }), "what was over stays a guest's");
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
async fn a_conversation_of_ten_thousand_messages_shows_its_end_at_once_and_is_read_back_page_by_page() {
    // The statements are the same on both engines, and their plans use the same key; one of them is filled.
    for scene in scenes().await.into_iter().take(1) {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        let (store, author_id, at) = (StoreScope(scene.world.alpha.id), shopper.id(), scene.services.clock().now());
        for chunk in 0..10 {
            scene
                .services
                .storage()
                .write(move |tx| {
                    Box::pin(async move {
                        for n in 0..1_000 {
                            let event = NewEvent {
                                conversation: id,
                                audience: Audience::All,
                                author: Author::Shopper,
                                author_id: Some(author_id),
                                client: None,
                                kind: EventKind::Posted {
                                    body: body(&format!("message {}", chunk * 1_000 + n + 1)),
                                },
                                via: None,
                            };
                            tx.record(store, event, at).await?;
                        }
                        Ok::<_, StorageError>(())
                    })
                })
                .await
                .expect("records");
        }
        let mut fastest = Duration::MAX;
        for _ in 0..5 {
            let begin = Instant::now();
            let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees").view;
            fastest = fastest.min(begin.elapsed());
            assert_eq!(seen.events.len() as i64, FIRST_EVENTS);
            assert_eq!((seen.head, seen.events.last().map(|e| e.seq)), (Seq(10_000), Some(Seq(10_000))));
        }
        assert!(fastest < Duration::from_millis(100), "{fastest:?}");

        let (party, mut before, mut read) = (Party::Desk(operator), Seq(10_000 - FIRST_EVENTS + 1), FIRST_EVENTS);
        while before > Seq(1) {
            let page = conversation::page(&scene.services, &party, id, Audience::All, Seq::ZERO, Some(before))
                .await
                .expect("reads");
            assert_eq!(page.events.last().map(|e| e.seq.next()), Some(before), "without a gap");
            read += page.events.len() as i64;
            before = page.events[0].seq;
        }
        assert_eq!(read, 10_000);
    }
}

#[tokio::test]
async fn d_06_chat_now_stands_in_the_menu_of_those_who_may_chat_and_only_there() {
    let server = TestServer::start(sqlite().await).await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let link = r#"href="/desk/chat""#;
    let page = || async { operator.browser.get("/desk").await.text().await.expect("a page") };
    assert!(page().await.contains(link));
    let (store, account) = (StoreScope(server.world.alpha.id), server.world.alpha.operator.1);
    server
        .state
        .services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_live_chat(store, account, None).await }))
        .await
        .expect("switches off");
    assert!(!page().await.contains(link));
}
