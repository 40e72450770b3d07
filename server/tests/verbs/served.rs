//! Pages of the desk that the server draws, over HTTP: Mail, Your site, Privacy and Staff, whole or as a part of the desk, and what their
//! forms answer.

use mail::Post;
use model::{
    panel::{Begin, LeaveMessage, Whence},
    text::{EmailAddress, Name},
    time::Timestamp,
};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::json;
use service::{Clock, clock::new_id};
use testkit::{Browser, TestServer, sqlite};

use super::{
    body,
    post::{carry, email},
};

const MAIL: &str = "/desk/pages/mail";
const YOUR_SITE: &str = "/desk/pages/your-site";
const PRIVACY: &str = "/desk/pages/privacy";
const STAFF: &str = "/desk/pages/staff";
const DAY_MS: i64 = 86_400_000;

async fn text(answer: Response) -> String {
    answer.text().await.expect("a page")
}

fn leads_to(answer: &Response) -> &str {
    let to = answer.headers().get(header::LOCATION);
    to.and_then(|to| to.to_str().ok()).unwrap_or_default()
}

/// As the desk's program asks.
async fn part(browser: &Browser, path: &str) -> String {
    let asked = browser.request(Method::GET, path).header("x-vitrine-part", "1");
    text(asked.send().await.expect("an answer")).await
}

#[tokio::test]
async fn p_23_the_owner_sends_a_test_mail_and_reads_it_in_the_folder() {
    let server = TestServer::start(sqlite().await).await;
    let folder = tempfile::tempdir().expect("a folder");
    let services = &server.state.services;
    services.open_post(Post::folder(folder.path().to_owned(), email("chat@vitrine.example")));
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    assert!(text(owner.get(MAIL).await).await.contains("No emails yet"));

    let sent = owner.submit("/desk/pages/mail/test", &[]).await;
    assert_eq!(leads_to(&sent), "/desk/pages/mail?done=test");
    assert!(part(&owner, leads_to(&sent)).await.contains("is on its way"));
    carry(services).await;
    let html = part(&owner, MAIL).await;
    assert!(html.starts_with("<main"), "{html}");
    for shown in ["Test mail", "owner@alpha.example", "It works", "popovertarget=\"letter-"] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    let whole = text(owner.get(MAIL).await).await;
    assert!(whole.starts_with("<!DOCTYPE html>") && !whole.contains("<script"), "{whole}");

    let unknown = [("id", "018f0000-0000-7000-8000-000000000001")];
    let retried = owner.submit("/desk/pages/mail/retry", &unknown).await;
    assert_eq!(retried.status(), StatusCode::NOT_FOUND);
    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(staff.get(MAIL).await.status(), StatusCode::FORBIDDEN);
    let theirs = staff.submit("/desk/pages/mail/test", &[]).await;
    assert_eq!(theirs.status(), StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test]
async fn the_sites_of_a_store_are_listed_and_its_secret_is_shown_once() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let html = part(&owner, YOUR_SITE).await;
    assert!(
        html.contains("https://alpha.example") && html.contains("data-vitrine-store="),
        "{html}"
    );

    let refused = owner.submit(YOUR_SITE, &[("origin", "https://shop.example/with/a/path?")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text(refused).await;
    assert!(
        html.contains("https://shop.example/with/a/path?") && html.contains("aria-invalid=\"true\""),
        "{html}"
    );
    let added = owner.submit(YOUR_SITE, &[("origin", "https://Shop.example/")]).await;
    assert_eq!(leads_to(&added), YOUR_SITE);
    let removed = owner
        .submit("/desk/pages/your-site/remove", &[("origin", "https://alpha.example")])
        .await;
    assert_eq!(leads_to(&removed), YOUR_SITE);
    let html = part(&owner, YOUR_SITE).await;
    assert!(
        html.contains("https://shop.example") && !html.contains("https://alpha.example"),
        "{html}"
    );

    let made = owner.submit("/desk/pages/your-site/secret", &[]).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    assert_eq!(made.headers()[header::CACHE_CONTROL], "no-store");
    assert!(text(made).await.contains("shown only once"));
    assert!(!part(&owner, YOUR_SITE).await.contains("shown only once"));

    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(staff.get(YOUR_SITE).await.status(), StatusCode::FORBIDDEN);
    let theirs = staff.submit("/desk/pages/your-site/secret", &[]).await;
    assert_eq!(theirs.status(), StatusCode::FORBIDDEN);
    server.stop().await;
}

/// What the form that says how long things are kept sends.
fn kept<'a>(chats: &'a str, rev: &'a str, counted: &'a str, deed: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("chats", chats),
        ("messages", "30"),
        ("connections", "30"),
        ("mails", "0"),
        ("rev", rev),
        ("counted", counted),
        ("deed", deed),
    ]
}

#[tokio::test]
async fn how_long_things_are_kept_is_saved_once_it_was_seen_what_that_deletes() {
    let server = TestServer::start_with(sqlite().await, Clock::manual(Timestamp(1_800_000_000_000))).await;
    server.visitor(&server.world.alpha).leave("Something old").await.expect("leaves");
    server.state.services.clock().advance_ms(40 * DAY_MS);
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let chosen = |html: &str, days: &str| html.contains(&format!("value=\"{days}\" selected"));

    let counted = owner.submit(PRIVACY, &kept("90", "0", "", "count")).await;
    assert_eq!(counted.status(), StatusCode::OK);
    let html = text(counted).await;
    assert!(
        html.contains("This would be deleted now:") && html.contains("value=\"90 30 30 0\""),
        "{html}"
    );
    assert!(!chosen(&part(&owner, PRIVACY).await, "90"), "counting saves nothing");

    // What was counted were other days: it is counted again, and asked.
    let asked = owner.submit(PRIVACY, &kept("180", "0", "90 30 30 0", "save")).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let html = text(asked).await;
    assert!(html.contains("value=\"180 30 30 0\"") && chosen(&html, "180"), "{html}");
    assert!(!chosen(&part(&owner, PRIVACY).await, "180"), "asking saves nothing");

    let saved = owner.submit(PRIVACY, &kept("180", "0", "180 30 30 0", "save")).await;
    assert_eq!(leads_to(&saved), "/desk/pages/privacy?done=saved");
    let html = part(&owner, leads_to(&saved)).await;
    assert!(
        html.starts_with("<main") && html.contains("Saved.") && chosen(&html, "180"),
        "{html}"
    );

    // Read before that: what was saved meanwhile stands, and what was chosen is still there.
    let late = owner.submit(PRIVACY, &kept("730", "0", "730 30 30 0", "save")).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text(late).await;
    assert!(html.contains("Load it again") && chosen(&html, "730"), "{html}");
    let long = owner.submit(PRIVACY, &kept("36501", "1", "", "save")).await;
    assert_eq!(long.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(staff.get(PRIVACY).await.status(), StatusCode::FORBIDDEN);
    let theirs = staff.submit(PRIVACY, &kept("30", "1", "30 30 30 0", "save")).await;
    assert_eq!(theirs.status(), StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test]
async fn what_deletes_nothing_is_saved_at_once() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let saved = owner.submit(PRIVACY, &kept("30", "0", "", "save")).await;
    assert_eq!(leads_to(&saved), "/desk/pages/privacy?done=saved");
    server.stop().await;
}

#[tokio::test]
async fn a_person_is_looked_at_before_they_are_erased_and_stands_in_no_address() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let message = LeaveMessage {
        cid: new_id(),
        first_name: Name::parse("Jane").ok(),
        last_name: None,
        email: EmailAddress::parse("jane@customer.example").ok(),
        phone: None,
        message: body("The words of nobody else, and many of them"),
        identity: None,
        origin: Whence::default(),
    };
    let shopper = server.visitor(&server.world.alpha);
    shopper.begin(&Begin::Message(message)).await.expect("leaves");
    let (find, erase) = ("/desk/pages/privacy/person", "/desk/pages/privacy/erase");

    let refused = owner.submit(find, &[("by", "email"), ("who", "jane at home")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text(refused).await;
    assert!(html.contains("jane at home") && html.contains("aria-invalid=\"true\""), "{html}");
    let nobody = owner.submit(find, &[("by", "customer"), ("who", "C-1")]).await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
    let html = text(nobody).await;
    assert!(html.contains("Nobody is known by that here.") && !html.contains(erase), "{html}");
    let unread = owner.submit(find, &[("by", "name"), ("who", "Jane")]).await;
    assert_eq!(unread.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let jane = [("by", "email"), ("who", "jane@customer.example")];
    let found = owner.submit(find, &jane).await;
    assert_eq!(found.status(), StatusCode::OK);
    assert_eq!(found.headers()[header::CACHE_CONTROL], "no-store");
    let html = text(found).await;
    for shown in [
        "1 conversation · 1 message",
        "/desk/privacy/export",
        erase,
        "popovertarget=\"erase-person\"",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    let erased = owner.submit(erase, &jane).await;
    assert_eq!(erased.status(), StatusCode::OK);
    let html = text(erased).await;
    assert!(
        html.contains("Erased: 1 conversation.") && !html.contains("jane@customer.example"),
        "{html}"
    );
    assert_eq!(owner.submit(erase, &jane).await.status(), StatusCode::NOT_FOUND);

    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    for door in [find, erase] {
        assert_eq!(staff.submit(door, &jane).await.status(), StatusCode::FORBIDDEN, "{door}");
    }
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_blocked_is_listed_and_let_in_again_by_a_form() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let shopper = server.visitor(&server.world.alpha);
    let left = shopper.leave("Rude words").await.expect("leaves");
    let id = left.conversation.id;
    let () = owner
        .call("block_in_conversation", &json!({"conversation": id, "on": true}))
        .await
        .expect("blocks");
    let html = part(&owner.browser, PRIVACY).await;
    assert!(html.contains("Unblock") && html.contains(&id.to_string()), "{html}");

    let (unblock, id) = ("/desk/pages/privacy/unblock", id.to_string());
    let staff = server.sign_in(&server.world.alpha.operator.0).await.browser;
    let theirs = staff.submit(unblock, &[("conversation", id.as_str())]).await;
    assert_eq!(theirs.status(), StatusCode::FORBIDDEN);
    let elsewhere = server.sign_in(&server.world.beta.owner.0).await.browser;
    for nowhere in [id.as_str(), "none"] {
        let answer = elsewhere.submit(unblock, &[("conversation", nowhere)]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{nowhere}");
    }
    let unblocked = owner.browser.submit(unblock, &[("conversation", id.as_str())]).await;
    assert_eq!(leads_to(&unblocked), PRIVACY);
    assert!(part(&owner.browser, PRIVACY).await.contains("Nobody is blocked."));
    server.stop().await;
}

#[tokio::test]
async fn the_staff_are_switched_invited_and_let_go_by_forms() {
    let server = TestServer::start(sqlite().await).await;
    let alpha = &server.world.alpha;
    let owner = server.sign_in(&alpha.owner.0).await.browser;
    let staff = server.sign_in(&alpha.operator.0).await.browser;
    let whom = alpha.operator.1.to_string();
    let switch = format!("id=\"live-chat-{whom}\"");
    let html = part(&owner, STAFF).await;
    assert!(html.starts_with("<main") && html.contains(&switch), "{html}");
    assert_eq!(html.matches("aria-checked=\"true\"").count(), 2, "{html}");
    assert!(
        !html.contains(&format!("deactivate-{}", alpha.owner.1)),
        "nobody ends their own work: {html}"
    );

    let fields = [("whom", whom.as_str()), ("on", "false")];
    let switched = owner.submit("/desk/pages/staff/live-chat", &fields).await;
    assert_eq!(leads_to(&switched), STAFF);
    let html = part(&owner, STAFF).await;
    assert_eq!(html.matches("aria-checked=\"false\"").count(), 1, "{html}");

    // A link for the one who is invited, this once; and a form that keeps what was typed.
    let invite = "/desk/pages/staff/invite";
    for (typed, said) in [("noor at home", "noor at home"), (alpha.operator.0.as_str(), "already")] {
        let refused = owner.submit(invite, &[("email", typed)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let html = text(refused).await;
        assert!(html.contains(said) && html.contains(typed), "{html}");
        assert!(html.contains("<dialog") && html.contains("aria-invalid=\"true\""), "{html}");
    }
    let invited = owner.submit(invite, &[("email", "noor@alpha.example")]).await;
    assert_eq!(invited.status(), StatusCode::CREATED);
    assert_eq!(invited.headers()[header::CACHE_CONTROL], "no-store");
    assert!(text(invited).await.contains("/invite/"));
    let html = part(&owner, STAFF).await;
    assert!(html.contains("noor@alpha.example") && !html.contains("/invite/"), "{html}");
    let (_, rest) = html.split_once("name=\"invitation\" value=\"").expect("an invitation");
    let id = rest.split('"').next().expect("its id");
    let withdrawn = owner.submit("/desk/pages/staff/withdraw", &[("invitation", id)]).await;
    assert_eq!(leads_to(&withdrawn), STAFF);
    assert!(!part(&owner, STAFF).await.contains("noor@alpha.example"));

    // Whoever is no owner does none of this, and reads in the desk why.
    assert_eq!(staff.get(STAFF).await.status(), StatusCode::FORBIDDEN);
    assert!(part(&staff, STAFF).await.contains("not_allowed"));
    for door in ["live-chat", "deactivate", "reactivate", "invite", "withdraw"] {
        let theirs = staff.submit(&format!("{STAFF}/{door}"), &fields).await;
        assert_eq!(theirs.status(), StatusCode::FORBIDDEN, "{door}");
    }
    let elsewhere = server.sign_in(&server.world.beta.owner.0).await.browser;
    for door in ["live-chat", "deactivate", "reactivate", "withdraw"] {
        let theirs = elsewhere.submit(&format!("{STAFF}/{door}"), &fields).await;
        assert_eq!(theirs.status(), StatusCode::NOT_FOUND, "{door}");
    }

    let fields = [("whom", whom.as_str())];
    let left = owner.submit("/desk/pages/staff/deactivate", &fields).await;
    assert_eq!(leads_to(&left), STAFF);
    let html = part(&owner, STAFF).await;
    assert!(html.contains("/desk/pages/staff/reactivate") && !html.contains(&switch), "{html}");
    let back = owner.submit("/desk/pages/staff/reactivate", &fields).await;
    assert_eq!(leads_to(&back), STAFF);
    assert!(part(&owner, STAFF).await.contains(&switch));
    server.stop().await;
}
