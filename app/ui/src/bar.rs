//! The quiet connection bar. Most trouble is over before anybody needs to know, so it waits.

use std::time::Duration;

use leptos::prelude::*;

/// A tunnel, a lift, a restart of the server: what is over sooner is not worth a word.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says `text` when the trouble has lasted for five seconds.
#[component]
pub fn Bar(
    /// Whether something is wrong.
    #[prop(into)]
    trouble: Signal<bool>,
    /// What is wrong, and that nothing is lost.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    Effect::new(move |waiting: Option<Option<TimeoutHandle>>| {
        if let Some(handle) = waiting.flatten() {
            handle.clear();
        }
        if trouble.get() {
            set_timeout_with_handle(
                move || {
                    shown.try_set(true);
                },
                PATIENCE,
            )
            .ok()
        } else {
            shown.set(false);
            None
        }
    });
    view! {
        <div role="status">{move || shown.get().then(|| view! { <p class="bar">{move || text.get()}</p> })}</div>
    }
}
