//! What the panel's forms share: how they are sent, what they say without being asked, their fields, and what went wrong.

use leptos::{ev::SubmitEvent, prelude::*};
use model::refusal::Field;
use ui::{Field as TextField, Reading, sentence};

use crate::{http::Trouble, state::State};

/// What a form does when it is sent while the program runs.
pub(crate) fn sending(state: State, deed: fn(State)) -> impl Fn(SubmitEvent) + 'static {
    move |event: SubmitEvent| {
        event.prevent_default();
        deed(state);
    }
}

/// Where a form that is sent without scripts comes back to.
pub(crate) fn page_fields(state: State) -> [(&'static str, String); 2] {
    let back = if state.embedded() { "widget" } else { "page" };
    [("lang", state.words().language().code().to_owned()), ("back", back.to_owned())]
}

/// The same with the conversation that the form is about, and the id of what it says.
pub(crate) fn conversation_fields(state: State) -> Vec<(&'static str, String)> {
    let id = state.conversation().map(|id| id.to_string()).unwrap_or_default();
    let mut fields = vec![("conversation", id), ("cid", state.fixed().form_cid.clone())];
    fields.extend(page_fields(state));
    fields
}

/// What both ways of beginning share: the id, the product, and the way back.
pub(crate) fn start_fields(state: State, way: &str) -> Vec<(&'static str, String)> {
    let fixed = state.fixed();
    let product = fixed.product.clone().map(String::from).unwrap_or_default();
    let mut fields = vec![("do", way.to_owned()), ("cid", fixed.form_cid.clone()), ("product", product)];
    fields.extend(page_fields(state));
    fields
}

/// A field that no person sees; what fills it in is no person.
pub(crate) fn trap() -> impl IntoView {
    view! {
        <div class="field--trap" aria-hidden="true">
            <input type="text" name="website" tabindex="-1" autocomplete="off" />
        </div>
    }
}

/// A field of a form, with its label and what is wrong with it.
pub(crate) fn labelled(state: State, field: Field, required: bool) -> impl IntoView {
    let words = state.words();
    let (kind, autocomplete, rows) = match field {
        Field::FirstName => ("text", "given-name", 1),
        Field::LastName => ("text", "family-name", 1),
        Field::Email => ("email", "email", 1),
        Field::Phone => ("tel", "tel", 1),
        Field::Message => ("text", "off", 4),
        _ => ("text", "name", 1),
    };
    let hint = if required { String::new() } else { words.get("widget.optional") };
    let label = words.get(&["field.", field.key()].concat());
    let error = Reading::new(move || {
        let chat = state.chat.read();
        let wrong = chat.wrong.iter().find(|(f, _)| *f == field);
        wrong.map(|(_, why)| words.refusal(*why))
    });
    let readonly = Reading::new(move || field == Field::Email && state.chat.read().email_known);
    let id = ["field-", field.key()].concat();
    view! {
        <TextField
            id=id
            label=label
            name=field.key()
            text=state.form.text(field)
            kind=kind
            autocomplete=autocomplete
            rows=rows
            required=required
            readonly=readonly
            hint=hint
            error=error
        />
    }
}

/// Why the last request did not work, where no field says it.
pub(crate) fn trouble(state: State) -> impl IntoView {
    let words = state.words();
    let said = Reading::new(move || {
        let busy = state.busy.get();
        let chat = state.chat.read();
        match chat.trouble {
            Some(Trouble::Refused(why)) => Some(words.refusal(why)),
            Some(Trouble::Unavailable) => Some(words.get("widget.unavailable")),
            // The program has not done anything yet: what the server said to the form still stands.
            None if !busy && chat.wrong.is_empty() => state.fixed().refused.clone(),
            None => None,
        }
    });
    view! { <div role="alert">{sentence("panel__error", None, None, said)}</div> }
}
