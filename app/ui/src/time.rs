//! A moment. The server writes it in UTC, because it does not know the reader's zone; the browser writes it again in the reader's.

use leptos::prelude::*;
use model::{time::Timestamp, words::Words};

use crate::browser::local_time;

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
    let short = utc.get(11..16).unwrap_or_default().to_owned();
    let local = RwSignal::new(None::<(String, String)>);
    Effect::new(move || {
        local.set(local_time(at, words.language()).map(|(days, [time, day, full])| {
            let shown = match days {
                0 => words.with("chat.today", &[("time", &time)]),
                1 => words.with("chat.yesterday", &[("time", &time)]),
                _ => format!("{day} {time}"),
            };
            (shown, full)
        }));
    });
    view! {
        <time
            class="time"
            datetime=utc
            data-local=move || local.with(Option::is_some).then_some("")
            title=move || local.with(|l| l.as_ref().map(|(_, full)| full.clone()))
        >
            {move || local.with(|l| l.as_ref().map_or_else(|| short.clone(), |(shown, _)| shown.clone()))}
        </time>
    }
}
