//! Before the chat: name, email, Start Chat (D-14, D-15). A guest may leave both empty.

use leptos::{ev::SubmitEvent, prelude::*};
use model::refusal::Field;
use ui::{Button, Icon, icon};

use crate::{
    deeds,
    panel::{hidden, labelled, start_fields, trouble},
    state::State,
};

/// The form.
pub(crate) fn pre_chat(state: State) -> AnyView {
    let words = state.words();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        deeds::start_chat(state);
    };
    let intro = state
        .fixed()
        .with_value(|f| f.store.welcome.clone())
        .unwrap_or_else(|| words.get("widget.intro"));
    view! {
        <form class="panel__form" method="post" action=state.path("start") on:submit=submit>
            {hidden("do", "chat".to_owned())}
            {start_fields(state)}
            <p class="panel__intro">{intro}</p>
            {labelled(state, Field::Name, false)}
            {labelled(state, Field::Email, false)}
            {trouble(state)}
            <Button submit=true busy=state.busy()>
                <Icon glyph=icon::message_circle />
                {words.get("widget.start_chat")}
            </Button>
        </form>
    }
    .into_any()
}
