//! What a store says and keeps of its visitors, as part of its configuration: the link beside the notice, and how much of an address is
//! written down. How long things are kept stands on the page Privacy, beside what that would delete.

use leptos::prelude::*;
use model::{
    settings::{AddressKeeping, StoreSettings},
    words::Words,
};
use ui::{Erase, Erased, Field, Reading, Slot, changed, effect};

/// The fields, writing into the draft as they are changed. It is saved, and refused, by whoever owns the draft.
pub(super) fn editor(draft: Slot<StoreSettings>, words: Words) -> Erased {
    let url = RwSignal::new(draft.with_untracked(|draft| draft.privacy_url.clone()).unwrap_or_default());
    effect(move || {
        let typed = url.get();
        let typed = Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty());
        if draft.with_untracked(|draft| draft.privacy_url != typed) {
            draft.update(|draft| draft.privacy_url = typed);
        }
    });
    view! {
        <fieldset class="privacy__fields stack">
            <legend class="card__title">{words.get("desk.privacy")}</legend>
            <Field
                id="privacy-url"
                label=words.get("desk.privacy.url")
                name="privacy_url"
                kind="url"
                text=url
                hint=words.get("desk.privacy.url_hint")
            />
            {addresses(draft, &words)}
        </fieldset>
    }
    .erase()
}

fn addresses(draft: Slot<StoreSettings>, words: &Words) -> Erased {
    let choices = [
        (AddressKeeping::Truncated, "truncated", "desk.privacy.address_network"),
        (AddressKeeping::Full, "full", "desk.privacy.address_whole"),
    ]
    .into_iter()
    .map(|(keeping, value, key)| {
        let chosen = Reading::new(move || draft.with(|draft| draft.addresses == keeping));
        view! {
            <label class="privacy__choice">
                <input
                    type="radio"
                    name="addresses"
                    value=value
                    prop:checked=chosen
                    on:change=changed(move |_| draft.update(|draft| draft.addresses = keeping))
                />
                {words.get(key)}
            </label>
        }
        .erase()
    })
    .collect_view();
    view! {
        <div class="stack" role="radiogroup" aria-label=words.get("desk.privacy.addresses")>
            <p class="field__label">{words.get("desk.privacy.addresses")}</p>
            {choices}
            <p class="field__hint">{words.get("desk.privacy.addresses_hint")}</p>
        </div>
    }
    .erase()
}
