//! The quiet connection bar. Most trouble is over before anybody needs to know, so it waits.

use std::time::Duration;

use leptos::prelude::*;

use crate::{effect::effect, prop::Reading, sentence::sentence};

/// A tunnel, a lift, a restart of the server: what is over sooner is not worth a word.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says `text` when the trouble has lasted for five seconds.
#[component]
pub fn Bar(
    /// Whether something is wrong.
    #[prop(into)]
    trouble: Reading<bool>,
    /// What is wrong, and that nothing is lost.
    #[prop(into)]
    text: Reading<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let mut before = false;
    let mut waiting: Option<TimeoutHandle> = None;
    effect(move || {
        let now = trouble.get();
        // The same trouble goes on: its five seconds do not begin again.
        if now == before {
            return;
        }
        before = now;
        if let Some(handle) = waiting.take() {
            handle.clear();
        }
        if now {
            let show = move || {
                shown.try_set(true);
            };
            waiting = set_timeout_with_handle(show, PATIENCE).ok();
        } else {
            shown.set(false);
        }
    });
    let said = Reading::new(move || shown.get().then(|| text.get()));
    view! { <div role="status">{sentence("bar", None, None, said)}</div> }
}
