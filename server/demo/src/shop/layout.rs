//! The frame around every page, and the snippet as any shop would paste it. Knows nothing of what stands in the middle.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use model::language::Language;

use crate::{
    data::Store,
    shop::{
        Site,
        html::{each, esc},
        texts::{DEMO_NOTE, LANGUAGE, MY_MESSAGES, SIGN_IN, SIGN_OUT, SKIP, STORES, YOUR_ORDERS},
        visit::{self, Visit},
    },
};

/// A page.
pub(super) struct Page<'a> {
    /// Of the tab.
    pub(super) title: &'a str,
    /// Whose colours it wears.
    pub(super) house: Option<&'a Store>,
    /// Whose chat it embeds.
    pub(super) embed: Option<Embed<'a>>,
    /// The middle, as HTML.
    pub(super) body: String,
}

/// A chat on a page.
pub(super) struct Embed<'a> {
    /// Whose.
    pub(super) store: &'a Store,
    /// The product of the page, by its key.
    pub(super) product: Option<&'a str>,
}

/// The answer that shows a page.
pub(super) fn answer(site: &Site, visit: &Visit, status: StatusCode, page: &Page<'_>) -> Response {
    let mut response = (status, Html(whole(site, visit, page))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    if visit.chosen
        && let Ok(cookie) = HeaderValue::from_str(&visit::keep_language(visit.language))
    {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Where a chat button will stand: empty, and as high as the button, so that nothing moves when it comes.
pub(super) fn chat_spot(product: Option<&str>) -> String {
    match product {
        Some(sku) => format!(
            r#"<div class="chat-spot" data-vitrine-chat data-vitrine-product="{}"></div>"#,
            esc(sku)
        ),
        None => r#"<div class="chat-spot" data-vitrine-chat></div>"#.to_owned(),
    }
}

fn whole(site: &Site, visit: &Visit, page: &Page<'_>) -> String {
    let language = visit.language.code();
    let title = esc(page.title);
    let house = page.house.map_or("mesa", |store| store.slug.as_str());
    let (skip, stores, note) = (visit.say(SKIP), visit.say(STORES), visit.say(DEMO_NOTE));
    let links = each(&site.market.stores, |store| {
        let current = page.house.is_some_and(|house| house.slug == store.slug);
        let mark = if current { r#" aria-current="true""# } else { "" };
        format!(
            r#"<a href="/stores/{}"{mark}>{}</a>"#,
            esc(store.slug.as_str()),
            esc(store.name.as_str())
        )
    });
    let languages = languages(visit);
    let me = me(site, visit, page.house);
    let snippet = page.embed.as_ref().map(|embed| snippet(site, visit, embed)).unwrap_or_default();
    let body = &page.body;
    format!(
        r##"<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Mesa</title>
<link rel="icon" href="/pictures/mesa.svg" type="image/svg+xml">
<link rel="stylesheet" href="/shop.css">
</head>
<body data-house="{house}">
<a class="skip" href="#main">{skip}</a>
<header class="top">
<a class="brand" href="/"><img src="/pictures/mesa.svg" alt="" width="32" height="32">Mesa</a>
<nav class="stores" aria-label="{stores}">{links}</nav>
{languages}
{me}
</header>
<main id="main">
{body}
</main>
<footer class="bottom"><p>{note}</p></footer>
{snippet}
</body>
</html>
"##
    )
}

fn languages(visit: &Visit) -> String {
    let links = each(Language::ALL, |language| {
        let (code, name) = (language.code(), language.own_name());
        let mark = if language == visit.language {
            r#" aria-current="true""#
        } else {
            ""
        };
        format!(r#"<a href="?lang={code}" lang="{code}" hreflang="{code}" title="{name}"{mark}>{code}</a>"#)
    });
    format!(r#"<nav class="languages" aria-label="{}">{links}</nav>"#, visit.say(LANGUAGE))
}

fn me(site: &Site, visit: &Visit, house: Option<&Store>) -> String {
    if let Some(shopper) = visit.shopper(site) {
        let messages = house.map(|store| {
            let (slug, say) = (esc(store.slug.as_str()), visit.say(MY_MESSAGES));
            format!(r#"<a href="/stores/{slug}/messages">{say}</a>"#)
        });
        return format!(
            r#"<div class="me"><span>{}</span>{}<a href="/orders">{}</a><form method="post" action="/logout"><button>{}</button></form></div>"#,
            esc(shopper.name.as_str()),
            messages.unwrap_or_default(),
            visit.say(YOUR_ORDERS),
            visit.say(SIGN_OUT)
        );
    }
    // Back to the same page afterwards; not to the one that signs in.
    let next = if visit.path == "/login" { "/orders" } else { visit.path.as_str() };
    format!(
        r#"<div class="me"><a href="/login?next={}">{}</a></div>"#,
        esc(next),
        visit.say(SIGN_IN)
    )
}

/// The snippet of `docs/embedding.md`. The address of the tokens is left out where nobody is signed in: there is none to be had.
fn snippet(site: &Site, visit: &Visit, embed: &Embed<'_>) -> String {
    let store = esc(embed.store.slug.as_str());
    let product = embed
        .product
        .map(|sku| format!(r#" data-vitrine-product="{}""#, esc(sku)))
        .unwrap_or_default();
    // The tokens of a product's page speak of the product.
    let about = embed.product.map(|sku| format!("&amp;product={}", esc(sku))).unwrap_or_default();
    let identity = visit
        .shopper(site)
        .map(|_| format!(r#" data-vitrine-identity="/vitrine-token?store={store}{about}""#))
        .unwrap_or_default();
    format!(
        r#"<script async src="{}/embed.js" data-vitrine-store="{store}" data-vitrine-language="{}"{product}{identity}></script>"#,
        esc(&site.vitrine),
        visit.language.code()
    )
}
