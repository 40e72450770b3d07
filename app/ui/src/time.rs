//! A moment. The server writes it in UTC, because it does not know the reader's zone; the browser writes it again in the reader's.

use leptos::prelude::*;
use model::{time::Timestamp, words::Words};

use crate::{browser::local_time, effect::effect, prop::Reading};

/// `<time>`: "today 14:05" in the reader's zone and language, with the full date in a tooltip.
#[component]
pub fn Time(
    /// When.
    at: Timestamp,
    /// For "today" and "yesterday".
    words: Words,
) -> impl IntoView {
    let utc = at.rfc3339();
    // `2026-03-14T14:05:…`: the hours and minutes.
    let shown = RwSignal::new(utc.get(11..16).unwrap_or_default().to_owned());
    let full = RwSignal::new(String::new());
    effect(move || {
        if let Some((days, [time, day, whole])) = local_time(at, words.language()) {
            shown.set(match days {
                0 => words.with("chat.today", &[("time", &time)]),
                1 => words.with("chat.yesterday", &[("time", &time)]),
                _ => [day.as_str(), " ", time.as_str()].concat(),
            });
            full.set(whole);
        }
    });
    let is_local = move || !full.with(String::is_empty);
    let title = Reading::new(move || is_local().then(|| full.get()));
    view! {
        <time class="time" datetime=utc data-local=Reading::flag(is_local) title=title>
            {Reading::from(shown)}
        </time>
    }
}
