//! What the panel does once its program runs. Called from an effect, so never on the server.

use leptos::prelude::*;
use ui::effect;

use crate::{host, state::State};

/// Connects, greets the loader, and keeps the outside world in step.
pub(crate) fn boot(state: State) {
    state.query.set(location().search().unwrap_or_default());
    if state.conversation().is_some() {
        state.connect();
    }
    host::greet(state);
    mark_what_is_seen(state);
    tell_what_waits(state);
}

fn mark_what_is_seen(state: State) {
    let visible = RwSignal::new(!document().hidden());
    let watch = window_event_listener_untyped("visibilitychange", move |_| {
        visible.try_set(!document().hidden());
    });
    on_cleanup(move || watch.remove());
    effect(move || {
        if state.open.get() && visible.get() {
            state.mark_read();
        }
    });
}

fn tell_what_waits(state: State) {
    let mut told = 0;
    effect(move || {
        let waiting = state.waiting();
        if told != waiting {
            told = waiting;
            host::unread(waiting);
        }
    });
}
