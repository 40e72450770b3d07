//! The box that a list is searched with: after a short pause in typing, or at once by Enter.

use std::time::Duration;

use leptos::prelude::*;
use ui::{Erase, Erased, Field, effect, submitted};

use super::state::DeskState;

/// How long somebody may pause between two letters of a search.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// The box; `searched` is what was searched for last. `id` is the field's own in the page.
pub(super) fn search_box(desk: DeskState, id: &'static str, searched: RwSignal<String>) -> Erased {
    let typed = RwSignal::new(String::new());
    let mut waiting: Option<TimeoutHandle> = None;
    effect(move || {
        typed.track();
        if let Some(handle) = waiting.take() {
            handle.clear();
        }
        waiting = set_timeout_with_handle(move || search(typed, searched), TYPING_PAUSE).ok();
    });
    view! {
        <form class="history__search" role="search" novalidate=true on:submit=submitted(move || search(typed, searched))>
            <Field id=id label=desk.t("desk.history_search") name="search" kind="search" text=typed />
        </form>
    }
    .erase()
}

/// Searches for what stands in the box, unless that was done.
fn search(typed: RwSignal<String>, searched: RwSignal<String>) {
    let Some(typed) = typed.try_get_untracked() else { return };
    if searched.try_get_untracked().is_some_and(|searched| searched != typed) {
        searched.set(typed);
    }
}
