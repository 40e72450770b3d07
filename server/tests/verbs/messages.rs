//! The message center: what stands in its lists, how it is found, who answers, and giving a conversation its right place.

use std::collections::BTreeSet;

use model::{
    conversation::{About, Kind, Money, StageName},
    desk::{Folder, InboxRow},
    event::{Audience, EventKind},
    id::{ConversationId, OrderId, Seq},
    language::Language,
    limits::INBOX_ROWS_MAX,
    order::OrderState,
    panel::{LeaveMessage, Whence},
    party::{Customer, Side},
    refusal::{Field, Refusal},
    text::Sku,
};
use service::{Actor, Party, clock::new_id, conversation, desk, duty, members, messages, visitor};
use storage::{MemberScope, StoreScope, ToldCustomer, ToldOrder};

use super::{Scene, body, message, refused, scenes};

const SECOND_MS: i64 = 1_000;

/// Jane, handed over by the shop.
async fn jane(scene: &Scene) -> MemberScope {
    let store = scene.store().await;
    let token = members::enter(&scene.services, &store, &scene.identity()).await.expect("enters");
    let member = members::recognise(&scene.services, &store, token.reveal()).await.expect("asks");
    member.expect("is inside").scope
}

/// An order, of Jane's or of somebody else the shop knows.
async fn order(scene: &Scene, whose: &str, number: &str) -> OrderId {
    let (store, at, id) = (StoreScope(scene.world.alpha.id), scene.services.clock().now(), new_id());
    let customer = ToldCustomer {
        external_id: whose.to_owned(),
        name: None,
        email: None,
        email_verified: false,
        phone: None,
        language: None,
    };
    let told = ToldOrder {
        number: number.to_owned(),
        state: OrderState::Shipped,
        total: Money {
            minor: 3_400,
            currency: "EUR".to_owned(),
        },
        placed_at: at,
        lines: Vec::new(),
        customer: Some(whose.to_owned()),
        email: None,
        postcode: None,
        ship_to: None,
        tracking: None,
    };
    let written = scene.services.storage().write(move |tx| {
        Box::pin(async move {
            tx.tell_customer(store, new_id(), &customer, at).await?;
            let buyer = tx.buyer(store, new_id(), &told, at).await?;
            tx.tell_order(store, id, buyer.expect("is known"), &told, at).await
        })
    });
    written.await.expect("is told");
    id
}

/// She writes to the shop; a second passes.
async fn write(scene: &Scene, jane: MemberScope, text: &str) -> ConversationId {
    scene.services.clock().advance_ms(SECOND_MS);
    let written = members::write(&scene.services, jane, new_id(), body(text), Language::En).await;
    written.expect("writes")
}

/// She writes about an order; a second passes.
async fn write_about(scene: &Scene, jane: MemberScope, number: &str, text: &str) -> ConversationId {
    scene.services.clock().advance_ms(SECOND_MS);
    let written = members::write_about(&scene.services, jane, number, new_id(), body(text), Language::En).await;
    written.expect("writes")
}

/// A question about a product, left while nobody was there, by Jane if she is signed in.
async fn ask_about_teapot(scene: &Scene, signed_in: bool) -> ConversationId {
    let question = LeaveMessage {
        identity: signed_in.then(|| scene.identity()),
        origin: Whence {
            product: Sku::parse("DB-TEAPOT").ok(),
            ..Whence::default()
        },
        ..message("Does it pour well?")
    };
    let left = visitor::leave_message(&scene.services, &scene.store().await, None, question, visitor::Browser::default()).await;
    left.expect("leaves").conversation.id
}

async fn listed(scene: &Scene, folder: Folder) -> Vec<ConversationId> {
    found(scene, folder, "").await
}

async fn found(scene: &Scene, folder: Folder, search: &str) -> Vec<ConversationId> {
    let page = messages::page(&scene.services, &scene.actor(false), folder, search, None).await;
    page.expect("finds").rows.iter().map(|row| row.id).collect()
}

async fn row(scene: &Scene, id: ConversationId) -> InboxRow {
    desk::conversation(&scene.services, &scene.actor(false), id)
        .await
        .expect("sees")
        .row
}

async fn move_to(scene: &Scene, id: ConversationId, order: Option<OrderId>) -> Result<(), service::Fault> {
    scene.services.clock().advance_ms(SECOND_MS);
    messages::move_to(&scene.services, &scene.actor(false), id, order).await
}

/// Somebody of the store whom it does not let chat live.
fn in_writing_only(scene: &Scene) -> Actor {
    Actor {
        live_chat: false,
        ..scene.actor(false)
    }
}

#[tokio::test]
async fn s_01_s_03_s_04_s_05_s_08_s_27_s_i1_each_kind_has_its_list_newest_first_and_its_count() {
    for scene in scenes().await {
        let jane = jane(&scene).await;
        order(&scene, "C-1001", "M-1").await;
        let first = write(&scene, jane, "Do you repair tiles?").await;
        let about = write_about(&scene, jane, "M-1", "Where is it?").await;
        let second = write(&scene, jane, "And lamps?").await;
        write_about(&scene, jane, "M-1", "Hello?").await;
        ask_about_teapot(&scene, false).await;
        assert_eq!(listed(&scene, Folder::Shop).await, [second, first], "{}", scene.name);
        assert_eq!(listed(&scene, Folder::Order).await, [about]);

        let recap = desk::recap(&scene.services, &scene.actor(false)).await.expect("sees");
        assert_eq!((recap.shop_unread, recap.order_unread), (2, 2), "messages, not conversations");
        assert!(recap.ongoing.is_empty(), "nobody waits in front of it");
        let row = row(&scene, first).await;
        assert_eq!((row.preview.as_str(), row.unread), ("Do you repair tiles?", 1));
        assert!(matches!(&row.customer, Customer::Member { name, .. } if name.as_str() == "Jane Doe"));

        // Somebody writes in an old one: it stands first.
        let thread = members::thread(&scene.services, jane, first).await.expect("opens");
        scene.services.clock().advance_ms(SECOND_MS);
        let shopper = Party::Visitor(thread.session.scope);
        scene.say(&shopper, first, new_id(), "Or one tile?").await.expect("posts");
        assert_eq!(listed(&scene, Folder::Shop).await, [first, second]);
    }
}

#[tokio::test]
async fn s_06_s_i7_a_message_is_found_by_address_name_number_and_words_and_only_in_its_list() {
    for scene in scenes().await {
        let jane = jane(&scene).await;
        order(&scene, "C-1001", "M-20418").await;
        order(&scene, "C-1002", "M-7").await;
        let to_the_shop = write(&scene, jane, "Is the façade blue?").await;
        let about = write_about(&scene, jane, "M-20418", "A saucer is missing").await;
        ask_about_teapot(&scene, false).await;
        let whoever = ["jane@customer.example", "jane@cust", "doe", "C-1001", "M-20418", "#m-20418"];
        for search in whoever {
            assert_eq!(found(&scene, Folder::Shop, search).await, [to_the_shop], "{}: {search}", scene.name);
            assert_eq!(found(&scene, Folder::Order, search).await, [about], "{}: {search}", scene.name);
        }
        assert_eq!(found(&scene, Folder::Shop, "FACADE").await, [to_the_shop]);
        assert_eq!(found(&scene, Folder::Order, "missing sau").await, [about]);
        for search in ["saucer", "M-7", "%%%", "somebody@else.example"] {
            assert!(found(&scene, Folder::Shop, search).await.is_empty(), "{}: {search}", scene.name);
        }
        let other = scene.actor(false);
        let elsewhere = Actor {
            store: scene.world.beta.id,
            ..other
        };
        for search in ["jane", "M-20418"] {
            let page = messages::page(&scene.services, &elsewhere, Folder::Order, search, None).await;
            assert!(page.expect("asks").rows.is_empty(), "{}: another store's", scene.name);
        }
        let anywhere = messages::page(&scene.services, &scene.actor(false), Folder::All, "jane", None).await;
        assert_eq!(refused(anywhere), Refusal::Malformed);
    }
}

#[tokio::test]
async fn s_05_s_i7_a_long_list_and_a_long_search_come_page_by_page_without_a_line_twice() {
    for scene in scenes().await {
        let jane = jane(&scene).await;
        let all = INBOX_ROWS_MAX + 5;
        for n in 0..all {
            write(&scene, jane, &format!("Tile number {n}")).await;
        }
        for search in ["", "tile", "jane@customer.example"] {
            let (mut seen, mut after, mut times) = (BTreeSet::new(), None, Vec::new());
            loop {
                let page = messages::page(&scene.services, &scene.actor(false), Folder::Shop, search, after).await;
                let page = page.expect("finds");
                for row in &page.rows {
                    assert!(seen.insert(row.id), "{}: twice in {search}", scene.name);
                    times.push(row.at);
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(i64::try_from(seen.len()).ok(), Some(all), "{}: {search}", scene.name);
            assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "newest first");
        }
    }
}

#[tokio::test]
async fn s_11_s_30_whoever_works_here_answers_and_nobody_takes_or_closes_it() {
    for scene in scenes().await {
        let jane = jane(&scene).await;
        let id = write(&scene, jane, "Do you repair tiles?").await;
        let operator = Party::Desk(in_writing_only(&scene));
        let answer = |text: &str| conversation::post(&scene.services, &operator, id, Audience::All, new_id(), body(text));
        answer("We do 👍").await.expect("answers");
        let seen = row(&scene, id).await;
        assert_eq!((seen.stage, seen.waiting_since), (StageName::Mail, None), "{}", scene.name);
        assert!(seen.operator.is_none() && seen.preview_mine);

        let chatting = scene.online().await;
        assert_eq!(
            refused(conversation::take(&scene.services, &chatting, id).await),
            Refusal::NotAllowed
        );
        // Somebody is on duty, and she writes: it stays what it is.
        let thread = members::thread(&scene.services, jane, id).await.expect("opens");
        let shopper = Party::Visitor(thread.session.scope);
        scene.say(&shopper, id, new_id(), "Lovely").await.expect("posts");
        duty::leave(&scene.services, &chatting).await.expect("leaves");
        scene.services.clock().advance_ms(3_600_000);
        duty::tick(&scene.services).await.expect("ticks");
        let kinds: Vec<_> = scene.log(id).await.iter().map(|(_, kind)| kind.code()).collect();
        assert_eq!(kinds, ["posted", "posted", "posted"], "{}", scene.name);

        // Ended by hand, and answered once more: it goes on in writing, and the log says so.
        conversation::end(&scene.services, &chatting, id).await.expect("ends");
        answer("One more thing").await.expect("answers");
        let kinds: Vec<_> = scene.log(id).await.into_iter().map(|(_, kind)| kind).skip(3).collect();
        assert!(
            matches!(
                kinds.as_slice(),
                [
                    EventKind::Closed,
                    EventKind::Reopened { stage: StageName::Mail },
                    EventKind::Posted { .. }
                ]
            ),
            "{kinds:?}"
        );
    }
}

#[tokio::test]
async fn s_31_s_i6_a_remark_is_for_colleagues_and_they_find_it() {
    for scene in scenes().await {
        let jane = jane(&scene).await;
        order(&scene, "C-1001", "M-1").await;
        let id = write_about(&scene, jane, "M-1", "Where is it?").await;
        let operator = Party::Desk(in_writing_only(&scene));
        let remark = conversation::post(
            &scene.services,
            &operator,
            id,
            Audience::Desk,
            new_id(),
            body("Refunded the saucer"),
        );
        remark.await.expect("remarks");
        let seen = desk::conversation(&scene.services, &scene.actor(true), id).await.expect("sees");
        assert_eq!(seen.desk_events.len(), 1, "{}", scene.name);
        assert_eq!((seen.row.preview.as_str(), seen.row.unread), ("Where is it?", 1), "no answer");
        assert_eq!(found(&scene, Folder::Order, "saucer").await, [id]);

        let thread = members::thread(&scene.services, jane, id).await.expect("opens");
        let shopper = Party::Visitor(thread.session.scope);
        let view = conversation::view(&scene.services, &shopper, id).await.expect("sees");
        assert_eq!(view.events.len(), 1, "{}: the customer's log has no remark", scene.name);
        let theirs = conversation::events_after(&scene.services, &shopper, id, Audience::Desk, Seq::ZERO, 10).await;
        assert_eq!(refused(theirs), Refusal::NotFound);
        let list = members::messages(&scene.services, jane, None).await.expect("reads");
        assert_eq!((list.rows[0].preview.as_str(), list.rows[0].unread), ("Where is it?", 0));
    }
}

#[tokio::test]
async fn s_28_a_message_is_moved_to_an_order_and_back_and_nothing_is_lost() {
    for scene in scenes().await {
        let jane = jane(&scene).await;
        let (first, second) = (order(&scene, "C-1001", "M-1").await, order(&scene, "C-1001", "M-2").await);
        let foreign = order(&scene, "C-1002", "M-9").await;
        let taken = write_about(&scene, jane, "M-2", "Is it on its way?").await;
        let id = ask_about_teapot(&scene, true).await;
        assert!(matches!(row(&scene, id).await.about, About::Product(_)));

        let choices = messages::order_choices(&scene.services, &scene.actor(false), id)
            .await
            .expect("asks");
        let mut choices: Vec<_> = choices.into_iter().map(|choice| (choice.number, choice.thread)).collect();
        choices.sort();
        assert_eq!(
            choices,
            [("M-1".to_owned(), None), ("M-2".to_owned(), Some(taken))],
            "{}",
            scene.name
        );
        assert_eq!(refused(move_to(&scene, id, Some(second)).await), Refusal::Taken(Field::Order));
        assert_eq!(refused(move_to(&scene, id, Some(foreign)).await), Refusal::Invalid(Field::Order));
        assert_eq!(refused(move_to(&scene, id, Some(new_id())).await), Refusal::NotFound);
        assert_eq!(scene.log(id).await.len(), 1, "what is refused changes nothing");

        for _ in 0..2 {
            move_to(&scene, id, Some(first)).await.expect("moves");
        }
        let seen = row(&scene, id).await;
        assert_eq!((seen.kind, seen.stage, seen.unread), (Kind::Order, StageName::Mail, 1));
        assert_eq!(
            seen.about,
            About::Order {
                id: first,
                number: "M-1".to_owned()
            }
        );
        assert_eq!(listed(&scene, Folder::Order).await, [id, taken]);
        assert!(listed(&scene, Folder::Offline).await.is_empty());
        assert_eq!(
            found(&scene, Folder::Order, "pour").await,
            [id],
            "{}: found where it stands now",
            scene.name
        );
        let moved = scene.log(id).await.into_iter().filter(|(_, kind)| kind.code() == "moved");
        let moved: Vec<_> = moved.map(|(_, kind)| kind).collect();
        assert_eq!(
            moved,
            [EventKind::Moved {
                to: Kind::Order,
                number: Some("M-1".to_owned())
            }],
            "{}: twice is once",
            scene.name
        );
        // It is the order's thread from now on, for the customer as well.
        let opened = members::order(&scene.services, jane, "M-1").await.expect("opens");
        assert_eq!(opened.thread, Some(id));

        move_to(&scene, id, None).await.expect("moves");
        let seen = row(&scene, id).await;
        assert_eq!(seen.kind, Kind::Shop);
        assert!(
            matches!(&seen.about, About::Product(product) if product.sku.as_str() == "DB-TEAPOT"),
            "{:?}",
            seen.about
        );
        assert_eq!(listed(&scene, Folder::Shop).await, [id]);
        let opened = members::order(&scene.services, jane, "M-1").await.expect("opens");
        assert_eq!(opened.thread, None, "the order can have another one");
    }
}

#[tokio::test]
async fn s_28_what_was_left_or_missed_can_be_moved_and_a_chat_that_goes_on_cannot() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (chat, shopper) = scene.chat().await;
        scene.say(&shopper, chat, new_id(), "Hello?").await.expect("posts");
        assert_eq!(refused(move_to(&scene, chat, None).await), Refusal::NotAllowed, "{}", scene.name);
        duty::leave(&scene.services, &operator).await.expect("leaves");
        move_to(&scene, chat, None).await.expect("nobody sits in front of it any more");
        assert_eq!(row(&scene, chat).await.kind, Kind::Shop);
        // Somebody is there again, and the shopper writes: it stays in writing.
        scene.online().await;
        scene.say(&shopper, chat, new_id(), "Still here").await.expect("posts");
        let seen = row(&scene, chat).await;
        assert_eq!((seen.kind, seen.stage, seen.unread), (Kind::Shop, StageName::Mail, 2));

        // A guest has no orders, and what was ended goes on where it is moved to.
        let left = ask_about_teapot(&scene, false).await;
        let choices = messages::order_choices(&scene.services, &scene.actor(false), left).await;
        assert!(choices.expect("asks").is_empty());
        conversation::end(&scene.services, &operator, left).await.expect("ends");
        move_to(&scene, left, None).await.expect("moves");
        let kinds: Vec<_> = scene.log(left).await.into_iter().map(|(_, kind)| kind.code()).collect();
        assert_eq!(kinds, ["posted", "closed", "reopened", "moved"], "{}", scene.name);
        let found = desk::conversation(&scene.services, &scene.actor(false), left).await.expect("sees");
        assert_eq!((found.row.stage, found.view.stage), (StageName::Mail, StageName::Mail));
        assert_eq!(found.view.events.first().and_then(|event| event.author.side()), Some(Side::Shopper));
    }
}
