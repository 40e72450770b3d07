//! Pages of the desk that the server draws, over HTTP: Mail and Your site, whole or as a part of the desk, and what their forms answer.

use mail::Post;
use reqwest::{Method, Response, StatusCode, header};
use testkit::{Browser, TestServer, sqlite};

use super::post::{carry, email};

const MAIL: &str = "/desk/pages/mail";
const YOUR_SITE: &str = "/desk/pages/your-site";

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
