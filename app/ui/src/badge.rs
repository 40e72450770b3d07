//! A small number that asks to be looked at. Zero is not shown.

use leptos::prelude::*;

use crate::{
    erased::{Erase, Erased},
    prop::Reading,
};

/// A count, with its sentence for those who do not see it.
#[component]
pub fn Badge(
    /// How many.
    #[prop(into)]
    count: Reading<u32>,
    /// The whole sentence: "3 new messages".
    #[prop(into)]
    label: Reading<String>,
) -> impl IntoView {
    Reading::new(move || badge(count.get(), &label))
}

fn badge(n: u32, label: &Reading<String>) -> Option<Erased> {
    (n > 0).then(|| {
        let shown = if n > 99 { "99+".to_owned() } else { n.to_string() };
        view! {
            <span class="badge">
                <span aria-hidden="true">{shown}</span>
                <span class="visually-hidden">{label.get()}</span>
            </span>
        }
        .erase()
    })
}
