//! Whether a person is typing, as the other side is told it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use leptos::prelude::*;

use crate::prop::Act;

/// How often "is typing" is said again while somebody types; the protocol takes one a second.
const AGAIN: Duration = Duration::from_secs(3);

/// Says "is typing" at the first letter, again while it goes on, and "stopped" a little after the last one.
#[derive(Clone)]
pub(crate) struct Typist(Arc<State>);

struct State {
    on_typing: Option<Act<bool>>,
    /// Something was typed since the last word about it.
    fresh: AtomicBool,
    /// The clock runs.
    running: AtomicBool,
    /// What the other side believes.
    said: AtomicBool,
}

impl Typist {
    pub(crate) fn new(on_typing: Option<Act<bool>>) -> Self {
        let typist = Self(Arc::new(State {
            on_typing,
            fresh: AtomicBool::new(false),
            running: AtomicBool::new(false),
            said: AtomicBool::new(false),
        }));
        let gone = typist.clone();
        // The clock may strike once more when the box is gone; there is nothing left to say then.
        on_cleanup(move || {
            gone.0.fresh.store(false, Relaxed);
            gone.0.said.store(false, Relaxed);
        });
        typist
    }

    /// A key was pressed, and the box holds something or nothing now.
    pub(crate) fn typed(&self, something: bool) {
        if self.0.on_typing.is_none() {
            return;
        }
        if !something {
            self.stop();
            return;
        }
        self.0.fresh.store(true, Relaxed);
        if !self.0.running.swap(true, Relaxed) {
            self.tick();
        }
    }

    /// What was typed is sent or left.
    pub(crate) fn stop(&self) {
        self.0.fresh.store(false, Relaxed);
        self.say(false);
    }

    fn tick(&self) {
        if self.0.fresh.swap(false, Relaxed) {
            self.say(true);
            let again = self.clone();
            set_timeout(move || again.tick(), AGAIN);
        } else {
            self.0.running.store(false, Relaxed);
            self.say(false);
        }
    }

    fn say(&self, on: bool) {
        let news = on || self.0.said.load(Relaxed);
        if news && let Some(on_typing) = &self.0.on_typing {
            self.0.said.store(on, Relaxed);
            on_typing.run(on);
        }
    }
}
