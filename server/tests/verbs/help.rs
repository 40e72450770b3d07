//! Help: a checklist that knows by itself what is done, thumbs that count once a person, and the documentation of this version.

use model::{
    help::{HelpPage, Step},
    refusal::Refusal,
};
use reqwest::Method;
use serde_json::json;
use service::{Party, clock::new_id, help};
use testkit::{TestServer, sqlite};

use super::{refused, scenes};

fn done(page: &HelpPage) -> Vec<Step> {
    page.steps.iter().filter(|s| s.done).map(|s| s.step).collect()
}

#[tokio::test]
async fn p_02_getting_started_knows_what_is_done() {
    for scene in scenes().await {
        let staff = scene.actor(false);
        let page = help::read(&scene.services, &staff).await.expect("reads");
        assert_eq!(page.steps.len(), Step::ALL.len());
        assert_eq!(
            done(&page),
            [Step::SiteListed, Step::StaffInvited],
            "{}: as the world was made",
            scene.name
        );
        assert_eq!(page.owners.len(), 1, "{}", scene.name);
        assert_eq!(page.owners[0].email.as_str(), scene.world.alpha.owner.0);

        // A site that is not the store's proves nothing.
        let alpha = scene.world.alpha.id;
        help::snippet_seen(&scene.services, alpha, "https://evil.example")
            .await
            .expect("asks");
        help::snippet_seen(&scene.services, alpha, "null").await.expect("asks");
        let page = help::read(&scene.services, &staff).await.expect("reads");
        assert!(!done(&page).contains(&Step::SnippetSeen), "{}", scene.name);
        help::snippet_seen(&scene.services, alpha, "https://alpha.example")
            .await
            .expect("asks");

        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let page = help::read(&scene.services, &staff).await.expect("reads");
        assert!(!done(&page).contains(&Step::FirstChat), "{}: nothing was said yet", scene.name);
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        scene.say(&Party::Desk(staff.clone()), id, new_id(), "Hello!").await.expect("posts");
        let page = help::read(&scene.services, &staff).await.expect("reads");
        assert_eq!(
            done(&page),
            [Step::SiteListed, Step::SnippetSeen, Step::StaffInvited, Step::FirstChat],
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn d_31_a_thumb_counts_once_a_person_and_can_turn() {
    for scene in scenes().await {
        let (owner, staff) = (scene.actor(true), scene.actor(false));
        let vote = async |who, article: &str, helpful| help::vote(&scene.services, who, article, helpful).await;
        vote(&owner, "embed", true).await.expect("votes");
        vote(&owner, "embed", true).await.expect("votes");
        let votes = vote(&staff, "embed", false).await.expect("votes");
        assert_eq!(
            votes
                .iter()
                .map(|v| (v.article.as_str(), v.helpful, v.unhelpful, v.mine))
                .collect::<Vec<_>>(),
            [("embed", 1, 1, Some(false))],
            "{}",
            scene.name
        );
        vote(&staff, "embed", true).await.expect("votes");
        let page = help::read(&scene.services, &owner).await.expect("reads");
        assert_eq!(
            page.votes.iter().map(|v| (v.helpful, v.unhelpful, v.mine)).collect::<Vec<_>>(),
            [(2, 0, Some(true))],
            "{}",
            scene.name
        );
        assert_eq!(refused(vote(&owner, "no such article", true).await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn p_66_p_68_the_page_names_whom_to_ask_and_the_version() {
    let server = TestServer::start(sqlite().await).await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let page: HelpPage = operator.call("help", &json!({})).await.expect("answers");
    assert_eq!(page.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(page.owners[0].email.as_str(), server.world.alpha.owner.0);
}

#[tokio::test]
async fn p_02_a_page_of_the_shop_tells_that_the_snippet_stands_there() {
    let server = TestServer::start(sqlite().await).await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let seen = async || {
        let page: HelpPage = operator.call("help", &json!({})).await.expect("answers");
        done(&page).contains(&Step::SnippetSeen)
    };
    assert!(!seen().await);
    let shop = reqwest::Client::new();
    let status = shop
        .request(Method::GET, format!("{}/status/alpha", server.base))
        .header("origin", "https://alpha.example")
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .expect("an answer");
    assert_eq!(status.status(), 200);
    assert!(seen().await);
}

#[tokio::test]
async fn p_67_the_documentation_comes_from_the_server_itself() {
    let server = TestServer::start(sqlite().await).await;
    for (path, says) in [("/docs/guide", "# Using Vitrine"), ("/docs/embedding", "data-vitrine-store")] {
        let page = server.nobody().get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.headers()["content-type"], "text/plain; charset=utf-8");
        assert!(page.text().await.expect("text").contains(says), "{path}");
    }
    for path in ["/docs/architecture", "/docs/..%2FCargo.toml", "/docs/"] {
        assert_eq!(server.nobody().get(path).await.status(), 404, "{path}");
    }
}
