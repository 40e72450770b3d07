//! Tabs: one of several views in the same place. Arrow keys move between them, as the ARIA pattern asks.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    erased::{Erase, Erased},
    heard::pressed,
    prop::Reading,
};

/// The row of tabs. Each shows the [`TabPanel`] of the same id and number.
#[component]
pub fn Tabs(
    /// Unique in the page; the panels carry it too.
    #[prop(into)]
    id: String,
    /// What is chosen between.
    #[prop(into)]
    label: String,
    /// Their names, in order.
    titles: Vec<String>,
    /// What stands beside the names: a count of each.
    #[prop(optional)]
    badges: Vec<Erased>,
    /// The number of the chosen one.
    chosen: RwSignal<u32>,
) -> impl IntoView {
    let count = titles.len() as u32;
    let prefix = id.clone();
    let mut badges = badges.into_iter();
    let keys = move |event: KeyboardEvent| {
        let now = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % count.max(1),
            "ArrowLeft" => (now + count.max(1) - 1) % count.max(1),
            "Home" => 0,
            "End" => count.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        if let Some(tab) = document().get_element_by_id(&tab_id(&prefix, next)) {
            focus(&tab);
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=keys>
            {titles
                .into_iter()
                .enumerate()
                .map(|(n, title)| tab(&id, n as u32, title, badges.next(), chosen))
                .collect_view()}
        </div>
    }
}

fn tab(id: &str, n: u32, title: String, badge: Option<Erased>, chosen: RwSignal<u32>) -> Erased {
    let badge = badge.map(|badge| view! { " " {badge} }.erase());
    let order = Reading::new(move || Some(String::from(if chosen.get() == n { "0" } else { "-1" })));
    view! {
        <button
            type="button"
            class="tab"
            role="tab"
            id=tab_id(id, n)
            aria-controls=panel_id(id, n)
            aria-selected=Reading::spelled(move || chosen.get() == n)
            tabindex=order
            on:click=pressed(move || chosen.set(n))
        >
            {title}
            {badge}
        </button>
    }
    .erase()
}

/// What a tab shows. It stays in the page while another is chosen, so that nothing in it is lost.
#[component]
pub fn TabPanel(
    /// The id of the tabs.
    #[prop(into)]
    id: String,
    /// Its number.
    n: u32,
    /// The number of the chosen one.
    chosen: RwSignal<u32>,
    /// The view.
    content: Erased,
) -> impl IntoView {
    view! {
        <div
            class="tabs__panel"
            role="tabpanel"
            id=panel_id(&id, n)
            aria-labelledby=tab_id(&id, n)
            tabindex="0"
            hidden=Reading::flag(move || chosen.get() != n)
        >
            {content}
        </div>
    }
}

fn tab_id(id: &str, n: u32) -> String {
    [id, "-tab-", n.to_string().as_str()].concat()
}

fn panel_id(id: &str, n: u32) -> String {
    [id, "-panel-", n.to_string().as_str()].concat()
}

fn focus(element: &leptos::web_sys::Element) {
    use leptos::wasm_bindgen::JsCast;

    if let Some(element) = element.dyn_ref::<leptos::web_sys::HtmlElement>() {
        // An element that just lost its place cannot take the focus, and needs none.
        let _ = element.focus();
    }
}
