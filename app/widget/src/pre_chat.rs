//! Before the chat: name, email, Start Chat (D-14, D-15). A guest may leave both empty.

use leptos::prelude::*;
use model::refusal::Field;
use ui::{Button, Icon, Reading, icon};

use crate::{
    deeds,
    form_parts::{elsewhere, form, labelled, privacy, start_fields, trap, trouble},
    state::State,
};

/// The form.
pub(crate) fn pre_chat(state: State) -> impl IntoView {
    let words = state.words();
    let welcome = state.fixed().store.welcome.clone();
    let intro = welcome.unwrap_or_else(|| words.get("widget.intro"));
    let start = words.get("widget.start_chat");
    let content = view! {
        {trap()}
            <p class="panel__intro">{intro}</p>
            {labelled(state, Field::Name, false)}
            {labelled(state, Field::Email, false)}
            {privacy(state)}
            {trouble(state)}
            <Button submit=true busy=state.busy>
                <Icon glyph=icon::message_circle />
                {start}
            </Button>
            {elsewhere(state)}
    };
    let fields = start_fields(state, "chat");
    form(
        state,
        ("panel__form", None),
        "start",
        fields,
        Reading::default(),
        deeds::start_chat,
        content,
    )
}
