//! Attacks on accounts and sessions, as hardening.md A lists them and no other file has them: through the public doors, as strangers meet
//! them.

use std::time::Duration;

use model::{
    desk::WindowKind,
    event::Audience,
    id::ConversationId,
    language::Language,
    limits::{DESK_ABSOLUTE_MS, DESK_IDLE_MS, INVITATION_MS},
    panel::Begin,
    party::Role,
    text::{EmailAddress, Name, Slug},
    time::Timestamp,
    wire::{ClientFrame, ServerFrame, close},
};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use service::{
    Clock, Services,
    clock::new_id,
    setup::{self, FirstStore},
};
use storage::{Installation, StorageError, StoreScope};
use testkit::{Browser, PASSWORD, Socket, TestServer, Wire, both, sqlite};

use super::message;

const HOUR_MS: i64 = 3_600_000;

fn standing_still() -> Clock {
    Clock::manual(Timestamp(1_800_000_000_000))
}

async fn try_password(browser: &Browser, email: &str, password: &str) -> Response {
    browser.submit("/sign-in", &[("email", email), ("password", password)]).await
}

/// The value of a cookie that an answer sets, with what is said about it.
fn set_cookie(answer: &Response, name: &str) -> Option<(String, String)> {
    let lines = answer.headers().get_all(header::SET_COOKIE).iter();
    let mut found = lines.filter_map(|line| line.to_str().ok()?.strip_prefix(name)?.strip_prefix('='));
    let (value, rest) = found.next()?.split_once(';')?;
    Some((value.to_owned(), rest.to_owned()))
}

/// Invites somebody; the path of the link.
async fn invited(by: &Browser, email: &str) -> String {
    let answer = by.submit("/desk/pages/staff/invite", &[("email", email)]).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let page = answer.text().await.expect("a page");
    let link = &page[page.find("/invite/").expect("a link")..];
    let path = link.split(|c: char| c == '<' || c == '"' || c.is_whitespace()).next();
    path.expect("a path").to_owned()
}

/// Whether this browser is somebody at a desk.
async fn is_in(browser: &Browser) -> bool {
    let answer = browser.post("/fn/recap", &json!({})).await;
    match answer.status() {
        StatusCode::OK => true,
        StatusCode::UNAUTHORIZED => false,
        other => panic!("{other}"),
    }
}

/// That a socket is still open: it answers about what is not there.
pub(super) async fn answers(socket: &mut Socket) {
    let nowhere: ConversationId = new_id();
    let sub = ClientFrame::Sub {
        conv: nowhere,
        aud: Audience::All,
        epoch: None,
        after_seq: None,
    };
    socket.send(&sub).await;
    socket
        .until(|frame| (*frame == ServerFrame::Gone { conv: nowhere }).then_some(()))
        .await;
}

#[tokio::test]
async fn ha_1_a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let server = TestServer::start(sqlite().await).await;
    let (owner, gone) = (server.world.alpha.owner.0.clone(), server.world.alpha.deactivated.0.clone());
    let mut answers = Vec::new();
    for (email, password) in [
        (owner.as_str(), "guessed at random"),
        ("nobody@alpha.example", "guessed at random"),
        (gone.as_str(), PASSWORD),
        ("no address at all", PASSWORD),
    ] {
        let answer = try_password(&server.nobody(), email, password).await;
        let mut names: Vec<String> = answer.headers().keys().map(ToString::to_string).collect();
        names.sort();
        let status = answer.status();
        let body = answer.text().await.expect("a page").replace(email, "WHO");
        answers.push((status, names, body));
    }
    assert!(answers[0].0.is_client_error());
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    server.stop().await;
}

#[tokio::test]
async fn ha_2_who_fails_often_waits_longer_each_time_and_is_never_locked_out() {
    let server = TestServer::start_with(sqlite().await, standing_still()).await;
    let email = server.world.alpha.owner.0.clone();
    let nobody = server.nobody();
    let wait = |ms| server.state.services.clock().advance_ms(ms);
    for n in 1..=10 {
        let answer = try_password(&nobody, &email, "guessed at random").await;
        assert_ne!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "try {n}");
    }
    let right = || try_password(&nobody, &email, PASSWORD);
    assert_eq!(right().await.status(), StatusCode::TOO_MANY_REQUESTS);
    wait(31_000);
    let again = try_password(&nobody, &email, "guessed once more").await;
    assert_ne!(again.status(), StatusCode::TOO_MANY_REQUESTS);
    wait(31_000);
    assert_eq!(right().await.status(), StatusCode::TOO_MANY_REQUESTS, "it takes longer now");
    wait(30_000);
    assert_eq!(right().await.status(), StatusCode::SEE_OTHER);
    server.stop().await;
}

#[tokio::test]
async fn ha_3_one_password_for_two_hundred_accounts_is_slowed_down_by_the_address() {
    let server = TestServer::start_set(sqlite().await, Clock::system(), &[("VITRINE_RATE_FACTOR", "1")]).await;
    let nobody = server.nobody();
    let mut looked_at = 0;
    for n in 0..200 {
        let answer = try_password(&nobody, &format!("person-{n}@alpha.example"), "summer of 2026").await;
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            looked_at += 1;
        }
    }
    assert!((10..=15).contains(&looked_at), "{looked_at} of 200");
    server.stop().await;
}

#[tokio::test]
async fn ha_4_every_door_that_takes_a_password_counts_together() {
    let server = TestServer::start_with(sqlite().await, standing_still()).await;
    let (victim, boss) = (server.world.alpha.owner.0.clone(), server.world.beta.owner.0.clone());
    let boss = server.sign_in(&boss).await.browser;
    let path = invited(&boss, &victim).await;
    let guesser = server.nobody();
    for _ in 0..10 {
        let answer = guesser.submit(&path, &[("name", ""), ("password", "guessed at random")]).await;
        assert!(answer.status().is_client_error());
    }
    let tried = try_password(&guesser, &victim, PASSWORD).await;
    assert_eq!(tried.status(), StatusCode::TOO_MANY_REQUESTS);
    let tried = guesser.submit(&path, &[("name", ""), ("password", PASSWORD)]).await;
    assert_eq!(tried.status(), StatusCode::TOO_MANY_REQUESTS);
    server.stop().await;
}

#[tokio::test]
async fn ha_6_a_planted_session_is_never_adopted_and_the_one_before_is_over() {
    let server = TestServer::start(sqlite().await).await;
    let email = server.world.alpha.owner.0.clone();
    let with = |token: &str| server.nobody().with_header("cookie", &format!("vitrine={token}"));

    let planted = with("planted-by-somebody-else");
    let answer = try_password(&planted, &email, PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let (first, _) = set_cookie(&answer, "vitrine").expect("a session");
    assert_ne!(first, "planted-by-somebody-else");
    assert!(!is_in(&planted).await && is_in(&with(&first)).await);

    let answer = try_password(&with(&first), &email, PASSWORD).await;
    let (second, _) = set_cookie(&answer, "vitrine").expect("a session");
    assert_ne!(first, second);
    assert!(!is_in(&with(&first)).await, "the one before is over");
    assert!(is_in(&with(&second)).await);
    server.stop().await;
}

#[tokio::test]
async fn ha_8_whoever_signed_out_is_out_with_that_cookie_and_on_every_socket() {
    let server = TestServer::start(sqlite().await).await;
    let email = server.world.alpha.operator.0.clone();
    let answer = try_password(&server.nobody(), &email, PASSWORD).await;
    let (token, _) = set_cookie(&answer, "vitrine").expect("a session");
    let browser = server.nobody().with_header("cookie", &format!("vitrine={token}"));
    let ticket = browser.ticket("/desk/ticket").await.expect("a ticket");
    let mut socket = Socket::hello(&server.base, &ticket).await;
    let unused = browser.ticket("/desk/ticket").await.expect("a ticket");
    let left = browser.submit("/sign-out", &[]).await;
    assert_eq!(left.status(), StatusCode::SEE_OTHER);
    assert_eq!(socket.closed().await, close::REVOKED);
    assert!(!is_in(&browser).await, "the same cookie again");
    // So is a ticket that was out already.
    let mut late = Socket::open(&server.base).await.expect("opens");
    let hello = ClientFrame::Hello {
        ticket: unused,
        window: WindowKind::Recap,
        resume: Vec::new(),
    };
    late.send(&hello).await;
    assert_eq!(late.closed().await, close::NO_TICKET);
    server.stop().await;
}

#[tokio::test]
async fn ha_9_a_session_ends_on_its_sockets_too() {
    let server = TestServer::start_with(sqlite().await, standing_still()).await;
    let wait = |ms| server.state.services.clock().advance_ms(ms);
    let operator = server.sign_in(&server.world.alpha.operator.0).await;

    let mut idle = operator.socket().await;
    wait(DESK_IDLE_MS - 1_000);
    server.state.live.look_at_sessions().await;
    answers(&mut idle).await;
    wait(1_001);
    server.state.live.look_at_sessions().await;
    assert_eq!(idle.closed().await, close::REVOKED, "an open socket is no use");

    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let mut busy = operator.socket().await;
    for _ in 0..(DESK_ABSOLUTE_MS / (11 * HOUR_MS)) {
        wait(11 * HOUR_MS);
        assert!(is_in(&operator.browser).await);
        server.state.live.look_at_sessions().await;
        answers(&mut busy).await;
    }
    wait(11 * HOUR_MS);
    server.state.live.look_at_sessions().await;
    assert_eq!(busy.closed().await, close::REVOKED, "after a week in any case");
    assert!(!is_in(&operator.browser).await);
    server.stop().await;
}

#[tokio::test]
async fn ha_11_links_are_of_the_configured_origin_whatever_host_is_named() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let request = owner
        .request(Method::POST, "/desk/pages/staff/invite")
        .header(header::HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .form(&[("email", "noor@alpha.example")]);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let page = answer.text().await.expect("a page");
    let own = format!("{}/invite/", server.state.services.public_url());
    assert!(page.contains(&own) && !page.contains("evil.example"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn ha_13_looking_at_an_invitation_accepts_nothing_and_an_old_one_is_none() {
    let server = TestServer::start_with(sqlite().await, standing_still()).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let path = invited(&owner, "noor@alpha.example").await;
    let late = invited(&owner, "piet@alpha.example").await;
    let nobody = server.nobody();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let looked = nobody.request(method, &path).send().await.expect("an answer");
        assert_eq!(looked.status(), StatusCode::OK);
        assert!(set_cookie(&looked, "vitrine").is_none());
    }
    let typed = [("name", "Noor"), ("password", "paper and ink 2026")];
    assert_eq!(nobody.submit(&path, &typed).await.status(), StatusCode::SEE_OTHER);
    assert!(is_in(&nobody).await);
    server.state.services.clock().advance_ms(INVITATION_MS);
    assert_eq!(nobody.get(&late).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(nobody.submit(&late, &typed).await.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn ha_15_of_two_who_set_it_up_at_once_one_does_and_afterwards_nobody() {
    for database in both().await {
        let services = Services::new(database.storage.clone(), standing_still(), "http://127.0.0.1".to_owned());
        let token = setup::begin(&services).await.expect("asks").expect("nobody was here");
        let first = |who: &str| FirstStore {
            store_name: Name::parse(who).expect("fine"),
            slug: Slug::parse(who).expect("fine"),
            origin: None,
            name: Name::parse(who).expect("fine"),
            email: EmailAddress::parse(&format!("{who}@shop.example")).expect("fine"),
            password: "paper and ink 2026".to_owned(),
            language: Language::En,
        };
        let (one, other) = tokio::join!(
            setup::finish(&services, token.reveal(), first("one")),
            setup::finish(&services, token.reveal(), first("other"))
        );
        assert!(one.is_ok() != other.is_ok(), "{}: one of them", database.name);
        let accounts = services
            .storage()
            .read(|s| Box::pin(async move { s.count_accounts(Installation).await }));
        assert_eq!(accounts.await.expect("counts"), 1, "{}", database.name);
        assert!(setup::begin(&services).await.expect("asks").is_none());
        let again = setup::finish(&services, token.reveal(), first("third")).await;
        assert!(again.is_err(), "{}: used up", database.name);
    }
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    for browser in [&server.nobody(), &owner] {
        assert_eq!(browser.get("/setup?token=").await.status(), StatusCode::NOT_FOUND);
        let made = browser.submit("/setup", &[("token", ""), ("slug", "mine")]).await;
        assert_eq!(made.status(), StatusCode::NOT_FOUND);
    }
    server.stop().await;
}

#[tokio::test]
async fn ha_16_no_password_is_too_strange_and_one_of_a_megabyte_is_not_read() {
    let server = TestServer::start(sqlite().await).await;
    let mut wire = Wire::to(&server.base).await;
    let head =
        "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000000\r\n\r\n";
    assert!(wire.write(head.as_bytes()).await);
    let answer = wire.head(Duration::from_secs(10)).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "nothing of it was sent yet: {answer}");

    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let longest = "pässwörd ".repeat(7) + "!";
    assert_eq!(longest.chars().count(), 64);
    for (who, password, joins) in [
        ("common", "Password1234", false),
        ("short", "zwölf", false),
        ("long", longest.as_str(), true),
        ("other", "密码是秘密的，谁也不知道", true),
    ] {
        let email = format!("{who}@alpha.example");
        let path = invited(&owner, &email).await;
        let answer = server.nobody().submit(&path, &[("name", who), ("password", password)]).await;
        let expected = if joins {
            StatusCode::SEE_OTHER
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        assert_eq!(answer.status(), expected, "{who}");
        if joins {
            let signed_in = try_password(&server.nobody(), &email, password).await;
            assert_eq!(signed_in.status(), StatusCode::SEE_OTHER, "{who}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn ha_18_cookies_are_bound_to_this_host_and_hidden_from_scripts() {
    let set = [("VITRINE_PUBLIC_URL", "https://chat.example")];
    let server = TestServer::start_set(sqlite().await, Clock::system(), &set).await;
    let email = server.world.alpha.operator.0.clone();
    let answer = try_password(&server.nobody(), &email, PASSWORD).await;
    let (token, said) = set_cookie(&answer, "__Host-vitrine").expect("a session");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let leads_to = answer.headers()[header::LOCATION].to_str().expect("text");
    assert!(!said.contains("Domain") && !leads_to.contains(&token), "{leads_to}");

    let visitor = server.visitor(&server.world.alpha);
    let answer = visitor.ask("start", &Begin::Message(message("Hello"))).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let (_, said) = set_cookie(&answer, "__Host-lcv-alpha").expect("a session");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("Domain"), "{said}");
    server.stop().await;
}

#[tokio::test]
async fn hb_9_whoever_turns_to_another_store_hears_nothing_more_of_this_one() {
    let server = TestServer::start(sqlite().await).await;
    let services = &server.state.services;
    let (email, account) = server.world.beta.owner.clone();
    let (alpha, at) = (StoreScope(server.world.alpha.id), services.clock().now());
    let joined = services.storage().write(move |tx| {
        Box::pin(async move {
            tx.join_staff(alpha, account, Role::Operator, at).await?;
            Ok::<_, StorageError>(())
        })
    });
    joined.await.expect("joins");
    let shopper = server.visitor(&server.world.alpha);
    let conv = shopper.leave("Hello").await.expect("leaves").conversation.id;
    let person = server.sign_in(&email).await;
    let turn_to = |store: String| {
        let browser = person.browser.clone();
        async move { browser.submit("/desk/switch", &[("store", store.as_str())]).await.status() }
    };
    assert_eq!(turn_to(server.world.alpha.id.to_string()).await, StatusCode::SEE_OTHER);
    let mut socket = person.socket().await;
    let sub = ClientFrame::Sub {
        conv,
        aud: Audience::All,
        epoch: None,
        after_seq: None,
    };
    socket.send(&sub).await;
    socket.until(|frame| matches!(frame, ServerFrame::Sync { .. }).then_some(())).await;
    assert_eq!(turn_to(server.world.beta.id.to_string()).await, StatusCode::SEE_OTHER);
    let code = loop {
        match socket.next().await {
            Ok(frame) => assert!(!matches!(frame, ServerFrame::Ev { .. }), "{frame:?}"),
            Err(code) => break code,
        }
    };
    assert_eq!(code, close::REVOKED);
    // And by the door beside it neither.
    shopper.post(conv, new_id(), "Not for them any more").await.expect("posts");
    let events = person.browser.get(&format!("/desk/events?conversation={conv}")).await;
    assert_eq!(events.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}

/// Every name in an answer.
fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(name.clone());
                names(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn hb_12_no_answer_has_a_hash_a_secret_or_somebodys_whole_address() {
    let server = TestServer::start(sqlite().await).await;
    let shopper = server.visitor(&server.world.alpha);
    let conversation = shopper.leave("Hello").await.expect("leaves").conversation.id;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let about = json!({"conversation": conversation});
    let mut answers = Vec::new();
    for (name, arguments) in [
        ("recap", json!({})),
        ("inbox", json!({"folder": "all", "after": null})),
        ("open_conversation", about.clone()),
        ("configuration", json!({})),
        ("colleagues", json!({})),
        ("customer_card", json!({"of": about})),
        ("customers", json!({"search": "", "after": null})),
        ("history", json!({"query": {}})),
    ] {
        let answer: Value = owner
            .call(name, &arguments)
            .await
            .unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        answers.push((name, answer));
    }
    let events = shopper.request(Method::GET, &format!("{}?conversation={conversation}", shopper.path("events")));
    let events = events.send().await.expect("an answer");
    answers.push(("events", events.json().await.expect("JSON")));
    for (what, answer) in answers {
        let mut found = Vec::new();
        names(&answer, &mut found);
        for name in found {
            let telling = ["token", "sha256", "hash", "password", "secret"]
                .iter()
                .any(|word| name.contains(word));
            assert!(!telling && name != "ip", "{what}: {name}");
        }
        assert!(!answer.to_string().contains("\"127.0.0.1\""), "{what}: {answer}");
    }
    server.stop().await;
}
