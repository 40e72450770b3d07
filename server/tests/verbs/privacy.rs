//! Privacy: what is handed to a person, what is left of one who was erased, how long things are kept, and who is turned away.

use model::{
    availability::Availability,
    desk::Folder,
    event::Audience,
    id::ConversationId,
    panel::{Begin, LeaveMessage, SessionAnswer, SessionRequest, StartChat, Whence},
    privacy::{Overdue, PersonBy, Searched},
    refusal::{Field, Refusal},
    settings::Retention,
    text::{EmailAddress, Name},
};
use reqwest::Method;
use serde_json::json;
use service::{Actor, Party, blocking, clock::new_id, conversation, desk, duty, history, hold, privacy, retention, visitor};
use storage::StoreScope;
use testkit::{TestServer, sqlite};

use super::{Scene, body, refused, scenes, start};

/// Words that nobody else says.
const CANARY: &str = "zandloperkruid groeit nergens anders dan hier";
const JANE: &str = "jane.canary@customer.example";
const DAY_MS: i64 = 86_400_000;

fn message_of(email: &str, text: &str) -> LeaveMessage {
    LeaveMessage {
        cid: new_id(),
        first_name: Name::parse("Jane").ok(),
        last_name: Name::parse("Canary").ok(),
        email: EmailAddress::parse(email).ok(),
        phone: None,
        message: body(text),
        identity: None,
        origin: Whence::default(),
    }
}

impl Scene {
    async fn left(&self, message: LeaveMessage) -> ConversationId {
        let begun = visitor::leave_message(&self.services, &self.store().await, None, message, visitor::Browser::default()).await;
        begun.expect("is stored").conversation.id
    }

    /// A chat of somebody with this address, with an answer, a note and an end.
    async fn chat_of(&self, email: &str, text: &str) -> ConversationId {
        let operator = self.online().await;
        let begun = self
            .start(StartChat {
                email: EmailAddress::parse(email).ok(),
                ..start()
            })
            .await
            .expect("starts");
        let (id, shopper) = (begun.conversation.id, self.party_of(&begun).await);
        let desk = Party::Desk(operator.clone());
        self.say(&shopper, id, new_id(), text).await.expect("posts");
        self.say(&desk, id, new_id(), "The desk's own answer").await.expect("posts");
        conversation::post(
            &self.services,
            &desk,
            id,
            Audience::Desk,
            new_id(),
            body("A note: difficult customer"),
        )
        .await
        .expect("notes");
        conversation::end(&self.services, &operator, id).await.expect("ends");
        duty::leave(&self.services, &operator).await.expect("leaves");
        id
    }

    async fn keep(&self, keep: Retention) {
        let owner = self.actor(true);
        let rev = privacy::read(&self.services, &owner).await.expect("reads").rev;
        privacy::save_retention(&self.services, &owner, keep, rev).await.expect("saves");
    }
}

#[tokio::test]
async fn hj_1_an_export_holds_both_sides_and_neither_notes_nor_anybody_else() {
    for scene in scenes().await {
        let owner = scene.actor(true);
        scene.chat_of(JANE, CANARY).await;
        scene.left(message_of(JANE, "And one more thing by mail")).await;
        scene.left(message_of("pieter@customer.example", "Pieter's own words")).await;
        // However an address is written, it is the same person's.
        let told = privacy::export(&scene.services, &owner, PersonBy::Email, "Jane.Canary@Customer.example").await;
        let text = told.expect("exports").to_string();
        for inside in [CANARY, "The desk's own answer", "And one more thing by mail", JANE] {
            assert!(text.contains(inside), "{}: {inside} is not in {text}", scene.name);
        }
        for outside in ["difficult customer", "Pieter"] {
            assert!(!text.contains(outside), "{}: {outside} is in {text}", scene.name);
        }
        let found = privacy::find(&scene.services, &owner, PersonBy::Email, JANE).await.expect("finds");
        assert_eq!((found.conversations, found.messages, found.held), (2, 3, 0));
    }
}

#[tokio::test]
async fn hj_2_whoever_is_erased_is_found_nowhere_any_more() {
    for scene in scenes().await {
        let (owner, storage) = (scene.actor(true), scene.services.storage());
        let chat = scene.chat_of(JANE, CANARY).await;
        let left = scene
            .left(message_of(JANE, "zandloperkruid again, in the form for offline messages"))
            .await;
        let other = scene
            .left(message_of("pieter@customer.example", "Pieter's own words are long enough"))
            .await;
        let sought = || vec![b"zandloperkruid".to_vec(), b"jane.canary@".to_vec()];
        let before = storage.words_left(sought()).await.expect("searches");
        assert_ne!(before, Some(false), "{}: the search finds what is there", scene.name);

        let erased = privacy::erase(&scene.services, &owner, PersonBy::Email, JANE)
            .await
            .expect("erases");
        assert_eq!((erased.conversations, erased.held), (2, 0), "{}", scene.name);
        let clean = if before.is_some() { Searched::Nothing } else { Searched::NotOurs };
        assert_eq!(erased.searched, clean, "{}", scene.name);
        assert_ne!(
            storage.words_left(sought()).await.expect("searches"),
            Some(true),
            "the index's words, too"
        );

        for id in [chat, left] {
            assert_eq!(refused(desk::conversation(&scene.services, &owner, id).await), Refusal::NotFound);
        }
        assert_eq!(
            refused(privacy::find(&scene.services, &owner, PersonBy::Email, JANE).await),
            Refusal::NotFound
        );
        let messages = desk::inbox(&scene.services, &owner, Folder::All, None).await.expect("lists");
        assert_eq!(messages.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [other]);
        let query = model::history::HistoryQuery {
            search: "zandloperkruid".to_owned(),
            ..model::history::HistoryQuery::default()
        };
        let page = history::page(&scene.services, &owner, query).await.expect("searches");
        assert!(page.rows.is_empty(), "{}", scene.name);
        let kept = scene.log(other).await;
        assert_eq!(kept.len(), 1, "{}: another's words stay", scene.name);
    }
}

#[tokio::test]
async fn a_guest_is_found_by_number_and_nobody_by_what_cannot_be_read() {
    for scene in scenes().await {
        let owner = scene.actor(true);
        scene.chat_of(JANE, CANARY).await;
        let find = async |by, who: &str| privacy::find(&scene.services, &owner, by, who).await;
        assert_eq!(find(PersonBy::Guest, "1").await.expect("finds").conversations, 1, "{}", scene.name);
        assert_eq!(refused(find(PersonBy::Guest, "2").await), Refusal::NotFound);
        assert_eq!(refused(find(PersonBy::Guest, "one").await), Refusal::Invalid(Field::Text));
        assert_eq!(refused(find(PersonBy::Email, "").await), Refusal::Missing(Field::Email));
        assert_eq!(refused(find(PersonBy::Email, "nobody").await), Refusal::Invalid(Field::Email));
        assert_eq!(refused(find(PersonBy::Customer, "%").await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn privacy_is_the_owners() {
    for scene in scenes().await {
        let (services, staff) = (&scene.services, scene.actor(false));
        let keep = Retention::default();
        assert_eq!(refused(privacy::read(services, &staff).await), Refusal::NotAllowed);
        assert_eq!(refused(privacy::overdue(services, &staff, keep).await), Refusal::NotAllowed);
        assert_eq!(
            refused(privacy::save_retention(services, &staff, keep, 0).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(privacy::find(services, &staff, PersonBy::Email, JANE).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(privacy::export(services, &staff, PersonBy::Email, JANE).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(privacy::erase(services, &staff, PersonBy::Email, JANE).await),
            Refusal::NotAllowed
        );
    }
}

#[tokio::test]
async fn hj_3_retention_deletes_what_the_dry_run_counted_and_saved_chats_stay() {
    for scene in scenes().await {
        let (owner, scope) = (scene.actor(true), StoreScope(scene.world.alpha.id));
        let (old, saved) = (scene.chat_of(JANE, CANARY).await, scene.chat_of(JANE, "Keep this one").await);
        conversation::save(&scene.services, &owner, saved, true).await.expect("saves");
        scene
            .left(LeaveMessage {
                origin: Whence {
                    page: Some("https://shop.example/old".to_owned()),
                    ..Whence::default()
                },
                ..message_of(JANE, "Old")
            })
            .await;
        scene.services.clock().advance_ms(40 * DAY_MS);
        let fresh = scene.chat_of(JANE, "Fresh").await;

        let keep = Retention {
            chats_days: 30,
            messages_days: 365,
            connections_days: 30,
            mails_days: 0,
        };
        let counted = privacy::overdue(&scene.services, &owner, keep).await.expect("counts");
        assert_eq!(
            counted,
            Overdue {
                chats: 1,
                messages: 0,
                connections: 1,
                mails: 0
            },
            "{}",
            scene.name
        );
        scene.keep(keep).await;
        assert!(
            desk::conversation(&scene.services, &owner, old).await.is_ok(),
            "saving deletes nothing"
        );
        assert_eq!(
            retention::sweep_store(&scene.services, scope).await.expect("sweeps"),
            counted,
            "{}",
            scene.name
        );
        assert_eq!(
            refused(desk::conversation(&scene.services, &owner, old).await),
            Refusal::NotFound,
            "{}",
            scene.name
        );
        for kept in [saved, fresh] {
            assert!(desk::conversation(&scene.services, &owner, kept).await.is_ok(), "{}", scene.name);
        }
        let again = retention::sweep_store(&scene.services, scope).await.expect("sweeps");
        assert_eq!(again, Overdue::default(), "{}: done is done", scene.name);
        // For ever is for ever, and the round of all stores goes through.
        scene
            .keep(Retention {
                chats_days: 0,
                messages_days: 0,
                connections_days: 0,
                mails_days: 0,
            })
            .await;
        scene.services.clock().advance_ms(4_000 * DAY_MS);
        retention::sweep(&scene.services).await.expect("sweeps");
        assert!(desk::conversation(&scene.services, &owner, fresh).await.is_ok(), "{}", scene.name);
    }
}

#[tokio::test]
async fn hj_3_a_legal_hold_keeps_a_conversation_from_deletion_erasure_and_retention() {
    for scene in scenes().await {
        let (services, owner, scope) = (&scene.services, scene.actor(true), StoreScope(scene.world.alpha.id));
        let (held, free) = (scene.chat_of(JANE, CANARY).await, scene.chat_of(JANE, "Another matter").await);
        let is_held = async |id| desk::conversation(services, &owner, id).await.expect("is there").held;

        assert_eq!(
            refused(hold::set(services, &scene.actor(false), held, true).await),
            Refusal::NotAllowed
        );
        let elsewhere = Actor {
            account: scene.world.beta.owner.1,
            store: scene.world.beta.id,
            ..owner.clone()
        };
        assert_eq!(refused(hold::set(services, &elsewhere, held, true).await), Refusal::NotFound);
        assert!(!is_held(held).await, "{}", scene.name);
        for _ in 0..2 {
            hold::set(services, &owner, held, true).await.expect("holds");
        }
        assert!(is_held(held).await && !is_held(free).await, "{}", scene.name);

        let deleted = history::delete(services, &owner, vec![held]).await;
        assert_eq!(refused(deleted), Refusal::OnHold, "{}", scene.name);
        let erased = privacy::erase(services, &owner, PersonBy::Email, JANE).await.expect("erases");
        assert_eq!((erased.conversations, erased.held), (1, 1), "{}", scene.name);
        assert_eq!(refused(desk::conversation(services, &owner, free).await), Refusal::NotFound);

        let keep = Retention {
            chats_days: 30,
            messages_days: 30,
            connections_days: 30,
            mails_days: 30,
        };
        scene.keep(keep).await;
        services.clock().advance_ms(40 * DAY_MS);
        let counted = privacy::overdue(services, &owner, keep).await.expect("counts");
        let swept = retention::sweep_store(services, scope).await.expect("sweeps");
        assert_eq!((counted.chats, swept.chats), (0, 0), "{}", scene.name);
        assert!(is_held(held).await, "{}", scene.name);

        hold::set(services, &owner, held, false).await.expect("lets go");
        let swept = retention::sweep_store(services, scope).await.expect("sweeps");
        assert_eq!(swept.chats, 1, "{}", scene.name);
        assert_eq!(refused(desk::conversation(services, &owner, held).await), Refusal::NotFound);
        let rows = services
            .storage()
            .read(|s| Box::pin(async move { s.audit_rows(scope).await }))
            .await;
        let rows = rows.expect("reads").into_iter().filter(|row| row.object == Some(held.0));
        let deeds: Vec<_> = rows.map(|row| (row.account, row.action)).collect();
        let by_the_owner = |action: &str| (Some(owner.account), action.to_owned());
        assert_eq!(
            deeds,
            [by_the_owner("conversation.release"), by_the_owner("conversation.hold")],
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn a_blocked_visitor_is_silent_from_that_moment_and_can_be_let_in_again() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Rude words").await.expect("posts");
        blocking::set(&scene.services, &operator, id, true).await.expect("blocks");
        assert_eq!(
            scene.say(&shopper, id, new_id(), "More of them").await,
            Err(Refusal::NotSignedIn),
            "{}",
            scene.name
        );
        assert!(blocking::is_blocked(&scene.services, &operator, id).await.expect("asks"));
        let page = privacy::read(&scene.services, &scene.actor(true)).await.expect("reads");
        assert_eq!(page.blocked.iter().map(|b| b.conversation).collect::<Vec<_>>(), [id]);
        // Their place is free, and their words stay with the store.
        let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees");
        assert!(!seen.row.stage.takes_a_place());
        blocking::set(&scene.services, &operator, id, false).await.expect("unblocks");
        scene.say(&shopper, id, new_id(), "Sorry").await.expect("posts");
        let page = privacy::read(&scene.services, &scene.actor(true)).await.expect("reads");
        assert!(page.blocked.is_empty());
    }
}

#[tokio::test]
async fn hb_16_whoever_is_blocked_finds_the_chat_hidden_and_nothing_of_before() {
    let server = TestServer::start(sqlite().await).await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    operator.go_online().await;
    let shopper = server.visitor(&server.world.alpha);
    let begun = shopper.start("Jane").await.expect("starts");
    let id = begun.conversation.id;
    shopper.post(id, new_id(), CANARY).await.expect("posts");
    let () = operator
        .call("block_in_conversation", &json!({"conversation": id, "on": true}))
        .await
        .expect("blocks");

    let session = |handle: Option<String>| SessionRequest { identity: None, handle };
    let answer: SessionAnswer = shopper.ask("session", &session(None)).await.json().await.expect("an answer");
    assert_eq!(answer.availability, Availability::Hidden);
    assert!(answer.conversation.is_none() && answer.pass.is_none());
    assert_eq!(shopper.post(id, new_id(), "still here").await.unwrap_err(), Refusal::NotFound);
    // As if nobody was there: why is not theirs to know.
    assert_eq!(shopper.start("Jane again").await.unwrap_err(), Refusal::StoreAway);
    let form = Begin::Message(message_of(JANE, "through the form"));
    assert_eq!(shopper.begin(&form).await.unwrap_err(), Refusal::StoreAway);
    // The page is what anybody sees while the chat is off: a sentence, and nothing to fill in.
    let page = shopper.request(Method::GET, "/c/alpha?lang=en").send().await.expect("an answer");
    let page = page.text().await.expect("a page");
    assert!(page.contains("The chat is closed right now") && !page.contains("panel__form"));

    // The handle of the shop's page opens nothing either, and is not used up by trying.
    let stranger = server.visitor(&server.world.alpha);
    for _ in 0..2 {
        let asked = session(begun.pass.handle.clone());
        let answer: SessionAnswer = stranger.ask("session", &asked).await.json().await.expect("an answer");
        assert_eq!(answer.availability, Availability::Hidden);
        assert!(answer.conversation.is_none());
    }
    // Somebody else behind the same address is welcome.
    stranger.start("Somebody else").await.expect("starts");
}

#[tokio::test]
async fn a_person_is_handed_over_as_a_file_and_only_by_the_owner() {
    let server = TestServer::start(sqlite().await).await;
    let shopper = server.visitor(&server.world.alpha);
    shopper.begin(&Begin::Message(message_of(JANE, CANARY))).await.expect("leaves");
    let form = [("by", "email"), ("who", JANE)];
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let file = owner.browser.submit("/desk/privacy/export", &form).await;
    assert_eq!(file.status(), 200);
    assert_eq!(file.headers()["content-disposition"], r#"attachment; filename="person.json""#);
    assert_eq!(file.headers()["cache-control"], "no-store");
    assert!(file.text().await.expect("text").contains(CANARY));
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    assert_eq!(operator.browser.submit("/desk/privacy/export", &form).await.status(), 403);
    assert_eq!(server.nobody().submit("/desk/privacy/export", &form).await.status(), 401);
    let elsewhere = server.sign_in(&server.world.beta.owner.0).await;
    assert_eq!(elsewhere.browser.submit("/desk/privacy/export", &form).await.status(), 404);
}
