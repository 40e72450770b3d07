//! Pages of the desk that the server draws (decision 0011). This fetches one and puts it into the desk; its forms are sent from here, and
//! the answer is the page again. What is on such a page, and what its forms mean, only the server knows.
//!
//! A link to another page of the desk is an ordinary one, and a form or a link that leads elsewhere is the browser's own.

#[cfg(target_arch = "wasm32")]
mod asking;

use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
};
use ui::{Erase, Erased, Place, Slot, effect};

use self::asking::{ask, copy_beside, has_focus, send};
use super::{frame::loaded, list::Phase, route::link_of, state::DeskState};

/// Where these pages are fetched from, and their forms are sent to.
const SERVED: &str = "/desk/pages/";

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Served {
    desk: DeskState,
    /// How far the first answer is.
    phase: Slot<Phase>,
    /// The element that the page is put into.
    host: Place,
}

/// The page that the server calls so.
pub(super) fn page(desk: DeskState, name: &'static str) -> Erased {
    let served = Served {
        desk,
        phase: Slot::new(Phase::Loading),
        host: Place::new(),
    };
    let fetch = move |focus| ask(served, &[SERVED, name].concat(), None, focus);
    // Whoever comes by a link on such a page goes on reading here; whoever comes by the menu is still in the menu.
    let focus = has_focus();
    effect(move || {
        if served.host.get().is_some() {
            fetch(focus);
        }
    });
    // In boxes, like all handlers of their kind.
    let pressed: Box<dyn FnMut(MouseEvent)> = Box::new(move |event| {
        copy_beside(&event);
        let Some(to) = link_of(&event) else { return };
        if to.starts_with(SERVED) {
            event.prevent_default();
            ask(served, &to, None, true);
        } else if to == served.desk.route.now() {
            // The page one is on, once more.
            fetch(true);
        }
    });
    let submitted: Box<dyn FnMut(SubmitEvent)> = Box::new(move |event| {
        // A form that leads elsewhere is the browser's.
        send(served, &event);
    });
    view! {
        {loaded(served.desk, served.phase, move || fetch(true), || ().erase())}
        <div class="served" node_ref=served.host on:click=pressed on:submit=submitted></div>
    }
    .erase()
}

/// The server fetches nothing from itself: it draws the place.
#[cfg(not(target_arch = "wasm32"))]
mod asking {
    use leptos::{
        ev::{MouseEvent, SubmitEvent},
        wasm_bindgen::JsValue,
    };

    use super::Served;

    pub(super) fn ask(_served: Served, _address: &str, _form: Option<JsValue>, _focus: bool) {}

    pub(super) fn send(_served: Served, _event: &SubmitEvent) -> Option<()> {
        None
    }

    pub(super) fn copy_beside(_event: &MouseEvent) -> Option<()> {
        None
    }

    pub(super) fn has_focus() -> bool {
        false
    }
}
