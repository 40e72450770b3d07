//! A switch: on or off, at once.

use leptos::prelude::*;

/// A switch with its label.
#[component]
pub fn Switch(
    /// What is switched; its name says the state "on".
    #[prop(into)]
    label: String,
    /// How it stands.
    #[prop(into)]
    on: Signal<bool>,
    /// Whether a change is on its way; pressing it then does nothing.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Asks for the other state. The switch moves when `on` does.
    on_change: Callback<bool>,
) -> impl IntoView {
    let press = move |_| {
        if !busy.get_untracked() {
            on_change.run(!on.get_untracked());
        }
    };
    view! {
        <button
            type="button"
            class="switch"
            role="switch"
            aria-checked=move || if on.get() { "true" } else { "false" }
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            <span class="switch__track" aria-hidden="true">
                <span class="switch__thumb"></span>
            </span>
            <span class="switch__label">{label}</span>
        </button>
    }
}
