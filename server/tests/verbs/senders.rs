//! Settings, Senders: whose address stands under letters to customers, and what it takes to stand there.

use model::{
    post::PostKind,
    refusal::{Field, Refusal},
};
use reqwest::{Method, StatusCode};
use service::{
    Actor, Party,
    clock::new_id,
    senders::{self, Proof, Senders},
};
use testkit::{TestServer, sqlite};

use super::{
    Scene, message,
    post::{carry, email, folder, leave, letters, seen},
    refused, scenes,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn shop(address: &str) -> Senders {
    Senders {
        shop_email: Some(email(address)),
        mail_after_s: 120,
        ..Senders::default()
    }
}

async fn proof(scene: &Scene) -> Proof {
    senders::read(&scene.services, &scene.actor(true)).await.expect("reads").proof
}

/// The last code, as only its letter has it.
async fn code(scene: &Scene) -> String {
    carry(&scene.services).await;
    let text = letters(scene, PostKind::ProveSender).await.remove(0).1.text;
    let line = text
        .lines()
        .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    line.expect("a code").to_owned()
}

/// Another code than this one.
fn wrong(code: &str) -> String {
    code.chars().map(|c| if c == '9' { '0' } else { '9' }).collect()
}

/// Who the last answer was from, and where an answer to it goes.
async fn answered(scene: &Scene) -> (String, Option<String>) {
    let id = leave(scene, message("Who are you?")).await;
    let desk = Party::Desk(scene.actor(false));
    scene.say(&desk, id, new_id(), "Alpha.").await.expect("answers");
    scene.services.clock().advance_ms(2 * MINUTE_MS);
    carry(&scene.services).await;
    let kept = letters(scene, PostKind::Answer).await.remove(0).1;
    (kept.from, kept.reply_to)
}

#[tokio::test]
async fn s_21_s_34_he_22_letters_are_from_the_shops_address_once_its_holder_said_yes() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let owner = scene.actor(true);
        assert_eq!(proof(&scene).await, Proof::None, "{}", scene.name);
        senders::save(&scene.services, &owner, shop("Shop@alpha.example"))
            .await
            .expect("saves");
        assert_eq!(proof(&scene).await, Proof::Mailed);
        let ours = ("alpha <chat@vitrine.example>".to_owned(), None);
        assert_eq!(answered(&scene).await, ours, "not before it is proven");

        let right = code(&scene).await;
        let kept = letters(&scene, PostKind::ProveSender).await.remove(0).1;
        assert_eq!(kept.to, "shop@alpha.example");
        assert_eq!(
            refused(senders::prove(&scene.services, &owner, &wrong(&right)).await),
            Refusal::Invalid(Field::Code)
        );
        let spaced = format!(" {} {} ", &right[..3], &right[3..]);
        senders::prove(&scene.services, &owner, &spaced).await.expect("is right");
        assert_eq!(proof(&scene).await, Proof::Proven);
        scene.services.clock().advance_ms(MINUTE_MS);
        assert_eq!(answered(&scene).await.0, "alpha <Shop@alpha.example>");

        // Another address starts anew, and the first one stays proven.
        senders::save(&scene.services, &owner, shop("other@alpha.example"))
            .await
            .expect("saves");
        assert_eq!(proof(&scene).await, Proof::Mailed);
        scene.services.clock().advance_ms(MINUTE_MS);
        assert_eq!(answered(&scene).await, ours);
        senders::save(&scene.services, &owner, shop("shop@alpha.example"))
            .await
            .expect("saves");
        assert_eq!(proof(&scene).await, Proof::Proven);
    }
}

#[tokio::test]
async fn he_22_a_code_is_good_for_five_tries_and_a_quarter_of_an_hour() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let owner = scene.actor(true);
        senders::save(&scene.services, &owner, shop("shop@alpha.example"))
            .await
            .expect("saves");
        let first = code(&scene).await;
        for _ in 0..5 {
            refused(senders::prove(&scene.services, &owner, &wrong(&first)).await);
        }
        assert_eq!(
            refused(senders::prove(&scene.services, &owner, &first).await),
            Refusal::Invalid(Field::Code),
            "{}: the sixth try, though right",
            scene.name
        );
        scene.services.clock().advance_ms(MINUTE_MS);
        senders::send_code(&scene.services, &owner).await.expect("another one");
        let second = code(&scene).await;
        scene.services.clock().advance_ms(15 * MINUTE_MS);
        assert_eq!(proof(&scene).await, Proof::Needed);
        refused(senders::prove(&scene.services, &owner, &second).await);
        for _ in 0..3 {
            scene.services.clock().advance_ms(MINUTE_MS);
            senders::send_code(&scene.services, &owner).await.expect("another one");
        }
        assert!(
            matches!(refused(senders::send_code(&scene.services, &owner).await), Refusal::TooFast { .. }),
            "five a day to one address"
        );
        // A code of one store is nothing at another, whoever types it.
        let stranger = Actor {
            account: scene.world.beta.owner.1,
            store: scene.world.beta.id,
            ..scene.actor(true)
        };
        refused(senders::prove(&scene.services, &stranger, &code(&scene).await).await);
        assert_eq!(
            refused(senders::save(&scene.services, &scene.actor(false), shop("x@y.example")).await),
            Refusal::NotAllowed
        );
    }
}

#[tokio::test]
async fn he_22_an_address_of_a_free_mail_system_is_answered_to_and_never_in_from() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let owner = scene.actor(true);
        senders::save(&scene.services, &owner, shop("alpha.shop@gmail.com"))
            .await
            .expect("saves");
        let right = code(&scene).await;
        senders::prove(&scene.services, &owner, &right).await.expect("is right");
        assert_eq!(proof(&scene).await, Proof::AnswersOnly, "{}", scene.name);
        let (from, reply_to) = answered(&scene).await;
        assert_eq!(from, "alpha <chat@vitrine.example>");
        assert_eq!(reply_to.as_deref(), Some("alpha <alpha.shop@gmail.com>"));
        scene.services.clock().advance_ms(HOUR_MS);
        assert_eq!(seen(&scene).await.failed, 0);
    }
}

#[tokio::test]
async fn s_21_s_26_s_36_the_page_keeps_what_was_typed_and_says_what_is_wrong() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let page = async || owner.get("/desk/pages/senders").await.text().await.expect("a page");
    assert!(page().await.contains("Shop recipient email"));
    let send = async |fields: &[(&str, &str)]| {
        let form = owner.request(Method::POST, "/desk/pages/senders").form(fields);
        form.send().await.expect("an answer")
    };
    let fields = |shop: &'static str, service: &'static str, help: &'static str| {
        [
            ("shop_email", shop),
            ("service_email", service),
            ("mail_after_s", "300"),
            ("help_url", help),
        ]
    };
    for (bad, said) in [
        (fields("no address", "help@alpha.example", ""), "no address"),
        (fields("", "nor this", ""), "nor this"),
        (fields("", "", "javascript:alert(1)"), "javascript:alert(1)"),
    ] {
        let answer = send(&bad).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = answer.text().await.expect("a page");
        assert!(html.contains(said) && html.contains("aria-invalid=\"true\""), "{html}");
    }
    let kept = senders::read(&server.state.services, &actor(&server)).await.expect("reads");
    assert_eq!(kept.senders.mail_after_s, 120, "nothing was kept by half");
    let answer = send(&fields("shop@alpha.example", "help@alpha.example", "https://alpha.example/help")).await;
    assert!(
        answer.status().is_redirection() || answer.status() == StatusCode::OK,
        "{}",
        answer.status()
    );
    let html = page().await;
    for part in [
        "shop@alpha.example",
        "help@alpha.example",
        "https://alpha.example/help",
        "Is shop@alpha.example yours?",
        "After 5 minutes",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(staff.get("/desk/pages/senders").await.status(), StatusCode::FORBIDDEN);
    let theirs = staff
        .request(Method::POST, "/desk/pages/senders")
        .form(&fields("evil@x.example", "", ""));
    assert_eq!(theirs.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
    server.stop().await;
}

/// The owner of alpha, as the verbs know them.
fn actor(server: &TestServer) -> Actor {
    Actor {
        account: server.world.alpha.owner.1,
        store: server.world.alpha.id,
        role: model::party::Role::Owner,
        live_chat: true,
        name: model::text::Name::parse("owner of alpha").expect("fine"),
        operator_name: None,
    }
}
