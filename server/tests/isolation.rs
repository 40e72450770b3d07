//! Two stores never meet: every route, server function and socket command is tried by four persons who may not, and answers them as it
//! answers for something that does not exist. How each is asked stands in `support/` (samples, functions, frames); `matrix.rs` walks the
//! same table as all sixteen persons.

mod support;

use model::{
    event::Audience,
    id::{ConversationId, Seq},
};
use reqwest::{Method, StatusCode};
use server::policy::{Policy, SERVER_FUNCTIONS, policy_of_frame};
use service::{accounts, clock::new_id, secret::Secret};
use support::{
    Thing,
    frames::{frames, says},
    functions::arguments,
    samples::sample,
};
use testkit::{Browser, Operator, TestServer, Visitor, sqlite};

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
                sample(&browser, &route.method, route.path, &Thing::known_by("alpha", theirs))
                    .send()
                    .await
                    .expect("an answer"),
                theirs,
            )
            .await;
            let about_nothing = answer(
                sample(&browser, &route.method, route.path, &Thing::known_by("alpha", nowhere))
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
            let own_page = matches!(route.policy, Policy::Visitor)
                || (who.starts_with("operator") && ["/desk", "/buyer"].iter().any(|own| route.path.starts_with(own)));
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
    for (who, browser) in strangers(&scene).await {
        for (path, _) in SERVER_FUNCTIONS {
            let nowhere = new_id();
            let theirs = answer(
                browser.post(path, &arguments(path, &Thing::known_by("alpha", scene.secret))).await,
                scene.secret,
            )
            .await;
            let nothing = answer(
                browser.post(path, &arguments(path, &Thing::known_by("alpha", nowhere))).await,
                nowhere,
            )
            .await;
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
        let nowhere = new_id();
        for (theirs, nothing) in frames(scene.secret, cid).into_iter().zip(frames(nowhere, cid)) {
            assert!(!matches!(policy_of_frame(&theirs), Policy::Public));
            let name = format!("{theirs:?}");
            assert_eq!(
                says(&mut socket, theirs, scene.secret, &[CANARY]).await,
                says(&mut socket, nothing, nowhere, &[CANARY]).await,
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

/// What is done by a form or a program is done by nobody's looking: not by a picture's address, not by a scanner of links.
#[tokio::test]
async fn hg_2_no_deed_has_an_address_that_looking_at_does() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let has = |path: &str, method: &Method| server.routes.iter().any(|route| route.path == path && route.method == *method);
    let mut tried = 0;
    for route in server.routes.iter().filter(|route| route.method == Method::POST) {
        if has(route.path, &Method::GET) {
            continue;
        }
        let mut path = route.path.to_owned();
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, "alpha");
        }
        for method in [Method::GET, Method::HEAD] {
            let answer = owner.request(method, &path).send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
    assert!(
        server
            .routes
            .iter()
            .all(|route| [Method::GET, Method::POST].contains(&route.method) || route.path.starts_with("/api/")),
        "only programs use other methods"
    );
    // Neither of them signed anybody out.
    assert_eq!(owner.get("/desk/pages/mail").await.status(), StatusCode::OK);
    server.stop().await;
}

/// The registry is the only way to add a route: nothing else in the server's sources makes one. The numbers have a listener of their own, which
/// the public one does not show.
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
        let allowed = file.ends_with("policy.rs") || file.ends_with("src/metrics.rs");
        let makes = ["Router::new()", ".route_service(", ".nest(", ".fallback("]
            .iter()
            .any(|m| product.contains(m));
        assert!(allowed || !makes, "{} adds routes by itself", file.display());
    }
}
