//! Customers: who is a member, what colleagues note of them, what they ordered, and when two records are one person.

use model::{
    card::{CardDeed, CardOf, CustomerCard},
    conversation::Money,
    id::{ConversationId, CustomerId, OrderId},
    language::Language,
    order::{OrderLine, OrderState, Tracking},
    panel::Begun,
    party::Customer,
    privacy::PersonBy,
    refusal::{Field, Refusal},
    text::{EmailAddress, Phone, Sku, Tag},
    time::Timestamp,
};
use service::{Actor, clock::new_id, customers, desk, privacy, visitor};
use storage::{StorageError, StoreScope, ToldCustomer, ToldOrder, VisitorSession};

use super::{Scene, body, message, refused, scenes};

const JANE: &str = "jane@customer.example";
const LATER_MS: i64 = 60_000;

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn tag(text: &str) -> Tag {
    Tag::parse(text).expect("a tag")
}

async fn leave(scene: &Scene, known: Option<VisitorSession>, text: &str) -> Begun {
    let store = scene.store().await;
    let left = visitor::leave_message(&scene.services, &store, known, message(text), visitor::Browser::default()).await;
    left.expect("is stored")
}

async fn card(scene: &Scene, id: ConversationId) -> CustomerCard {
    customers::card(&scene.services, &scene.actor(false), id).await.expect("a card")
}

async fn register(scene: &Scene, id: ConversationId) -> CustomerCard {
    let phone = Phone::parse("+31 6 1234 5678").ok();
    let registered = customers::register(&scene.services, &scene.actor(false), id, phone, email(JANE)).await;
    registered.expect("registers")
}

fn scope(scene: &Scene) -> StoreScope {
    StoreScope(scene.world.alpha.id)
}

/// The address was shown to be somebody's, as by a link in a letter.
async fn prove(scene: &Scene) -> CustomerId {
    let (scope, at) = (scope(scene), scene.services.clock().now());
    let proven = scene
        .services
        .storage()
        .write(move |tx| Box::pin(async move { customers::prove_email(tx, scope, &email(JANE), at).await }))
        .await;
    proven.expect("proves")
}

/// Somebody whom the shop knows with this address, which nobody has confirmed there.
async fn told_customer(scene: &Scene, number: &str) -> CustomerId {
    let (scope, at) = (scope(scene), scene.services.clock().now());
    let told = ToldCustomer {
        external_id: number.to_owned(),
        name: None,
        email: Some(email(JANE)),
        email_verified: false,
        phone: None,
        language: Some(Language::Nl),
    };
    let known = scene
        .services
        .storage()
        .write(move |tx| Box::pin(async move { tx.tell_customer(scope, new_id(), &told, at).await }))
        .await;
    known.expect("is told")
}

/// An order that was made with Jane's address, without signing in at the shop.
async fn told_order(scene: &Scene, number: &str) -> OrderId {
    let (scope, at, id) = (scope(scene), scene.services.clock().now(), new_id());
    let euros = |minor| Money {
        minor,
        currency: "EUR".to_owned(),
    };
    let told = ToldOrder {
        number: number.to_owned(),
        state: OrderState::Shipped,
        total: euros(6_800),
        placed_at: Timestamp(at.0 - LATER_MS),
        lines: vec![OrderLine {
            sku: Sku::parse("DB-TEAPOT").expect("a key"),
            name: "Canal teapot".to_owned(),
            quantity: 2,
            price: euros(3_400),
        }],
        customer: None,
        email: Some(email("Jane@customer.example")),
        postcode: Some("2611AB".to_owned()),
        ship_to: Some("Jane Doe\nOude Delft 1".to_owned()),
        tracking: Some(Tracking {
            number: "3SABC".to_owned(),
            carrier: Some("PostNL".to_owned()),
            url: None,
        }),
    };
    scene
        .services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let buyer = tx.buyer(scope, new_id(), &told, at).await?.expect("the address names them");
                tx.tell_order(scope, id, buyer, &told, at).await
            })
        })
        .await
        .expect("is told");
    id
}

fn stranger(scene: &Scene) -> Actor {
    Actor {
        account: scene.world.beta.operator.1,
        store: scene.world.beta.id,
        ..scene.actor(false)
    }
}

#[tokio::test]
async fn s_09_s_12_s_13_s_i4_a_visitor_becomes_a_member_and_what_they_wrote_before_stays_theirs() {
    for scene in scenes().await {
        let first = leave(&scene, None, "Do you ship to Curaçao?").await;
        let browser = scene.session_of(&first).await;
        let second = leave(&scene, Some(browser), "And how long does it take?").await;
        let somebody_else = leave(&scene, None, "Something else altogether").await;

        let seen = card(&scene, second.conversation.id).await;
        assert!(matches!(seen.customer, Customer::Guest { .. }), "{}", scene.name);
        assert_eq!((seen.id, seen.email_proven), (None, false));
        assert_eq!(seen.email, Some(email(JANE)), "as they typed it");

        let member = register(&scene, second.conversation.id).await;
        let number = |card: &CustomerCard| match &card.customer {
            Customer::Member { number, .. } => Some(number.clone()),
            Customer::Guest { .. } => None,
        };
        assert_eq!(number(&member).as_deref(), Some("M-1"), "{}", scene.name);
        assert!(!member.email_proven, "typing proves nothing");
        assert_eq!(member.phone.as_ref().map(Phone::as_str), Some("+31 6 1234 5678"));
        let before = card(&scene, first.conversation.id).await;
        assert_eq!(before.id, member.id, "{}: what they wrote before", scene.name);
        let row = desk::conversation(&scene.services, &scene.actor(false), first.conversation.id)
            .await
            .expect("sees")
            .row;
        assert!(matches!(row.customer, Customer::Member { .. }), "lists know it, too");
        assert_eq!(card(&scene, somebody_else.conversation.id).await.id, None);

        // Pressing twice, or two colleagues at once, makes one member.
        assert_eq!(register(&scene, first.conversation.id).await.id, member.id);
        let third = leave(&scene, Some(browser), "One more thing").await;
        assert_eq!(
            register(&scene, third.conversation.id).await.id,
            member.id,
            "the same browser and address"
        );
        let page = customers::page(&scene.services, &scene.actor(false), "m-1", None)
            .await
            .expect("lists");
        assert_eq!(page.rows.iter().map(|row| Some(row.id)).collect::<Vec<_>>(), [member.id]);
    }
}

#[tokio::test]
async fn s_14_s_15_s_i8_tags_and_notes_say_who_and_when() {
    for scene in scenes().await {
        let (services, operator, owner) = (&scene.services, scene.actor(false), scene.actor(true));
        let id = leave(&scene, None, "Hello").await.conversation.id;
        let of = CardOf::Conversation(id);
        assert_eq!(
            refused(customers::add_tag(services, &operator, of, &tag("VIP")).await),
            Refusal::NotFound,
            "{}: of a visitor nothing is kept",
            scene.name
        );
        register(&scene, id).await;
        let began = services.clock().now();
        customers::add_tag(services, &operator, of, &tag("VIP")).await.expect("tags");
        let seen = customers::add_tag(services, &owner, of, &tag("VIP")).await.expect("tags");
        assert_eq!(seen.tags.len(), 1, "once is enough");
        assert_eq!((seen.tags[0].by.as_str(), seen.tags[0].at), ("operator of alpha", began));

        let noted = customers::add_note(services, &operator, of, &body("Prefers the phone"))
            .await
            .expect("notes");
        let note = noted.notes[0].clone();
        assert_eq!((note.by.as_str(), note.at, note.edited), ("operator of alpha", began, None));
        services.clock().advance_ms(LATER_MS);
        let edited = customers::edit_note(services, &owner, of, note.id, &body("Prefers mail"))
            .await
            .expect("edits");
        let edit = edited.notes[0].edited.clone().expect("who changed it");
        assert_eq!(edited.notes[0].body, body("Prefers mail"));
        assert_eq!(
            (edit.by.as_str(), edit.at.0 - began.0),
            ("owner of alpha", LATER_MS),
            "{}",
            scene.name
        );
        assert_eq!(
            refused(customers::edit_note(services, &owner, of, new_id(), &body("Nothing")).await),
            Refusal::NotFound
        );

        let bare = customers::remove_tag(services, &operator, of, &tag("VIP")).await.expect("removes");
        assert!(bare.tags.is_empty() && bare.notes.len() == 1);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_field_and_another_store_finds_nobody() {
    for scene in scenes().await {
        let (services, operator) = (&scene.services, scene.actor(false));
        let id = leave(&scene, None, "Hello").await.conversation.id;
        let of = CardOf::Conversation(id);
        let change = async |deed| refused(customers::change(services, &operator, of, deed).await);
        let registering = |phone: &str, email: &str| CardDeed::Register {
            phone: phone.to_owned(),
            email: email.to_owned(),
        };
        assert_eq!(change(registering("", "jane at home")).await, Refusal::Invalid(Field::Email));
        assert_eq!(change(registering("", " ")).await, Refusal::Missing(Field::Email));
        assert_eq!(change(registering("call me", JANE)).await, Refusal::Invalid(Field::Phone));
        assert_eq!(card(&scene, id).await.id, None, "{}: nothing was kept", scene.name);
        let member = register(&scene, id).await.id.expect("a member");
        assert_eq!(change(CardDeed::AddTag("a, b".to_owned())).await, Refusal::Invalid(Field::Tag));
        assert_eq!(change(CardDeed::AddNote(" ".to_owned())).await, Refusal::Missing(Field::Note));

        let order = told_order(&scene, "1001").await;
        let elsewhere = stranger(&scene);
        assert_eq!(refused(customers::card(services, &elsewhere, id).await), Refusal::NotFound);
        let theirs = CardOf::Customer(member);
        assert_eq!(refused(customers::card_of(services, &elsewhere, theirs).await), Refusal::NotFound);
        assert_eq!(
            refused(customers::add_tag(services, &elsewhere, theirs, &tag("mine")).await),
            Refusal::NotFound
        );
        assert_eq!(refused(customers::order(services, &elsewhere, order).await), Refusal::NotFound);
        let page = customers::page(services, &elsewhere, "", None).await.expect("lists");
        assert!(page.rows.is_empty(), "{}", scene.name);
    }
}

#[tokio::test]
async fn s_16_s_17_all_orders_stand_on_the_card_and_open() {
    for scene in scenes().await {
        let order = told_order(&scene, "1001").await;
        let id = leave(&scene, None, "Where is it?").await.conversation.id;
        assert!(
            card(&scene, id).await.orders.is_empty(),
            "{}: nobody knows yet who this is",
            scene.name
        );
        let member = register(&scene, id).await;
        assert_eq!(
            member.orders.iter().map(|row| row.number.as_str()).collect::<Vec<_>>(),
            ["1001"],
            "{}",
            scene.name
        );
        assert!(!member.email_proven, "the card says that the address is only typed");
        let opened = customers::order(&scene.services, &scene.actor(false), order).await.expect("opens");
        assert_eq!((opened.row.state, opened.row.total.minor), (OrderState::Shipped, 6_800));
        assert_eq!((opened.lines[0].quantity, opened.lines[0].price.minor), (2, 3_400));
        assert_eq!(opened.tracking.map(|parcel| parcel.number).as_deref(), Some("3SABC"));
        assert_eq!(opened.ship_to.as_deref(), Some("Jane Doe\nOude Delft 1"));
    }
}

#[tokio::test]
async fn s_i4_duplicates_are_one_person_once_the_address_is_proven_and_not_before() {
    for scene in scenes().await {
        told_order(&scene, "1001").await;
        let of_the_shop = told_customer(&scene, "C-7").await;
        let id = leave(&scene, None, "Hello").await.conversation.id;
        let member = register(&scene, id).await.id.expect("a member");
        let of = CardOf::Conversation(id);
        customers::add_tag(&scene.services, &scene.actor(false), of, &tag("VIP"))
            .await
            .expect("tags");
        customers::add_note(&scene.services, &scene.actor(false), of, &body("Kind"))
            .await
            .expect("notes");

        let proven = prove(&scene).await;
        // Of the two whom nobody vouches for it is the member; whoever typed this address into the shop stays apart.
        assert_eq!(proven, member, "{}", scene.name);
        let seen = card(&scene, id).await;
        assert!(seen.email_proven && seen.orders.len() == 1, "{}: {seen:?}", scene.name);
        let apart = customers::card_of(&scene.services, &scene.actor(false), CardOf::Customer(of_the_shop)).await;
        assert!(apart.expect("a card").notes.is_empty());

        // The shop's own word joins them: everything is the customer's.
        let (scope, at) = (scope(&scene), scene.services.clock().now());
        scene
            .services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    customers::prove_email_of(tx, scope, of_the_shop, &email(JANE), at).await?;
                    Ok::<_, StorageError>(())
                })
            })
            .await
            .expect("proves");
        let joined = card(&scene, id).await;
        assert_eq!(joined.id, Some(of_the_shop), "{}", scene.name);
        assert!(matches!(&joined.customer, Customer::Member { number, .. } if number == "C-7"));
        assert_eq!((joined.tags.len(), joined.notes.len(), joined.orders.len()), (1, 1, 1));
        let known = customers::card_of(&scene.services, &scene.actor(false), CardOf::Customer(member)).await;
        assert_eq!(
            known.expect("finds").id,
            Some(of_the_shop),
            "whoever knew the old record finds the person"
        );
        let page = customers::page(&scene.services, &scene.actor(false), "jane@", None)
            .await
            .expect("lists");
        assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [of_the_shop]);
        assert_eq!(prove(&scene).await, of_the_shop, "and it stays so");
    }
}

#[tokio::test]
async fn hj_1_hj_2_tags_notes_and_orders_are_handed_over_and_erased() {
    for scene in scenes().await {
        let (services, owner) = (&scene.services, scene.actor(true));
        let order = told_order(&scene, "1001").await;
        let id = leave(&scene, None, "Hello").await.conversation.id;
        let member = register(&scene, id).await;
        let of = CardOf::Conversation(id);
        customers::add_tag(services, &owner, of, &tag("waterlelieclub"))
            .await
            .expect("tags");
        customers::add_note(services, &owner, of, &body("collects zwanenbloem vases since 1987"))
            .await
            .expect("notes");
        prove(&scene).await;
        for who in [(PersonBy::Email, JANE), (PersonBy::Customer, "M-1")] {
            let told = privacy::export(services, &owner, who.0, who.1).await.expect("exports").to_string();
            for inside in ["waterlelieclub", "zwanenbloem", "1001", "Oude Delft 1", "M-1"] {
                assert!(told.contains(inside), "{}: {inside} is not in {told}", scene.name);
            }
        }
        privacy::erase(services, &owner, PersonBy::Email, JANE).await.expect("erases");
        let gone = customers::card_of(services, &owner, CardOf::Customer(member.id.expect("a member"))).await;
        assert_eq!(refused(gone), Refusal::NotFound);
        let page = customers::page(services, &owner, "", None).await.expect("lists");
        assert!(page.rows.is_empty(), "{}", scene.name);
        let left = customers::order(services, &owner, order).await.expect("the shop's own");
        assert_eq!((left.row.total.minor, left.ship_to, left.tracking), (6_800, None, None));
        let words = ["waterlelieclub", "zwanenbloem vases", "Oude Delft 1"].map(|word| word.as_bytes().to_vec());
        assert_ne!(
            services.storage().words_left(words.to_vec()).await.expect("searches"),
            Some(true),
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn the_list_of_customers_goes_on_page_by_page_and_a_sign_of_a_pattern_finds_itself() {
    for scene in scenes().await {
        let (scope, at) = (scope(&scene), scene.services.clock().now());
        scene
            .services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    for n in 0..60 {
                        let email = email(&format!("customer_{n}@x.example"));
                        tx.insert_person(scope, new_id(), None, &email, Timestamp(at.0 + n / 2)).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .await
            .expect("inserts");
        let operator = scene.actor(false);
        let first = customers::page(&scene.services, &operator, "", None).await.expect("lists");
        assert!(first.more && first.rows.len() == 50, "{}", scene.name);
        let end = first.rows.last().map(|row| (row.since, row.id));
        let second = customers::page(&scene.services, &operator, "", end).await.expect("lists");
        assert!(!second.more && second.rows.len() == 10);
        assert!(
            second.rows.iter().all(|row| !first.rows.contains(row)),
            "{}: nobody twice",
            scene.name
        );
        let found = async |search: &str| {
            customers::page(&scene.services, &operator, search, None)
                .await
                .expect("lists")
                .rows
                .len()
        };
        assert_eq!(found("CUSTOMER_7@").await, 1, "{}", scene.name);
        assert_eq!(found("customer%7").await, 0, "{}: a sign of a pattern is a sign", scene.name);
    }
}
