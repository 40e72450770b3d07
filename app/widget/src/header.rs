//! The head of the panel: whose it is, whether somebody is there, and the way to put it away.

use leptos::prelude::*;
use ui::{Button, Icon, Look, icon};

use crate::{host, state::State};

/// The head.
pub(crate) fn header(state: State) -> AnyView {
    let words = state.words();
    let (name, greeting) = state.fixed().with_value(|f| (f.store.name.to_string(), f.store.header.clone()));
    let greeting = greeting.unwrap_or_else(|| words.get("widget.online"));
    let away = words.get("widget.away");
    let online = move || state.availability().get().is_online();
    let minimize = state.embedded().then(|| {
        let label = words.get("widget.minimize");
        let press = Callback::new(move |()| host::minimize());
        view! {
            <Button look=Look::Icon label=label on_press=press>
                <Icon glyph=icon::minus />
            </Button>
        }
    });
    view! {
        <header class="panel__header">
            <div class="panel__names">
                <h1 class="panel__store">{name}</h1>
                <p class="panel__greeting">
                    <span class="dot" aria-hidden="true" data-online=move || online().then_some("")></span>
                    <span>{move || if online() { greeting.clone() } else { away.clone() }}</span>
                </p>
            </div>
            {minimize}
        </header>
    }
    .into_any()
}
