//! After the chat: how was it (D-24), and would you like a copy (D-25)? One plain form, of which the program knows nothing but when to
//! show it: what is chosen stays in the browser's own fields and goes to the server as it stands.

use leptos::prelude::*;
use model::{refusal::Field, timeline::Timeline};
use ui::{Button, Erase, Erased, Look, Reading, sentence};

use crate::{
    deeds,
    form_parts::{conversation_fields, form, labelled, wrong_with},
    state::State,
};

/// The form's id, by which it is sent.
pub(crate) const FORM: &str = "rating";

/// The form.
pub(crate) fn rating(state: State) -> impl IntoView {
    let words = state.words();
    let (question, scale) = (words.get("widget.rating.question"), words.get("widget.rating.scale"));
    let (copy, submit) = (words.get("widget.rating.copy"), words.get("widget.rating.submit"));
    let not_now = Reading::flag(move || !state.timeline.with(Timeline::awaits_rating));
    let known = Reading::flag(move || {
        let chat = state.chat.read();
        chat.email_known || chat.has_email
    });
    let mut stars: Vec<Erased> = Vec::new();
    for n in ["1", "2", "3", "4", "5"] {
        let star = view! {
            <label class="rating__star">
                <input type="radio" name="stars" value=n />
                <span>{n}</span>
            </label>
        };
        stars.push(star.erase());
    }
    let content = view! {
            <fieldset class="rating__stars" aria-describedby="rating-scale">
                <legend>{question}</legend>
                <div class="rating__row">
                    {stars} <span class="rating__scale" id="rating-scale">
                        {scale}
                    </span>
                </div>
                {sentence("field__error", None, Some("alert"), wrong_with(state, Field::Rating))}
            </fieldset>
            {labelled(state, Field::Comment, false)}
            <label class="rating__copy">
                <input type="checkbox" name="copy" value="1" />
                <span>{copy}</span>
            </label>
            <div class="rating__address" hidden=known>
                {labelled(state, Field::Email, true)}
            </div>
            <Button look=Look::Quiet submit=true busy=state.busy>
                {submit}
            </Button>
    };
    let fields = conversation_fields(state);
    form(state, ("rating", Some(FORM)), "rating", fields, not_now, deeds::rate, content)
}
