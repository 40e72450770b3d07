//! The market, a store, a product. The chat is on the store's banner (D-11) and on the product's page (D-12).

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use crate::{
    data::{Product, Store},
    shop::{
        Site,
        format::money,
        html::{each, esc},
        layout::{self, Embed, Page, chat_spot},
        not_found,
        texts::{ABOUT, ASK_TEXT, ASK_TITLE, BY, DETAILS, FROM_BOTH, INTRO, MORE, PRODUCTS, SLOGAN, VISIT, WAYS_TO_REACH, WRITE_TO_SELLER},
        visit::Visit,
    },
};

/// `/`: both stores, and everything on their shelves.
pub(super) async fn home(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    let stores = each(&site.market.stores, |store| store_card(store, &visit));
    let products = each(
        site.market.stores.iter().flat_map(|s| s.products.iter().map(move |p| (s, p))),
        |(store, product)| product_card(store, product, &visit, true),
    );
    let title = visit.say(SLOGAN);
    let body = format!(
        r#"<section class="hero"><h1>{title}</h1><p>{}</p></section>
<section class="pair">{stores}</section>
<section><h2>{}</h2><ul class="shelf">{products}</ul></section>"#,
        visit.say(INTRO),
        visit.say(FROM_BOTH)
    );
    layout::answer(
        &site,
        &visit,
        StatusCode::OK,
        &Page {
            title,
            house: None,
            embed: None,
            body,
        },
    )
}

/// `/stores/{store}`.
pub(super) async fn store(State(site): State<Arc<Site>>, visit: Visit, Path(slug): Path<String>) -> Response {
    let Some(store) = site.market.store(&slug) else {
        return not_found(&site, &visit);
    };
    let (name, tagline) = (esc(store.name.as_str()), esc(store.tagline.get(visit.language)));
    let pictures = each(store.products.iter().take(3), |product| picture(product, &visit, 280));
    let products = each(&store.products, |product| product_card(store, product, &visit, false));
    let body = format!(
        r#"<section class="banner"><div class="banner__words"><h1>{name}</h1><p>{tagline}</p>{}</div><div class="banner__pictures" aria-hidden="true">{pictures}</div></section>
<section><h2>{}</h2><ul class="shelf">{products}</ul></section>
<section class="about"><h2>{}</h2><p>{}</p><p>{} · {}</p></section>"#,
        chat_spot(None),
        visit.say(PRODUCTS),
        visit.say(ABOUT),
        esc(store.about.get(visit.language)),
        write_link(store, None, &visit),
        contact_link(store, &visit)
    );
    let page = Page {
        title: store.name.as_str(),
        house: Some(store),
        embed: Some(Embed { store, product: None }),
        body,
    };
    layout::answer(&site, &visit, StatusCode::OK, &page)
}

/// `/stores/{store}/products/{sku}`.
pub(super) async fn product(State(site): State<Arc<Site>>, visit: Visit, Path((slug, sku)): Path<(String, String)>) -> Response {
    let Some((store, product)) = site.market.store(&slug).and_then(|store| Some((store, store.product(&sku)?))) else {
        return not_found(&site, &visit);
    };
    let name = product.name.get(visit.language);
    let others = each(store.products.iter().filter(|p| p.sku != product.sku).take(4), |other| {
        product_card(store, other, &visit, false)
    });
    let body = format!(
        r#"<article class="product">
<div class="product__picture">{}</div>
<div class="product__words">
<p class="maker">{} <a href="/stores/{}">{}</a></p>
<h1>{}</h1>
<p class="price">{}</p>
<p>{}</p>
<h2 class="small">{}</h2>
<p class="details">{}</p>
<aside class="ask"><h2>{}</h2><p>{}</p>{}<p>{}</p></aside>
</div>
</article>
<section><h2>{}</h2><ul class="shelf">{others}</ul></section>"#,
        picture(product, &visit, 600),
        visit.say(BY),
        esc(store.slug.as_str()),
        esc(store.name.as_str()),
        esc(name),
        money(&product.price, visit.language),
        esc(product.description.get(visit.language)),
        visit.say(DETAILS),
        esc(product.details.get(visit.language)),
        visit.say(ASK_TITLE),
        visit.say(ASK_TEXT),
        chat_spot(Some(product.sku.as_str())),
        write_link(store, Some(product), &visit),
        visit.say(MORE)
    );
    let page = Page {
        title: name,
        house: Some(store),
        embed: Some(Embed {
            store,
            product: Some(product.sku.as_str()),
        }),
        body,
    };
    layout::answer(&site, &visit, StatusCode::OK, &page)
}

/// A picture of a product. Its name stands beside it wherever it is shown, so it has no words of its own.
pub(super) fn picture(product: &Product, visit: &Visit, size: u32) -> String {
    let alt = if size == 600 { product.name.get(visit.language) } else { "" };
    format!(
        r#"<img src="/pictures/{}.svg" alt="{}" width="{size}" height="{size}">"#,
        esc(&product.picture),
        esc(alt)
    )
}

/// The way to a written thread with a store, about a product or about anything else. Whoever is not signed in is asked to.
fn write_link(store: &Store, product: Option<&Product>, visit: &Visit) -> String {
    let about = product
        .map(|product| format!("?product={}", product.sku.as_str()))
        .unwrap_or_default();
    format!(
        r#"<a href="/stores/{}/write{}">{}</a>"#,
        esc(store.slug.as_str()),
        esc(&about),
        visit.say(WRITE_TO_SELLER)
    )
}

/// The way to the page that tells the channels apart.
fn contact_link(store: &Store, visit: &Visit) -> String {
    format!(
        r#"<a href="/stores/{}/contact">{}</a>"#,
        esc(store.slug.as_str()),
        visit.say(WAYS_TO_REACH)
    )
}

fn store_card(store: &Store, visit: &Visit) -> String {
    let pictures = each(store.products.iter().take(3), |product| picture(product, visit, 200));
    format!(
        r#"<article class="store-card" data-house="{0}"><div class="store-card__pictures" aria-hidden="true">{pictures}</div><h2>{1}</h2><p>{2}</p><a class="action" href="/stores/{0}">{3}<span class="visually-hidden">: {1}</span></a></article>"#,
        esc(store.slug.as_str()),
        esc(store.name.as_str()),
        esc(store.tagline.get(visit.language)),
        visit.say(VISIT)
    )
}

fn product_card(store: &Store, product: &Product, visit: &Visit, with_maker: bool) -> String {
    let maker = if with_maker {
        format!(r#"<span class="maker">{}</span>"#, esc(store.name.as_str()))
    } else {
        String::new()
    };
    format!(
        r#"<li><a class="card" href="/stores/{}/products/{}">{}<strong>{}</strong>{maker}<span class="price">{}</span></a></li>"#,
        esc(store.slug.as_str()),
        esc(product.sku.as_str()),
        picture(product, visit, 320),
        esc(product.name.get(visit.language)),
        money(&product.price, visit.language)
    )
}
