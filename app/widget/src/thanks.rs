//! Faces without a form: a message was left and what happens next, or the chat is closed.

use leptos::prelude::*;
use ui::{Act, Button, Look, empty_place, icon};

use crate::state::State;

/// The thanks.
pub(crate) fn thanks(state: State) -> impl IntoView {
    let words = state.words();
    let see = Act::new(move |()| state.chat.write().message_left = false);
    let label = words.get("widget.thanks.see");
    let (title, text) = (words.get("widget.thanks.title"), words.get("widget.thanks.text"));
    let next = view! {
        <Button look=Look::Quiet on_press=see>
            {label}
        </Button>
    };
    view! {
        <div class="panel__thanks" role="status">
            {empty_place(icon::check, title, Some(text), next)}
        </div>
    }
}

/// The store wants nothing shown now (P-14): one sentence, and nothing to fill in. Whoever is blocked finds the same.
pub(crate) fn closed(state: State) -> impl IntoView {
    let title = state.words().get("widget.closed");
    view! {
        <div class="panel__thanks" role="status">
            {empty_place(icon::message_circle, title, None, ())}
        </div>
    }
}
