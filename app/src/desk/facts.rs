//! What is known of the person across the counter: how to reach them, and their connection's facts (D-19).

use leptos::prelude::*;
use model::{
    conversation::About,
    text::{EmailAddress, Phone},
    timeline::Timeline,
};
use ui::{Erase, Erased, Reading};

use super::{chat_window::row_of, frame, label::customer_label, order_dialog::amount, stars::stars, state::DeskState, thread::Thread};

/// Name, address, telephone, as they said.
pub(super) fn contact(desk: DeskState, thread: &Thread) -> Erased {
    let (known, row, timeline) = (thread.contact.clone(), row_of(desk, thread), thread.timeline.clone());
    let shown = Reading::new(move || {
        let known = known.get();
        let customer = row.with(|row| row.as_ref().map(|row| customer_label(&desk.words(), &row.customer)));
        // The log knows it first; the list remembers it when the log is long.
        let rating = timeline
            .with(Timeline::rating)
            .or_else(|| row.with(|row| row.as_ref().and_then(|row| row.rating)));
        let facts = [
            ("desk.customer", customer.map(Erase::erase)),
            ("desk.name", known.name.map(|name| name.to_string().erase())),
            ("desk.email", known.email.map(|email| mail_link(&email))),
            ("desk.phone", known.phone.map(|phone| call_link(&phone))),
            ("desk.rating", rating.map(|rating| stars(desk, rating))),
        ];
        list(desk, facts.into())
    });
    view! { <dl class="facts">{shown}</dl> }.erase()
}

/// The connection: whether they are there, what they look at and came from, and what their browser says of itself.
pub(super) fn connection(desk: DeskState, thread: &Thread) -> Erased {
    let (known, here, row) = (thread.connection.clone(), thread.here.clone(), row_of(desk, thread));
    let shown = Reading::new(move || {
        let known = known.get();
        let product = row.with(|row| row.as_ref().and_then(|row| product(desk, &row.about)));
        let presence = desk.t(if here.get() { "desk.on_site" } else { "desk.off_site" });
        let facts = [
            ("desk.presence", Some(presence.erase())),
            ("desk.language", known.language.map(|language| language.own_name().erase())),
            ("desk.product", product.map(Erase::erase)),
            ("desk.page", known.page.map(page_link)),
            ("desk.referrer", known.referrer.map(page_link)),
            ("desk.browser", known.browser.map(Erase::erase)),
            ("desk.system", known.system.map(Erase::erase)),
            ("desk.address", known.address.map(Erase::erase)),
        ];
        list(desk, facts.into())
    });
    view! { <dl class="facts">{shown}</dl> }.erase()
}

/// The product as it was when it was asked about: name, variant and price, as far as the shop told them, and the shop's key for it.
fn product(desk: DeskState, about: &About) -> Option<String> {
    let About::Product(product) = about else { return None };
    let price = product.price.as_ref().map(|price| amount(desk, price));
    let names = [product.name.as_ref(), product.variant.as_ref()].into_iter().flatten();
    let mut shown: Vec<String> = names.map(ToString::to_string).chain(price).collect();
    shown.push(product.sku.to_string());
    Some(shown.join(" · "))
}

/// Those that are known.
fn list(desk: DeskState, facts: Vec<(&str, Option<Erased>)>) -> Erased {
    let facts = facts.into_iter().filter_map(|(key, value)| Some(frame::fact(desk.t(key), value?)));
    facts.collect::<Vec<Erased>>().erase()
}

/// An address that can be written to.
pub(super) fn mail_link(email: &EmailAddress) -> Erased {
    view! { <a href=format!("mailto:{email}")>{email.to_string()}</a> }.erase()
}

/// A number that can be called.
pub(super) fn call_link(phone: &Phone) -> Erased {
    let dialled: String = phone.as_str().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    view! { <a href=format!("tel:{dialled}")>{phone.to_string()}</a> }.erase()
}

/// What a browser said of itself is shown as it is, and followed only where it is a web address.
fn page_link(page: String) -> Erased {
    let address = page.clone();
    if page.starts_with("https://") || page.starts_with("http://") {
        view! {
            <a href=address target="_blank" rel="noopener noreferrer nofollow">
                {page}
            </a>
        }
        .erase()
    } else {
        page.erase()
    }
}
