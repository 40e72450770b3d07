//! The head of the panel: whose it is, whether somebody is there, and the way to put it away.

use leptos::prelude::*;
use ui::{Act, Button, Icon, Look, Reading, icon};

use crate::{host, state::State};

/// The head.
pub(crate) fn header(state: State) -> impl IntoView {
    let fixed = state.fixed();
    let words = state.words();
    let name = fixed.store.name.as_str().to_owned();
    let greeting = fixed.store.header.clone().unwrap_or_else(|| words.get("widget.online"));
    let away = fixed.store.offline_header.clone().unwrap_or_else(|| words.get("widget.away"));
    let online = move || {
        let chat = state.chat.read();
        // Who is being talked with is here, also when everybody has their hands full.
        chat.availability.is_online() || (chat.conversation.is_some() && state.stage().takes_a_place())
    };
    let said = Reading::new(move || if online() { greeting.clone() } else { away.clone() });
    let minimize = state.embedded().then(|| {
        let label = words.get("widget.minimize");
        let press = Act::new(|()| host::minimize());
        view! {
            <Button look=Look::Icon label=label on_press=press>
                <Icon glyph=icon::minus />
            </Button>
        }
    });
    view! {
        <header class="panel__header" data-away=Reading::flag(move || !online())>
            <div class="panel__names">
                <h1 class="panel__store">{name}</h1>
                <p class="panel__greeting">
                    <span class="dot" aria-hidden="true" data-online=Reading::flag(online)></span>
                    <span>{said}</span>
                </p>
            </div>
            {minimize}
        </header>
    }
}
