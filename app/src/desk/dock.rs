//! The row of open chat windows beside the recap window.

use leptos::prelude::*;
use ui::{Erase, Erased};

use super::{chat_window::chat_window, state::DeskState};

/// The open windows; the first stands next to the recap window.
pub(super) fn dock(desk: DeskState) -> Erased {
    view! {
        <div class="dock">
            <For each=move || desk.windows.with(|windows| windows.open_ones().to_vec()) key=|window| window.id let:window>
                {chat_window(desk, window.id)}
            </For>
        </div>
    }
    .erase()
}
