//! What the steps are made of: a choice of one, a yes or no, and what is wrong with a part that says nothing of it itself.

use leptos::prelude::*;
use model::{settings::StoreSettings, words::Words};
use ui::{Act, Erase, Erased, Reading, Switch, changed, sentence};

use super::draft::{Draft, Spot};

/// One of several. The options' numbers are their values.
pub(super) fn choice<T>(
    draft: Draft,
    id: &'static str,
    label: String,
    hint: String,
    options: Vec<(T, String)>,
    get: fn(&StoreSettings) -> T,
    set: fn(&mut StoreSettings, T),
) -> Erased
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let (values, names): (Vec<T>, Vec<String>) = options.into_iter().unzip();
    let known = values.clone();
    let chosen = Reading::new(move || {
        let now = draft.settings.with(get);
        known.iter().position(|value| *value == now)
    });
    let choose = Act::new(move |number: usize| {
        if let Some(value) = values.get(number) {
            draft.settings.update(|settings| set(settings, *value));
        }
    });
    selection(id, label, hint, names, chosen, choose)
}

// Not in the function above: what stands there is made again for each type of value.
fn selection(
    id: &'static str,
    label: String,
    hint: String,
    names: Vec<String>,
    chosen: Reading<Option<usize>>,
    choose: Act<usize>,
) -> Erased {
    let options = names
        .into_iter()
        .enumerate()
        .map(|(n, name)| {
            let chosen = chosen.clone();
            view! {
                <option value=n.to_string() prop:selected=Reading::new(move || chosen.get() == Some(n))>
                    {name}
                </option>
            }
            .erase()
        })
        .collect_view();
    let change = changed(move |event| {
        if let Ok(number) = event_target_value(&event).parse() {
            choose.run(number);
        }
    });
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <select class="input" id=id aria-describedby=hint_id.clone() on:change=change>
                {options}
            </select>
            <p class="field__hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
    .erase()
}

/// Yes or no, with what it means.
pub(super) fn toggle(
    draft: Draft,
    label: String,
    hint: Option<String>,
    get: fn(&StoreSettings) -> bool,
    set: fn(&mut StoreSettings, bool),
) -> Erased {
    let on = Reading::new(move || draft.settings.with(get));
    let change = Act::new(move |on: bool| draft.settings.update(|settings| set(settings, on)));
    view! {
        <div class="configuration__toggle">
            <Switch label=label on=on on_change=change />
            {hint.map(|hint| view! { <p class="field__hint">{hint}</p> }.erase())}
        </div>
    }
    .erase()
}

/// What is wrong with a part of the page that other hands made.
pub(super) fn said(draft: Draft, words: &Words, spot: Spot) -> Erased {
    view! { <div role="alert">{sentence("field__error", None, None, draft.error(words, spot))}</div> }.erase()
}
