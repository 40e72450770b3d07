//! Keeps a text field and its signal in step, in both directions.
//!
//! A property set during hydration would wipe out what somebody typed before the program ran, so fields have no `prop:value`:
//! at the first meeting the field's own text wins.

use leptos::prelude::*;

/// Follows `text` into the field (`write`) and adopts once what stood in the field before (`read`; `None` while there is no field).
pub(crate) fn follow(text: RwSignal<String>, read: impl Fn() -> Option<String> + 'static, write: impl Fn(&str) + 'static) {
    Effect::new(move |met: Option<bool>| {
        let wanted = text.get();
        let met = met == Some(true);
        let Some(shown) = read() else { return met };
        if shown != wanted {
            if !met && !shown.is_empty() {
                text.set(shown);
            } else {
                write(&wanted);
            }
        }
        true
    });
}

/// The text as the content of a `<textarea>` in HTML, which Leptos does not escape there (RCDATA: only `&` and `<` matter).
///
/// In the browser this content is never read: [`follow`] writes the value.
pub(crate) fn rcdata(text: &str) -> String {
    // A parser drops the first line break of a textarea.
    let first = if text.starts_with('\n') { "\n" } else { "" };
    format!("{first}{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_cannot_leave_its_textarea() {
        assert_eq!(rcdata("a</textarea><script>&lt;"), "a&lt;/textarea>&lt;script>&amp;lt;");
        assert_eq!(rcdata("\na"), "\n\na");
    }
}
