//! The row of open chat windows beside the recap window.

use leptos::prelude::*;
use model::id::ConversationId;
use ui::{Erase, Erased, each};

use super::{chat_window::chat_window, state::DeskState};

/// The open windows; the first stands next to the recap window.
pub(super) fn dock(desk: DeskState) -> Erased {
    let open = move || {
        desk.windows
            .with(|windows| windows.open_ones().iter().map(|window| window.id).collect())
    };
    view! { <div class="dock">{each(open, ConversationId::to_string, move |id| chat_window(desk, id))}</div> }.erase()
}
