//! The border to the browser: requests, and the port to the shop's page. On the server each does nothing.
//!
//! Only plain values cross it, so that everything above it is the same code on both sides.

#[cfg(target_arch = "wasm32")]
mod here {
    use std::cell::RefCell;

    use js_sys::{JSON, Reflect};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{HtmlElement, MessageEvent, MessagePort};

    thread_local! {
        /// The way to the loader. A page has one loader at most.
        static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    }

    /// Posts JSON; the status and the text of the answer, or `None` when there was no answer.
    pub(crate) async fn post(path: String, token: Option<String>, json: String) -> Option<(u16, String)> {
        live::post(&path, token.as_deref(), &json).await
    }

    fn field(data: &JsValue, name: &str) -> Option<String> {
        Reflect::get(data, &JsValue::from_str(name)).ok()?.as_string()
    }

    /// Greets the loader, and hears from then on what it says: a word and its text.
    pub(crate) fn greet(origins: Vec<String>, heard: impl Fn(&str, Option<String>) + Clone + 'static) {
        let Some(window) = web_sys::window() else { return };
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            // Anybody can post to a window; only pages of the store's own origins are listened to.
            if field(&data, "vitrine").as_deref() == Some("port")
                && origins.contains(&event.origin())
                && let Ok(port) = event.ports().get(0).dyn_into::<MessagePort>()
            {
                take_port(port, heard.clone());
                heard("page", field(&data, "page"));
                heard("referrer", field(&data, "referrer"));
                heard("handle", field(&data, "handle"));
                let open = Reflect::get(&data, &JsValue::from_str("open")).is_ok_and(|o| o.is_truthy());
                heard(if open { "open" } else { "closed" }, None);
            }
        });
        // Adding a listener and posting to a parent cannot fail while there is a window.
        let _ = window.add_event_listener_with_callback("message", on_message.as_ref().unchecked_ref());
        on_message.forget();
        if let (Ok(Some(parent)), Ok(hello)) = (window.parent(), JSON::parse(r#"{"vitrine":"hello"}"#)) {
            // It tells nothing, so everybody may hear it; what follows goes through the port alone.
            let _ = parent.post_message(&hello, "*");
        }
    }

    fn take_port(port: MessagePort, heard: impl Fn(&str, Option<String>) + 'static) {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(word) = field(&data, "t") {
                heard(&word, field(&data, "token"));
            }
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        PORT.with_borrow_mut(|p| *p = Some(port));
    }

    /// Tells the loader something, as JSON. Without a loader nothing happens.
    pub(crate) fn say(json: &str) {
        PORT.with_borrow(|port| {
            if let (Some(port), Ok(message)) = (port, JSON::parse(json)) {
                // Refused only for values that cannot be cloned; JSON can.
                let _ = port.post_message(&message);
            }
        });
    }

    /// Gives the focus to the first place where something can be typed, or to what goes on from the thanks.
    pub(crate) fn focus_first() {
        let found = web_sys::window().and_then(|w| w.document()).and_then(|d| {
            d.query_selector(":is(.composer__input,.panel__form .input,.panel__thanks .button):not([hidden] *)")
                .ok()
                .flatten()
        });
        if let Some(place) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
            let _ = place.focus();
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod here {
    use std::future::{Ready, ready};

    pub(crate) fn post(_path: String, _token: Option<String>, _json: String) -> Ready<Option<(u16, String)>> {
        ready(None)
    }

    pub(crate) fn greet(_origins: Vec<String>, _heard: impl Fn(&str, Option<String>) + Clone + 'static) {}

    pub(crate) fn say(_json: &str) {}

    pub(crate) fn focus_first() {}
}

pub(crate) use here::{focus_first, greet, post, say};
