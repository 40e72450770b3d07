//! What the desk asks of the browser it runs in. Called from effects and from what a person does, never while the server draws.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, js_sys},
};
use model::{desk::Theme, time::Timestamp};

/// The browser's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// The width of the page, in CSS pixels.
pub(crate) fn page_width() -> f64 {
    window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default()
}

/// Whether somebody may be looking at the page.
pub(crate) fn in_front() -> bool {
    !document().hidden()
}

/// Does something now and whenever this happens to the window, as long as the page lives.
pub(crate) fn now_and_on(event: &'static str, deed: impl Fn() + 'static) {
    deed();
    // The root of the page never goes away, so nobody takes the handle.
    let _ = window_event_listener_untyped(event, move |_| deed());
}

/// The page's title, as the browser's tab shows it.
pub(crate) fn set_title(title: &str) {
    document().set_title(title);
}

/// Puts the cursor into a box that has just been shown, once it can take it.
pub(crate) fn focus_soon(id: String) {
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id);
        if let Some(box_of_it) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // Refused only by what is hidden again.
            let _ = box_of_it.focus();
        }
    });
}

/// Light, dark, or as the system says: at once, for the whole page.
pub(crate) fn show_theme(theme: Theme) {
    if let Some(root) = document().document_element() {
        // The name is a valid attribute's name.
        let _ = root.set_attribute("data-theme", theme.code());
    }
}

/// Begins the page again, in the language that was chosen.
pub(crate) fn reload() {
    // Refused only while the page is going away already.
    let _ = window().location().reload();
}

/// Posts something on the way out: it arrives even when the page does not wait for the answer.
#[cfg(target_arch = "wasm32")]
pub(crate) fn tell_while_leaving(address: &str, json: &str) {
    // Refused only when it is too much at once; what was told before stands.
    let _ = window().navigator().send_beacon_with_opt_str(address, Some(json));
}

/// Nobody leaves the server.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn tell_while_leaving(_address: &str, _json: &str) {}
