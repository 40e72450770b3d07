//! Webhooks that leave, against a real program that listens: what arrives there, signed by whom, how often, and when it ends. And what a
//! shop's page says of itself, which stands beside the conversation.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use model::{
    card::CardOf,
    conversation::About,
    event::Audience,
    id::ConversationId,
    panel::{StartChat, Whence},
    refusal::{Field, Refusal},
    text::{EmailAddress, Origin, Sku},
};
use reqwest::Method;
use serde_json::{Value, json};
use service::{
    Actor, Party,
    clock::new_id,
    conversation, customers, desk, identity, retention, visitor,
    webhooks::{self, Outbound},
};
use sha2::Sha256;
use storage::{NewsKind, StoreScope};
use testkit::{SECRET, TestServer, sqlite};
use tokio::net::TcpListener;

use super::{Scene, body, message, refused, scenes, start};

const DAY_MS: i64 = 86_400_000;
const LOOPBACK: &str = "127.0.0.0/8,::1";

/// A piece of news, as it arrived.
#[derive(Clone, Debug)]
struct Heard {
    id: String,
    timestamp: i64,
    signature: String,
    body: String,
}

impl Heard {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn is_signed(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        self.signature == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// A shop's own program: it listens, and answers with a number.
#[derive(Clone)]
struct Ear {
    heard: Arc<Mutex<Vec<Heard>>>,
    answer: Arc<AtomicU16>,
    url: String,
}

impl Ear {
    async fn open() -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let ear = Self {
            heard: Arc::default(),
            answer: Arc::new(AtomicU16::new(204)),
            url: format!("http://127.0.0.1:{}/in", socket.local_addr().expect("an address").port()),
        };
        let router = Router::new().route("/in", post(hear)).with_state(ear.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        ear
    }

    fn answers(&self, number: u16) {
        self.answer.store(number, Ordering::SeqCst);
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("whole").clone()
    }

    /// The kinds of what arrived, in order.
    fn kinds(&self) -> Vec<String> {
        let kind = |heard: &Heard| heard.json()["type"].as_str().unwrap_or_default().to_owned();
        self.heard().iter().map(kind).collect()
    }
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    ear.heard.lock().expect("whole").push(Heard {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().expect("seconds"),
        signature: header("webhook-signature"),
        body: String::from_utf8(body.to_vec()).expect("text"),
    });
    StatusCode::from_u16(ear.answer.load(Ordering::SeqCst)).expect("a number")
}

fn open(scene: &Scene) {
    let home = Outbound::new(Some(Box::new(|address: IpAddr| address.is_loopback())));
    scene.services.open_webhooks(home.expect("TLS"));
}

async fn carry(scene: &Scene) {
    while webhooks::round(&scene.services).await.expect("carries") > 0 {}
}

async fn listen(scene: &Scene, ear: &Ear, wants: &[NewsKind]) -> String {
    webhooks::make(&scene.services, &scene.actor(true), &ear.url, wants.to_vec())
        .await
        .expect("is made")
}

async fn left(scene: &Scene, text: &str) -> ConversationId {
    let store = scene.store().await;
    let begun = visitor::leave_message(&scene.services, &store, None, message(text), visitor::Browser::default()).await;
    begun.expect("leaves a message").conversation.id
}

async fn seen(scene: &Scene) -> webhooks::Webhooks {
    webhooks::list(&scene.services, &scene.actor(true), None).await.expect("sees")
}

#[tokio::test]
async fn hb_14_what_happens_arrives_signed_in_order_and_notes_never_do() {
    for scene in scenes().await {
        open(&scene);
        let ear = Ear::open().await;
        let secret = listen(&scene, &ear, &NewsKind::ALL).await;
        scene.services.clock().advance_ms(1_000);
        let id = left(&scene, "Is it \"blue\"?").await;
        let desk = Party::Desk(scene.actor(false));
        scene.services.clock().advance_ms(1_000);
        conversation::post(&scene.services, &desk, id, Audience::Desk, new_id(), body("she always asks that"))
            .await
            .expect("notes");
        scene.say(&desk, id, new_id(), "It is.").await.expect("answers");
        scene.services.clock().advance_ms(1_000);
        conversation::end(&scene.services, &scene.actor(false), id).await.expect("ends");
        let email = EmailAddress::parse("jane@customer.example").expect("fine");
        customers::register(&scene.services, &scene.actor(false), id, None, email)
            .await
            .expect("registers");
        carry(&scene).await;
        let mut kinds = ear.kinds();
        kinds[3..].sort();
        assert_eq!(
            kinds,
            [
                "conversation.created",
                "message.created",
                "message.created",
                "conversation.closed",
                "customer.registered"
            ],
            "{}",
            scene.name
        );
        let heard = ear.heard();
        assert!(heard.iter().all(|heard| heard.is_signed(&secret)), "{heard:?}");
        assert!(heard.iter().all(|heard| !heard.body.contains("always")), "{heard:?}");
        let said = heard[1].json()["data"].clone();
        assert_eq!(
            (said["text"].as_str(), said["by"].as_str()),
            (Some("Is it \"blue\"?"), Some("customer"))
        );
        assert_eq!(said["conversation"].as_str(), Some(id.to_string().as_str()));
        assert_eq!(heard[0].json()["data"]["kind"].as_str(), Some("offline"));
        let states: Vec<String> = seen(&scene).await.deliveries.into_iter().map(|row| row.state).collect();
        assert_eq!(states, vec!["sent"; 5]);
    }
}

#[tokio::test]
async fn only_what_is_wanted_goes_and_only_to_the_own_store() {
    for scene in scenes().await {
        open(&scene);
        let ear = Ear::open().await;
        listen(&scene, &ear, &[NewsKind::ConversationClosed]).await;
        let id = left(&scene, "Hello?").await;
        conversation::end(&scene.services, &scene.actor(false), id).await.expect("ends");
        let beta = service::stores::by_slug(&scene.services, "beta").await.expect("beta");
        visitor::leave_message(&scene.services, &beta, None, message("Beta's"), visitor::Browser::default())
            .await
            .expect("leaves a message");
        carry(&scene).await;
        assert_eq!(ear.kinds(), ["conversation.closed"], "{}", scene.name);
    }
}

#[tokio::test]
async fn what_is_not_taken_comes_again_with_the_same_id_and_what_is_sent_once_more_too() {
    for scene in scenes().await {
        open(&scene);
        let ear = Ear::open().await;
        let secret = listen(&scene, &ear, &[NewsKind::MessageCreated]).await;
        ear.answers(500);
        left(&scene, "Hello?").await;
        carry(&scene).await;
        carry(&scene).await;
        assert_eq!(ear.heard().len(), 1, "{}: not at once", scene.name);
        let row = seen(&scene).await.deliveries.remove(0);
        assert_eq!(
            (row.state.as_str(), row.answer.as_deref(), row.attempts),
            ("queued", Some("500"), 1)
        );
        assert!(seen(&scene).await.addresses[0].failing_since.is_some());

        ear.answers(200);
        scene.services.clock().advance_ms(6_000);
        carry(&scene).await;
        let heard = ear.heard();
        assert_eq!(heard.len(), 2);
        assert_eq!((&heard[0].id, &heard[0].body), (&heard[1].id, &heard[1].body));
        assert!(heard[1].timestamp > heard[0].timestamp && heard[1].is_signed(&secret));
        assert!(seen(&scene).await.addresses[0].failing_since.is_none());

        // Another secret ends the first one; the owner sends it once more.
        let address = seen(&scene).await.addresses.remove(0).id;
        let other = webhooks::new_secret(&scene.services, &scene.actor(true), address)
            .await
            .expect("changes");
        webhooks::replay(&scene.services, &scene.actor(true), row.id)
            .await
            .expect("sends again");
        assert_eq!(
            refused(webhooks::replay(&scene.services, &scene.actor(true), row.id).await),
            Refusal::NotFound,
            "it is on its way"
        );
        carry(&scene).await;
        let heard = ear.heard();
        assert_eq!(heard.len(), 3);
        assert_eq!(heard[2].id, heard[0].id);
        assert!(heard[2].is_signed(&other) && !heard[2].is_signed(&secret));
    }
}

#[tokio::test]
async fn an_address_where_nothing_arrives_is_off_after_three_days_and_says_why() {
    for scene in scenes().await {
        open(&scene);
        let ear = Ear::open().await;
        listen(&scene, &ear, &[NewsKind::MessageCreated]).await;
        ear.answers(302);
        left(&scene, "Hello?").await;
        for _ in 0..9 {
            carry(&scene).await;
            scene.services.clock().advance_ms(DAY_MS / 2);
        }
        let there = seen(&scene).await;
        let (_, why) = there.addresses[0].off.clone().expect("is off");
        assert_eq!(
            (why.as_str(), there.deliveries[0].state.as_str()),
            ("302", "failed"),
            "{}",
            scene.name
        );
        let tried = ear.heard().len();
        assert!((5..=9).contains(&tried), "{tried} tries");
        left(&scene, "Anybody?").await;
        carry(&scene).await;
        assert_eq!(ear.heard().len(), tried, "nothing goes there");
        assert_eq!(
            refused(webhooks::replay(&scene.services, &scene.actor(true), there.deliveries[0].id).await),
            Refusal::NotFound
        );

        ear.answers(204);
        webhooks::switch_on(&scene.services, &scene.actor(true), there.addresses[0].id)
            .await
            .expect("switches on");
        carry(&scene).await;
        assert_eq!(ear.heard().len(), tried + 1, "what was given up arrives");

        // Whoever wants nothing any more says so.
        ear.answers(410);
        left(&scene, "Hello again?").await;
        carry(&scene).await;
        let there = seen(&scene).await;
        assert_eq!(there.addresses[0].off.as_ref().map(|(_, why)| why.as_str()), Some("410"));
    }
}

#[tokio::test]
async fn a_slow_or_dead_address_keeps_nobody_waiting() {
    for scene in scenes().await {
        open(&scene);
        let ear = Ear::open().await;
        let dead = Ear {
            url: "http://127.0.0.1:9/in".to_owned(),
            ..ear.clone()
        };
        listen(&scene, &dead, &[NewsKind::MessageCreated]).await;
        listen(&scene, &ear, &[NewsKind::MessageCreated]).await;
        for text in ["one", "two", "three"] {
            left(&scene, text).await;
            scene.services.clock().advance_ms(1);
        }
        carry(&scene).await;
        assert_eq!(ear.heard().len(), 3, "{}", scene.name);
        let tried: i64 = seen(&scene)
            .await
            .deliveries
            .iter()
            .filter(|row| row.state == "queued")
            .map(|row| row.attempts)
            .sum();
        assert_eq!(tried, 1, "the dead one is left alone");
    }
}

#[tokio::test]
async fn hi_13_what_was_told_goes_with_what_it_is_about_and_with_time() {
    for scene in scenes().await {
        open(&scene);
        let ear = Ear::open().await;
        listen(&scene, &ear, &NewsKind::ALL).await;
        let id = left(&scene, "Forget me").await;
        let scope = StoreScope(scene.world.alpha.id);
        assert_eq!(seen(&scene).await.deliveries.len(), 2);
        let at = scene.services.clock().now();
        scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.erase_conversation(scope, id, at).await.map(|_| ()) }))
            .await
            .expect("erases");
        assert!(seen(&scene).await.deliveries.is_empty(), "{}", scene.name);
        carry(&scene).await;
        assert!(ear.heard().is_empty());

        left(&scene, "And me").await;
        carry(&scene).await;
        scene.services.clock().advance_ms(31 * DAY_MS);
        retention::sweep_store(&scene.services, scope).await.expect("sweeps");
        assert!(seen(&scene).await.deliveries.is_empty());
    }
}

#[tokio::test]
async fn hh_2_hh_7_addresses_are_the_owners_and_public_ones() {
    for scene in scenes().await {
        // As an installation is that allows nothing.
        scene.services.open_webhooks(Outbound::new(None).expect("TLS"));
        let wants = vec![NewsKind::MessageCreated];
        let make = |actor: Actor, url: &'static str| {
            let (services, wants) = (scene.services.clone(), wants.clone());
            async move { webhooks::make(&services, &actor, url, wants).await }
        };
        assert_eq!(
            refused(make(scene.actor(false), "https://hooks.shop.example/").await),
            Refusal::NotAllowed
        );
        for url in [
            "http://127.0.0.1/in",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "ftp://hooks.shop.example/",
        ] {
            assert_eq!(refused(make(scene.actor(true), url).await), Refusal::Invalid(Field::Url), "{url}");
        }
        assert_eq!(refused(make(scene.actor(true), " ").await), Refusal::Missing(Field::Url));
        assert_eq!(
            refused(webhooks::make(&scene.services, &scene.actor(true), "https://hooks.shop.example/", Vec::new()).await),
            Refusal::Missing(Field::Text)
        );
        make(scene.actor(true), "https://hooks.shop.example/").await.expect("is made");
        assert_eq!(
            refused(make(scene.actor(true), "https://HOOKS.shop.example").await),
            Refusal::Taken(Field::Url),
            "{}",
            scene.name
        );
        let there = seen(&scene).await.addresses.remove(0);
        let beta = Actor {
            account: scene.world.beta.owner.1,
            store: scene.world.beta.id,
            ..scene.actor(true)
        };
        assert_eq!(refused(webhooks::remove(&scene.services, &beta, there.id).await), Refusal::NotFound);
        assert_eq!(
            refused(webhooks::new_secret(&scene.services, &beta, there.id).await),
            Refusal::NotFound
        );
        assert_eq!(
            refused(webhooks::switch_on(&scene.services, &beta, there.id).await),
            Refusal::NotFound
        );
        webhooks::remove(&scene.services, &scene.actor(true), there.id)
            .await
            .expect("removes");
        assert!(seen(&scene).await.addresses.is_empty());
    }
}

#[tokio::test]
async fn the_page_makes_an_address_shows_its_secret_once_and_what_is_told_is_what_the_api_shows() {
    let database = sqlite().await;
    let server = TestServer::start_set(database, service::Clock::system(), &[("VITRINE_WEBHOOK_ALLOW", LOOPBACK)]).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let operator = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(operator.get("/desk/pages/webhooks").await.status(), reqwest::StatusCode::FORBIDDEN);
    let refused = owner
        .submit(
            "/desk/pages/webhooks",
            &[("url", "http://192.168.1.1/in"), ("message.created", "on")],
        )
        .await;
    assert_eq!(refused.status(), reqwest::StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.expect("a page");
    assert!(page.contains("http://192.168.1.1/in") && page.contains("aria-invalid"), "{page}");

    let ear = Ear::open().await;
    let made = owner
        .submit(
            "/desk/pages/webhooks",
            &[("url", ear.url.as_str()), ("message.created", "on"), ("conversation.created", "on")],
        )
        .await;
    assert_eq!(made.status(), reqwest::StatusCode::CREATED);
    assert!(made.text().await.expect("a page").contains("whsec_"));
    let page = owner.get("/desk/pages/webhooks").await.text().await.expect("a page");
    assert!(page.contains(&ear.url) && !page.contains("whsec_"), "{page}");

    let left = server
        .visitor(&server.world.alpha)
        .leave("Is it blue?")
        .await
        .expect("leaves a message");
    while webhooks::round(&server.state.services).await.expect("carries") > 0 {}
    let made = owner
        .submit("/desk/pages/api-keys", &[("name", "ERP")])
        .await
        .text()
        .await
        .expect("a page");
    let key = made.split("vtr_").nth(1).expect("a key");
    let key: String = key.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let ask = |path: String| {
        let request = server.nobody().request(Method::GET, &path).bearer_auth(format!("vtr_{key}"));
        async move { request.send().await.expect("an answer").json::<Value>().await.expect("JSON") }
    };
    let heard = ear.heard();
    let id = left.conversation.id;
    let mut told = heard[1].json()["data"].clone();
    assert_eq!(told["conversation"].as_str(), Some(id.to_string().as_str()));
    told.as_object_mut().expect("an object").remove("conversation");
    let events = ask(format!("/api/v1/conversations/{id}/events")).await;
    assert_eq!(told, events["events"][0]);
    // What has happened since then is known since then.
    let now = ask(format!("/api/v1/conversations/{id}")).await;
    let mut told = heard[0].json()["data"].clone();
    for later in ["preview", "unread", "last_event_at"] {
        told[later] = now[later].clone();
    }
    assert_eq!(told, now);

    let page = owner.get("/desk/pages/webhooks").await.text().await.expect("a page");
    let id = page
        .split("webhooks/replay")
        .nth(1)
        .and_then(|rest| rest.split("value=\"").nth(1))
        .expect("a button");
    let id = id.split('"').next().expect("an id");
    let sent = owner.submit("/desk/pages/webhooks/replay", &[("id", id)]).await;
    assert_eq!(sent.headers()["location"], "/desk/pages/webhooks?done=replayed");
    while webhooks::round(&server.state.services).await.expect("carries") > 0 {}
    assert_eq!(ear.heard().len(), 3);
}

#[tokio::test]
async fn a_page_that_the_desk_asks_for_comes_without_its_document_also_as_a_forms_answer() {
    const PART: &str = "x-vitrine-part";
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let whole = owner.get("/desk/pages/webhooks").await.text().await.expect("a page");
    assert!(whole.starts_with("<!DOCTYPE html>"), "{whole}");
    let part = async |method, path: &str| {
        let asked = owner.request(method, path).header(PART, "1").form(&[("url", "nowhere")]);
        let page = asked.send().await.expect("an answer").text().await.expect("a page");
        assert!(page.starts_with("<main") && !page.contains("<head>"), "{page}");
        page
    };
    let page = part(Method::GET, "/desk/pages/webhooks").await;
    assert!(page.contains("href=\"/desk/settings/imports\""), "{page}");
    let page = part(Method::POST, "/desk/pages/webhooks").await;
    assert!(page.contains("value=\"nowhere\"") && page.contains("aria-invalid"), "{page}");
    // Where the desk shows it, the desk itself is answered.
    let desk = owner.get("/desk/settings/webhooks").await.text().await.expect("a page");
    assert!(desk.contains("class=\"served\""), "{desk}");
    // Nobody is led to the form to sign in inside a desk.
    let nobody = server.nobody().request(Method::GET, "/desk/pages/webhooks").header(PART, "1");
    let answer = nobody.send().await.expect("an answer");
    assert_eq!(answer.status(), reqwest::StatusCode::UNAUTHORIZED);
}

/// A token of the shop, with what its page shows.
fn token(scene: &Scene, subject: &str, context: &Value) -> String {
    let expires = scene.services.clock().now().0 / 1_000 + 120;
    let claims = json!({
        "aud": "alpha", "sub": subject, "exp": expires, "name": "Jane Doe", "phone": "+31 20 123", "context": context,
    });
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(json!({"alg": "HS256"}).to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn page(price: i64, picture: &str) -> Value {
    json!({
        "cart": [{"name": "Cups", "quantity": 2}],
        "cart_total": {"minor": 6800, "currency": "EUR"},
        "product": {
            "sku": "DB-TEAPOT", "name": "Teapot", "variant": "Blue, 1 l",
            "price": {"minor": price, "currency": "EUR"}, "picture": picture,
        },
        "orders": [{"number": "M-20418", "state": "on its way"}],
    })
}

fn chat_about(sku: &str, identity: String) -> StartChat {
    StartChat {
        identity: Some(identity),
        origin: Whence {
            product: Sku::parse(sku).ok(),
            ..Whence::default()
        },
        ..start()
    }
}

async fn about(scene: &Scene, id: ConversationId) -> About {
    desk::conversation(&scene.services, &scene.actor(true), id)
        .await
        .expect("sees")
        .row
        .about
}

#[tokio::test]
async fn a_product_question_keeps_the_product_as_it_was_that_minute() {
    for scene in scenes().await {
        scene.online().await;
        let shown = token(&scene, "C-1001", &page(8_900, "https://pictures.example/teapot.jpg"));
        let begun = scene.start(chat_about("DB-TEAPOT", shown)).await.expect("starts");
        let id = begun.conversation.id;
        // The price is another one now; the conversation keeps what was asked about.
        scene.services.clock().advance_ms(60_000);
        let later = token(&scene, "C-1001", &page(9_900, "https://pictures.example/teapot.jpg"));
        let store = scene.store().await;
        let identity = identity::verify(&store, &later, scene.services.clock().now()).expect("good");
        visitor::signed_in(&scene.services, &store, scene.session_of(&begun).await, identity)
            .await
            .expect("signs in");
        let About::Product(product) = about(&scene, id).await else {
            panic!("{}: about a product", scene.name)
        };
        assert_eq!(product.name.as_ref().map(ToString::to_string).as_deref(), Some("Teapot"));
        assert_eq!(product.variant.as_ref().map(ToString::to_string).as_deref(), Some("Blue, 1 l"));
        assert_eq!(
            product.price.map(|price| (price.minor, price.currency)),
            Some((8_900, "EUR".to_owned()))
        );
        assert_eq!(product.picture.as_deref(), Some("https://pictures.example/teapot.jpg"));
        let seen = desk::conversation(&scene.services, &scene.actor(true), id).await.expect("sees");
        assert_eq!(seen.contact.phone.map(|phone| phone.to_string()).as_deref(), Some("+31 20 123"));
    }
}

#[tokio::test]
async fn of_a_product_that_the_token_does_not_speak_of_only_the_key_is_known() {
    for scene in scenes().await {
        scene.online().await;
        let shown = token(&scene, "C-1001", &page(8_900, "https://pictures.example/teapot.jpg"));
        let begun = scene.start(chat_about("DB-CUPS", shown)).await.expect("starts");
        let About::Product(product) = about(&scene, begun.conversation.id).await else {
            panic!("about a product")
        };
        assert_eq!(
            (product.sku.as_str(), product.name, product.price),
            ("DB-CUPS", None, None),
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn a_picture_without_tls_is_of_the_shops_own_pages_only() {
    for (subject, picture, kept) in [
        ("C-1", "http://shop.alpha.example:8080/teapot.jpg", true),
        ("C-2", "http://shop.alpha.example:8080.evil.example/teapot.jpg", false),
        ("C-3", "http://pictures.example/teapot.jpg", false),
    ] {
        for scene in scenes().await {
            scene.online().await;
            let store = StoreScope(scene.world.alpha.id);
            let own = Origin::parse("http://shop.alpha.example:8080").expect("fine");
            scene
                .services
                .storage()
                .write(move |tx| Box::pin(async move { tx.set_origins(store, &[own]).await }))
                .await
                .expect("sets");
            let begun = scene
                .start(chat_about("DB-TEAPOT", token(&scene, subject, &page(1, picture))))
                .await;
            let About::Product(product) = about(&scene, begun.expect("starts").conversation.id).await else {
                panic!("about a product")
            };
            assert_eq!(product.picture.is_some(), kept, "{}: {picture}", scene.name);
        }
    }
}

#[tokio::test]
async fn what_the_page_shows_stands_on_the_card_with_its_age_and_somebody_elses_does_not() {
    for scene in scenes().await {
        scene.online().await;
        let shown = token(&scene, "C-1001", &page(8_900, ""));
        let begun = scene.start(chat_about("DB-TEAPOT", shown)).await.expect("starts");
        let id = begun.conversation.id;
        let first = scene.services.clock().now();
        let card = || async {
            let card = customers::card_of(&scene.services, &scene.actor(false), CardOf::Conversation(id)).await;
            card.expect("sees").context.expect("is known")
        };
        let known = card().await;
        assert_eq!(
            (known.cart.len(), known.orders[0].state.as_str(), known.at),
            (1, "on its way", first),
            "{}",
            scene.name
        );
        scene.services.clock().advance_ms(60_000);
        let store = scene.store().await;
        for (subject, lines) in [("C-1001", 2), ("C-2", 2)] {
            let cart = if subject == "C-1001" {
                json!({"cart": [{"name": "Cups", "quantity": 2}, {"name": "Vase", "quantity": 1}]})
            } else {
                json!({"cart": [{"name": "Somebody else's", "quantity": 1}]})
            };
            let identity = identity::verify(&store, &token(&scene, subject, &cart), scene.services.clock().now()).expect("good");
            let session = scene.session_of(&begun).await;
            visitor::signed_in(&scene.services, &store, session, identity)
                .await
                .expect("goes on");
            let known = card().await;
            assert_eq!((known.cart.len(), known.cart[0].name.as_str()), (lines, "Cups"));
            assert_eq!(known.at, first.plus_ms(60_000), "as old as it is");
        }
        // It goes with the conversation.
        let (scope, at) = (StoreScope(scene.world.alpha.id), scene.services.clock().now());
        let left = scene
            .services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    tx.erase_conversation(scope, id, at).await?;
                    tx.context_of_conversation(scope, id).await
                })
            })
            .await;
        assert_eq!(left.expect("erases"), None);
    }
}
