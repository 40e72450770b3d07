//! The warning before unsaved changes are left (P-29): by a link of the desk, by the browser's Back, or by closing the page.
//!
//! It listens on the window before the route does, so that it is asked first. It keeps nothing: what is unsaved, the page knows.

use leptos::{prelude::*, wasm_bindgen::JsValue, web_sys::Event};
use ui::{Act, Button, Dialog, Erase, Erased, Look};

use super::{
    route::{address, link_of},
    state::DeskState,
};

/// Whether leaving would lose something. Made before the route, found by pages as a context.
#[derive(Clone, Copy)]
pub(super) struct Leaving {
    /// The address of the page with unsaved changes.
    unsaved_at: RwSignal<Option<String>>,
    /// The question is on screen.
    asking: RwSignal<bool>,
    /// Where the person wanted to go.
    to: RwSignal<String>,
}

impl Leaving {
    /// Listens, as long as the page lives. On the server there is nothing to listen to.
    pub(super) fn watch() -> Self {
        let leaving = Self {
            unsaved_at: RwSignal::new(None),
            asking: RwSignal::new(false),
            to: RwSignal::new(String::new()),
        };
        // The root of the page never goes away, so nobody takes the handles.
        let _ = window_event_listener_untyped("click", move |event| leaving.clicked(&event));
        let _ = window_event_listener_untyped("popstate", move |event| leaving.went_back(&event));
        let _ = window_event_listener_untyped("beforeunload", move |event| leaving.closing(&event));
        leaving
    }

    /// From now on leaving this page is asked about, or no longer.
    pub(super) fn unsaved(self, unsaved: bool) {
        self.unsaved_at.try_set(unsaved.then(address));
    }

    fn here(self) -> Option<String> {
        self.unsaved_at.try_get_untracked().flatten()
    }

    fn ask(self, to: String) {
        self.to.set(to);
        self.asking.set(true);
    }

    fn clicked(self, event: &Event) {
        let Some(here) = self.here() else { return };
        if let Some(to) = link_of(event).filter(|to| *to != here) {
            event.prevent_default();
            self.ask(to);
        }
    }

    /// The browser has moved on already; the address of the page that is still here is put back.
    fn went_back(self, event: &Event) {
        let Some(here) = self.here() else { return };
        let to = address();
        if to == here {
            return;
        }
        event.stop_immediate_propagation();
        if let Ok(history) = window().history() {
            // Refused only when pages are turned hundreds of times in a few seconds.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
        }
        self.ask(to);
    }

    /// The browser asks in its own words.
    fn closing(self, event: &Event) {
        if self.here().is_some() {
            event.prevent_default();
        }
    }

    /// The question, for the page that has something to lose.
    pub(super) fn question(self, desk: DeskState) -> Erased {
        let stay = Act::new(move |()| self.asking.set(false));
        let leave = Act::new(move |()| {
            self.asking.set(false);
            self.unsaved(false);
            desk.route.go(&self.to.get_untracked());
        });
        view! {
            <Dialog id="leaving" title=desk.t("desk.leaving_question") open=self.asking>
                <p class="dialog__text">{desk.t("desk.leaving_explained")}</p>
                <div class="dialog__actions">
                    <Button look=Look::Danger on_press=leave>
                        {desk.t("desk.leaving_leave")}
                    </Button>
                    <Button on_press=stay>{desk.t("desk.leaving_stay")}</Button>
                </div>
            </Dialog>
        }
        .erase()
    }
}
