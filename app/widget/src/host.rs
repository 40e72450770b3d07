//! The loader on the shop's page, and what the panel and it say to each other. It is told nothing of what is said in the chat but a number.

use leptos::prelude::*;
use model::panel::{Frame, SessionRequest};

use crate::{browser, deeds, http::json, state::State};

/// Greets the loader, if the panel stands in a shop's page.
pub(crate) fn greet(state: State) {
    if let Frame::Embedded { origins } = &state.fixed().frame {
        browser::greet(origins.clone(), move |word, text| hear(state, word, text));
    }
}

fn hear(state: State, word: &str, text: Option<String>) {
    match word {
        "page" => {
            state.chat.write().page = text;
            // What came with the page was counted before anybody listened.
            unread(untrack(|| state.waiting()));
        }
        "referrer" => state.chat.write().referrer = text,
        "handle" if text.is_some() => deeds::ask_session(
            state,
            &SessionRequest {
                identity: None,
                handle: text,
            },
        ),
        // The loader sends it by itself once, and again when it is asked.
        "identity" => {
            state.chat.write().identity.clone_from(&text);
            if text.is_some() {
                deeds::ask_session(
                    state,
                    &SessionRequest {
                        identity: text,
                        handle: None,
                    },
                );
            }
        }
        "open" => {
            state.open.set(true);
            request_animation_frame(browser::focus_first);
        }
        "closed" => state.open.set(false),
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
    browser::say(&[r#"{"t":"unread","n":"#, n.to_string().as_str(), "}"].concat());
}

/// Gives the way back in to be kept, or to be forgotten.
pub(crate) fn handle(handle: Option<&str>) {
    browser::say(&[r#"{"t":"handle","handle":"#, json(&handle).as_str(), "}"].concat());
}
