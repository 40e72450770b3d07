//! A labelled text field with its hint and its error. It checks nothing: whoever reads the text parses it.

use leptos::{either::Either, prelude::*};

use crate::{
    heard::changed,
    place::Place,
    prop::Reading,
    sentence::sentence,
    typed::{follow, rcdata},
};

/// A labelled text field, of one line or of several.
#[component]
pub fn Field(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// Its name in the form.
    name: &'static str,
    /// What is typed, as it is typed.
    text: RwSignal<String>,
    /// `text`, `email`, `tel`, `password`, `url`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in (WCAG 1.3.5).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it only shows.
    #[prop(optional, into)]
    readonly: Reading<bool>,
    /// More than one makes it a box of several lines.
    #[prop(default = 1)]
    rows: u32,
    /// A sentence below it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed.
    #[prop(optional, into)]
    error: Reading<Option<String>>,
) -> impl IntoView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let hint_id = [id.as_str(), "-hint"].concat();
    let error_id = [id.as_str(), "-error"].concat();
    let described = {
        let error = error.clone();
        let (hint_id, error_id) = (hint.as_ref().map(|_| hint_id.clone()), error_id.clone());
        Reading::new(move || {
            if error.get().is_some() {
                Some(error_id.clone())
            } else {
                hint_id.clone()
            }
        })
    };
    let invalid = {
        let error = error.clone();
        Reading::new(move || error.get().map(|_| "true".to_owned()))
    };
    let required = required.then_some("true");
    let readonly = Reading::flag(move || readonly.get());
    let typed = changed(move |event| text.set(event_target_value(&event)));
    let place = Place::new();
    follow(text, place);
    let control = if rows > 1 {
        Either::Left(view! {
            <textarea
                node_ref=place
                class="input"
                id=id.clone()
                name=name
                rows=rows
                dir="auto"
                autocomplete=autocomplete
                aria-required=required
                aria-invalid=invalid
                aria-describedby=described
                readonly=readonly
                on:input=typed
            >
                {rcdata(&text.get_untracked())}
            </textarea>
        })
    } else {
        Either::Right(view! {
            <input
                node_ref=place
                class="input"
                id=id.clone()
                name=name
                type=kind
                value=text.get_untracked()
                dir="auto"
                autocomplete=autocomplete
                aria-required=required
                aria-invalid=invalid
                aria-describedby=described
                readonly=readonly
                on:input=typed
            />
        })
    };
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            {control}
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            {sentence("field__error", Some(error_id), None, error)}
        </div>
    }
}
