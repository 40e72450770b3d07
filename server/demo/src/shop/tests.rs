//! The shop from outside: every page in every language, orders only for their owner, tokens that verify.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::language::Language;
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;

const NOW: i64 = 1_790_000_000;
const VITRINE: &str = "http://127.0.0.1:4000";

fn shop() -> Router {
    let secrets = [("delft".to_owned(), b"blue".to_vec()), ("oliva".to_owned(), b"green".to_vec())].into();
    router(Shop {
        vitrine: format!("{VITRINE}/"),
        secrets,
        now: || NOW,
    })
}

async fn ask(path: &str, cookie: &str) -> Response {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .expect("a request");
    shop().oneshot(request).await.expect("an answer")
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

async fn sign_in(email: &str, password: &str) -> Response {
    let form = format!("email={email}&password={password}&next=/orders");
    let request = Request::post("/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form));
    shop().oneshot(request.expect("a request")).await.expect("an answer")
}

async fn cookie_of(email: &str) -> String {
    let response = sign_in(email, data::PASSWORD).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let line = response.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"));
    line.split(';').next().expect("a pair").to_owned()
}

#[tokio::test]
async fn every_page_speaks_every_language() {
    let jane = cookie_of("jane@customer.example").await;
    let market = data::marketplace();
    let mut paths = vec![
        "/".to_owned(),
        "/login".to_owned(),
        "/orders".to_owned(),
        "/orders/M-20418".to_owned(),
    ];
    for store in &market.stores {
        paths.push(format!("/stores/{}", store.slug));
        paths.extend(store.products.iter().map(|p| format!("/stores/{}/products/{}", store.slug, p.sku)));
    }
    for path in &paths {
        for language in Language::ALL {
            let response = ask(path, &format!("{jane}; mesa_language={}", language.code())).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let page = text(response).await;
            assert!(page.contains(&format!(r#"<html lang="{}">"#, language.code())), "{path}");
            assert_eq!(page.matches("<h1>").count(), 1, "{path}");
            // The policy would refuse them.
            assert!(
                !page.contains("style=") && !page.contains("<style") && !page.contains("onclick"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn the_language_that_was_chosen_is_kept() {
    let response = ask("/?lang=fr", "mesa_language=nl").await;
    assert!(
        response.headers()[header::SET_COOKIE]
            .to_str()
            .is_ok_and(|c| c.starts_with("mesa_language=fr;"))
    );
    assert!(text(response).await.contains(r#"<html lang="fr">"#));
    assert!(ask("/", "mesa_language=nl").await.headers().get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn every_picture_that_is_shown_exists() {
    for store in &data::marketplace().stores {
        for product in &store.products {
            let response = ask(&format!("/pictures/{}.svg", product.picture), "").await;
            assert_eq!(response.status(), StatusCode::OK, "{}", product.picture);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "image/svg+xml");
        }
    }
    assert_eq!(ask("/pictures/mesa.svg", "").await.status(), StatusCode::OK);
    assert_eq!(ask("/pictures/..%2FCargo.toml", "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("/shop.css", "").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_snippet_stands_where_a_chat_belongs() {
    let home = text(ask("/", "").await).await;
    assert!(!home.contains("embed.js"));
    let store = text(ask("/stores/oliva", "").await).await;
    assert!(store.contains(&format!(
        r#"<script async src="{VITRINE}/embed.js" data-vitrine-store="oliva" data-vitrine-language="en"></script>"#
    )));
    assert!(store.contains("data-vitrine-chat></div>"));
    let jane = cookie_of("jane@customer.example").await;
    let product = text(ask("/stores/delft/products/DB-CUPS", &jane).await).await;
    assert!(
        product
            .contains(r#"data-vitrine-product="DB-CUPS" data-vitrine-identity="/vitrine-token?store=delft&amp;product=DB-CUPS"></script>"#)
    );
    assert!(product.contains(r#"data-vitrine-chat data-vitrine-product="DB-CUPS"></div>"#));
}

#[tokio::test]
async fn the_policy_allows_vitrine_and_nothing_else() {
    let response = ask("/stores/delft", "").await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains(&format!("script-src 'self' {VITRINE};")) && policy.contains(&format!("frame-src {VITRINE};")));
    assert!(!policy.contains("unsafe"));
}

#[tokio::test]
async fn an_order_is_shown_to_its_owner_only() {
    let (jane, luc) = (cookie_of("jane@customer.example").await, cookie_of("luc@customer.example").await);
    let page = text(ask("/orders/M-20418", &jane).await).await;
    assert!(page.contains("€163.90") && page.contains("3SDELF0204187"));
    assert_eq!(ask("/orders/M-20418", &luc).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("/orders/M-99999", &jane).await.status(), StatusCode::NOT_FOUND);
    assert!(!text(ask("/orders", &luc).await).await.contains("M-20418"));
    let stranger = ask("/orders/M-20418", "").await;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
    assert_eq!(stranger.headers()[header::LOCATION], "/login?next=/orders/M-20418");
}

#[tokio::test]
async fn s_24_whoever_is_signed_in_is_handed_over_to_the_member_centre() {
    let (jane, luc) = (cookie_of("jane@customer.example").await, cookie_of("luc@customer.example").await);
    assert!(
        text(ask("/orders/M-20418", &jane).await)
            .await
            .contains(r#"href="/orders/M-20418/contact""#)
    );
    let response = ask("/orders/M-20418/contact", &jane).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let to = response.headers()[header::LOCATION].to_str().expect("text");
    assert!(to.starts_with(&format!("{VITRINE}/account/delft/enter?token=")), "{to}");
    assert!(to.ends_with("&order=M-20418&lang=en"), "{to}");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(ask("/orders/M-20418/contact", &luc).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("/stores/elsewhere/messages", &jane).await.status(), StatusCode::NOT_FOUND);
    let stranger = ask("/stores/delft/messages", "").await;
    assert_eq!(stranger.headers()[header::LOCATION], "/login?next=/stores/delft/messages");
    assert!(
        text(ask("/stores/delft", &jane).await)
            .await
            .contains(r#"href="/stores/delft/messages""#)
    );
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_what_was_typed_is_kept() {
    let response = sign_in("jane%40customer.example\"><b", "wrong").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(response.headers().get(header::SET_COOKIE).is_none());
    assert!(text(response).await.contains(r#"value="jane@customer.example&quot;&gt;&lt;b""#));
}

#[tokio::test]
async fn a_cookie_that_was_changed_signs_nobody_in() {
    let luc = cookie_of("luc@customer.example").await;
    let forged = luc.replace("C-1004", "C-1001");
    assert_eq!(ask("/orders", &forged).await.status(), StatusCode::SEE_OTHER);
    let later = luc.replace(&(NOW + 7 * 86_400).to_string(), &(NOW + 8 * 86_400).to_string());
    assert_ne!(later, luc);
    assert_eq!(ask("/orders", &later).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(ask("/orders", &luc).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_token_says_who_is_signed_in_for_five_minutes() {
    assert_eq!(ask("/vitrine-token?store=delft", "").await.status(), StatusCode::UNAUTHORIZED);
    let jane = cookie_of("jane@customer.example").await;
    assert_eq!(ask("/vitrine-token?store=elsewhere", &jane).await.status(), StatusCode::NOT_FOUND);
    let response = ask("/vitrine-token?store=delft", &jane).await;
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let answer: Value = serde_json::from_str(&text(response).await).expect("JSON");
    let token = answer["token"].as_str().expect("a token");
    let (signed, seal) = token.rsplit_once('.').expect("three parts");
    assert!(seal::holds(b"blue", signed, seal) && !seal::holds(b"green", signed, seal));
    let (head, claims) = signed.split_once('.').expect("three parts");
    let read = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON") };
    assert_eq!(read(head)["alg"], "HS256");
    let claims = read(claims);
    assert_eq!((claims["aud"].as_str(), claims["sub"].as_str()), (Some("delft"), Some("C-1001")));
    assert_eq!(
        (claims["exp"].as_i64(), claims["email"].as_str()),
        (Some(NOW + 300), Some("jane@customer.example"))
    );
    let context = &claims["context"];
    assert_eq!(
        context["orders"][0]["number"].as_str(),
        Some("M-20418"),
        "and none of the other store"
    );
    assert_eq!(context["orders"].as_array().map(Vec::len), Some(1));
    assert_eq!(context["cart"].as_array().map(Vec::len), Some(1));
    assert_eq!(context["product"], Value::Null, "the page is about none");
}
