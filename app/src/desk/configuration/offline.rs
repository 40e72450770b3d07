//! The third step, Offline: where messages are mailed to, what the form says and asks, and its head's colours. There only while the store
//! has an offline mode (P-22).

use leptos::prelude::*;
use model::{
    configuration::{PairName, TextName},
    refusal::Field as Which,
    settings::{Asked, OfflineFields},
};
use ui::{Act, Erase, Erased, Field, Reading, changed, known};

use super::{
    colours::pair,
    draft::{Draft, Spot},
    parts::toggle,
    texts::texts,
};
use crate::desk::{frame::card, state::DeskState};

/// The step.
pub(super) fn step(desk: DeskState, draft: Draft) -> Erased {
    let ours = texts(desk, draft, "offline-texts", TextName::OfflineHeader, TextName::OfflineWelcome);
    let explained = Some(desk.t("desk.configuration.texts_explained"));
    let title = desk.t("desk.configuration.colours_header");
    let head = pair(desk, draft, PairName::OfflineHeader, "colours-offline", title);
    let tip = Some(desk.t("desk.configuration.colours_tip"));
    view! {
        <div class="stack">
            {mail(desk, draft)}
            {card("configuration-offline-texts", desk.t("desk.configuration.texts"), explained, ours)}
            {fields(desk, draft)}
            {card("configuration-offline-colours", desk.t("desk.configuration.colours"), tip, head)}
        </div>
    }
    .erase()
}

fn mail(desk: DeskState, draft: Draft) -> Erased {
    let error = draft.error(&desk.words(), Spot::Notify);
    let content = view! {
        <Field
            id="notify"
            label=desk.t("desk.configuration.notify")
            name="notify"
            kind="email"
            text=draft.notify
            hint=desk.t("desk.configuration.notify_hint")
            error=error
        />
        {toggle(
            draft,
            desk.t("desk.configuration.literal_from"),
            Some(desk.t("desk.configuration.literal_from_hint")),
            |settings| settings.literal_from,
            |settings, on| settings.literal_from = on,
        )}
    };
    card("configuration-mail", desk.t("desk.configuration.mail"), None, content.erase())
}

/// What the form asks (P-25), and what must be filled in (P-26).
fn fields(desk: DeskState, draft: Draft) -> Erased {
    let rows = OfflineFields::default()
        .in_order()
        .map(|(field, _)| row(desk, draft, field))
        .into_iter()
        .collect_view();
    let always = |label: String| box_of(label, Reading::new(|| true), Act::new(|_| ()), true);
    let content = view! {
        <div class="asked">
            {rows} <fieldset class="asked__row">
                <legend>{desk.t("field.message")}</legend>
                {always(desk.t("desk.configuration.requested"))}
                {always(desk.t("desk.configuration.required"))}
            </fieldset>
        </div>
    };
    let text = Some(desk.t("desk.configuration.fields_explained"));
    card("configuration-fields", desk.t("desk.configuration.fields"), text, content.erase())
}

fn row(desk: DeskState, draft: Draft, field: Which) -> Erased {
    let asked = known(move || draft.settings.with(|settings| asked_of(settings.offline_fields, field)));
    let ask = move |asked: Asked| {
        draft
            .settings
            .update(|settings| ask_for(&mut settings.offline_fields, field, asked));
    };
    let is_requested = Reading::new(move || asked.get() != Asked::No);
    let is_required = Reading::new(move || asked.get() == Asked::Required);
    // What must be filled in is asked, and what is not asked need not be filled in.
    let request = Act::new(move |on: bool| ask(if on { Asked::Optional } else { Asked::No }));
    let require = Act::new(move |on: bool| ask(if on { Asked::Required } else { Asked::Optional }));
    view! {
        <fieldset class="asked__row">
            <legend>{desk.t(&format!("field.{}", field.key()))}</legend>
            {box_of(desk.t("desk.configuration.requested"), is_requested, request, false)}
            {box_of(desk.t("desk.configuration.required"), is_required, require, false)}
        </fieldset>
    }
    .erase()
}

fn box_of(label: String, checked: Reading<bool>, check: Act<bool>, fixed: bool) -> Erased {
    let change = changed(move |event| check.run(event_target_checked(&event)));
    view! {
        <label class="asked__box">
            <input type="checkbox" prop:checked=checked disabled=fixed on:change=change />
            {label}
        </label>
    }
    .erase()
}

fn asked_of(fields: OfflineFields, field: Which) -> Asked {
    fields
        .in_order()
        .into_iter()
        .find(|(known, _)| *known == field)
        .map_or(Asked::No, |(_, asked)| asked)
}

fn ask_for(fields: &mut OfflineFields, field: Which, asked: Asked) {
    match field {
        Which::FirstName => fields.first_name = asked,
        Which::LastName => fields.last_name = asked,
        Which::Email => fields.email = asked,
        Which::Phone => fields.phone = asked,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_25_p_26_every_field_of_the_form_can_be_asked_for() {
        for (field, _) in OfflineFields::default().in_order() {
            for asked in [Asked::No, Asked::Optional, Asked::Required] {
                let mut fields = OfflineFields::default();
                ask_for(&mut fields, field, asked);
                assert_eq!(asked_of(fields, field), asked, "{field:?}");
            }
        }
    }
}
