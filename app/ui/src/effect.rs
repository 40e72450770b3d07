//! Work for the outside world: focus, scrolling, timers, storage.

use leptos::prelude::*;

/// Does `work` once the page stands, and again whenever something changed that it looked at. Never on the server.
///
/// What an effect has to remember stays in its closure. All effects of a program are started here, because the machinery of one is
/// copied for each closure that Leptos is given.
pub fn effect(work: impl FnMut() + 'static) {
    start(Box::new(work));
}

fn start(mut work: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| work());
}
