//! What the panel's forms share: how they are sent, what they say without being asked, their fields, and what went wrong.

use leptos::prelude::*;
use model::{panel::Frame, refusal::Field};
use ui::{Erase, Erased, Field as TextField, Reading, hidden_fields, sentence, submitted};

use crate::{http::Trouble, state::State};

/// A form of the panel: posted to `/w/{store}/{to}` by a browser without our program, and by `deed` with it. One function for all of them,
/// because each kind of form would be code of its own.
pub(crate) fn form(
    state: State,
    names: (&'static str, Option<&'static str>),
    to: &str,
    fields: Vec<(&'static str, String)>,
    hidden: Reading<Option<String>>,
    deed: fn(State),
    content: impl IntoView + 'static,
) -> Erased {
    around(state, names, to, fields, hidden, deed, content.erase())
}

// Not in the function above: what stands there is made again for each kind of content.
fn around(
    state: State,
    (class, id): (&'static str, Option<&'static str>),
    to: &str,
    fields: Vec<(&'static str, String)>,
    hidden: Reading<Option<String>>,
    deed: fn(State),
    content: Erased,
) -> Erased {
    let send = submitted(move || deed(state));
    view! {
        <form class=class id=id method="post" novalidate=true action=state.path(to) hidden=hidden on:submit=send>
            {hidden_fields(fields)}
            {content}
        </form>
    }
    .erase()
}

/// The fields, and where a form that is sent without scripts comes back to.
fn with_way_back(state: State, mut fields: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let back = match &state.fixed().frame {
        Frame::Embedded { .. } => "widget",
        Frame::Page => "page",
        Frame::Thread { token } => {
            fields.push(("session", token.clone()));
            "thread"
        }
    };
    fields.push(("lang", state.words().language().code().to_owned()));
    fields.push(("back", back.to_owned()));
    fields
}

/// The same with the conversation that the form is about, and the id of what it says.
pub(crate) fn conversation_fields(state: State) -> Vec<(&'static str, String)> {
    let id = state.conversation().map(|id| id.to_string()).unwrap_or_default();
    with_way_back(state, vec![("conversation", id), ("cid", state.fixed().form_cid.clone())])
}

/// What both ways of beginning share: the id, the product, and the way back.
pub(crate) fn start_fields(state: State, way: &str) -> Vec<(&'static str, String)> {
    let fixed = state.fixed();
    let product = fixed.product.clone().map(String::from).unwrap_or_default();
    with_way_back(
        state,
        vec![("do", way.to_owned()), ("cid", fixed.form_cid.clone()), ("product", product)],
    )
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
pub(crate) fn labelled(state: State, field: Field, required: bool) -> Erased {
    let words = state.words();
    let (kind, autocomplete, rows) = match field {
        Field::FirstName => ("text", "given-name", 1),
        Field::LastName => ("text", "family-name", 1),
        Field::Email => ("email", "email", 1),
        Field::Phone => ("tel", "tel", 1),
        Field::Message => ("text", "off", 4),
        Field::Comment => ("text", "off", 2),
        _ => ("text", "name", 1),
    };
    let hint = if required { String::new() } else { words.get("widget.optional") };
    let label = words.get(&["field.", field.key()].concat());
    let error = wrong_with(state, field);
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
    .erase()
}

/// What is wrong with a field.
pub(crate) fn wrong_with(state: State, field: Field) -> Reading<Option<String>> {
    let words = state.words();
    Reading::new(move || {
        let chat = state.chat.read();
        let wrong = chat.wrong.iter().find(|(f, _)| *f == field);
        wrong.map(|(_, why)| words.refusal(*why))
    })
}

/// What becomes of what is written, before anything is.
pub(crate) fn privacy(state: State) -> impl IntoView {
    let words = state.words();
    let fixed = state.fixed();
    let said = words.with("widget.privacy", &[("store", fixed.store.name.as_str())]);
    let link = fixed.store.privacy_url.clone().map(|url| {
        view! {
            <a href=url target="_blank" rel="noopener">
                {words.get("widget.privacy_link")}
            </a>
        }
    });
    view! { <p class="panel__privacy">{said} " " {link}</p> }
}

/// Where else to go. It stands behind the form's button: whoever fills the form in by keyboard comes to the button first.
pub(crate) fn elsewhere(state: State) -> impl IntoView {
    let words = state.words();
    let fixed = state.fixed();
    // A page without a program, in place of this one: the language stays, and so does the frame.
    let order = fixed.store.orders.then(|| {
        let place = if state.embedded() { "/widget/" } else { "/c/" };
        let href = [place, fixed.store.slug.as_str(), "/order?lang=", words.language().code()].concat();
        view! {
            <p>
                <a href=href>{words.get("widget.where_order")}</a>
            </p>
        }
    });
    let other_ways = ["/account/", fixed.store.slug.as_str(), "/contact?lang=", words.language().code()].concat();
    view! {
        {order}
        <p>
            <a href=other_ways target="_blank" rel="noopener">
                {words.get("widget.other_ways")}
            </a>
        </p>
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
