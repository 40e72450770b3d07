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

/// Why a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Somebody came here, and is still where they came from.
    Came,
    /// Somebody pressed something, and goes on in the answer.
    Pressed,
    /// It may have changed: nobody asked, and nobody is interrupted.
    Changed,
}

/// The page that the server calls so.
pub(super) fn page(desk: DeskState, name: &'static str) -> Erased {
    draw(desk, name, false)
}

/// The same, of one that people look at while it changes: it is fetched again whenever the desk's lists are.
pub(super) fn following(desk: DeskState, name: &'static str) -> Erased {
    draw(desk, name, true)
}

fn draw(desk: DeskState, name: &'static str, follows: bool) -> Erased {
    let served = Served {
        desk,
        phase: Slot::new(Phase::Loading),
        host: Place::new(),
    };
    let fetch = move |why| ask(served, &[SERVED, name].concat(), None, why);
    // Whoever comes by a link on such a page goes on reading here; whoever comes by the menu is still in the menu.
    let came = if has_focus() { Why::Pressed } else { Why::Came };
    effect(move || {
        if follows {
            desk.lists.track();
        }
        if let Some(host) = served.host.get() {
            fetch(if host.first_element_child().is_some() { Why::Changed } else { came });
        }
    });
    // In boxes, like all handlers of their kind.
    let pressed: Box<dyn FnMut(MouseEvent)> = Box::new(move |event| {
        copy_beside(&event);
        let Some(to) = link_of(&event) else { return };
        if to.starts_with(SERVED) {
            event.prevent_default();
            ask(served, &to, None, Why::Pressed);
        } else if to == served.desk.route.now() {
            // The page one is on, once more.
            fetch(Why::Pressed);
        }
    });
    let submitted: Box<dyn FnMut(SubmitEvent)> = Box::new(move |event| {
        // A form that leads elsewhere is the browser's.
        send(served, &event);
    });
    view! {
        {loaded(served.desk, served.phase, move || fetch(Why::Pressed), || ().erase())}
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

    use super::{Served, Why};

    pub(super) fn ask(_served: Served, _address: &str, _form: Option<JsValue>, _why: Why) {}

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
