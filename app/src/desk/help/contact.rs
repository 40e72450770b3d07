//! Contact: whom to ask, and the facts that whoever is asked will want to know.

use leptos::prelude::*;
use model::help::HelpPage;
use ui::{Erase, Erased};

use crate::desk::{
    frame::{card, fact},
    state::DeskState,
};

/// The tab.
pub(super) fn contact(desk: DeskState, page: &HelpPage) -> Erased {
    let owners = page
        .owners
        .iter()
        .map(|owner| {
            view! {
                <li>
                    <span>{owner.name.to_string()}</span>
                    " "
                    <a href=format!("mailto:{}", owner.email)>{owner.email.to_string()}</a>
                </li>
            }
            .erase()
        })
        .collect_view();
    let store = desk.store();
    let whom = view! {
        <ul class="help__links" role="list">
            {owners}
        </ul>
    };
    let version = format!("Vitrine {}", page.version);
    let about = view! {
        <dl class="facts">
            {fact(desk.t("desk.help.version"), version.erase())}
            {fact(desk.t("field.store"), format!("{} ({})", store.name, store.slug).erase())}
        </dl>
    };
    view! {
        <div class="stack settings">
            {card("owners", desk.t("desk.help.owners"), Some(desk.t("desk.help.owners_text")), whom.erase())}
            {card("about", desk.t("desk.help.about"), Some(desk.t("desk.help.about_text")), about.erase())}
        </div>
    }
    .erase()
}
