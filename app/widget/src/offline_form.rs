//! Nobody is there: the simplest form (D-26). It asks what the store wants to know, and the message.

use leptos::{ev::SubmitEvent, prelude::*};
use model::{availability::Availability, refusal::Field, settings::Asked};
use ui::{Button, Icon, icon};

use crate::{
    deeds,
    panel::{hidden, labelled, start_fields, trouble},
    state::State,
};

/// The form.
pub(crate) fn offline_form(state: State) -> AnyView {
    let words = state.words();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        deeds::leave_message(state);
    };
    let intro = {
        let words = words.clone();
        move || match state.availability().get() {
            Availability::Full => words.get("widget.offline.full"),
            Availability::Online | Availability::Away | Availability::Hidden => words.get("widget.offline.away"),
        }
    };
    let asked = state.fixed().with_value(|f| f.store.offline_fields);
    let fields: Vec<AnyView> = asked
        .in_order()
        .into_iter()
        .filter(|(_, asked)| *asked != Asked::No)
        .map(|(field, asked)| labelled(state, field, asked == Asked::Required))
        .collect();
    view! {
        <form class="panel__form" method="post" action=state.path("start") on:submit=submit>
            {hidden("do", "message".to_owned())}
            {start_fields(state)}
            <p class="panel__intro">{intro}</p>
            {fields}
            {labelled(state, Field::Message, true)}
            {trouble(state)}
            <Button submit=true busy=state.busy()>
                <Icon glyph=icon::send />
                {words.get("widget.send_message")}
            </Button>
        </form>
    }
    .into_any()
}
