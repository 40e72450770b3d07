//! Tabs: one of several views in the same place. Arrow keys move between them, as the ARIA pattern asks.

use leptos::{ev::KeyboardEvent, prelude::*};

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
    titles: Vec<Signal<String>>,
    /// The number of the chosen one.
    chosen: RwSignal<u32>,
) -> impl IntoView {
    let count = titles.len() as u32;
    let prefix = id.clone();
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
                .map(|(n, title)| {
                    let n = n as u32;
                    view! {
                        <button
                            type="button"
                            class="tab"
                            role="tab"
                            id=tab_id(&id, n)
                            aria-controls=panel_id(&id, n)
                            aria-selected=move || if chosen.get() == n { "true" } else { "false" }
                            tabindex=move || if chosen.get() == n { "0" } else { "-1" }
                            on:click=move |_| chosen.set(n)
                        >
                            {move || title.get()}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
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
    children: Children,
) -> impl IntoView {
    view! {
        <div
            class="tabs__panel"
            role="tabpanel"
            id=panel_id(&id, n)
            aria-labelledby=tab_id(&id, n)
            tabindex="0"
            hidden=move || chosen.get() != n
        >
            {children()}
        </div>
    }
}

fn tab_id(id: &str, n: u32) -> String {
    format!("{id}-tab-{n}")
}

fn panel_id(id: &str, n: u32) -> String {
    format!("{id}-panel-{n}")
}

fn focus(element: &leptos::web_sys::Element) {
    use leptos::wasm_bindgen::JsCast;

    if let Some(element) = element.dyn_ref::<leptos::web_sys::HtmlElement>() {
        // An element that just lost its place cannot take the focus, and needs none.
        let _ = element.focus();
    }
}
