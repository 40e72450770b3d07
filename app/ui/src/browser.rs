//! What only a browser knows: the reader's zone, the clipboard, the text of an element, the size of a chosen file. On the server all of it is `None` or nothing.

use model::{language::Language, time::Timestamp};

/// How many days ago (0 is today), and the moment as its reader's clock and calendar write it: the time, the day, everything.
pub(crate) type LocalTime = (u32, [String; 3]);

#[cfg(target_arch = "wasm32")]
mod here {
    use js_sys::{Date, Object, Reflect};
    use leptos::web_sys::HtmlElement;
    use wasm_bindgen::JsValue;

    use super::{Language, LocalTime, Timestamp};

    fn same_day(a: &Date, b: &Date) -> bool {
        a.get_date() == b.get_date() && a.get_month() == b.get_month() && a.get_full_year() == b.get_full_year()
    }

    fn written(date: &Date, language: Language, options: &[(&str, &str)]) -> String {
        let wish = Object::new();
        for (name, value) in options {
            // Setting a field of a fresh object cannot fail.
            let _ = Reflect::set(&wish, &JsValue::from_str(name), &JsValue::from_str(value));
        }
        date.to_locale_string(language.code(), &wish).into()
    }

    pub(crate) fn local_time(at: Timestamp, language: Language) -> Option<LocalTime> {
        let date = Date::new(&JsValue::from_f64(at.0 as f64));
        if date.value_of().is_nan() {
            return None;
        }
        let now = Date::now();
        // The same day of the calendar, not the last 24 hours; further back the number does not matter.
        let days = (0..2)
            .find(|d| same_day(&date, &Date::new(&JsValue::from_f64(now - 86_400_000.0 * f64::from(*d)))))
            .unwrap_or(2);
        let time = written(&date, language, &[("hour", "2-digit"), ("minute", "2-digit")]);
        let day = written(&date, language, &[("day", "numeric"), ("month", "short")]);
        let full = written(&date, language, &[("dateStyle", "full"), ("timeStyle", "short")]);
        Some((days, [time, day, full]))
    }

    pub(crate) fn chosen_bytes(input: &HtmlElement) -> Option<f64> {
        let files = Reflect::get(input, &JsValue::from_str("files")).ok()?;
        let file = Reflect::get_u32(&files, 0).ok()?;
        Reflect::get(&file, &JsValue::from_str("size")).ok()?.as_f64()
    }

    pub(crate) fn text_of(id: &str) -> Option<String> {
        web_sys::window()?.document()?.get_element_by_id(id)?.text_content()
    }

    /// Puts text on the clipboard, where the page may; elsewhere nothing happens, and the text can still be selected.
    pub fn copy(text: &str) {
        let Some(window) = web_sys::window() else { return };
        let clipboard = window.navigator().clipboard();
        // Pages without TLS have no clipboard.
        if !clipboard.is_undefined() {
            let written = clipboard.write_text(text);
            leptos::task::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(written).await;
            });
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod here {
    use leptos::web_sys::HtmlElement;

    use super::{Language, LocalTime, Timestamp};

    pub(crate) fn chosen_bytes(_input: &HtmlElement) -> Option<f64> {
        None
    }

    pub(crate) fn local_time(_at: Timestamp, _language: Language) -> Option<LocalTime> {
        None
    }

    pub(crate) fn text_of(_id: &str) -> Option<String> {
        None
    }

    /// Puts text on the clipboard: in browsers.
    pub fn copy(_text: &str) {}
}

pub use here::copy;
pub(crate) use here::{chosen_bytes, local_time, text_of};
