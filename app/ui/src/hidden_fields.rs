//! What a form says besides what was typed.

use leptos::prelude::*;

/// Hidden fields: their names and values.
pub fn hidden_fields(fields: Vec<(&'static str, String)>) -> impl IntoView {
    fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
}
