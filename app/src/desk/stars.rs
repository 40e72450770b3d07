//! What the shopper said of a chat, in lists and beside a conversation (D-i5).

use leptos::prelude::*;
use ui::{Erase, Erased, Icon, icon};

use super::state::DeskState;

/// "4 of 5", with a star before it.
pub(super) fn stars(desk: DeskState, rating: u8) -> Erased {
    let said = desk.words().with("desk.rated", &[("n", &rating.to_string())]);
    view! {
        <span class="stars">
            <Icon glyph=icon::star />
            <span>{said}</span>
        </span>
    }
    .erase()
}
