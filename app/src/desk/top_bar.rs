//! The bar at the top of the office: which store this is, and who is at work.

use leptos::prelude::*;
use ui::{Erase, Erased, Reading};

use super::{paths, person_menu::person_menu, state::DeskState};

/// The top bar.
pub(super) fn top_bar(desk: DeskState) -> Erased {
    let store = desk.store();
    let on_duty = move || desk.recap.with(|recap| recap.on_duty);
    let stands = Reading::new(move || desk.t(if on_duty() { "desk.you_are_online" } else { "desk.you_are_offline" }));
    view! {
        <header class="top">
            <a class="top__store" href=paths::HOME>
                <span class="top__mark" aria-hidden="true"></span>
                <span class="top__name truncate">{store.name.to_string()}</span>
            </a>
            <p class="top__duty">
                <span class="dot" data-online=Reading::flag(on_duty)></span>
                <span>{stands}</span>
            </p>
            {person_menu(desk)}
        </header>
    }
    .erase()
}
