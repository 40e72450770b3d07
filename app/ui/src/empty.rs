//! What stands where a list would be: it says what will be here, and what to do next.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// An empty place.
#[component]
pub fn Empty(
    /// A picture of what will be here.
    glyph: Glyph,
    /// A few words.
    #[prop(into)]
    title: String,
    /// A sentence.
    #[prop(optional, into)]
    text: Option<String>,
    /// What to do next.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph=glyph />
            <p class="empty__title">{title}</p>
            {text.map(|text| view! { <p class="empty__text">{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
