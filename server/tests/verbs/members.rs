//! The member centre: who gets in and how far, what is written there, and the one thread of an order; as verbs on both databases, and over
//! HTTP as browsers meet it.

use model::{
    conversation::{Kind, Money, StageName},
    event::Audience,
    id::{ConversationId, CustomerId, OrderId},
    language::Language,
    limits::{DOOR_LINK_MS, MEMBER_SESSION_MS, THREAD_SESSION_MS},
    order::{OrderLine, OrderState, Tracking},
    party::Customer,
    refusal::Refusal,
    text::{EmailAddress, Sku},
    time::Timestamp,
};
use reqwest::{Method, StatusCode, header};
use service::{
    Party,
    clock::new_id,
    conversation, desk,
    members::{self, Member, Room},
    secret::Secret,
    visitor,
};
use storage::{Installation, MemberReach, MemberScope, NewCustomer, NewDoorLink, Purpose, StorageError, StoreScope, ToldOrder};
use testkit::{Browser, TestServer, sqlite, with_file};

use super::{Scene, body, message, refused, scenes};

const JANE: &str = "jane@customer.example";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("fine")
}

impl Scene {
    fn members_store(&self) -> StoreScope {
        StoreScope(self.world.alpha.id)
    }

    /// Jane, handed over by the shop.
    pub(super) async fn member_jane(&self) -> Member {
        let store = self.store().await;
        let token = members::enter(&self.services, &store, &self.identity()).await.expect("enters");
        let member = members::recognise(&self.services, &store, token.reveal()).await.expect("asks");
        member.expect("is inside")
    }

    /// An order of somebody's.
    pub(super) async fn members_order(&self, customer: CustomerId, number: &str) -> OrderId {
        let (at, store, id) = (self.services.clock().now(), self.members_store(), new_id());
        let told = order_of(number, at);
        self.services
            .storage()
            .write(move |tx| Box::pin(async move { tx.tell_order(store, id, customer, &told, at).await }))
            .await
            .expect("inserts");
        id
    }

    /// A link in a letter to an address.
    async fn members_link(&self, purpose: Purpose, to: &str) -> String {
        let (token, at) = (Secret::new(), self.services.clock().now());
        let new = NewDoorLink {
            token_sha256: token.hash(),
            store: self.world.alpha.id,
            purpose,
            customer: None,
            email: address(to),
            language: Language::En,
            expires_at: at.plus_ms(DOOR_LINK_MS),
        };
        self.services
            .storage()
            .write(move |tx| Box::pin(async move { tx.insert_door_link(&new, at).await }))
            .await
            .expect("inserts");
        token.reveal().to_owned()
    }

    async fn members_open(&self, link: &str) -> Option<(MemberScope, Room)> {
        let entered = members::open_door(&self.services, link).await.expect("opens");
        entered.map(|entered| (entered.scope, entered.to))
    }

    async fn members_letters(&self) -> usize {
        let store = self.members_store();
        let mails = self
            .services
            .storage()
            .read(|s| Box::pin(async move { s.mails(store, None).await }))
            .await;
        let mails = mails.expect("reads");
        mails.iter().filter(|mail| mail.kind == "sign_in").count()
    }
}

pub(super) fn order_of(number: &str, at: Timestamp) -> ToldOrder {
    let euro = |minor| Money {
        minor,
        currency: "EUR".to_owned(),
    };
    ToldOrder {
        number: number.to_owned(),
        state: OrderState::Shipped,
        total: euro(3_400),
        placed_at: at,
        lines: vec![OrderLine {
            sku: Sku::parse("PLATE").expect("fine"),
            name: "Plate".to_owned(),
            quantity: 2,
            price: euro(1_700),
        }],
        customer: None,
        email: None,
        postcode: None,
        ship_to: Some("Prinsengracht 1".to_owned()),
        tracking: Some(Tracking {
            number: "3S-1".to_owned(),
            carrier: None,
            url: None,
        }),
    }
}

#[tokio::test]
async fn s_02_s_18_s_22_a_member_writes_to_the_shop_and_reads_the_answer() {
    for scene in scenes().await {
        let jane = scene.member_jane().await;
        assert_eq!(jane.scope.reach, MemberReach::All, "{}", scene.name);
        let cid = new_id();
        let write = || members::write(&scene.services, jane.scope, cid, body("Do you repair tiles?"), Language::En);
        let id = write().await.expect("writes");
        assert_eq!(write().await.expect("writes"), id, "sent twice, begun once");

        // Whoever works at the store answers, whether the store lets them chat live or not; nobody takes anything.
        let mut operator = scene.actor(false);
        operator.live_chat = false;
        let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees");
        assert_eq!((seen.row.kind, seen.row.stage, seen.row.unread), (Kind::Shop, StageName::Mail, 1));
        assert!(matches!(&seen.row.customer, Customer::Member { number, .. } if number == "C-1001"));
        conversation::post(&scene.services, &Party::Desk(operator), id, Audience::All, new_id(), body("We do."))
            .await
            .expect("answers");

        let store = scene.store().await;
        let token = members::enter(&scene.services, &store, &scene.identity()).await.expect("enters");
        let again = members::recognise(&scene.services, &store, token.reveal())
            .await
            .expect("asks")
            .expect("inside");
        assert_eq!(again.unread, (1, 0));
        let found = members::messages(&scene.services, again.scope, None).await.expect("reads");
        let [row] = found.rows.as_slice() else { panic!("{found:?}") };
        assert_eq!((row.id, row.mine, row.unread, row.preview.as_str()), (id, false, 1, "We do."));

        // Opened is read; the panel of the thread sees it and nothing else.
        let opened = members::thread(&scene.services, again.scope, id).await.expect("opens");
        let found = members::messages(&scene.services, again.scope, None).await.expect("reads");
        assert_eq!(found.rows[0].unread, 0);
        let of_panel = visitor::recognise(&scene.services, &store, opened.token.reveal())
            .await
            .expect("asks");
        assert_eq!(of_panel.map(|s| s.scope), Some(opened.session.scope));
        assert_eq!(opened.session.scope.only, Some(id));
        let shopper = Party::Visitor(opened.session.scope);
        scene.say(&shopper, id, new_id(), "Lovely.").await.expect("posts");
        scene.services.clock().advance_ms(THREAD_SESSION_MS);
        let late = visitor::recognise(&scene.services, &store, opened.token.reveal())
            .await
            .expect("asks");
        assert!(late.is_none(), "a panel that was left open");
    }
}

#[tokio::test]
async fn s_i4_everything_that_was_ever_said_is_among_the_messages() {
    for scene in scenes().await {
        let store = scene.store().await;
        let left = visitor::leave_message(
            &scene.services,
            &store,
            None,
            model::panel::LeaveMessage {
                identity: Some(scene.identity()),
                ..message("Nobody was there")
            },
            visitor::Browser::default(),
        );
        let left = left.await.expect("leaves").conversation.id;
        let jane = scene.member_jane().await;
        let written = members::write(&scene.services, jane.scope, new_id(), body("And another thing"), Language::En).await;
        let found = members::messages(&scene.services, jane.scope, None).await.expect("reads");
        let mut kinds: Vec<_> = found.rows.iter().map(|row| (row.id, row.kind)).collect();
        kinds.sort_by_key(|(id, _)| *id);
        assert_eq!(
            kinds,
            [(left, Kind::Offline), (written.expect("writes"), Kind::Shop)],
            "{}",
            scene.name
        );
        // The visitor of one conversation is not that of the other.
        let opened = members::thread(&scene.services, jane.scope, left).await.expect("opens");
        let shopper = Party::Visitor(opened.session.scope);
        let other = found.rows.iter().find(|row| row.id != left).expect("two").id;
        assert_eq!(
            scene.say(&shopper, other, new_id(), "Through the wall").await,
            Err(Refusal::NotFound)
        );
    }
}

#[tokio::test]
async fn s_23_s_35_an_order_has_one_thread() {
    for scene in scenes().await {
        let jane = scene.member_jane().await;
        scene.members_order(jane.scope.customer, "M-1").await;
        let about = |text: &str| members::write_about(&scene.services, jane.scope, "M-1", new_id(), body(text), Language::En);
        let first = about("Where is it?").await.expect("writes");
        assert_eq!(about("Hello?").await.expect("writes"), first, "{}", scene.name);
        let log = scene.log(first).await;
        assert_eq!(log.len(), 2, "{log:?}");
        let found = members::order(&scene.services, jane.scope, "M-1").await.expect("opens");
        assert_eq!((found.thread, found.view.lines.len()), (Some(first), 1));
        let desk = Party::Desk(scene.actor(false));
        let answer = conversation::post(&scene.services, &desk, first, Audience::All, new_id(), body("Near you."));
        answer.await.expect("answers");
        let orders = members::orders(&scene.services, jane.scope).await.expect("reads");
        assert_eq!(
            orders.iter().map(|(row, n)| (row.number.as_str(), *n)).collect::<Vec<_>>(),
            [("M-1", 1)]
        );
        assert_eq!(
            refused(members::write_about(&scene.services, jane.scope, "M-2", new_id(), body("?"), Language::En).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn s_23_ten_first_letters_about_one_order_are_one_thread() {
    for scene in scenes().await {
        let jane = scene.member_jane().await;
        scene.members_order(jane.scope.customer, "M-1").await;
        let tries =
            (0..10).map(|n| members::write_about(&scene.services, jane.scope, "M-1", new_id(), body(&format!("n {n}")), Language::En));
        let begun: Vec<ConversationId> = futures::future::join_all(tries.collect::<Vec<_>>())
            .await
            .into_iter()
            .map(|id| id.expect("writes"))
            .collect();
        assert!(begun.iter().all(|id| *id == begun[0]), "{}: {begun:?}", scene.name);
        assert_eq!(scene.log(begun[0]).await.len(), 10);
    }
}

#[tokio::test]
async fn s_24_s_i3_he_16_a_link_opens_its_order_once_and_nothing_else() {
    for scene in scenes().await {
        let jane = scene.member_jane().await;
        let order = scene.members_order(jane.scope.customer, "M-1").await;
        scene.members_order(jane.scope.customer, "M-2").await;
        let other = members::write(&scene.services, jane.scope, new_id(), body("Something private"), Language::En)
            .await
            .expect("writes");
        let link = scene.members_link(Purpose::Order(order), JANE).await;
        for _ in 0..3 {
            let door = members::door(&scene.services, &link).await.expect("looks").expect("is there");
            assert_eq!(
                (door.to, door.used),
                (Room::Order("M-1".to_owned()), false),
                "looking uses nothing up"
            );
        }
        let (scope, room) = scene.members_open(&link).await.expect("opens");
        assert_eq!(
            (scope.customer, room),
            (jane.scope.customer, Room::Order("M-1".to_owned())),
            "{}",
            scene.name
        );
        assert!(scene.members_open(&link).await.is_none(), "once");

        let opened = members::order(&scene.services, scope, "M-1").await.expect("opens");
        assert_eq!(opened.view.ship_to, None, "lines and state, and no address");
        let whole = members::order(&scene.services, jane.scope, "M-1").await.expect("opens");
        assert_eq!(whole.view.ship_to.as_deref(), Some("Prinsengracht 1"));
        assert_eq!(
            refused(members::order(&scene.services, scope, "M-2").await),
            Refusal::NotFound,
            "HB-17"
        );
        assert_eq!(refused(members::thread(&scene.services, scope, other).await), Refusal::NotFound);
        assert_eq!(
            refused(members::conversation(&scene.services, scope, other).await),
            Refusal::NotFound
        );
        assert!(
            members::messages(&scene.services, scope, None)
                .await
                .expect("reads")
                .rows
                .is_empty()
        );
        assert!(members::orders(&scene.services, scope).await.expect("reads").is_empty());
        let anew = members::write(&scene.services, scope, new_id(), body("?"), Language::En).await;
        assert_eq!(refused(anew), Refusal::NotFound);
        let thread = members::write_about(&scene.services, scope, "M-1", new_id(), body("Where is it?"), Language::En).await;
        assert!(members::thread(&scene.services, scope, thread.expect("writes")).await.is_ok());

        let late = scene.members_link(Purpose::Order(order), JANE).await;
        scene.services.clock().advance_ms(DOOR_LINK_MS);
        assert!(members::door(&scene.services, &late).await.expect("looks").is_none(), "expired");
        assert!(scene.members_open(&late).await.is_none());
        assert!(scene.members_open("guessed").await.is_none());
    }
}

#[tokio::test]
async fn s_20_a_link_about_an_offline_message_makes_its_writer_somebody() {
    for scene in scenes().await {
        let store = scene.store().await;
        let left = visitor::leave_message(
            &scene.services,
            &store,
            None,
            message("Is anybody there?"),
            visitor::Browser::default(),
        );
        let left = left.await.expect("leaves").conversation.id;
        let link = scene.members_link(Purpose::Conversation(left), JANE).await;
        let (scope, room) = scene.members_open(&link).await.expect("opens");
        assert_eq!(room, Room::Conversation(left), "{}", scene.name);
        assert!(members::thread(&scene.services, scope, left).await.is_ok());
        // What they show from now on is theirs, when they come in by their address.
        let whole = scene.members_link(Purpose::SignIn, "Jane@Customer.example").await;
        let (whole, _) = scene.members_open(&whole).await.expect("opens");
        assert_eq!(whole.customer, scope.customer, "one person, however the address is spelled");
        let found = members::messages(&scene.services, whole, None).await.expect("reads");
        assert_eq!(found.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [left]);
    }
}

#[tokio::test]
async fn s_24_ha_10_a_way_in_is_mailed_to_whom_the_store_knows_and_not_for_ever() {
    for scene in scenes().await {
        let store = scene.store().await;
        let ask = |to: &'static str| {
            let (services, store) = (scene.services.clone(), store.clone());
            async move { members::ask_for_link(&services, &store, &address(to), Language::Nl).await }
        };
        ask("stranger@nowhere.example").await.expect("the same answer");
        assert_eq!(scene.members_letters().await, 0, "{}", scene.name);
        scene.member_jane().await;
        for n in 1..=5_usize {
            ask("JANE@customer.example").await.expect("the same answer");
            assert_eq!(scene.members_letters().await, n.min(3), "three an hour");
            scene.services.clock().advance_ms(60_000);
        }
        scene.services.clock().advance_ms(3_600_000);
        ask(JANE).await.expect("the same answer");
        assert_eq!(scene.members_letters().await, 4);
    }
}

#[tokio::test]
async fn ha_8_who_leaves_has_left_and_so_have_the_threads() {
    for scene in scenes().await {
        let store = scene.store().await;
        let token = members::enter(&scene.services, &store, &scene.identity()).await.expect("enters");
        let inside = || members::recognise(&scene.services, &store, token.reveal());
        let jane = inside().await.expect("asks").expect("is inside");
        let id = members::write(&scene.services, jane.scope, new_id(), body("Hello"), Language::En)
            .await
            .expect("writes");
        let opened = members::thread(&scene.services, jane.scope, id).await.expect("opens");
        members::leave(&scene.services, &store, token.reveal()).await.expect("leaves");
        assert!(inside().await.expect("asks").is_none(), "{}", scene.name);
        let panel = visitor::recognise(&scene.services, &store, opened.token.reveal())
            .await
            .expect("asks");
        assert!(panel.is_none());

        let token = members::enter(&scene.services, &store, &scene.identity()).await.expect("enters");
        scene.services.clock().advance_ms(MEMBER_SESSION_MS);
        let late = members::recognise(&scene.services, &store, token.reveal()).await.expect("asks");
        assert!(late.is_none(), "a month later");
    }
}

/// Somebody in the member centre of a store: the cookie that says so.
pub(super) async fn inside(server: &TestServer, number: &str) -> (Browser, CustomerId) {
    let (store, at, token) = (server.world.alpha.id, server.state.services.clock().now(), Secret::new());
    let new = NewCustomer {
        id: new_id(),
        external_id: number.to_owned(),
        name: None,
        email: None,
        language: None,
    };
    let (hash, number) = (token.hash(), number.to_owned());
    let written = server.state.services.storage().write(move |tx| {
        Box::pin(async move {
            let customer = tx.upsert_customer(StoreScope(store), &new, at).await?;
            let scope = MemberScope {
                store,
                customer,
                reach: MemberReach::All,
            };
            tx.insert_member_session(scope, &hash, at, at.plus_ms(MEMBER_SESSION_MS)).await?;
            let told = order_of(&format!("{number}-1"), at);
            tx.tell_order(StoreScope(store), new_id(), customer, &told, at).await?;
            Ok::<_, StorageError>(customer)
        })
    });
    let customer = written.await.expect("inserts");
    (
        server.nobody().with_header("cookie", &format!("lcm-alpha={}", token.reveal())),
        customer,
    )
}

pub(super) async fn text(answer: reqwest::Response) -> String {
    answer.text().await.expect("a body")
}

pub(super) fn location(answer: &reqwest::Response) -> String {
    answer.headers()[header::LOCATION].to_str().expect("text").to_owned()
}

pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}")).1;
    rest.split_once(after).expect("ends").0
}

#[tokio::test]
async fn s_02_s_i2_the_pages_work_as_plain_forms_and_the_thread_takes_pictures() {
    let server = TestServer::start(sqlite().await).await;
    let (jane, _) = inside(&server, "C-1").await;
    let page = text(jane.get("/account/alpha").await).await;
    assert!(page.contains("name=\"message\"") && !page.contains("<script"), "{page}");
    let cid = between(&page, "name=\"cid\" value=\"", "\"");

    let empty = jane.submit("/account/alpha/messages", &[("cid", cid), ("message", " ")]).await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("cid", cid), ("message", "Do you repair tiles?")];
    let sent = || jane.submit("/account/alpha/messages", &form);
    let to = location(&sent().await);
    assert_eq!(location(&sent().await), to, "sent twice");
    let id = to.rsplit('/').next().expect("an id").to_owned();

    let page = text(jane.get(&to).await).await;
    assert!(page.contains(&format!("/account/alpha/thread/{id}?lang=en")), "{page}");
    let thread = jane.get(&format!("/account/alpha/thread/{id}")).await;
    let policy = thread.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
    assert!(
        policy.contains("frame-ancestors 'self'") && !policy.contains("alpha.example"),
        "{policy}"
    );
    let html = text(thread).await;
    assert!(
        html.contains("Do you repair tiles?") && !html.contains("/w/alpha/start") && !html.contains("/w/alpha/end"),
        "{html}"
    );
    let session = between(&html, "name=\"session\" value=\"", "\"").to_owned();

    // Without scripts the session stands in the form.
    let said = new_id::<model::id::ClientId>().to_string();
    let fields = [
        ("conversation", id.as_str()),
        ("cid", said.as_str()),
        ("lang", "nl"),
        ("back", "thread"),
        ("session", session.as_str()),
        ("message", "They are old."),
    ];
    let unsaid: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "session").collect();
    let posted = jane.submit("/w/alpha/messages", &fields).await;
    assert_eq!(location(&posted), format!("/account/alpha/thread/{id}?lang=nl"));
    assert!(text(jane.get(&location(&posted)).await).await.contains("They are old."));
    let nobody = server.nobody().submit("/w/alpha/messages", &unsaid).await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);

    // The program says the same in its header; the picture is shown to the member, and to nobody else.
    let conversation: ConversationId = id.parse().expect("an id");
    let request = jane.request(Method::POST, "/w/alpha/files").header("x-vitrine-session", &session);
    let given = with_file(request, conversation, new_id(), "broken.txt", b"it broke")
        .send()
        .await
        .expect("an answer");
    assert_eq!(given.status(), StatusCode::OK);
    let html = text(jane.get(&format!("/account/alpha/thread/{id}")).await).await;
    let file = format!("/files/{}", between(&html, "/files/", "\"").split('?').next().expect("an id"));
    assert_eq!(jane.get(&file).await.status(), StatusCode::OK);
    let (other, _) = inside(&server, "C-2").await;
    for stranger in [&other, &server.nobody()] {
        assert_eq!(stranger.get(&file).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn s_24_s_25_s_35_an_order_is_its_customers_and_its_first_letter_begins_the_thread() {
    let server = TestServer::start(sqlite().await).await;
    let ((jane, _), (other, _)) = (inside(&server, "C-1").await, inside(&server, "C-2").await);
    assert!(
        text(jane.get("/account/alpha/orders").await)
            .await
            .contains("/account/alpha/orders/C-1-1")
    );
    let page = text(jane.get("/account/alpha/orders/C-1-1").await).await;
    for part in ["Plate", "€34.00", "3S-1", "name=\"message\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for number in ["C-1-1", "C-9-9"] {
        let path = format!("/account/alpha/orders/{number}");
        assert_eq!(other.get(&path).await.status(), StatusCode::NOT_FOUND, "HB-17");
        assert_eq!(
            other.submit(&path, &[("message", "mine now")]).await.status(),
            StatusCode::NOT_FOUND
        );
    }
    let sent = jane.submit("/account/alpha/orders/C-1-1", &[("message", "Where is it?")]).await;
    assert_eq!(location(&sent), "/account/alpha/orders/C-1-1");
    let page = text(jane.get("/account/alpha/orders/C-1-1").await).await;
    let thread = format!("/account/alpha/thread/{}", between(&page, "/account/alpha/thread/", "?"));
    assert!(text(jane.get(&thread).await).await.contains("Where is it?"));
    assert_eq!(other.get(&thread).await.status(), StatusCode::NOT_FOUND);
    let nowhere: ConversationId = new_id();
    let id = thread.rsplit('/').next().expect("an id");
    let (theirs, nothing) = (
        text(other.get(&format!("/account/alpha/messages/{id}")).await).await,
        text(other.get(&format!("/account/alpha/messages/{nowhere}")).await).await,
    );
    assert_eq!(theirs, nothing);
}

#[tokio::test]
async fn s_33_he_16_a_letters_link_is_a_page_with_a_button() {
    let server = TestServer::start(sqlite().await).await;
    let (_, customer) = inside(&server, "C-1").await;
    let (store, at, token) = (server.world.alpha.id, server.state.services.clock().now(), Secret::new());
    let hash = token.hash();
    let written = server.state.services.storage().write(move |tx| {
        Box::pin(async move {
            let order = new_id();
            tx.tell_order(StoreScope(store), order, customer, &order_of("M-7", at), at).await?;
            let link = NewDoorLink {
                token_sha256: hash,
                store,
                purpose: Purpose::Order(order),
                customer: Some(customer),
                email: address(JANE),
                language: Language::Nl,
                expires_at: at.plus_ms(DOOR_LINK_MS),
            };
            tx.insert_door_link(&link, at).await
        })
    });
    written.await.expect("inserts");
    let browser = server.nobody();
    let path = format!("/m/{}", token.reveal());
    let looked = browser.get(&path).await;
    assert_eq!(looked.headers()[header::CACHE_CONTROL], "no-store");
    let page = text(looked).await;
    assert!(
        page.contains("<html lang=\"nl\">") && page.contains("M-7") && page.contains("<form"),
        "{page}"
    );
    assert_eq!(
        browser.get("/account/alpha/orders/M-7").await.status(),
        StatusCode::SEE_OTHER,
        "looking opened nothing"
    );

    let opened = browser.submit(&path, &[("choice", "open")]).await;
    assert_eq!(location(&opened), "/account/alpha/orders/M-7");
    let cookie = opened.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(
        cookie.starts_with("lcm-alpha=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let page = text(browser.get("/account/alpha/orders/M-7").await).await;
    assert!(page.contains("Plate") && !page.contains("href=\"/account/alpha/orders\""), "{page}");
    assert_eq!(
        browser.get("/account/alpha/orders/C-1-1").await.status(),
        StatusCode::NOT_FOUND,
        "HB-17"
    );
    assert_eq!(location(&browser.get("/account/alpha").await), "/account/alpha/orders/M-7");
    // In this browser the letter leads there again; in another one it is used up.
    assert_eq!(location(&browser.get(&path).await), "/account/alpha/orders/M-7");
    let elsewhere = server.nobody();
    let page = text(elsewhere.get(&path).await).await;
    assert!(page.contains("value=\"again\""), "{page}");
    let again = elsewhere.submit(&path, &[("choice", "again")]).await;
    assert_eq!(again.status(), StatusCode::OK);
    let mails = server
        .state
        .services
        .storage()
        .read(|s| Box::pin(async move { s.sign_in_letters_to(Installation, &address(JANE), at.plus_ms(-1)).await }))
        .await;
    assert_eq!(mails.expect("reads"), 1);

    let left = browser.submit("/account/alpha/leave", &[]).await;
    assert_eq!(location(&left), "/account/alpha/enter");
    assert_eq!(browser.get("/account/alpha/orders/M-7").await.status(), StatusCode::SEE_OTHER);
}
