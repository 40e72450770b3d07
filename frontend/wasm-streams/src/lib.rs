//! Stands where the programs would link `wasm-streams`, by `[patch.crates-io]` in the workspace's `Cargo.toml`.
//!
//! Leptos brings `server_fn` along, and that the streaming of bodies. No function of ours takes or gives a stream, but the classes of the
//! real crate are exported to JavaScript, so the linker keeps them in every program with all that they call: 8 KB of the panel. Here are
//! the names that `server_fn` needs, and nothing that is exported. What it deliberately does not do: carry a stream. Whoever tries is told
//! so at once; a function that streams needs the real crate, which is back when the lines of the patch are gone.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use wasm_bindgen::{JsValue, throw_str};

/// What everybody is told who tries.
const NOT_CARRIED: &str = "streams are not carried: see frontend/wasm-streams";

/// A stream of the browser, unread.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Takes one of the browser's.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Would make one for the browser. It throws: a body without what the stream says would be a lie, and one that never ends a riddle.
    pub fn from_stream<S>(_stream: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        throw_str(NOT_CARRIED)
    }

    /// Gives it back to the browser.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Would read it. All that comes is one error, which says that nothing will.
    pub fn into_stream(self) -> Unread {
        drop(self);
        Unread { told: false }
    }
}

/// What comes of a stream that is not carried.
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct Unread {
    told: bool,
}

impl Stream for Unread {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let told = std::mem::replace(&mut self.told, true);
        Poll::Ready((!told).then(|| Err(JsValue::from_str(NOT_CARRIED))))
    }
}
