//! What somebody bought: the list, and one order with its lines, totals and parcel. Only for its owner; for others it does not exist.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use model::time::Timestamp;

use crate::{
    data::{Order, OrderLine, OrderState, Store, euro},
    shop::{
        Site,
        format::{day, money},
        html::{each, esc},
        layout::{self, Embed, Page, chat_spot},
        not_found,
        storefront::picture,
        texts::{
            ASK_ORDER, ASK_TEXT, CONTACT, DELIVERED, NO_PARCEL, ORDER, PACKED, PLACED, PRICE, PRODUCT, QUANTITY, RECEIVED, SHIPPED,
            SHIPPING, STATE, SUBTOTAL, TOTAL, TRACKING, YOUR_ORDERS,
        },
        visit::Visit,
    },
};

/// `/orders`.
pub(super) async fn list(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    let Some(shopper) = visit.shopper(&site) else {
        return ask_who(&visit);
    };
    let title = visit.say(YOUR_ORDERS);
    let orders = each(&shopper.orders, |order| {
        let store = site.market.store(order.store.as_str());
        let pictures = each(
            store
                .into_iter()
                .flat_map(|s| order.lines.iter().filter_map(move |l| s.product(l.sku.as_str()))),
            |product| picture(product, &visit, 72),
        );
        format!(
            r#"<li><a class="order" href="/orders/{0}"><span class="order__pictures">{pictures}</span><span><strong>{1} {0}</strong><span>{2} · {3}</span></span><span class="state">{4}</span><span class="price">{5}</span></a></li>"#,
            esc(&order.number),
            visit.say(ORDER),
            esc(store.map_or("", |s| s.name.as_str())),
            placed(order, &site, &visit),
            state(order.state, &visit),
            money(&order.total(), visit.language)
        )
    });
    let body = format!(r#"<section class="orders"><h1>{title}</h1><ul>{orders}</ul></section>"#);
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

/// `/orders/{number}`.
pub(super) async fn one(State(site): State<Arc<Site>>, visit: Visit, Path(number): Path<String>) -> Response {
    let Some(shopper) = visit.shopper(&site) else {
        return ask_who(&visit);
    };
    let found = shopper.orders.iter().find(|order| order.number == number);
    let Some((order, store)) = found.and_then(|order| Some((order, site.market.store(order.store.as_str())?))) else {
        return not_found(&site, &visit);
    };
    let title = format!("{} {}", visit.say(ORDER), order.number);
    let language = visit.language;
    let lines = each(&order.lines, |line| row(line, store, &visit));
    let sums = each(
        [
            (SUBTOTAL, order.subtotal()),
            (SHIPPING, euro(order.shipping_minor)),
            (TOTAL, order.total()),
        ],
        |(phrase, sum)| {
            format!(
                r#"<tr><th scope="row" colspan="2">{}</th><td class="price">{}</td></tr>"#,
                visit.say(phrase),
                money(&sum, language)
            )
        },
    );
    let parcel = match &order.tracking {
        Some(tracking) => format!("{} <code>{}</code>", esc(&tracking.carrier), esc(&tracking.code)),
        None => visit.say(NO_PARCEL).to_owned(),
    };
    let body = format!(
        r#"<section class="narrow">
<h1>{}</h1>
<p class="maker"><a href="/stores/{}">{}</a> · {} {}</p>
<h2 class="small">{}</h2>
<ol class="steps">{}</ol>
<table class="lines"><thead><tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{lines}</tbody><tfoot>{sums}</tfoot></table>
<h2 class="small">{}</h2>
<p>{parcel}</p>
<aside class="ask"><h2>{}</h2><p>{}</p>{}<p><a href="/orders/{}/contact">{}</a></p></aside>
</section>"#,
        esc(&title),
        esc(store.slug.as_str()),
        esc(store.name.as_str()),
        visit.say(PLACED),
        placed(order, &site, &visit),
        visit.say(STATE),
        steps(order.state, &visit),
        visit.say(PRODUCT),
        visit.say(QUANTITY),
        visit.say(PRICE),
        visit.say(TRACKING),
        visit.say(ASK_ORDER),
        visit.say(ASK_TEXT),
        chat_spot(None),
        esc(&order.number),
        visit.say(CONTACT)
    );
    layout::answer(
        &site,
        &visit,
        StatusCode::OK,
        &Page {
            title: &title,
            house: Some(store),
            embed: Some(Embed { store, product: None }),
            body,
        },
    )
}

/// Somebody unknown: they sign in first, and come back.
pub(super) fn ask_who(visit: &Visit) -> Response {
    Redirect::to(&format!("/login?next={}", visit.path)).into_response()
}

fn row(line: &OrderLine, store: &Store, visit: &Visit) -> String {
    let product = store.product(line.sku.as_str());
    let shown = product.map(|p| picture(p, visit, 56)).unwrap_or_default();
    let name = product.map_or(line.sku.as_str(), |p| p.name.get(visit.language));
    format!(
        r#"<tr><td><a class="line" href="/stores/{}/products/{}">{shown}{}</a></td><td>{}</td><td class="price">{}</td></tr>"#,
        esc(store.slug.as_str()),
        esc(line.sku.as_str()),
        esc(name),
        line.quantity,
        money(&euro(line.total_minor()), visit.language)
    )
}

fn placed(order: &Order, site: &Site, visit: &Visit) -> String {
    let at = Timestamp((site.now)() * 1_000).plus_ms(-order.days_ago * 86_400_000);
    let (iso, written) = day(at, visit.language);
    format!(r#"<time datetime="{iso}">{written}</time>"#)
}

fn steps(reached: OrderState, visit: &Visit) -> String {
    each(OrderState::ALL, |step| {
        let mark = if step == reached { r#" aria-current="step""# } else { "" };
        let done = if step <= reached { " data-done" } else { "" };
        format!("<li{mark}{done}>{}</li>", state(step, visit))
    })
}

fn state(state: OrderState, visit: &Visit) -> &'static str {
    visit.say(match state {
        OrderState::Received => RECEIVED,
        OrderState::Packed => PACKED,
        OrderState::Shipped => SHIPPED,
        OrderState::Delivered => DELIVERED,
    })
}
