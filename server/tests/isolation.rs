//! Two stores never meet: every route, server function and socket command is tried by four persons who may not, and answers them as it
//! answers for something that does not exist.

use model::{
    event::{Audience, Mark},
    id::{ConversationId, Seq},
    text::Body,
    wire::{ClientFrame, ServerFrame},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::policy::{Policy, SERVER_FUNCTIONS, policy_of_frame};
use service::{accounts, clock::new_id, secret::Secret};
use testkit::{Browser, Operator, Socket, TestServer, Visitor, sqlite, with_file};

/// Stands in every text of the store that must stay its own.
const CANARY: &str = "⟦alpha-canary⟧";

/// An answer without what may differ between two askings.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    headers: Vec<String>,
    body: String,
}

async fn answer(response: reqwest::Response, conversation: ConversationId) -> Answer {
    let mut headers: Vec<String> = response.headers().keys().map(ToString::to_string).collect();
    headers.sort();
    let status = response.status().as_u16();
    let body = response.text().await.expect("a body").replace(&conversation.to_string(), "ID");
    assert!(!body.contains(CANARY), "{body}");
    Answer { status, headers, body }
}

/// One asking of a route, about a conversation. A route without a line here fails the test.
fn sample(browser: &Browser, method: &Method, path: &str, conversation: ConversationId) -> reqwest::RequestBuilder {
    let cid: model::id::ClientId = new_id();
    let to = path
        .replace("{store}", "alpha")
        .replace("{*page}", &format!("messages/{conversation}"))
        .replace("{token}", "guessed")
        .replace("{conversation}", &conversation.to_string())
        .replace("{number}", "M-20418")
        .replace("{name}", "open_conversation");
    let ask = |query: &str, body: Option<Value>| {
        let request = browser.request(method.clone(), &format!("{to}{query}"));
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    };
    match (method.as_str(), path) {
        ("POST", "/w/{store}/messages" | "/desk/messages") => {
            ask("", Some(json!({"conversation": conversation, "cid": cid, "body": "mine now"})))
        }
        ("GET", "/w/{store}/events" | "/desk/events") => ask(&format!("?conversation={conversation}&after=0"), None),
        ("POST", "/w/{store}/read") => ask(
            "",
            Some(json!({"conversation": conversation, "mark": {"got_seq": 1, "read_seq": 1}})),
        ),
        ("POST", "/w/{store}/rating") => ask("", None).form(&[("conversation", conversation.to_string()), ("stars", "5".to_owned())]),
        ("POST", "/w/{store}/files" | "/desk/files") => with_file(ask("", None), conversation, cid, "mine.txt", b"mine now"),
        ("GET", "/files/{id}") => browser.request(Method::GET, &format!("/files/{conversation}")),
        ("POST", "/w/{store}/end" | "/fn/{name}") => ask("", Some(json!({"conversation": conversation}))),
        ("POST", "/w/{store}/session") => ask("", Some(json!({}))),
        ("POST", "/w/{store}/start") => ask("", Some(json!({"chat": {"cid": cid, "name": null, "email": null}}))),
        ("POST", "/w/{store}/ticket" | "/desk/ticket") | ("GET", "/widget/{store}" | "/c/{store}" | "/widget/{store}/order" | "/c/{store}/order" | "/desk" | "/desk/messages" | "/desk/{*page}" | "/invite/{token}" | "/m/{token}") => {
            ask("", None)
        }
        // Another number each time: wrong facts are counted per number, whoever types them, and the sixth is answered differently.
        ("POST", "/w/{store}/order") => ask("", None).form(&[("number", cid.to_string()), ("fact", "jane@customer.example".to_owned())]),
        ("POST", "/desk/preview") => ask("", None).body(format!(
            "draft={}",
            json!({"configuration": {"settings": {}, "texts": [{}, {}, {}, {}], "default_language": "en"}, "face": "online", "language": "en"})
        )),
        (
            "GET",
            "/desk/pages/api-keys"
            | "/desk/pages/imports"
            | "/desk/pages/webhooks"
            | "/desk/pages/senders"
            | "/desk/pages/arrived"
            | "/desk/pages/mail"
            | "/desk/pages/your-site"
            | "/desk/pages/privacy"
            | "/desk/pages/staff"
            | "/api/openapi.json"
            | "/api/v1/orders"
            | "/api/v1/conversations",
        )
        | ("POST", "/desk/pages/api-keys/hook" | "/desk/pages/mail/test" | "/desk/pages/your-site/secret")
        | ("GET" | "POST", "/unsubscribe/{token}") => ask("", None),
        ("POST", "/desk/pages/webhooks") => {
            ask("", None).form(&[("url", "https://hooks.evil.example/in"), ("message.created", "on")])
        }
        ("POST", path)
            if path.starts_with("/desk/pages/webhooks/") || matches!(path, "/desk/pages/mail/retry" | "/desk/pages/api-keys/revoke") =>
        {
            ask("", None).form(&[("id", conversation.to_string())])
        }
        ("POST", "/desk/pages/your-site" | "/desk/pages/your-site/remove") => ask("", None).form(&[("origin", "https://evil.example")]),
        ("POST", "/desk/pages/privacy") => ask("", None).form(&[
            ("chats", "1"),
            ("messages", "1"),
            ("connections", "1"),
            ("mails", "1"),
            ("rev", "0"),
            ("deed", "save"),
        ]),
        ("POST", "/desk/pages/privacy/person" | "/desk/pages/privacy/erase") => {
            ask("", None).form(&[("by", "email"), ("who", "jane@customer.example")])
        }
        ("POST", "/desk/pages/staff/invite") => ask("", None).form(&[("email", "somebody@evil.example")]),
        ("POST", path) if path.starts_with("/desk/pages/staff/") || path == "/desk/pages/privacy/unblock" => {
            let id = conversation.to_string();
            ask("", None).form(&[("whom", id.as_str()), ("invitation", id.as_str()), ("conversation", id.as_str())])
        }
        ("POST", "/desk/pages/api-keys") => ask("", None).form(&[("name", "mine")]),
        ("POST", "/desk/pages/imports") => ask("", None).form(&[("kind", "customers"), ("deed", "take")]),
        ("GET" | "PUT", "/api/v1/customers/{external_id}" | "/api/v1/orders/{number}") => {
            let path = path.replace("{external_id}", "C-1").replace("{number}", "2041");
            browser.request(method.clone(), &path).json(&json!({"name": "mine now"}))
        }
        ("GET", "/api/v1/conversations/{id}" | "/api/v1/conversations/{id}/events") => {
            browser.request(Method::GET, &path.replace("{id}", &conversation.to_string()))
        }
        ("POST", "/api/v1/conversations/{id}/messages") => browser
            .request(Method::POST, &path.replace("{id}", &conversation.to_string()))
            .json(&json!({"text": "mine now"})),
        ("POST", "/api/v1/hook/{store}") => ask("", Some(json!({"type": "customer.upserted", "data": {"external_id": "C-1"}}))),
        ("POST", "/desk/privacy/export") => ask("", None).form(&[("by", "email"), ("who", "jane@customer.example")]),
        ("POST", "/invite/{token}") => ask("", None).form(&[("name", "Somebody"), ("password", "correct horse")]),
        ("GET", "/desk/history/export.csv" | "/desk/history/export.json") => ask("?search=canary", None),
        ("POST", "/m/{token}") => ask("", None).form(&[("choice", "send")]),
        ("GET", "/desk/pages/arrived/{id}") => browser.request(Method::GET, &path.replace("{id}", &conversation.to_string())),
        ("POST", "/desk/pages/senders" | "/desk/pages/senders/code" | "/desk/pages/senders/new-code") => {
            ask("", None).form(&[("shop_email", "evil@elsewhere.example"), ("code", "123456")])
        }
        ("GET", path) if path.starts_with("/account") => ask("", None),
        ("POST", path) if path.starts_with("/account") => ask("", None).form(&[("message", "mine now"), ("token", "guessed")]),
        ("GET", "/setup") => ask("?token=guessed", None),
        ("POST", "/setup") => ask("", None).form(&[("token", "guessed"), ("slug", "mine"), ("password", "correct horse")]),
        _ => panic!("{method} {path} has no sample: write one, so that it is tried by those who may not"),
    }
}

struct Scene {
    server: TestServer,
    secret: ConversationId,
}

async fn scene() -> Scene {
    let server = TestServer::start(sqlite().await).await;
    let shopper = server.visitor(&server.world.alpha);
    let left = shopper.leave(CANARY).await.expect("leaves a message");
    Scene {
        secret: left.conversation.id,
        server,
    }
}

/// The four persons. A person may come in several guises.
async fn strangers(scene: &Scene) -> Vec<(&'static str, Browser)> {
    let server = &scene.server;
    let beta = server.visitor(&server.world.beta);
    let of_beta = beta.leave("something of beta's own").await.expect("leaves a message");
    // The same visitor, who moves the token of beta into a header and asks alpha with it.
    let moved = Visitor::new(&server.base, "alpha");
    let moved = moved.browser.with_header("x-vitrine-session", &of_beta.pass.token);
    let deactivated = server.sign_in(&server.world.alpha.operator.0).await;
    accounts::deactivate(&server.state.services, server.world.alpha.operator.1)
        .await
        .expect("deactivates");
    let cookie = server
        .nobody()
        .with_header("cookie", &format!("lcv-beta={0}; lcv-alpha={0}", of_beta.pass.token));
    vec![
        ("nobody", server.nobody()),
        ("visitor of the other store", cookie),
        ("visitor of the other store, token moved", moved),
        ("member of the other store", member_of_beta(server).await),
        (
            "operator of the other store",
            server.sign_in(&server.world.beta.operator.0).await.browser,
        ),
        ("deactivated", deactivated.browser),
    ]
}

/// Somebody in the member centre of beta, who moves the cookie to alpha's name too.
async fn member_of_beta(server: &TestServer) -> Browser {
    let (store, at, token) = (server.world.beta.id, server.state.services.clock().now(), Secret::new());
    let new = storage::NewCustomer {
        id: new_id(),
        external_id: "C-1".to_owned(),
        name: None,
        email: None,
        language: None,
    };
    let hash = token.hash();
    let written = server.state.services.storage().write(move |tx| {
        Box::pin(async move {
            let customer = tx.upsert_customer(storage::StoreScope(store), &new, at).await?;
            let scope = storage::MemberScope {
                store,
                customer,
                reach: storage::MemberReach::All,
            };
            tx.insert_member_session(scope, &hash, at, at.plus_ms(60_000)).await
        })
    });
    written.await.expect("inserts");
    server
        .nobody()
        .with_header("cookie", &format!("lcm-beta={0}; lcm-alpha={0}", token.reveal()))
}

async fn log_of(scene: &Scene) -> (i64, usize) {
    let store = storage::StoreScope(scene.server.world.alpha.id);
    let id = scene.secret;
    let events = scene
        .server
        .state
        .services
        .storage()
        .read(|s| Box::pin(async move { s.events_after(store, id, Audience::All, Seq::ZERO, 100).await }))
        .await
        .expect("reads");
    (events.last().map_or(0, |e| e.seq.0), events.len())
}

#[tokio::test]
async fn hb_1_hb_2_every_route_answers_strangers_as_for_something_that_does_not_exist() {
    let scene = scene().await;
    let before = log_of(&scene).await;
    let mut tried = 0;
    for (who, browser) in strangers(&scene).await {
        for route in &scene.server.routes {
            // Signing out is about nobody's things but one's own session; it would only end the walk of this stranger.
            if matches!(route.policy, Policy::Public | Policy::Ticket) || route.path == "/sign-out" {
                continue;
            }
            let (theirs, nowhere) = (scene.secret, new_id());
            let about_theirs = answer(
                sample(&browser, &route.method, route.path, theirs).send().await.expect("an answer"),
                theirs,
            )
            .await;
            let about_nothing = answer(
                sample(&browser, &route.method, route.path, nowhere)
                    .send()
                    .await
                    .expect("an answer"),
                nowhere,
            )
            .await;
            let what = format!("{who}: {} {}", route.method, route.path);
            assert_eq!(about_theirs.status, about_nothing.status, "{what}");
            assert_eq!(about_theirs.headers, about_nothing.headers, "{what}");
            // Pages that hold something of the asker's own differ from one asking to the next by themselves.
            let own_page = matches!(route.policy, Policy::Visitor) || (who.starts_with("operator") && route.path.starts_with("/desk"));
            if !own_page {
                assert_eq!(about_theirs.body, about_nothing.body, "{what}");
            }
            match route.policy {
                Policy::OwnConversation | Policy::Setup | Policy::Link => assert_eq!(about_theirs.status, 404, "{what}"),
                Policy::ApiKey(_) | Policy::Signed => assert_eq!(about_theirs.status, 401, "{what}"),
                _ => assert!(about_theirs.status < 500, "{what}: {about_theirs:?}"),
            }
            tried += 1;
        }
    }
    assert_eq!(log_of(&scene).await, before, "nobody changed anything");
    assert!(tried >= 5 * 15, "{tried} tries");
}

#[tokio::test]
async fn hb_2_every_server_function_refuses_strangers() {
    let scene = scene().await;
    let before = log_of(&scene).await;
    let arguments = |path: &str, conversation: ConversationId| match path {
        "/fn/inbox" => json!({"folder": "all", "after": null}),
        "/fn/go_on_duty" => json!({"window": "recap"}),
        "/fn/open_conversation"
        | "/fn/take_conversation"
        | "/fn/end_conversation"
        | "/fn/reopen_conversation"
        | "/fn/blocked_in_conversation"
        | "/fn/order_choices" => json!({"conversation": conversation}),
        "/fn/keep_window" => json!({"window": {"id": conversation, "draft": "mine", "place": "open"}}),
        "/fn/history" => json!({"query": {"search": "canary"}}),
        "/fn/history_line" => json!({"conversation": conversation, "before": null}),
        "/fn/delete_history" => json!({"conversations": [conversation]}),
        "/fn/save_configuration" => {
            json!({"configuration": {"settings": {}, "texts": [{}, {}, {}, {}], "default_language": "en"}})
        }
        "/fn/set_language" => json!({"language": "nl"}),
        "/fn/set_theme" => json!({"theme": "dark"}),
        "/fn/configuration" | "/fn/help" | "/fn/colleagues" | "/fn/canned_replies" | "/fn/recap" | "/fn/leave_duty" => json!({}),
        "/fn/vote_article" => json!({"article": "embed", "helpful": true}),
        "/fn/save_conversation" | "/fn/block_in_conversation" | "/fn/set_legal_hold" => json!({"conversation": conversation, "on": true}),
        "/fn/set_muted" => json!({"muted": true}),
        "/fn/move_conversation" => json!({"conversation": conversation, "order": null}),
        "/fn/transfer_conversation" => json!({"conversation": conversation, "to": conversation}),
        "/fn/save_canned_reply" => {
            json!({"draft": {"id": null, "own": false, "shortcut": "mine", "texts": [["en", "mine now"]]}})
        }
        "/fn/remove_canned_reply" => json!({"reply": conversation}),
        "/fn/customer_card" => json!({"of": {"conversation": conversation}}),
        "/fn/change_customer_card" => {
            json!({"of": {"conversation": conversation}, "deed": {"register": {"phone": "", "email": "mine@evil.example"}}})
        }
        "/fn/customers" => json!({"search": "canary", "after": null}),
        "/fn/order" => json!({"order": conversation}),
        other => panic!("{other} has no sample"),
    };
    for (who, browser) in strangers(&scene).await {
        for (path, _) in SERVER_FUNCTIONS {
            let nowhere = new_id();
            let theirs = answer(browser.post(path, &arguments(path, scene.secret)).await, scene.secret).await;
            let nothing = answer(browser.post(path, &arguments(path, nowhere)).await, nowhere).await;
            let what = format!("{who}: {path}");
            assert_eq!((theirs.status, &theirs.headers), (nothing.status, &nothing.headers), "{what}");
            if who.starts_with("operator") {
                // They are somebody at their own store; about alpha's conversation they get what they get about none.
                if path.ends_with("_conversation") {
                    assert_eq!(theirs, nothing, "{what}");
                    assert_eq!(theirs.status, 404, "{what}");
                }
            } else {
                assert_eq!(theirs.status, 401, "{what}: {theirs:?}");
            }
        }
    }
    assert_eq!(log_of(&scene).await, before, "nobody changed anything");
}

/// What a socket says to a frame, as far as it says anything: asked for a `Gone` afterwards, so that silence can be told from lateness.
async fn says(socket: &mut Socket, frame: ClientFrame, id: ConversationId) -> Vec<String> {
    socket.send(&frame).await;
    let fence: ConversationId = new_id();
    socket
        .send(&ClientFrame::Sub {
            conv: fence,
            aud: Audience::All,
            epoch: None,
            after_seq: None,
        })
        .await;
    let mut said = Vec::new();
    loop {
        let frame = socket.next().await.expect("stays open");
        if frame == (ServerFrame::Gone { conv: fence }) {
            return said;
        }
        let text = serde_json::to_string(&frame).expect("serialises");
        assert!(!text.contains(CANARY), "{text}");
        said.push(text.replace(&id.to_string(), "ID"));
    }
}

#[tokio::test]
async fn hb_7_every_socket_command_is_deaf_to_strangers() {
    let scene = scene().await;
    let before = log_of(&scene).await;
    let server = &scene.server;
    let visitor = server.visitor(&server.world.beta);
    visitor.leave("something of beta's own").await.expect("leaves a message");
    let operator: Operator = server.sign_in(&server.world.beta.operator.0).await;
    for mut socket in [visitor.socket().await, operator.socket().await] {
        let cid = new_id();
        let mark = Mark { got: Seq(1), read: Seq(1) };
        let frames = |conv: ConversationId| {
            vec![
                ClientFrame::Sub {
                    conv,
                    aud: Audience::All,
                    epoch: None,
                    after_seq: None,
                },
                ClientFrame::Sub {
                    conv,
                    aud: Audience::Desk,
                    epoch: None,
                    after_seq: Some(Seq(0)),
                },
                ClientFrame::Send {
                    conv,
                    aud: Audience::All,
                    cid,
                    body: Body::parse("mine now").expect("fine"),
                },
                ClientFrame::Send {
                    conv,
                    aud: Audience::Desk,
                    cid,
                    body: Body::parse("mine now").expect("fine"),
                },
                ClientFrame::Read { conv, mark },
                ClientFrame::Typing { conv, on: true },
                ClientFrame::Unsub { conv, aud: Audience::All },
            ]
        };
        let nowhere = new_id();
        for (theirs, nothing) in frames(scene.secret).into_iter().zip(frames(nowhere)) {
            assert!(!matches!(policy_of_frame(&theirs), Policy::Public));
            let name = format!("{theirs:?}");
            assert_eq!(
                says(&mut socket, theirs, scene.secret).await,
                says(&mut socket, nothing, nowhere).await,
                "{name}"
            );
        }
    }
    assert_eq!(log_of(&scene).await, before, "nobody changed anything");
}

#[tokio::test]
async fn hg_12_the_table_is_what_is_served() {
    let server = TestServer::start(sqlite().await).await;
    assert_eq!(server::policy::compare_server_functions(), server::policy::Difference::default());
    // What is not in the table is not served, also beside what is.
    for path in [
        "/admin",
        "/w/alpha",
        "/w/alpha/secrets",
        "/desk-of-mine",
        "/fn",
        "/metrics",
        "/assets/../Cargo.toml",
        "/api/v1",
    ] {
        assert_eq!(server.nobody().get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    // And what is in it is, with just its methods.
    for route in &server.routes {
        let path = route
            .path
            .replace("{store}", "alpha")
            .replace("{*page}", "x")
            .replace("{token}", "guessed")
            .replace("{name}", "recap")
            .replace("{*path}", "x");
        let wrong = if server.routes.iter().any(|r| r.path == route.path && r.method == Method::POST) {
            Method::DELETE
        } else {
            Method::POST
        };
        let status = server.nobody().request(wrong, &path).send().await.expect("an answer").status();
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{}", route.path);
    }
}

/// The registry is the only way to add a route: nothing else in the server's sources makes one.
#[test]
fn no_route_is_added_beside_the_registry() {
    fn sources(dir: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }
    let mut files = Vec::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 20);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        let allowed = file.ends_with("policy.rs");
        let makes = ["Router::new()", ".route_service(", ".nest(", ".fallback("]
            .iter()
            .any(|m| product.contains(m));
        assert!(allowed || !makes, "{} adds routes by itself", file.display());
    }
}
