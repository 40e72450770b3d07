//! What a form says besides what was typed.

use leptos::prelude::*;

use crate::erased::{Erase, Erased};

/// Hidden fields: their names and values.
pub fn hidden_fields(fields: Vec<(&'static str, String)>) -> impl IntoView {
    let mut views: Vec<Erased> = Vec::new();
    for (name, value) in fields {
        views.push(view! { <input type="hidden" name=name value=value /> }.erase());
    }
    views
}
