//! Pages of the desk that the server draws (decision 0011). This fetches one and puts it into the desk; its forms are sent from here, and
//! the answer is the page again. What is on such a page, and what its forms mean, only the server knows.
//!
//! Where such a page is also a place of the desk, as a dispute is, its links turn the window's address, and the page follows that: Back,
//! reloading and a bookmark find it again. A link to another page of the desk is an ordinary one, and a form or a link that leads elsewhere
//! is the browser's own.

#[cfg(target_arch = "wasm32")]
mod asking;

use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
};
use ui::{Erase, Erased, Place, Slot, effect, known};

use self::asking::{ask, copy_beside, has_focus, send};
use super::{
    frame::loaded,
    list::Phase,
    number_of, paths,
    route::{self, link_of},
    state::DeskState,
};

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
    /// Somebody came here, and is still where they came from: in the menu.
    Came,
    /// Somebody pressed something, and goes on in the answer.
    Pressed,
    /// Somebody turned to this page by a link on another one of these or by Back, and goes on in it.
    Turned,
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
    // Nothing while the window is about to show another page.
    let address = known(move || {
        let query = desk.route.query();
        desk.route
            .with(|path| below(name, path).map(|below| [SERVED, name, below, &query].concat()))
    });
    let fetch = move |why| {
        if let Some(address) = address.get_untracked() {
            ask(served, &address, None, why);
        }
    };
    // Whoever comes by a link on such a page goes on reading here; whoever comes by the menu is still in the menu.
    let came = if has_focus() { Why::Turned } else { Why::Came };
    let mut shown = None;
    effect(move || {
        if follows {
            desk.lists.track();
        }
        let (Some(host), now) = (served.host.get(), address.get()) else {
            return;
        };
        if now.is_none() {
            return;
        }
        let why = match host.first_element_child() {
            None => came,
            Some(_) if shown == now => Why::Changed,
            Some(_) if has_focus() => Why::Turned,
            Some(_) => Why::Came,
        };
        shown = now;
        fetch(why);
    });
    // In boxes, like all handlers of their kind.
    let pressed: Box<dyn FnMut(MouseEvent)> = Box::new(move |event| {
        copy_beside(&event);
        let Some(to) = link_of(&event) else { return };
        if let Some(place) = place_of(&to) {
            event.prevent_default();
            if place == route::address() {
                fetch(Why::Pressed);
            } else {
                served.desk.route.go(&place);
            }
        } else if to.starts_with(SERVED) {
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

/// What a path of the desk asks for below the page of this name; nothing at the path of another page.
fn below<'a>(name: &str, path: &'a str) -> Option<&'a str> {
    let place = [paths::HOME, "/", name].concat();
    match path.strip_prefix(place.as_str()) {
        Some(below) if below.is_empty() || below.starts_with('/') => Some(below),
        // Pages of the settings: nothing goes on below them.
        _ => path.strip_suffix(name)?.ends_with('/').then_some(""),
    }
}

/// The place in the desk that a served page's address stands for, if it is one.
fn place_of(served: &str) -> Option<String> {
    let place = [paths::HOME, "/", served.strip_prefix(SERVED)?].concat();
    let path = place.split_once('?').map_or(place.as_str(), |(path, _)| path);
    number_of(path)?;
    Some(place)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_desk_says_what_to_fetch() {
        assert_eq!(below("disputes", "/desk/disputes"), Some(""));
        assert_eq!(below("disputes", "/desk/disputes/0197"), Some("/0197"));
        assert_eq!(below("mail", "/desk/settings/mail"), Some(""));
        for other in ["/desk/disputes-of-old", "/desk/messages", "/desk"] {
            assert_eq!(below("disputes", other), None, "{other}");
        }
    }

    #[test]
    fn a_served_address_is_a_place_of_the_desk_where_there_is_one() {
        assert_eq!(place_of("/desk/pages/disputes/0197").as_deref(), Some("/desk/disputes/0197"));
        assert_eq!(
            place_of("/desk/pages/tickets/new?from=0197").as_deref(),
            Some("/desk/tickets/new?from=0197")
        );
        for none in ["/desk/pages/mail", "/desk/pages/disputes/0197/print", "/desk/messages/0197"] {
            assert_eq!(place_of(none), None, "{none}");
        }
    }
}
