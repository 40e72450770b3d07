//! A switch: on or off, at once.

use leptos::prelude::*;

use crate::{
    heard::pressed,
    prop::{Act, Reading},
};

/// A switch with its label.
#[component]
pub fn Switch(
    /// What is switched; its name says the state "on".
    #[prop(into)]
    label: String,
    /// How it stands.
    #[prop(into)]
    on: Reading<bool>,
    /// Whether a change is on its way; pressing it then does nothing.
    #[prop(optional, into)]
    busy: Reading<bool>,
    /// Asks for the other state. The switch moves when `on` does.
    #[prop(into)]
    on_change: Act<bool>,
) -> impl IntoView {
    let is_on = on.clone();
    let checked = Reading::spelled(move || is_on.get());
    let is_busy = busy.clone();
    let waiting = Reading::new(move || is_busy.get().then(|| "true".to_owned()));
    let press = pressed(move || {
        if !busy.get_untracked() {
            on_change.run(!on.get_untracked());
        }
    });
    view! {
        <button type="button" class="switch" role="switch" aria-checked=checked aria-busy=waiting on:click=press>
            <span class="switch__track" aria-hidden="true">
                <span class="switch__thumb"></span>
            </span>
            <span class="switch__label">{label}</span>
        </button>
    }
}
