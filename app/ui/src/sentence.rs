//! A sentence that comes and goes: an error, a count, a bad connection.

use leptos::prelude::*;

use crate::prop::Reading;

/// A paragraph that is there while there is something to say. `role` is for those that are read aloud when they come.
pub fn sentence(class: &'static str, id: Option<String>, role: Option<&'static str>, text: Reading<Option<String>>) -> impl IntoView {
    move || {
        let id = id.clone();
        text.get().map(|text| {
            view! {
                <p class=class id=id role=role>
                    {text}
                </p>
            }
        })
    }
}
