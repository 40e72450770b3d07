//! Nobody is there: the simplest form (D-26). It asks what the store wants to know, and the message.

use leptos::prelude::*;
use model::{availability::Availability, refusal::Field, settings::Asked};
use ui::{Button, Erased, Icon, Reading, icon};

use crate::{
    deeds,
    form_parts::{elsewhere, form, labelled, privacy, start_fields, trap, trouble},
    state::State,
};

/// The form.
pub(crate) fn offline_form(state: State) -> impl IntoView {
    let words = state.words();
    let send = words.get("widget.send_message");
    let welcome = state.fixed().store.offline_welcome.clone();
    let intro = Reading::new(move || {
        let availability = state.chat.read().availability;
        // Why somebody who is there cannot talk now, the store's text for when nobody is does not say.
        if let (Some(welcome), Availability::Away) = (&welcome, availability) {
            return welcome.clone();
        }
        words.get(match availability {
            Availability::Full => "widget.offline.full",
            Availability::Members => "widget.offline.members",
            Availability::Online | Availability::Away | Availability::Hidden => "widget.offline.away",
        })
    });
    let note = state.fixed().store.note.clone();
    let mut fields: Vec<Erased> = Vec::new();
    for (field, asked) in state.fixed().store.offline_fields.in_order() {
        if asked != Asked::No {
            fields.push(labelled(state, field, asked == Asked::Required));
        }
    }
    fields.push(labelled(state, Field::Message, true));
    let content = view! {
            {trap()}
            <p class="panel__intro">{intro}</p>
            {note.map(|note| view! { <p class="panel__note">{note}</p> })}
            {fields}
            {privacy(state)}
            {trouble(state)}
            <Button submit=true busy=state.busy>
                <Icon glyph=icon::send />
                {send}
            </Button>
            {elsewhere(state)}
    };
    let fields = start_fields(state, "message");
    form(
        state,
        ("panel__form", None),
        "start",
        fields,
        Reading::default(),
        deeds::leave_message,
        content,
    )
}
