//! What the desk lets be heard: two short tones, made by the browser itself, as far as the store and the person want them.
//!
//! Browsers let a page be heard only after somebody touched it; so the maker of tones is made with the first click or key, and before
//! that nothing is tried.

use leptos::{ev, prelude::*};

use super::{browser, state::DeskState};

/// Between two tones, in milliseconds: ten messages that arrive together are one tone.
const BETWEEN_MS: i64 = 700;

/// What is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A new message: one note.
    Message,
    /// A new conversation, or one that was handed over: two notes, the second higher.
    Conversation,
}

impl Tone {
    /// In hertz, one after the other.
    #[cfg(target_arch = "wasm32")]
    fn notes(self) -> &'static [f32] {
        match self {
            Self::Message => &[660.0],
            Self::Conversation => &[660.0, 880.0],
        }
    }
}

/// From the first click or key on, tones can be made.
pub(crate) fn wake_with_the_first_touch() {
    // The page lives as long as its window, so nobody takes the handles.
    let _ = window_event_listener(ev::click, |_| here::wake());
    let _ = window_event_listener(ev::keydown, |_| here::wake());
}

/// Lets a tone be heard, unless the store or the person wants silence, or something was heard a moment ago.
pub(crate) fn ring(desk: DeskState, tone: Tone) {
    let sounds = desk.store().sounds;
    let wanted = match tone {
        Tone::Message => sounds.messages,
        Tone::Conversation => sounds.conversations,
    };
    if !wanted || desk.muted.get_untracked() {
        return;
    }
    let now = browser::now();
    let soon = desk.rung.get_untracked().is_some_and(|last| now.since_ms(last) < BETWEEN_MS);
    if !soon {
        desk.rung.set(Some(now));
        here::play(tone);
    }
}

#[cfg(target_arch = "wasm32")]
mod here {
    use std::cell::RefCell;

    use wasm_bindgen::JsValue;
    use web_sys::AudioContext;

    use super::Tone;

    /// How long a note lasts, in seconds.
    const NOTE_S: f64 = 0.16;
    /// Of 1: heard in a quiet room, no more.
    const LOUD: f32 = 0.12;

    thread_local! {
        /// A window has one thread, and one maker of tones.
        static MAKER: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    }

    pub(super) fn wake() {
        MAKER.with_borrow_mut(|maker| {
            if maker.is_none() {
                // A browser without sound is a silent desk.
                *maker = AudioContext::new().ok();
            }
        });
    }

    pub(super) fn play(tone: Tone) {
        MAKER.with_borrow(|maker| {
            if let Some(maker) = maker {
                // What cannot be heard is still seen.
                let _ = notes(maker, tone);
            }
        });
    }

    fn notes(maker: &AudioContext, tone: Tone) -> Result<(), JsValue> {
        let mut at = maker.current_time();
        for hertz in tone.notes() {
            let (string, volume) = (maker.create_oscillator()?, maker.create_gain()?);
            string.frequency().set_value(*hertz);
            volume.gain().set_value_at_time(LOUD, at)?;
            volume.gain().linear_ramp_to_value_at_time(0.0, at + NOTE_S)?;
            string.connect_with_audio_node(&volume)?;
            volume.connect_with_audio_node(&maker.destination())?;
            string.start_with_when(at)?;
            string.stop_with_when(at + NOTE_S)?;
            at += NOTE_S;
        }
        Ok(())
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod here {
    use super::Tone;

    pub(super) fn wake() {}

    pub(super) fn play(_tone: Tone) {}
}
