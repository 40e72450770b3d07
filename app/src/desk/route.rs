//! Where in the desk this window is: a path that pages and menu follow, moved by links, by the browser's Back and by the pages themselves.
//!
//! The library's router knows patterns, pages within pages and data to fetch on the way. The desk has one list of pages, and addresses
//! that go on below some of them; what is missing here on purpose is everything else.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, Event, MouseEvent},
};

use super::paths;

/// The address of this window.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    /// Without a slash at its end.
    path: RwSignal<String>,
    /// With its question mark, where there is any.
    query: RwSignal<String>,
}

impl Route {
    /// As the page was asked for. Listens from now on, as long as the page lives; on the server there is nothing to listen to.
    pub(super) fn watch() -> Self {
        let (path, query) = asked_for();
        let route = Self {
            path: RwSignal::new(path),
            query: RwSignal::new(query),
        };
        // The root of the page never goes away, so nobody takes the handles.
        let _ = window_event_listener_untyped("click", move |event| route.clicked(event));
        let _ = window_event_listener_untyped("popstate", move |_| route.look());
        route
    }

    /// Looks at the path, and follows it.
    pub(crate) fn with<R>(self, look: impl FnOnce(&str) -> R) -> R {
        self.path.with(|path| look(path))
    }

    /// What is asked of the page at the path; followed.
    pub(super) fn query(self) -> String {
        self.query.get()
    }

    /// The path now.
    pub(super) fn now(self) -> String {
        self.path.get_untracked()
    }

    /// Goes to another page of the desk, at its top.
    pub(super) fn go(self, to: &str) {
        self.turn(to);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// The same without moving what is on screen.
    pub(super) fn turn(self, to: &str) {
        if to != address()
            && let Ok(history) = window().history()
        {
            // Refused only when pages are turned hundreds of times in a few seconds.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(to));
        }
        self.look();
    }

    fn look(self) {
        let (path, query) = asked_for();
        for (known, now) in [(self.query, query), (self.path, path)] {
            if known.with_untracked(|known| *known != now) {
                known.set(now);
            }
        }
    }

    fn clicked(self, event: Event) {
        if let Some(to) = link_of(&event) {
            event.prevent_default();
            self.go(&to);
        }
    }
}

/// The path and query of this page.
pub(super) fn address() -> String {
    let location = window().location();
    // A page that is shown has both.
    [location.pathname().unwrap_or_default(), location.search().unwrap_or_default()].concat()
}

/// The page of the desk that a click leads to, in this very window.
pub(super) fn link_of(event: &Event) -> Option<String> {
    let mouse = event.dyn_ref::<MouseEvent>()?;
    let other_window = mouse.button() != 0 || mouse.meta_key() || mouse.ctrl_key() || mouse.shift_key() || mouse.alt_key();
    if other_window || event.default_prevented() {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let leaves = link.has_attribute("target") || link.has_attribute("download") || link.has_attribute("rel");
    let href = link.get_attribute("href")?;
    (!leaves && href.starts_with(paths::HOME)).then_some(href)
}

/// The path that the window shows, and the query.
#[cfg(target_arch = "wasm32")]
fn asked_for() -> (String, String) {
    let location = window().location();
    (
        trimmed(&location.pathname().unwrap_or_default()),
        location.search().unwrap_or_default(),
    )
}

/// The path that the browser asked for. What the server draws of the desk depends on no query.
#[cfg(not(target_arch = "wasm32"))]
fn asked_for() -> (String, String) {
    let path = use_context::<http::request::Parts>().map_or_else(String::new, |request| trimmed(request.uri.path()));
    (path, String::new())
}

fn trimmed(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}
