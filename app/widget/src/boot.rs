//! What the panel does once its program runs. Called from an effect, so never on the server.

use leptos::prelude::*;
use model::timeline::Timeline;

use crate::{browser, host, state::State};

/// Connects, greets the loader, and keeps the outside world in step.
pub(crate) fn boot(state: State) {
    state.query().set(location().search().unwrap_or_default());
    if state.conversation().get_untracked().is_some() {
        // The shopper has acted: the draft may be kept, and was.
        state.restore_draft();
        state.connect();
    }
    host::greet(state);

    let visible = RwSignal::new(!document().hidden());
    let watch = window_event_listener_untyped("visibilitychange", move |_| {
        visible.try_set(!document().hidden());
    });
    on_cleanup(move || watch.remove());

    Effect::new(move || {
        if state.open().get() && visible.get() {
            state.mark_read();
        }
    });
    Effect::new(move |told: Option<usize>| {
        let n = if state.conversation().get().is_some() {
            state.timeline().with(Timeline::unread)
        } else {
            0
        };
        if told.unwrap_or(0) != n {
            host::unread(n);
        }
        n
    });
    // Nothing is stored before the shopper acted.
    Effect::new(move |was: Option<bool>| {
        let acted = state.conversation().get().is_some();
        let text = state.draft().get();
        if acted && (was.is_some() || !text.is_empty()) {
            browser::keep_draft(&state.draft_key(), &text);
        }
        acted
    });
}
