//! The loader on the shop's page, and what the panel and it say to each other. It is told nothing of what is said in the chat but a number.

use leptos::prelude::*;
use model::panel::{Frame, SessionRequest};

use crate::{browser, deeds, state::State};

/// Greets the loader, if the panel stands in a shop's page.
pub(crate) fn greet(state: State) {
    let origins = state.fixed().with_value(|f| match &f.frame {
        Frame::Embedded { origins } => Some(origins.clone()),
        Frame::Page => None,
    });
    if let Some(origins) = origins {
        browser::greet(origins, move |word, text| hear(state, word, text));
    }
}

fn hear(state: State, word: &str, text: Option<String>) {
    match word {
        "page" => {
            state.page().try_set_value(text);
        }
        "handle" => {
            if text.is_some() {
                deeds::ask_session(
                    state,
                    SessionRequest {
                        identity: None,
                        handle: text,
                    },
                );
            }
        }
        // The loader sends it by itself once, and again when it is asked.
        "identity" => {
            state.identity().try_set_value(text.clone());
            if text.is_some() {
                deeds::ask_session(
                    state,
                    SessionRequest {
                        identity: text,
                        handle: None,
                    },
                );
            }
        }
        "open" => {
            state.open().try_set(true);
            request_animation_frame(browser::focus_first);
        }
        "closed" => {
            state.open().try_set(false);
        }
        _ => {}
    }
}

/// Asks for a fresh token of the shopper.
pub(crate) fn ask_identity() {
    browser::say(r#"{"t":"identity"}"#);
}

/// Asks to be minimized.
pub(crate) fn minimize() {
    browser::say(r#"{"t":"minimize"}"#);
}

/// Tells how many messages wait.
pub(crate) fn unread(n: usize) {
    browser::say(&format!(r#"{{"t":"unread","n":{n}}}"#));
}

/// Gives the way back in to be kept, or to be forgotten.
pub(crate) fn handle(handle: Option<&str>) {
    if let Ok(handle) = serde_json::to_string(&handle) {
        browser::say(&format!(r#"{{"t":"handle","handle":{handle}}}"#));
    }
}
