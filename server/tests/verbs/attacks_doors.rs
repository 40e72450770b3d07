//! Attacks on sockets, pages and patience, as hardening.md C, D, F, G, H and I list them and no other file has them.

use std::time::Duration;

use futures::future::join_all;
use model::{
    desk::WindowKind,
    event::{Audience, EventKind},
    id::{ClientId, ConversationId},
    limits::VISITOR_CONNECTIONS_MAX,
    party::Author,
    post::PostKind,
    refusal::Refusal,
    wire::{ClientFrame, ServerFrame, close},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use service::{Clock, Party, clock::new_id, conversation, duty, retention, staff};
use testkit::{Socket, TestServer, Visitor, Wire, sqlite};
use tokio::{net::TcpListener, time::timeout};

use super::{
    attacks_accounts::answers,
    body, message,
    post::{carry, folder, leave, letters},
    scenes,
};

/// A server that gives each client what it gives everybody.
async fn strict() -> TestServer {
    TestServer::start_set(sqlite().await, Clock::system(), &[("VITRINE_RATE_FACTOR", "1")]).await
}

fn send(conv: ConversationId, text: &str) -> ClientFrame {
    ClientFrame::Send {
        conv,
        aud: Audience::All,
        cid: new_id(),
        body: body(text),
    }
}

fn sub(conv: ConversationId) -> ClientFrame {
    ClientFrame::Sub {
        conv,
        aud: Audience::All,
        epoch: None,
        after_seq: None,
    }
}

#[tokio::test]
async fn hf_2_without_a_ticket_a_socket_is_nobodys() {
    let server = TestServer::start(sqlite().await).await;
    let left = server.visitor(&server.world.alpha).leave("Mine").await.expect("leaves");
    let hello = |ticket: &str| ClientFrame::Hello {
        ticket: ticket.to_owned(),
        window: WindowKind::Recap,
        resume: Vec::new(),
    };
    // Not even what the cookie holds is a ticket.
    for first in [hello(""), hello("guessed"), hello(&left.pass.token), sub(left.conversation.id)] {
        let mut socket = Socket::open(&server.base).await.expect("opens");
        socket.send(&first).await;
        assert_eq!(socket.closed().await, close::NO_TICKET, "{first:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn hf_5_hi_2_a_flood_is_refused_then_cut_and_nobody_else_notices() {
    let server = strict().await;
    let (flooding, quiet) = (server.visitor(&server.world.alpha), server.visitor(&server.world.alpha));
    let conv = flooding.leave("Hello").await.expect("leaves").conversation.id;
    let other = quiet.leave("Hello").await.expect("leaves").conversation.id;
    let (mut flood, mut calm) = (flooding.socket().await, quiet.socket().await);
    let (mut sent, mut slowed, mut cut) = (0, 0, None);
    'flood: for n in 0..200 {
        flood.send(&send(conv, &format!("message {n}"))).await;
        // Each has its answer, until there is none any more.
        loop {
            match flood.next().await {
                Ok(ServerFrame::Sent { .. }) => sent += 1,
                Ok(ServerFrame::Nack {
                    code: Refusal::TooFast { .. },
                    ..
                }) => slowed += 1,
                Ok(_) => continue,
                Err(code) => {
                    cut = Some(code);
                    break 'flood;
                }
            }
            break;
        }
    }
    assert_eq!(cut, Some(close::TOO_MANY));
    assert!(sent <= 12 && slowed > 0, "{sent} were taken, {slowed} were slowed down");
    calm.send(&send(other, "and I?")).await;
    calm.until(|frame| matches!(frame, ServerFrame::Sent { .. }).then_some(())).await;
    server.stop().await;
}

#[tokio::test]
async fn hf_6_of_fifty_sockets_of_one_visitor_the_newest_stay() {
    let server = TestServer::start(sqlite().await).await;
    let visitor = server.visitor(&server.world.alpha);
    visitor.leave("Hello").await.expect("leaves");
    let mut sockets = Vec::new();
    for _ in 0..50 {
        sockets.push(visitor.socket().await);
    }
    let newest = sockets.split_off(50 - VISITOR_CONNECTIONS_MAX);
    for mut socket in sockets {
        assert_eq!(socket.closed().await, close::TOO_MANY);
    }
    for mut socket in newest {
        answers(&mut socket).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn hf_8_what_a_client_adds_to_a_frame_reaches_nobody() {
    let server = TestServer::start(sqlite().await).await;
    let visitor = server.visitor(&server.world.alpha);
    let conv = visitor.leave("Hello").await.expect("leaves").conversation.id;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let mut desk = operator.socket().await;
    desk.send(&sub(conv)).await;
    desk.until(|frame| matches!(frame, ServerFrame::Sync { .. }).then_some(())).await;
    let cid: ClientId = new_id();
    let raw = json!({"send": {
        "conv": conv, "cid": cid, "body": "<b>bold</b>", "author": "system", "seq": 1, "evil": "⟦mine⟧", "kind": {"closed": {}},
    }});
    let mut socket = visitor.socket().await;
    socket.text(&raw.to_string()).await;
    let event = desk
        .until(|frame| match frame {
            ServerFrame::Ev { event, .. } => Some(event.clone()),
            _ => None,
        })
        .await;
    assert_eq!(event.author, Author::Shopper);
    assert_eq!(event.kind, EventKind::Posted { body: body("<b>bold</b>") });
    let events = operator.browser.get(&format!("/desk/events?conversation={conv}")).await;
    assert!(!events.text().await.expect("text").contains("⟦mine⟧"));
    server.stop().await;
}

#[tokio::test]
async fn hg_7_no_other_site_may_read_what_a_cookie_opens() {
    let server = TestServer::start(sqlite().await).await;
    let client = reqwest::Client::new();
    let evil = |method: Method, path: &str| {
        let request = client.request(method, format!("{}{path}", server.base));
        request
            .header(header::ORIGIN, "https://evil.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
    };
    for path in [
        "/fn/recap",
        "/w/alpha/session",
        "/w/alpha/start",
        "/desk/ticket",
        "/sign-in",
        "/api/v1/me",
        "/files/1",
    ] {
        for method in [Method::OPTIONS, Method::GET] {
            let answer = evil(method, path).send().await.expect("an answer");
            let allowed = answer
                .headers()
                .keys()
                .any(|name| name.as_str().starts_with("access-control-allow"));
            assert!(!allowed, "{path}: {:?}", answer.headers());
        }
    }
    let status = evil(Method::GET, "/status/alpha").send().await.expect("an answer");
    assert_eq!(status.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(!status.headers().contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    assert!(!status.headers().contains_key(header::SET_COOKIE));
    server.stop().await;
}

#[tokio::test]
async fn hc_15_hk_4_pages_load_pictures_from_here_only_and_nothing_of_the_inside_is_served() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    for path in ["/", "/sign-in", "/desk", "/desk/pages/mail", "/widget/alpha", "/c/alpha"] {
        let answer = owner.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        for part in ["default-src 'none'", "img-src 'self' blob:;"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
    }
    for path in [
        "/metrics",
        "/debug",
        "/debug/pprof",
        "/server-status",
        "/.env",
        "/.git/config",
        "/config",
    ] {
        assert_eq!(owner.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn hd_6_hd_14_no_archive_is_taken_and_the_same_file_elsewhere_is_another() {
    let server = TestServer::start(sqlite().await).await;
    let (here, there) = (server.visitor(&server.world.alpha), server.visitor(&server.world.beta));
    let conv = here.leave("Hello").await.expect("leaves").conversation.id;
    let zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00 and much more of nothing";
    for (name, bytes) in [
        ("bomb.zip", &zip[..]),
        ("offer.docx", &zip[..]),
        ("notes.txt", &zip[..]),
        ("notes.pdf", &zip[..]),
        ("photo.png", &zip[..]),
        ("all.tar.gz", &b"\x1f\x8b\x08\x00\x00\x00\x00\x00"[..]),
        ("all.7z", &b"7z\xbc\xaf\x27\x1c\x00\x04"[..]),
        ("all.rar", &b"Rar!\x1a\x07\x01\x00"[..]),
    ] {
        assert!(here.give(conv, name, bytes).await.is_err(), "{name}");
    }
    let elsewhere = there.leave("Hello").await.expect("leaves").conversation.id;
    let same = b"the same words, to the letter";
    for (visitor, conv) in [(&here, conv), (&there, elsewhere)] {
        let given = visitor.give(conv, "note.txt", same).await.expect("takes");
        assert!(!given.dup, "nobody learns that somebody else has it");
    }
    server.stop().await;
}

#[tokio::test]
async fn hh_1_addresses_in_messages_are_asked_by_nobody() {
    let server = TestServer::start(sqlite().await).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let links: Vec<String> = (0..50).map(|n| format!("http://{address}/{n}.png")).collect();
    let visitor = server.visitor(&server.world.alpha);
    let conv = visitor.leave(&links.join(" ")).await.expect("leaves").conversation.id;
    visitor.post(conv, new_id(), &links.join("\n")).await.expect("posts");
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let _: Value = owner
        .call("open_conversation", &json!({"conversation": conv}))
        .await
        .expect("opens");
    owner.browser.get(&format!("/desk/offline-messages/{conv}")).await;
    visitor.request(Method::GET, "/c/alpha").send().await.expect("an answer");
    assert!(
        timeout(Duration::from_millis(500), listener.accept()).await.is_err(),
        "somebody asked"
    );
    server.stop().await;
}

#[tokio::test]
async fn hi_1_two_hundred_starts_from_one_address_are_two_dozen() {
    let server = strict().await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    operator.go_online().await;
    let (mut begun, mut held) = (0, 0);
    for _ in 0..200 {
        match Visitor::new(&server.base, "alpha").start("Bot").await {
            Ok(_) | Err(Refusal::StoreFull) => begun += 1,
            Err(Refusal::TooFast { .. }) => held += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(begun <= 24 && begun + held == 200, "{begun} began, {held} were held");
    server.stop().await;
}

#[tokio::test]
async fn hi_3_a_search_is_words_whatever_is_typed() {
    let server = TestServer::start(sqlite().await).await;
    server
        .visitor(&server.world.alpha)
        .leave("Do you ship to Texel?")
        .await
        .expect("leaves");
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    for typed in [
        "%%%%".to_owned(),
        "_".repeat(100),
        "x".repeat(10_000),
        "word ".repeat(2_000),
        "(a+)+$".to_owned(),
        "\" OR 1=1 --".to_owned(),
        "* NEAR( ^ {a} : -b".to_owned(),
        "'; DROP TABLE event; --".to_owned(),
        "\u{0}\u{202E}\u{FFFF}".to_owned(),
    ] {
        for (name, arguments) in [
            ("history", json!({"query": {"search": typed}})),
            ("customers", json!({"search": typed, "after": null})),
        ] {
            // A refusal is an answer, too; what is broken panics in `call`.
            let answer: Result<Value, Refusal> = owner.call(name, &arguments).await;
            if let Ok(found) = answer {
                assert!(!found.to_string().contains("Texel"), "{name}: {typed}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn hi_5_what_is_large_deep_or_in_pieces_is_refused() {
    let server = TestServer::start(sqlite().await).await;
    let mut wire = Wire::to(&server.base).await;
    let head = "POST /w/alpha/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1048576\r\n\r\n{";
    assert!(wire.write(head.as_bytes()).await);
    assert!(wire.head(Duration::from_secs(10)).await.starts_with("HTTP/1.1 413"));

    let visitor = server.visitor(&server.world.alpha);
    let conv = visitor.leave("Hello").await.expect("leaves").conversation.id;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let keys: Vec<String> = (0..4_000).map(|n| format!("\"k{n}\":{n}")).collect();
    for nonsense in ["[".repeat(20_000), "{\"a\":".repeat(8_000), format!("{{{}}}", keys.join(","))] {
        for path in ["/w/alpha/start", "/w/alpha/messages", "/w/alpha/session", "/w/alpha/rating"] {
            let request = visitor.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
            let status = request.body(nonsense.clone()).send().await.expect("an answer").status();
            // A session is asked for with fields that may all be missing.
            assert!(
                status.is_client_error() || (path == "/w/alpha/session" && status.is_success()),
                "{path}: {status}"
            );
        }
        let request = owner.browser.request(Method::POST, "/fn/open_conversation");
        let request = request.header(header::CONTENT_TYPE, "application/json").body(nonsense.clone());
        let status = request.send().await.expect("an answer").status();
        assert!(status.is_client_error(), "/fn/open_conversation: {status}");
    }
    let parts = "--x\r\n\r\n\r\n".repeat(5_000) + "--x--\r\n";
    let request = visitor.request(Method::POST, &visitor.path("files"));
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x").body(parts);
    let status = request.send().await.expect("an answer").status();
    assert!(status.is_client_error(), "{status}");
    // Nothing of it hurt anybody.
    visitor.post(conv, new_id(), "Still here").await.expect("posts");
    server.stop().await;
}

#[tokio::test]
async fn hi_7_of_twenty_who_take_a_chat_one_has_it() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let owner = scene.actor(true);
        duty::go_on(&scene.services, &owner, WindowKind::Recap).await.expect("goes on duty");
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        let takes = (0..20).map(|n| {
            let (services, who) = (scene.services.clone(), if n % 2 == 0 { operator.clone() } else { owner.clone() });
            async move { conversation::take(&services, &who, id).await.map(|()| who.account) }
        });
        let mut winners: Vec<_> = join_all(takes).await.into_iter().filter_map(Result::ok).collect();
        winners.dedup();
        assert_eq!(winners.len(), 1, "{}: {winners:?}", scene.name);
        let taken = scene.log(id).await.iter().filter(|(_, kind)| kind.code() == "taken").count();
        assert_eq!(taken, 1, "{}", scene.name);
    }
}

#[tokio::test]
async fn hi_10_a_clock_that_jumps_does_each_thing_once() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        scene.online().await;
        leave(&scene, message("Do you ship to Texel?")).await;
        for step_ms in [0, 86_400_000, -2 * 86_400_000, 86_400_000] {
            scene.services.clock().advance_ms(step_ms);
            for _ in 0..3 {
                carry(&scene.services).await;
                duty::tick(&scene.services).await.expect("ticks");
                retention::sweep(&scene.services).await.expect("sweeps");
            }
            let sent = letters(&scene, PostKind::OfflineMessage).await;
            assert_eq!(sent.len(), 1, "{}: after {step_ms} ms", scene.name);
        }
    }
}

/// HA-20, and F22 of the faults: the right goes while words are on their way. What was acknowledged is there, what was not is not, and
/// after the answer nothing more comes.
#[tokio::test]
async fn ha_20_a_right_that_is_taken_in_the_middle_of_it_leaves_nothing_half_done() {
    for scene in scenes().await {
        let owner = scene.actor(true);
        duty::go_on(&scene.services, &owner, WindowKind::Recap).await.expect("goes on duty");
        for round in 0..10 {
            let operator = scene.online().await;
            let (id, shopper) = scene.chat().await;
            scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
            let party = Party::Desk(operator.clone());
            let says = join_all((0..8).map(|_| scene.say(&party, id, new_id(), "a word")));
            let (said, switched) = tokio::join!(says, staff::set_live_chat(&scene.services, &owner, operator.account, false));
            switched.expect("switches off");
            let late = scene.say(&party, id, new_id(), "too late").await;
            assert_eq!(late, Err(Refusal::NotAllowed), "{}, round {round}", scene.name);
            let acknowledged = said.iter().filter(|said| said.is_ok()).count();
            let posted = scene.log(id).await.iter().filter(|(_, kind)| kind.code() == "posted").count();
            assert_eq!(posted, 1 + acknowledged, "{}, round {round}: {said:?}", scene.name);
            staff::set_live_chat(&scene.services, &owner, operator.account, true)
                .await
                .expect("switches on");
            conversation::take(&scene.services, &operator, id).await.expect("takes");
            conversation::end(&scene.services, &operator, id).await.expect("ends");
        }
    }
}
