//! A labelled text field with its hint and its error. It checks nothing: whoever reads the text parses it.

use leptos::{
    html::{Input, Textarea},
    prelude::*,
};

use crate::typed::{follow, rcdata};

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
    readonly: Signal<bool>,
    /// More than one makes it a box of several lines.
    #[prop(default = 1)]
    rows: u32,
    /// A sentence below it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = {
        let (hint_id, error_id) = (hint.as_ref().map(|_| hint_id.clone()), error_id.clone());
        move || {
            if error.with(Option::is_some) {
                Some(error_id.clone())
            } else {
                hint_id.clone()
            }
        }
    };
    let invalid = move || error.with(Option::is_some).then_some("true");
    let required = required.then_some("true");
    let control = if rows > 1 {
        let node = NodeRef::<Textarea>::new();
        follow(
            text,
            move || node.get().map(|n| n.value()),
            move |value| {
                if let Some(node) = node.get_untracked() {
                    node.set_value(value);
                }
            },
        );
        view! {
            <textarea
                node_ref=node
                class="input"
                id=id.clone()
                name=name
                rows=rows
                dir="auto"
                autocomplete=autocomplete
                aria-required=required
                aria-invalid=invalid
                aria-describedby=described
                readonly=move || readonly.get()
                on:input=move |event| text.set(event_target_value(&event))
            >
                {rcdata(&text.get_untracked())}
            </textarea>
        }
        .into_any()
    } else {
        let node = NodeRef::<Input>::new();
        follow(
            text,
            move || node.get().map(|n| n.value()),
            move |value| {
                if let Some(node) = node.get_untracked() {
                    node.set_value(value);
                }
            },
        );
        view! {
            <input
                node_ref=node
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
                readonly=move || readonly.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            {control}
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            {move || error.get().map(|error| view! { <p class="field__error" id=error_id.clone()>{error}</p> })}
        </div>
    }
}
