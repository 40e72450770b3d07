//! What is known of the person across the counter: how to reach them, and their connection's facts (D-19).

use leptos::prelude::*;
use model::text::{EmailAddress, Phone};
use ui::{Erase, Erased};

use super::{label::customer_label, state::DeskState, thread::Thread};

/// Name, address, telephone, as they said.
pub(super) fn contact(desk: DeskState, thread: &Thread) -> Erased {
    let (known, row) = (thread.contact.clone(), thread.row.clone());
    let shown = move || {
        let known = known.get();
        let customer = row.with(|row| row.as_ref().map(|row| customer_label(&desk.words(), &row.customer)));
        [
            ("desk.customer", customer.map(Erase::erase)),
            ("desk.name", known.name.map(|name| name.to_string().erase())),
            ("desk.email", known.email.map(|email| mail_link(&email))),
            ("desk.phone", known.phone.map(|phone| call_link(&phone))),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some(fact(desk, key, value?)))
        .collect_view()
    };
    view! { <dl class="facts">{shown}</dl> }.erase()
}

/// The connection: whether they are there, their language, page and browser.
pub(super) fn connection(desk: DeskState, thread: &Thread) -> Erased {
    let (known, here) = (thread.connection.clone(), thread.here.clone());
    let shown = move || {
        let known = known.get();
        let presence = desk.t(if here.get() { "desk.on_site" } else { "desk.off_site" });
        [
            ("desk.presence", Some(presence.erase())),
            ("desk.language", known.language.map(|language| language.own_name().erase())),
            ("desk.page", known.page.map(page_link)),
            ("desk.browser", known.browser.map(Erase::erase)),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some(fact(desk, key, value?)))
        .collect_view()
    };
    view! { <dl class="facts">{shown}</dl> }.erase()
}

fn fact(desk: DeskState, key: &str, value: Erased) -> Erased {
    view! {
        <div class="facts__row">
            <dt>{desk.t(key)}</dt>
            <dd>{value}</dd>
        </div>
    }
    .erase()
}

fn mail_link(email: &EmailAddress) -> Erased {
    view! { <a href=format!("mailto:{email}")>{email.to_string()}</a> }.erase()
}

fn call_link(phone: &Phone) -> Erased {
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
