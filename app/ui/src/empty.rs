//! What stands where a list would be: it says what will be here, and what to do next.

use leptos::prelude::*;

use crate::icon::{Glyph, framed};

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
    empty_place(glyph, title, text, children.map(|children| children()))
}

/// The same, where what to do next is a view of its own type.
pub fn empty_place<N>(glyph: Glyph, title: String, text: Option<String>, next: N) -> impl IntoView
where
    N: IntoView + 'static,
{
    view! {
        <div class="empty">
            {framed(glyph())}
            <p class="empty__title">{title}</p>
            {text.map(|text| view! { <p class="empty__text">{text}</p> })}
            {next}
        </div>
    }
}
