//! What somebody said: words, in pieces that are parsed and never HTML, so that a message cannot bring markup.

use leptos::prelude::*;
use model::text::{Body, Span};

use crate::erased::{Erase, Erased};

/// Somebody's words, with their links.
pub(crate) fn words(body: &Body) -> Erased {
    let mut spans: Vec<Erased> = Vec::new();
    for span in body.spans() {
        spans.push(match span {
            Span::Text(text) => text.to_owned().erase(),
            Span::Link(link) => link_to(link).erase(),
        });
    }
    view! {
        <p class="bubble__text" dir="auto">
            {spans}
        </p>
    }
    .erase()
}

fn link_to(link: &str) -> impl IntoView + use<> {
    view! {
        <a href=link.to_owned() target="_blank" rel="noopener noreferrer nofollow ugc">
            {link.to_owned()}
        </a>
    }
}
