//! The first step, Retailer settings: the operator's name, sounds, places, who may start, what shoppers find while nobody is there, and
//! the rules of presence and history. Opening hours and privacy have editors of their own, which write into the same draft.

use leptos::prelude::*;
use model::settings::{HistoryFills, OfflineMode, PresenceRule, StartBy};
use ui::{Erase, Erased, Field, Reading};

use super::{
    draft::{Draft, Spot},
    parts::{choice, said, toggle},
};
use crate::desk::{frame::card, opening_hours, privacy_fields, state::DeskState};

/// Seconds that can be chosen until a chat that nobody took becomes a message.
const WAITS_S: [u32; 7] = [15, 30, 60, 90, 120, 300, 600];

/// The step.
pub(super) fn step(desk: DeskState, draft: Draft) -> Erased {
    let words = desk.words();
    view! {
        <div class="stack">
            {operator(desk, draft)} {places(desk, draft)} {offline(desk, draft)} <div class="card">
                {opening_hours::editor(draft.settings, words.clone())} {said(draft, &words, Spot::Hours)}
            </div> {rules(desk, draft)} <div class="card">{privacy_fields::editor(draft.settings, words.clone())} {said(draft, &words, Spot::Privacy)}</div>
        </div>
    }
    .erase()
}

fn operator(desk: DeskState, draft: Draft) -> Erased {
    let error = draft.error(&desk.words(), Spot::OperatorName);
    let content = view! {
        <Field
            id="operator-name"
            label=desk.t("desk.configuration.operator_name")
            name="operator_name"
            text=draft.operator_name
            hint=desk.t("desk.configuration.operator_name_hint")
            error=error
        />
        {toggle(
            draft,
            desk.t("desk.configuration.sound_messages"),
            None,
            |settings| settings.sounds.messages,
            |settings, on| settings.sounds.messages = on,
        )}
        {toggle(
            draft,
            desk.t("desk.configuration.sound_conversations"),
            None,
            |settings| settings.sounds.conversations,
            |settings, on| settings.sounds.conversations = on,
        )}
    };
    card(
        "configuration-operator",
        desk.t("desk.configuration.operator"),
        None,
        content.erase(),
    )
}

fn places(desk: DeskState, draft: Draft) -> Erased {
    let error = draft.error(&desk.words(), Spot::Places);
    let who = || {
        vec![
            (StartBy::Everyone, desk.t("desk.configuration.everyone")),
            (StartBy::Members, desk.t("desk.configuration.members")),
        ]
    };
    let content = view! {
        <Field
            id="places"
            label=desk.t("desk.configuration.places")
            name="places"
            kind="number"
            text=draft.places
            required=true
            hint=desk.t("desk.configuration.places_hint")
            error=error
        />
        {choice(
            draft,
            "live-for",
            desk.t("desk.configuration.live_for"),
            desk.t("desk.configuration.members_hint"),
            who(),
            |settings| settings.live_for,
            |settings, who| settings.live_for = who,
        )}
        {choice(
            draft,
            "offline-for",
            desk.t("desk.configuration.offline_for"),
            desk.t("desk.configuration.offline_for_hint"),
            who(),
            |settings| settings.offline_for,
            |settings, who| settings.offline_for = who,
        )}
    };
    card(
        "configuration-customers",
        desk.t("desk.configuration.customers"),
        None,
        content.erase(),
    )
}

fn offline(desk: DeskState, draft: Draft) -> Erased {
    let with_hours = Reading::new(move || {
        draft.has_offline_mode().then(|| {
            toggle(
                draft,
                desk.t("desk.configuration.show_hours"),
                Some(desk.t("desk.configuration.show_hours_hint")),
                |settings| settings.offline == OfflineMode::FormWithHours,
                |settings, on| settings.offline = if on { OfflineMode::FormWithHours } else { OfflineMode::Form },
            )
        })
    });
    let content = view! {
        {toggle(
            draft,
            desk.t("desk.configuration.offline_mode"),
            Some(desk.t("desk.configuration.offline_mode_hint")),
            |settings| settings.offline != OfflineMode::Hidden,
            |settings, on| settings.offline = if on { OfflineMode::Form } else { OfflineMode::Hidden },
        )} {with_hours}
    };
    card("configuration-nobody", desk.t("desk.configuration.nobody"), None, content.erase())
}

fn rules(desk: DeskState, draft: Draft) -> Erased {
    let words = desk.words();
    // A number that somebody set by other means stays one that can be chosen.
    let now = draft.settings.with_untracked(|settings| settings.missed_after_s);
    let mut waits = WAITS_S.to_vec();
    if !waits.contains(&now) {
        waits.push(now);
        waits.sort_unstable();
    }
    let waits = waits
        .into_iter()
        .map(|seconds| (seconds, words.with("desk.configuration.seconds", &[("n", &seconds.to_string())])))
        .collect();
    let content = view! {
        {choice(
            draft,
            "missed-after",
            desk.t("desk.configuration.missed_after"),
            desk.t("desk.configuration.missed_after_hint"),
            waits,
            |settings| settings.missed_after_s,
            |settings, seconds| settings.missed_after_s = seconds,
        )}
        {choice(
            draft,
            "presence-rule",
            desk.t("desk.configuration.presence"),
            desk.t("desk.configuration.presence_hint"),
            vec![
                (PresenceRule::WhileAWindowLives, desk.t("desk.configuration.presence_window")),
                (PresenceRule::UntilSwitchedOff, desk.t("desk.configuration.presence_switch")),
            ],
            |settings| settings.presence,
            |settings, rule| settings.presence = rule,
        )}
        {choice(
            draft,
            "history-fills",
            desk.t("desk.configuration.history"),
            desk.t("desk.configuration.history_hint"),
            vec![
                (HistoryFills::AtSignOff, desk.t("desk.configuration.history_sign_off")),
                (HistoryFills::AtOnce, desk.t("desk.configuration.history_at_once")),
            ],
            |settings| settings.history,
            |settings, fills| settings.history = fills,
        )}
    };
    card("configuration-rules", desk.t("desk.configuration.rules"), None, content.erase())
}
