//! The shop's own programs: keys, customers and orders that are handed over, answers in the store's name, signed news, and files.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{
    case::{CaseStatus, Priority, Topic},
    conversation::Stage,
    event::{Audience, EventKind},
    id::Seq,
    language::Language,
    panel::LeaveMessage,
    party::{Role, Side},
    refusal::{Field, Refusal},
    text::{EmailAddress, Name},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use service::{
    Party,
    api_keys::{self, ApiCaller, Scopes},
    cases,
    clock::new_id,
    hook::{self, News, Signed},
    imports::{self, Holds, Outcome},
    orders::{self, Told},
    store_voice,
    support::{self, Asking, NewTicket},
    threads::{self, NewThread},
    told::{CustomerInput, LineInput, OrderInput, Why},
    visitor,
};
use sha2::Sha256;
use testkit::{Browser, Operator, TestServer, sqlite};

use super::{Scene, body, message, refused, scenes};

const ALL: Scopes = Scopes { write: true, notes: false };

impl Scene {
    async fn caller(&self, name: &str, scopes: Scopes) -> ApiCaller {
        let key = api_keys::make(&self.services, &self.actor(true), name, scopes)
            .await
            .expect("makes");
        api_keys::recognise(&self.services, &key).await.expect("asks").expect("knows")
    }
}

fn order() -> OrderInput {
    OrderInput {
        state: "shipped".to_owned(),
        currency: "EUR".to_owned(),
        total_minor: 6_480,
        placed_at: "2026-07-01T10:00:00Z".to_owned(),
        lines: vec![LineInput {
            sku: "TEA-1".to_owned(),
            name: "Teapot".to_owned(),
            quantity: 1,
            price_minor: 6_480,
        }],
        email: Some("jane@customer.example".to_owned()),
        postcode: Some("2611 ab".to_owned()),
        ..OrderInput::default()
    }
}

#[tokio::test]
async fn what_is_told_twice_is_known_once_and_what_is_left_out_stays() {
    for scene in scenes().await {
        let (services, shop) = (&scene.services, scene.caller("Shop", ALL).await);
        let jane = CustomerInput {
            name: Some("Jane Doe".to_owned()),
            phone: Some("+31 6 1234".to_owned()),
            ..CustomerInput::default()
        };
        let told = jane.read("C-1").expect("is read");
        assert_eq!(orders::put_customer(services, &shop, told.clone()).await.expect("puts"), Told::New);
        assert_eq!(orders::put_customer(services, &shop, told).await.expect("puts"), Told::Known);
        let with_address = CustomerInput {
            email: Some("jane@customer.example".to_owned()),
            email_verified: true,
            ..CustomerInput::default()
        };
        let told = with_address.read("C-1").expect("is read");
        orders::put_customer(services, &shop, told).await.expect("puts");
        let (known, _) = orders::customer(services, &shop, "C-1").await.expect("knows");
        assert_eq!(
            known.name.as_ref().map(ToString::to_string).as_deref(),
            Some("Jane Doe"),
            "{}",
            scene.name
        );
        assert!(known.email_verified && known.phone.is_some());
        // Another address is not proven by the one before it.
        let other = CustomerInput {
            email: Some("jane@elsewhere.example".to_owned()),
            ..CustomerInput::default()
        };
        orders::put_customer(services, &shop, other.read("C-1").expect("is read"))
            .await
            .expect("puts");
        assert!(!orders::customer(services, &shop, "C-1").await.expect("knows").0.email_verified);

        let told = order().read("2041").expect("is read");
        assert_eq!(orders::put_order(services, &shop, told.clone()).await.expect("puts"), Told::New);
        assert_eq!(orders::put_order(services, &shop, told).await.expect("puts"), Told::Known);
        let later = OrderInput {
            state: "delivered".to_owned(),
            email: None,
            postcode: None,
            lines: Vec::new(),
            ..order()
        };
        orders::put_order(services, &shop, later.read("2041").expect("is read"))
            .await
            .expect("puts");
        let known = orders::order(services, &shop, "2041").await.expect("knows").told;
        assert_eq!((known.state.code(), known.lines.len()), ("delivered", 0));
        assert_eq!(
            (known.postcode.as_deref(), known.email.is_some()),
            (Some("2611AB"), true),
            "{}",
            scene.name
        );

        // Somebody's first order must say whose it is.
        let nobodys = OrderInput { email: None, ..order() };
        let answer = orders::put_order(services, &shop, nobodys.read("2042").expect("is read")).await;
        assert_eq!(refused(answer), Refusal::Missing(Field::Email));
        let (page, more) = orders::orders(services, &shop, None).await.expect("lists");
        assert_eq!((page.len(), more), (1, false));
        assert_eq!(refused(orders::order(services, &shop, "\u{0}").await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn hb_18_a_key_reaches_its_own_store_does_what_it_may_and_ends_at_once() {
    for scene in scenes().await {
        let services = &scene.services;
        let owner = scene.actor(true);
        let key = api_keys::make(services, &owner, "Shop", ALL).await.expect("makes");
        let shop = api_keys::recognise(services, &key).await.expect("asks").expect("knows");
        let reader = scene.caller("Reader", Scopes::default()).await;
        assert_eq!(
            refused(api_keys::make(services, &owner, "Shop", ALL).await),
            Refusal::Taken(Field::Name)
        );
        assert_eq!(
            refused(api_keys::make(services, &scene.actor(false), "Mine", ALL).await),
            Refusal::NotAllowed
        );

        let told = order().read("1").expect("is read");
        assert_eq!(
            refused(orders::put_order(services, &reader, told.clone()).await),
            Refusal::NotAllowed
        );
        orders::put_order(services, &shop, told.clone()).await.expect("puts");
        assert!(orders::order(services, &reader, "1").await.is_ok(), "{}", scene.name);
        // The same key, if it were another store's.
        let elsewhere = ApiCaller {
            store: scene.world.beta.id,
            ..shop
        };
        assert_eq!(refused(orders::order(services, &elsewhere, "1").await), Refusal::NotFound);
        assert_eq!(
            refused(orders::put_order(services, &elsewhere, told.clone()).await),
            Refusal::NotSignedIn
        );

        let keys = api_keys::list(services, &owner).await.expect("lists").keys;
        assert_eq!(keys.len(), 2);
        assert!(keys.iter().all(|k| k.beginning.len() == 10), "{keys:?}");
        assert!(keys.iter().any(|k| k.id == shop.key && k.used_at.is_some()));
        api_keys::revoke(services, &owner, shop.key).await.expect("revokes");
        assert!(api_keys::recognise(services, &key).await.expect("asks").is_none());
        assert_eq!(refused(orders::put_order(services, &shop, told).await), Refusal::NotSignedIn);
        assert_eq!(refused(api_keys::revoke(services, &owner, shop.key).await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn a_program_answers_in_the_stores_name_once_and_reads_no_notes() {
    for scene in scenes().await {
        let (services, shop) = (&scene.services, scene.caller("Shop", ALL).await);
        let left = visitor::leave_message(
            services,
            &scene.store().await,
            None,
            message("Where is it?"),
            visitor::Browser::default(),
        )
        .await;
        let id = left.expect("is stored").conversation.id;
        let name = || Some("answer-1".to_owned());
        let first = store_voice::say(services, &shop, id, body("On its way"), name())
            .await
            .expect("says");
        let again = store_voice::say(services, &shop, id, body("On its way"), name())
            .await
            .expect("says");
        assert_eq!(first, again, "{}", scene.name);
        let other = store_voice::say(services, &shop, id, body("Something else"), name()).await;
        assert_eq!(refused(other), Refusal::ClientIdReused);
        let log = scene.log(id).await;
        let said = log.iter().filter(|(_, kind)| matches!(kind, EventKind::Posted { .. })).count();
        assert_eq!(said, 2, "{}: {log:?}", scene.name);
        let events = store_voice::events(services, &shop, id, Audience::All, Seq::ZERO)
            .await
            .expect("reads");
        assert_eq!(events.len(), log.len());
        let notes = store_voice::events(services, &shop, id, Audience::Desk, Seq::ZERO).await;
        assert_eq!(refused(notes), Refusal::NotAllowed);
        let elsewhere = ApiCaller {
            store: scene.world.beta.id,
            ..shop
        };
        assert_eq!(
            refused(store_voice::conversation(services, &elsewhere, id).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn a_i3_a_program_answers_a_thread_as_its_desk_does_and_not_a_closed_one() {
    for scene in scenes().await {
        let (services, shop) = (&scene.services, scene.caller("Shop", ALL).await);
        let (jane, desk) = (scene.member_jane().await, Party::Desk(scene.actor(false)));
        let new = NewThread {
            cid: new_id(),
            subject: Name::parse("The blue cups").expect("fine"),
            product: None,
            body: body("Are they dishwasher safe?"),
            language: Language::En,
        };
        let id = threads::begin(services, jane.scope, new).await.expect("begins");
        let say = |text: &str| store_voice::say(services, &shop, id, body(text), None);
        let stands = || async {
            let case = cases::case(services, &desk, id).await.expect("finds");
            (case.status, case.awaiting)
        };
        say("They are.").await.expect("says");
        assert_eq!(stands().await, (CaseStatus::Pending, Some(Side::Shopper)), "{}", scene.name);
        cases::set_status(services, &desk, id, CaseStatus::Resolved)
            .await
            .expect("resolves");
        say("And in the oven, too.").await.expect("says");
        assert_eq!(stands().await, (CaseStatus::Pending, Some(Side::Shopper)), "{}", scene.name);
        let log = scene.log(id).await;
        let stated = log.iter().filter(|(_, kind)| matches!(kind, EventKind::Stated { .. })).count();
        assert_eq!(stated, 2, "{}: resolved, and not after all: {log:?}", scene.name);

        cases::set_status(services, &desk, id, CaseStatus::Closed).await.expect("closes");
        let over = scene.log(id).await.len();
        assert_eq!(refused(say("One more thing.").await), Refusal::Closed, "{}", scene.name);
        assert_eq!(scene.log(id).await.len(), over, "{}", scene.name);
        let found = store_voice::conversation(services, &shop, id).await.expect("reads");
        assert!(matches!(found.stage, Stage::Closed { .. }), "{}", scene.name);
    }
}

#[tokio::test]
async fn a_i4_a_tickets_clock_stands_when_a_program_of_the_team_has_answered() {
    for scene in scenes().await {
        let (services, mira) = (&scene.services, scene.of_the_team("mira", Role::Owner).await);
        let key = api_keys::make(services, mira.actor(), "Status page", ALL).await.expect("makes");
        let program = api_keys::recognise(services, &key).await.expect("asks").expect("knows");
        let new = NewTicket {
            cid: new_id(),
            subject: Name::parse("No payouts").expect("fine"),
            topic: Topic::Technical,
            priority: Priority::Normal,
            body: body("The payout page stays empty."),
            language: Language::En,
        };
        let id = support::begin(services, &Asking::Store(scene.actor(true)), new)
            .await
            .expect("begins");
        let row = support::opened(services, &mira, id).await.expect("sees").row;
        assert!(row.status == CaseStatus::New && row.due_at.is_some(), "{}", scene.name);
        store_voice::say(services, &program, id, body("The bank is late today."), None)
            .await
            .expect("says");
        let row = support::opened(services, &mira, id).await.expect("sees").row;
        assert_eq!(
            (row.status, row.awaiting, row.due_at),
            (CaseStatus::Pending, Some(Side::Shopper), None),
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn an_order_goes_to_whom_the_shop_names_and_never_to_whoever_typed_the_address() {
    for scene in scenes().await {
        let (services, shop) = (&scene.services, scene.caller("Shop", ALL).await);
        // Somebody writes under an address that is not theirs.
        let typed = LeaveMessage {
            email: EmailAddress::parse("jane@customer.example").ok(),
            ..message("I am Jane")
        };
        let left = visitor::leave_message(services, &scene.store().await, None, typed, visitor::Browser::default()).await;
        assert!(left.is_ok());
        for number in ["1", "2"] {
            orders::put_order(services, &shop, order().read(number).expect("is read"))
                .await
                .expect("puts");
        }
        let named = OrderInput {
            customer: Some("C-9".to_owned()),
            ..order()
        };
        orders::put_order(services, &shop, named.read("3").expect("is read"))
            .await
            .expect("puts");
        let customer = async |number: &str| orders::order(services, &shop, number).await.expect("knows").told.customer;
        assert_eq!(
            (customer("1").await, customer("3").await),
            (None, Some("C-9".to_owned())),
            "{}",
            scene.name
        );
        assert!(orders::customer(services, &shop, "C-9").await.is_ok());
    }
}

#[tokio::test]
async fn a_file_is_taken_in_whole_or_not_at_all_and_again_with_the_same_result() {
    for scene in scenes().await {
        let (services, owner) = (&scene.services, scene.actor(true));
        let shop = scene.caller("Shop", Scopes::default()).await;
        let file = "number,state,currency,total,placed_at,email,sku,product,quantity,price\n\
            10,placed,EUR,5.00,2026-07-01T10:00:00Z,a@b.example,CUP,Cup,1,5.00\n\
            11,placed,EUR,5.00,2026-07-01T10:00:00Z,,CUP,Cup,1,5.00\n";
        let import = async |file: &str, check| {
            imports::import(services, &owner, Holds::Orders, file.as_bytes(), check)
                .await
                .expect("runs")
        };
        for check in [true, false] {
            let Outcome::Bad(bad) = import(file, check).await else {
                panic!("{}: line 3 says of nobody", scene.name)
            };
            assert_eq!(
                (bad[0].line, bad[0].column.as_deref(), bad[0].why),
                (3, Some("email"), Why::Missing)
            );
            assert!(orders::order(services, &shop, "10").await.is_err(), "nothing of it");
        }
        let good = file.replace("Z,,CUP", "Z,c@d.example,CUP");
        assert_eq!(import(&good, true).await, Outcome::Checked(2));
        assert!(orders::order(services, &shop, "10").await.is_err(), "a check writes nothing");
        for _ in 0..2 {
            assert_eq!(import(&good, false).await, Outcome::Taken(2));
            let (page, _) = orders::orders(services, &shop, None).await.expect("lists");
            assert_eq!(page.len(), 2, "{}", scene.name);
            assert_eq!(page[0].told.lines.len(), 1);
        }
        let staff = imports::import(services, &scene.actor(false), Holds::Orders, good.as_bytes(), true).await;
        assert_eq!(refused(staff), Refusal::NotAllowed);
    }
}

/// Signs as the shop does.
fn signature(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let secret = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("any length");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn signed_news_are_taken_in_once_and_unsigned_ones_never() {
    for scene in scenes().await {
        let services = &scene.services;
        let secret = api_keys::new_hook_secret(services, &scene.actor(true)).await.expect("makes");
        let timestamp = (services.clock().now().0 / 1_000).to_string();
        let signed = signature(&secret, "msg_1", &timestamp, b"{}");
        let signed = Signed {
            id: "msg_1",
            timestamp: &timestamp,
            signature: &signed,
        };
        let told = order().read("2041").expect("is read");
        let hooked = hook::check(services, "alpha", signed, b"{}").await.expect("is signed");
        let first = hook::take(services, &hooked, News::Order(told.clone())).await.expect("takes");
        let again = hook::take(services, &hooked, News::Order(told)).await.expect("takes");
        assert_eq!((first, again), (Some(Told::New), None), "{}", scene.name);
        for (slug, body) in [("alpha", &b"{ }"[..]), ("beta", b"{}"), ("nowhere", b"{}")] {
            assert_eq!(
                refused(hook::check(services, slug, signed, body).await),
                Refusal::NotSignedIn,
                "{slug}"
            );
        }
    }
}

/// A key as a browser of its own: what it puts on every request is its header.
async fn key(server: &TestServer, owner: &Operator, name: &str, write: bool) -> Browser {
    let fields: &[(&str, &str)] = if write {
        &[("name", name), ("write", "on")]
    } else {
        &[("name", name)]
    };
    let page = owner.browser.submit("/desk/pages/api-keys", fields).await;
    assert_eq!(page.status(), StatusCode::CREATED);
    assert_eq!(page.headers()["cache-control"], "no-store");
    let html = page.text().await.expect("text");
    // The whole key is longer than the beginning that the list shows.
    let found = html.match_indices("vtr_").map(|(at, _)| {
        let rest = &html[at..];
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
            .next()
            .unwrap_or_default()
    });
    let key = found.max_by_key(|text| text.len()).expect("a key");
    assert!(key.len() > 40, "{key}");
    server.nobody().with_header("authorization", &format!("Bearer {key}"))
}

async fn put(browser: &Browser, path: &str, body: &Value) -> Response {
    browser.request(Method::PUT, path).json(body).send().await.expect("an answer")
}

async fn problem(response: Response) -> (u16, String, Option<String>) {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let status = response.status().as_u16();
    let said: Value = response.json().await.expect("JSON");
    assert_eq!(said["status"], status);
    let text = |name: &str| said[name].as_str().map(str::to_owned);
    (status, text("code").unwrap_or_default(), text("field"))
}

#[tokio::test]
async fn hb_18_over_http_every_no_is_a_problem_with_its_field() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let (shop, reader) = (
        key(&server, &owner, "Shop", true).await,
        key(&server, &owner, "Reader", false).await,
    );
    let good = json!({
        "state": "shipped", "currency": "EUR", "total_minor": 6480, "placed_at": "2026-07-01T10:00:00Z", "customer": "C-1", "colour": "ignored",
        "lines": [{"sku": "TEA-1", "name": "Teapot", "quantity": 1, "price_minor": 6480}],
        "tracking": {"number": "3STEST1", "carrier": "PostNL", "url": "https://carrier.example/3STEST1"},
    });
    let path = "/api/v1/orders/2041";
    assert_eq!(put(&shop, path, &good).await.status(), StatusCode::CREATED);
    let again = put(&shop, path, &good).await;
    assert_eq!(again.status(), StatusCode::OK);
    let known: Value = again.json().await.expect("JSON");
    assert_eq!(
        (&known["tracking"]["url"], &known["customer"]),
        (&json!("https://carrier.example/3STEST1"), &json!("C-1"))
    );
    assert_eq!(reader.get(path).await.status(), StatusCode::OK);

    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (name, value, code, field) in [
        ("currency", json!("DOGE"), "unknown_currency", "currency"),
        ("state", json!("lost"), "unknown_state", "state"),
        ("email", json!("jane"), "invalid", "email"),
        (
            "lines",
            json!([{"sku": "", "name": "x", "quantity": 1, "price_minor": 1}]),
            "missing",
            "lines[0].sku",
        ),
    ] {
        let answer = problem(put(&shop, path, &with(name, value)).await).await;
        assert_eq!(answer, (422, code.to_owned(), Some(field.to_owned())));
    }
    assert_eq!(problem(put(&shop, path, &with("total_minor", json!("12"))).await).await.0, 400);
    assert_eq!(problem(put(&reader, path, &good).await).await.0, 403);
    assert_eq!(problem(put(&server.nobody(), path, &good).await).await.0, 401);
    assert_eq!(problem(shop.get("/api/v1/orders/nowhere").await).await.0, 404);
    assert_eq!(problem(shop.get("/api/v1/orders?after=%00").await).await.0, 422);
    // A page after nothing is a mistake of the program that asks, not the first page.
    assert_eq!(problem(shop.get("/api/v1/orders?after=").await).await.0, 422);
    let wrong = shop.request(Method::PUT, path).header("content-type", "text/plain").body("{}");
    assert_eq!(problem(wrong.send().await.expect("an answer")).await.0, 415);
    // Signed in at the desk is not a key, and a key is no desk's session.
    assert_eq!(problem(owner.browser.get(path).await).await.0, 401);
    assert_eq!(shop.get("/desk/pages/api-keys").await.status(), StatusCode::SEE_OTHER);
    // Staff who do not own the store neither see keys nor make them.
    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(staff.get("/desk/pages/api-keys").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        staff.submit("/desk/pages/api-keys", &[("name", "mine")]).await.status(),
        StatusCode::FORBIDDEN
    );

    // Another store's key finds nothing of it.
    let other = server.sign_in(&server.world.beta.owner.0).await;
    let elsewhere = key(&server, &other, "Shop", true).await;
    assert_eq!(problem(elsewhere.get(path).await).await.0, 404);
    let conversation = server
        .visitor(&server.world.alpha)
        .leave("Where is it?")
        .await
        .expect("leaves")
        .conversation
        .id;
    let messages = format!("/api/v1/conversations/{conversation}/messages");
    let said = shop.post(&messages, &json!({"text": "On its way"})).await;
    assert_eq!(said.status(), StatusCode::CREATED);
    assert_eq!(problem(elsewhere.post(&messages, &json!({"text": "mine now"})).await).await.0, 404);
    let events: Value = shop
        .get(&format!("/api/v1/conversations/{conversation}/events"))
        .await
        .json()
        .await
        .expect("JSON");
    let texts: Vec<&str> = events["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|e| e["text"].as_str())
        .collect();
    assert_eq!(texts, ["Where is it?", "On its way"]);
    assert_eq!(
        problem(shop.get(&format!("/api/v1/conversations/{conversation}/events?log=notes")).await)
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn a_file_is_sent_through_the_page_and_its_bad_lines_are_shown() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let send = async |csv: &str| {
        let part = |name: &str, more: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
        };
        let text = [
            part("kind", "", "customers"),
            part("deed", "", "take"),
            part("file", "; filename=\"c.csv\"\r\nContent-Type: text/csv", csv),
            "--b--\r\n".to_owned(),
        ];
        let request = owner.browser.request(Method::POST, "/desk/pages/imports");
        let request = request
            .header("content-type", "multipart/form-data; boundary=b")
            .body(text.concat());
        let page = request.send().await.expect("an answer");
        (page.status(), page.text().await.expect("text"))
    };
    let (status, html) = send("external_id,email\nC-1,jane@customer.example\nC-2,nobody\n").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("Nothing was imported") && html.contains("<code>email"), "{html}");
    let (status, html) = send("external_id,email\nC-1,jane@customer.example\n").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Imported: 1 record."), "{html}");
    let (status, _) = send("").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}
