//! What is known of the person across the counter: how to reach them, and their connection's facts (D-19).

use leptos::prelude::*;
use model::text::{EmailAddress, Phone};

use super::{label::customer_label, state::DeskState, thread::Thread};

/// Name, address, telephone, as they said.
pub(super) fn contact(desk: DeskState, thread: &Thread) -> AnyView {
    let (known, row) = (thread.contact.clone(), thread.row.clone());
    let shown = move || {
        let known = known.get();
        let customer = row.with(|row| row.as_ref().map(|row| customer_label(&desk.words(), &row.customer)));
        [
            ("desk.customer", customer.map(IntoAny::into_any)),
            ("desk.name", known.name.map(|name| name.to_string().into_any())),
            ("desk.email", known.email.map(|email| mail_link(&email))),
            ("desk.phone", known.phone.map(|phone| call_link(&phone))),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some(fact(desk, key, value?)))
        .collect_view()
    };
    view! { <dl class="facts">{shown}</dl> }.into_any()
}

/// The connection: whether they are there, their language, page and browser.
pub(super) fn connection(desk: DeskState, thread: &Thread) -> AnyView {
    let (known, here) = (thread.connection.clone(), thread.here.clone());
    let shown = move || {
        let known = known.get();
        let presence = desk.t(if here.get() { "desk.on_site" } else { "desk.off_site" });
        [
            ("desk.presence", Some(presence.into_any())),
            ("desk.language", known.language.map(|language| language.own_name().into_any())),
            ("desk.page", known.page.map(page_link)),
            ("desk.browser", known.browser.map(IntoAny::into_any)),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some(fact(desk, key, value?)))
        .collect_view()
    };
    view! { <dl class="facts">{shown}</dl> }.into_any()
}

fn fact(desk: DeskState, key: &str, value: AnyView) -> AnyView {
    view! {
        <div class="facts__row">
            <dt>{desk.t(key)}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

fn mail_link(email: &EmailAddress) -> AnyView {
    view! { <a href=format!("mailto:{email}")>{email.to_string()}</a> }.into_any()
}

fn call_link(phone: &Phone) -> AnyView {
    let dialled: String = phone.as_str().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    view! { <a href=format!("tel:{dialled}")>{phone.to_string()}</a> }.into_any()
}

/// What a browser said of itself is shown as it is, and followed only where it is a web address.
fn page_link(page: String) -> AnyView {
    let address = page.clone();
    if page.starts_with("https://") || page.starts_with("http://") {
        view! {
            <a href=address target="_blank" rel="noopener noreferrer nofollow">
                {page}
            </a>
        }
        .into_any()
    } else {
        page.into_any()
    }
}
