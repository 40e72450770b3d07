//! Somebody's words in a bubble. Built from parsed spans, never from HTML: a message cannot bring markup.

use leptos::{either::Either, prelude::*};
use model::text::{Body, Span};

use crate::prop::Reading;

/// Somebody's words, with what stands below them.
#[component]
pub fn Bubble<C>(
    /// The words.
    body: Body,
    /// Whether the reader's own side said them.
    mine: bool,
    /// Where the reader's own words are on their way: `pending`, `sent`, `failed`.
    #[prop(optional, into)]
    state: Reading<Option<String>>,
    children: TypedChildren<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let below = children.into_inner();
    view! {
        <div class="bubble" data-mine=mine.then_some("") data-state=state>
            <p class="bubble__text" dir="auto">
                {words(&body)}
            </p>
            <div class="bubble__meta">{below()}</div>
        </div>
    }
}

fn words(body: &Body) -> impl IntoView + use<> {
    body.spans()
        .into_iter()
        .map(|span| match span {
            Span::Text(text) => Either::Left(text.to_owned()),
            Span::Link(link) => Either::Right(view! {
                <a href=link.to_owned() target="_blank" rel="noopener noreferrer nofollow ugc">
                    {link.to_owned()}
                </a>
            }),
        })
        .collect_view()
}
