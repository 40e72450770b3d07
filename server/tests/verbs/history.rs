//! Conversation history: what stands in the table and in which order, what a search finds, what deleting leaves, and what an export holds.

use model::{
    event::Audience,
    history::{HistoryPage, HistoryQuery, HistoryRow, HistorySort},
    id::ConversationId,
    limits::INBOX_ROWS_MAX,
    panel::StartChat,
    party::{Customer, Role},
    refusal::Refusal,
    text::{EmailAddress, Name},
};
use serde_json::json;
use service::{Actor, Party, clock::new_id, conversation, desk, duty, history};
use storage::StoreScope;
use testkit::{TestServer, sqlite};

use super::{Scene, body, message, refused, scenes, start};

/// A chat that began, in which the shopper said something, that ended and is in the history.
async fn over(scene: &Scene, start: StartChat, says: &[&str]) -> ConversationId {
    scene.services.clock().advance_ms(1_000);
    let operator = scene.online().await;
    let begun = scene.start(start).await.expect("starts");
    let (id, shopper) = (begun.conversation.id, scene.party_of(&begun).await);
    for text in says {
        scene.say(&shopper, id, new_id(), text).await.expect("posts");
    }
    scene
        .say(&Party::Desk(operator.clone()), id, new_id(), "Thank you for asking")
        .await
        .expect("posts");
    conversation::end(&scene.services, &operator, id).await.expect("ends");
    duty::leave(&scene.services, &operator).await.expect("leaves");
    id
}

fn guest(name: &str) -> StartChat {
    StartChat {
        name: Name::parse(name).ok(),
        ..start()
    }
}

fn member(scene: &Scene) -> StartChat {
    StartChat {
        identity: Some(scene.identity()),
        ..start()
    }
}

async fn ask(scene: &Scene, query: HistoryQuery) -> HistoryPage {
    history::page(&scene.services, &scene.actor(true), query).await.expect("answers")
}

async fn lines(scene: &Scene) -> Vec<HistoryRow> {
    ask(scene, HistoryQuery::default()).await.rows
}

async fn search(scene: &Scene, words: &str) -> Vec<ConversationId> {
    let query = HistoryQuery {
        search: words.to_owned(),
        ..HistoryQuery::default()
    };
    ask(scene, query).await.rows.iter().map(HistoryRow::id).collect()
}

fn stranger(scene: &Scene) -> Actor {
    Actor {
        account: scene.world.beta.owner.1,
        store: scene.world.beta.id,
        ..scene.actor(true)
    }
}

#[tokio::test]
async fn p_56_p_57_p_58_p_59_p_60_p_64_d_i4_every_chat_that_ended_has_its_line_with_the_guides_columns() {
    for scene in scenes().await {
        let first = over(&scene, guest("Ann"), &["Is it blue?"]).await;
        let second = over(&scene, guest("Ann"), &["One thing", "Is it green?"]).await;
        let of_member = over(&scene, member(&scene), &["Where is my parcel?"]).await;
        let rows = lines(&scene).await;
        let ids: Vec<_> = rows.iter().map(HistoryRow::id).collect();
        assert_eq!(ids, [of_member, second, first], "{}: one line for each chat of a guest", scene.name);
        assert!(matches!(&rows[0].customer, Customer::Member { number, name } if number == "C-1001" && name.as_str() == "Jane Doe"));
        assert_eq!(
            rows[0].email.as_ref().map(model::text::EmailAddress::as_str),
            Some("jane@customer.example")
        );
        assert!(matches!(&rows[1].customer, Customer::Guest { number: 2, .. }));
        assert_eq!(rows[1].said, "Is it green?", "the customer's last words, not ours");
        assert_eq!((&rows[1].email, &rows[1].phone), (&None, &None), "a guest's are not in the table");
        assert!(rows[0].place.at > rows[1].place.at && rows[1].place.at > rows[2].place.at);
    }
}

#[tokio::test]
async fn p_60_what_a_guest_typed_is_not_shown_as_if_they_had_an_account() {
    for scene in scenes().await {
        let typed = StartChat {
            email: EmailAddress::parse("ann@elsewhere.example").ok(),
            ..guest("Ann")
        };
        over(&scene, typed, &["Hello"]).await;
        assert_eq!(lines(&scene).await[0].email, None, "{}", scene.name);
    }
}

#[tokio::test]
async fn p_49_what_is_going_on_and_what_was_left_in_the_form_is_not_in_the_table() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        let store = scene.store().await;
        service::visitor::leave_message(
            &scene.services,
            &store,
            None,
            message("A letter"),
            service::visitor::Browser::default(),
        )
        .await
        .expect("leaves");
        assert_eq!(lines(&scene).await, [], "{}", scene.name);
        assert!(search(&scene, "hello").await.is_empty() && search(&scene, "letter").await.is_empty());
        assert_eq!(
            refused(history::line(&scene.services, &scene.actor(true), id, None).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn p_63_a_signed_in_customer_has_one_line_and_the_latest_stands_with_the_earlier_ones() {
    for scene in scenes().await {
        let first = over(&scene, member(&scene), &["The first time"]).await;
        over(&scene, guest("Ann"), &["In between"]).await;
        let second = over(&scene, member(&scene), &["The second time"]).await;
        let rows = lines(&scene).await;
        assert_eq!(rows.len(), 2, "{}", scene.name);
        assert_eq!((rows[0].id(), rows[0].said.as_str()), (second, "The second time"));
        let behind = history::line(&scene.services, &scene.actor(false), second, None)
            .await
            .expect("opens");
        assert_eq!(behind.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [second, first]);
        assert_eq!(behind.next, None);
        // It is the same line, whichever of its conversations it is asked for by.
        let again = history::line(&scene.services, &scene.actor(false), first, None)
            .await
            .expect("opens");
        assert_eq!(again, behind);
    }
}

#[tokio::test]
async fn d_20_d_22_d_28_a_saved_chat_is_pinned_above_newer_ones_and_found_on_its_own_shelf() {
    for scene in scenes().await {
        let saved = over(&scene, guest("Zoe"), &["Keep this"]).await;
        let newer = over(&scene, guest("Ann"), &["Something else"]).await;
        let owner = scene.actor(true);
        conversation::save(&scene.services, &owner, saved, true).await.expect("saves");
        for sort in [HistorySort::Newest, HistorySort::Oldest, HistorySort::NameUp, HistorySort::NameDown] {
            let query = HistoryQuery {
                sort,
                ..HistoryQuery::default()
            };
            let ids: Vec<_> = ask(&scene, query).await.rows.iter().map(HistoryRow::id).collect();
            assert_eq!(ids, [saved, newer], "{}: {sort:?}", scene.name);
        }
        let only = HistoryQuery {
            saved_only: true,
            ..HistoryQuery::default()
        };
        let rows = ask(&scene, only.clone()).await.rows;
        assert!(rows.len() == 1 && rows[0].place.saved && rows[0].id() == saved);
        conversation::save(&scene.services, &owner, saved, false).await.expect("lets go");
        assert_eq!(ask(&scene, only).await.rows, []);
        assert_eq!(lines(&scene).await[0].id(), newer);
    }
}

#[tokio::test]
async fn p_63_d_28_a_customer_with_a_saved_chat_is_still_one_line() {
    for scene in scenes().await {
        let saved = over(&scene, member(&scene), &["The one to keep"]).await;
        over(&scene, member(&scene), &["Another one"]).await;
        conversation::save(&scene.services, &scene.actor(true), saved, true)
            .await
            .expect("saves");
        let rows = lines(&scene).await;
        assert_eq!(rows.len(), 1, "{}", scene.name);
        assert_eq!((rows[0].id(), rows[0].place.saved), (saved, true));
    }
}

#[tokio::test]
async fn p_56_pages_follow_each_other_in_every_order_without_a_gap_or_a_repetition() {
    for scene in scenes().await {
        let total = usize::try_from(INBOX_ROWS_MAX).expect("small") + 7;
        for n in 0..total {
            let id = over(&scene, guest(&format!("Guest {}", n % 5)), &["Hello"]).await;
            if n % 20 == 0 {
                conversation::save(&scene.services, &scene.actor(true), id, true)
                    .await
                    .expect("saves");
            }
        }
        for sort in [HistorySort::Newest, HistorySort::Oldest, HistorySort::NameUp, HistorySort::NameDown] {
            let mut all: Vec<HistoryRow> = Vec::new();
            let mut query = HistoryQuery {
                sort,
                ..HistoryQuery::default()
            };
            loop {
                let page = ask(&scene, query.clone()).await;
                all.extend(page.rows);
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
            assert_eq!(all.len(), total, "{}: {sort:?}", scene.name);
            let in_order = |pair: &[HistoryRow]| sort.compare(&pair[0].place, &pair[1].place).is_lt();
            assert!(all.windows(2).all(in_order), "{}: {sort:?}", scene.name);
        }
    }
}

#[tokio::test]
async fn p_56_a_search_finds_words_of_both_sides_and_of_the_person_however_they_are_written() {
    for scene in scenes().await {
        let vase = over(&scene, guest("Noor van Dam"), &["Do you have the Façade vase?"]).await;
        let parcel = over(&scene, member(&scene), &["Where is 我的茶壶?"]).await;
        for (words, found) in [
            ("facade", vec![vase]),
            ("FAÇADE VAS", vec![vase]),
            ("van noor", vec![vase]),
            ("guest 1", vec![vase]),
            ("jane@customer.example", vec![parcel]),
            ("C-1001", vec![parcel]),
            ("茶壶", vec![parcel]),
            ("thank asking", vec![parcel, vase]),
            ("vase parcel", vec![]),
            ("%", vec![]),
            ("\" OR *", vec![]),
            ("'); DROP TABLE conversation; --", vec![]),
        ] {
            assert_eq!(search(&scene, words).await, found, "{}: {words}", scene.name);
        }
        assert_eq!(search(&scene, &"vase ".repeat(2_000)).await, [vase], "what is too long is cut");
    }
}

#[tokio::test]
async fn p_56_hb_6_another_stores_words_are_never_found() {
    for scene in scenes().await {
        let id = over(&scene, guest("Ann"), &["The canary sings"]).await;
        let query = HistoryQuery {
            search: "canary".to_owned(),
            ..HistoryQuery::default()
        };
        let theirs = history::page(&scene.services, &stranger(&scene), query.clone())
            .await
            .expect("answers");
        assert_eq!(theirs.rows, [], "{}", scene.name);
        assert_eq!(ask(&scene, query).await.rows[0].id(), id);
        assert_eq!(
            refused(history::line(&scene.services, &stranger(&scene), id, None).await),
            Refusal::NotFound
        );
        assert_eq!(
            refused(history::delete(&scene.services, &stranger(&scene), vec![id]).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn p_62_p_i8_deleting_takes_whole_lines_their_words_too_and_is_written_down() {
    for scene in scenes().await {
        let first = over(&scene, member(&scene), &["An unmistakable word"]).await;
        let second = over(&scene, member(&scene), &["Another one"]).await;
        let of_guest = over(&scene, guest("Ann"), &["Unmistakable, too"]).await;
        let stays = over(&scene, guest("Bea"), &["This stays"]).await;
        let operator = scene.actor(false);
        let gone = history::delete(&scene.services, &operator, vec![second, of_guest])
            .await
            .expect("deletes");
        assert_eq!(gone, 3, "{}: both conversations of the customer's line", scene.name);
        assert_eq!(lines(&scene).await.iter().map(HistoryRow::id).collect::<Vec<_>>(), [stays]);
        assert_eq!(search(&scene, "unmistakable").await, []);
        for id in [first, second, of_guest] {
            assert_eq!(refused(desk::conversation(&scene.services, &operator, id).await), Refusal::NotFound);
            assert_eq!(scene.log(id).await, [], "its words are gone, not only its line");
        }
        let store = StoreScope(scene.world.alpha.id);
        let audit = scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.audit_rows(store).await }))
            .await
            .expect("reads");
        let written: Vec<_> = audit.iter().filter(|row| row.action == "conversation.deleted").collect();
        assert_eq!(written.len(), 3);
        assert!(written.iter().all(|row| row.account == Some(operator.account)));
        assert!(written.iter().any(|row| row.object == Some(first.0)));
        // Pressed twice, or by two people.
        assert_eq!(
            refused(history::delete(&scene.services, &operator, vec![of_guest]).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn p_62_what_is_going_on_is_not_deleted() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        conversation::save(&scene.services, &operator, id, true).await.expect("saves");
        assert_eq!(lines(&scene).await.len(), 1, "{}: saved, so it is in the history", scene.name);
        assert_eq!(
            refused(history::delete(&scene.services, &operator, vec![id]).await),
            Refusal::NotAllowed
        );
        assert_eq!(scene.log(id).await.len(), 1);
    }
}

#[tokio::test]
async fn p_46_a_chat_that_goes_on_leaves_the_history_until_it_ends_again() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Thanks").await.expect("posts");
        conversation::end(&scene.services, &operator, id).await.expect("ends");
        duty::leave(&scene.services, &operator).await.expect("leaves");
        assert_eq!(lines(&scene).await.len(), 1, "{}", scene.name);
        scene.say(&shopper, id, new_id(), "One more thing").await.expect("posts");
        assert_eq!(lines(&scene).await, []);
    }
}

#[tokio::test]
async fn p_56_hc_12_the_owner_takes_the_history_along_without_notes_and_nothing_in_it_is_calculated() {
    let server = TestServer::start(sqlite().await).await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    operator.go_online().await;
    let shopper = server.visitor(&server.world.alpha);
    let begun = shopper.start("=Ann").await.expect("starts");
    let id = begun.conversation.id;
    shopper.post(id, new_id(), "+1 for the blue one").await.expect("posts");
    let colleague = Actor {
        account: server.world.alpha.operator.1,
        store: server.world.alpha.id,
        role: Role::Operator,
        live_chat: true,
        name: Name::parse("operator of alpha").expect("fine"),
        operator_name: None,
    };
    let note = body("a note for colleagues");
    conversation::post(&server.state.services, &Party::Desk(colleague), id, Audience::Desk, new_id(), note)
        .await
        .expect("notes");
    let _: serde_json::Value = operator
        .call("end_conversation", &json!({ "conversation": id }))
        .await
        .expect("ends");
    operator.go_offline().await;

    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let csv = owner.browser.get("/desk/history/export.csv").await;
    assert_eq!(
        csv.headers()["content-disposition"],
        "attachment; filename=\"conversation-history.csv\""
    );
    let csv = csv.text().await.expect("text");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("'=Ann") && csv.contains("'+1 for the blue one"), "{csv}");

    let json = owner.browser.get("/desk/history/export.json").await.text().await.expect("text");
    let read: serde_json::Value = serde_json::from_str(&json).expect("well formed");
    assert_eq!(read.as_array().map(Vec::len), Some(1));
    assert_eq!(read[0]["conversations"][0]["events"][0]["text"], "+1 for the blue one");
    assert!(!json.contains("a note for colleagues"));
    let none = owner.browser.get("/desk/history/export.json?search=nothing-like-it").await;
    assert_eq!(none.json::<serde_json::Value>().await.expect("well formed"), json!([]));

    assert_eq!(operator.browser.get("/desk/history/export.csv").await.status(), 403);
    assert_eq!(server.nobody().get("/desk/history/export.csv").await.status(), 401);
}
