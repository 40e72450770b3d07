//! Keeps a text field and its signal in step, in both directions.
//!
//! A property set during hydration would wipe out what somebody typed before the program ran, so fields have no `prop:value`:
//! at the first meeting the field's own text wins.

use leptos::prelude::*;

use crate::{effect::effect, place::Place};

/// Follows `text` into the field, and adopts once what stood in the field before.
pub(crate) fn follow(text: RwSignal<String>, field: Place) {
    let mut met = false;
    effect(move || {
        let wanted = text.get();
        let Some(shown) = field.value() else { return };
        if shown != wanted {
            if !met && !shown.is_empty() {
                text.set(shown);
            } else {
                field.set_value(&wanted);
            }
        }
        met = true;
    });
}

/// The text as the content of a `<textarea>`.
///
/// In HTML, Leptos does not escape it there (RCDATA: only `&` and `<` matter). In a browser there is nothing to escape: it is the text of a
/// node, and what the field holds until something is typed.
#[cfg(target_arch = "wasm32")]
pub(crate) fn rcdata(text: &str) -> String {
    text.to_owned()
}

/// The text as the content of a `<textarea>` in HTML, which Leptos does not escape there (RCDATA: only `&` and `<` matter).
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn rcdata(text: &str) -> String {
    // A parser drops the first line break of a textarea.
    let first = if text.starts_with('\n') { "\n" } else { "" };
    [first, text.replace('&', "&amp;").replace('<', "&lt;").as_str()].concat()
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
