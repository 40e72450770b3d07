//! Nobody is there: the simplest form (D-26). It asks what the store wants to know, and the message.

use leptos::prelude::*;
use model::{availability::Availability, refusal::Field, settings::Asked};
use ui::{Button, Icon, Reading, hidden_fields, icon};

use crate::{
    deeds,
    form_parts::{labelled, sending, start_fields, trap, trouble},
    state::State,
};

/// The form.
pub(crate) fn offline_form(state: State) -> impl IntoView {
    let words = state.words();
    let send = words.get("widget.send_message");
    let intro = Reading::new(move || {
        words.get(match state.chat.read().availability {
            Availability::Full => "widget.offline.full",
            Availability::Online | Availability::Away | Availability::Hidden => "widget.offline.away",
        })
    });
    let asked = state.fixed().store.offline_fields.in_order();
    let fields = asked
        .into_iter()
        .chain([(Field::Message, Asked::Required)])
        .filter(|(_, asked)| *asked != Asked::No)
        .map(|(field, asked)| labelled(state, field, asked == Asked::Required))
        .collect_view();
    view! {
        <form class="panel__form" method="post" novalidate=true action=state.path("start") on:submit=sending(state, deeds::leave_message)>
            {hidden_fields(start_fields(state, "message"))}
            {trap()}
            <p class="panel__intro">{intro}</p>
            {fields}
            {trouble(state)}
            <Button submit=true busy=state.busy>
                <Icon glyph=icon::send />
                {send}
            </Button>
        </form>
    }
}
