//! Somebody's words in a bubble. Built from parsed spans, never from HTML: a message cannot bring markup.

use leptos::prelude::*;
use model::text::{Body, Span};

/// Somebody's words, with what stands below them.
#[component]
pub fn Bubble(
    /// The words.
    body: Body,
    /// Whether the reader's own side said them.
    mine: bool,
    /// Where the reader's own words are on their way: `pending`, `sent`, `failed`.
    #[prop(optional, into)]
    state: Signal<Option<&'static str>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="bubble" data-mine=mine.then_some("") data-state=move || state.get()>
            <p class="bubble__text" dir="auto">
                {words(&body)}
            </p>
            <div class="bubble__meta">{children()}</div>
        </div>
    }
}

fn words(body: &Body) -> Vec<AnyView> {
    body.spans()
        .into_iter()
        .map(|span| match span {
            Span::Text(text) => text.to_owned().into_any(),
            Span::Link(link) => view! {
                <a href=link.to_owned() target="_blank" rel="noopener noreferrer nofollow ugc">
                    {link.to_owned()}
                </a>
            }
            .into_any(),
        })
        .collect()
}
