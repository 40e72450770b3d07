//! The panel: its head, its one face of the moment, its languages; and the pieces that its forms share.

use leptos::{ev::KeyboardEvent, prelude::*};
use model::{
    panel::{Frame, PanelStart},
    refusal::Field,
};
use ui::{Bar, Field as TextField};

use crate::{
    boot::boot,
    header::header,
    host,
    http::Trouble,
    language::languages,
    offline_form::offline_form,
    pre_chat::pre_chat,
    scene::Scene,
    state::{Line, State},
    thanks::thanks,
    thread::thread,
};

/// The whole panel, from what the server knows.
#[component]
pub fn Panel(
    /// From the page.
    start: PanelStart,
) -> impl IntoView {
    let embedded = matches!(start.frame, Frame::Embedded { .. });
    let state = State::new(start);
    Effect::new(move || boot(state));

    let scene = Memo::new(move |_| state.scene());
    let face = move || match scene.get() {
        Scene::PreChat => pre_chat(state),
        Scene::OfflineForm => offline_form(state),
        Scene::Thanks => thanks(state),
        Scene::Thread => thread(state),
    };
    let keys = move |event: KeyboardEvent| {
        // In the question whether to end, Escape answers the question.
        if embedded && event.key() == "Escape" && !state.ending().get_untracked() {
            host::minimize();
        }
    };
    let words = state.words();
    let line_text = Signal::derive(move || match state.line().get() {
        Line::Ended => words.get("chat.signed_out"),
        Line::Fine | Line::Broken => words.get("chat.trouble"),
    });
    let broken = Signal::derive(move || state.line().get() != Line::Fine);
    view! {
        <div class="panel" data-embedded=embedded.then_some("") on:keydown=keys>
            {header(state)}
            <Bar trouble=broken text=line_text />
            <main class="panel__main">{face}</main>
            <footer class="panel__foot">{languages(state)}</footer>
        </div>
    }
}

/// A hidden field of a form.
pub(crate) fn hidden(name: &'static str, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value /> }.into_any()
}

/// Where a form that is sent without scripts comes back to.
pub(crate) fn page_fields(state: State) -> AnyView {
    let back = if state.embedded() { "widget" } else { "page" };
    view! {
        {hidden("lang", state.words().language().code().to_owned())}
        {hidden("back", back.to_owned())}
    }
    .into_any()
}

/// What both ways of beginning share: the id, the product, the way back, and a field that no person sees.
pub(crate) fn start_fields(state: State) -> AnyView {
    let (cid, product) = state
        .fixed()
        .with_value(|f| (f.form_cid.clone(), f.product.as_ref().map(ToString::to_string)));
    view! {
        {hidden("cid", cid)}
        {hidden("product", product.unwrap_or_default())}
        {page_fields(state)}
        <div class="field--trap" aria-hidden="true">
            <input type="text" name="website" tabindex="-1" autocomplete="off" />
        </div>
    }
    .into_any()
}

/// A field of a form, with its label and what is wrong with it.
pub(crate) fn labelled(state: State, field: Field, required: bool) -> AnyView {
    let words = state.words();
    let form = state.form();
    let (kind, autocomplete, rows) = match field {
        Field::FirstName => ("text", "given-name", 1),
        Field::LastName => ("text", "family-name", 1),
        Field::Email => ("email", "email", 1),
        Field::Phone => ("tel", "tel", 1),
        Field::Message => ("text", "off", 4),
        _ => ("text", "name", 1),
    };
    let hint = (!required).then(|| words.get("widget.optional")).unwrap_or_default();
    let label = words.get(&format!("field.{}", field.key()));
    let error = Signal::derive(move || {
        form.wrong
            .with(|wrong| wrong.iter().find(|(f, _)| *f == field).map(|(_, why)| words.refusal(*why)))
    });
    let readonly = Signal::derive(move || field == Field::Email && form.email_known.get());
    let id = format!("field-{}", field.key());
    let text = form.text(field);
    view! {
        <TextField
            id=id
            label=label
            name=field.key()
            text=text
            kind=kind
            autocomplete=autocomplete
            rows=rows
            required=required
            readonly=readonly
            hint=hint
            error=error
        />
    }
    .into_any()
}

/// Why the last request did not work, where no field says it.
pub(crate) fn trouble(state: State) -> AnyView {
    let words = state.words();
    let before = state.fixed().with_value(|f| f.refused.clone());
    let sentence = move || match state.trouble().get() {
        Some(Trouble::Refused(why)) => Some(words.refusal(why)),
        Some(Trouble::Unavailable) => Some(words.get("widget.unavailable")),
        // The program has not done anything yet: what the server said to the form still stands.
        None => before
            .clone()
            .filter(|_| !state.busy().get() && state.form().wrong.with(Vec::is_empty)),
    };
    view! {
        <div role="alert">{move || sentence().map(|text| view! { <p class="panel__error">{text}</p> })}</div>
    }
    .into_any()
}
