//! What the server hands to a program in the page, and how the program reads it again.

use leptos::prelude::*;
use serde::Serialize;

/// The id of the element that carries the data.
const ID: &str = "start";

/// The JSON for [`StartData`]. `<` is escaped, so that no text in it can end the element.
///
/// `None` only for values that JSON cannot say (a map with keys that are no strings).
pub fn start_json<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok().map(|json| json.replace('<', "\\u003c"))
}

/// `<script type="application/json" id="start">`: data, never run.
#[component]
pub fn StartData(
    /// From [`start_json`].
    json: String,
) -> impl IntoView {
    view! {
        <script type="application/json" id=ID>
            {json}
        </script>
    }
}

/// Reads what [`StartData`] wrote. `None` on the server, and when the page carries none or one of another version.
pub fn read_start<T: model::json::Read>() -> Option<T> {
    model::json::from_str(&crate::browser::text_of(ID)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_the_element() {
        let json = start_json(&"</script><!--").expect("a string");
        assert!(!json.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&json).expect("reads back"), "</script><!--");
    }
}
