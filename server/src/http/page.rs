//! HTML documents of the panel: a head made here, and exactly one view in the body, because the program takes over the whole body.

use std::fmt::Write as _;

use axum::response::{Html, IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use leptos::prelude::{IntoView, Owner, RenderHtml};
use model::language::Language;
use ui::icon;

use crate::http::layer::security_headers::PagePolicy;

/// A nonce of one answer.
pub fn nonce() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("an operating system without randomness runs nothing");
    STANDARD.encode(bytes)
}

/// What a document is made of.
pub struct Document<'a> {
    /// Of the whole page.
    pub language: Language,
    /// In the tab.
    pub title: &'a str,
    /// The styles' address.
    pub css: &'a str,
    /// The store's own colours, as a rule.
    pub style: &'a str,
    /// What runs in it; a picture of the panel runs nothing.
    pub program: Option<Program<'a>>,
    /// What the page may do.
    pub policy: PagePolicy,
}

/// A document's program.
pub struct Program<'a> {
    /// Its address.
    pub script: &'a str,
    /// Its beginning, as JSON that is safe inside a script element.
    pub start: &'a str,
}

impl Document<'_> {
    /// The document around a view.
    pub fn around<V: IntoView + 'static>(self, view: impl FnOnce() -> V) -> Response {
        let body = Owner::new().with(|| view().into_view().to_html());
        let drawings = Owner::new().with(|| icon::sprite(icon::in_panel).to_html());
        let mut html = String::with_capacity(body.len() + self.program.as_ref().map_or(0, |program| program.start.len()) + 1_024);
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
            initial-scale=1, interactive-widget=resizes-content\"><meta name=\"robots\" content=\"noindex\"><title>{}</title>",
            self.language.code(),
            escape(self.title),
        );
        let _ = write!(html, "<link rel=\"stylesheet\" href=\"{}\">", escape(self.css));
        if !self.style.is_empty() {
            let _ = write!(html, "<style nonce=\"{}\">{}</style>", escape(&self.policy.nonce), self.style);
        }
        if let Some(Program { script, start }) = self.program {
            let _ = write!(
                html,
                "<script type=\"application/json\" id=\"start\">{start}</script><script type=\"module\" src=\"{}\"></script>",
                escape(script),
            );
        }
        let _ = write!(html, "</head><body>{body}{drawings}</body></html>");
        let mut response = Html(html).into_response();
        response.extensions_mut().insert(self.policy);
        response
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
