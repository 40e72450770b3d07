//! A small number that asks to be looked at. Zero is not shown.

use leptos::prelude::*;

/// A count, with its sentence for those who do not see it.
#[component]
pub fn Badge(
    /// How many.
    #[prop(into)]
    count: Signal<u32>,
    /// The whole sentence: "3 new messages".
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    move || {
        let n = count.get();
        (n > 0).then(|| {
            let shown = if n > 99 { "99+".to_owned() } else { n.to_string() };
            view! {
                <span class="badge">
                    <span aria-hidden="true">{shown}</span>
                    <span class="visually-hidden">{label.get()}</span>
                </span>
            }
        })
    }
}
