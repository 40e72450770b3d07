//! Giving a file from the desk: its form goes to the server as it is filled in, and comes back as an event of the conversation.

use leptos::prelude::*;
use live::Failure;

use super::state::DeskState;
use crate::api::ApiError;

/// Sends the form with this id; `said` tells what became of it, and is emptied when all went well.
pub(super) fn attach(desk: DeskState, form: &str, said: RwSignal<String>) {
    let mut reached = false;
    desk.wire.with(|client| {
        reached = true;
        client.submit("files", form, move |answer| {
            let sentence = match answer {
                Ok(_) => String::new(),
                Err(Failure::Refused(why)) => desk.words().refusal(why),
                Err(Failure::Unavailable) => desk.t("desk.unreachable"),
            };
            // The window may have gone meanwhile; the file is in the conversation all the same.
            said.try_set(sentence);
        });
    });
    if !reached {
        desk.refused(&ApiError::unreached());
        said.set(String::new());
    }
}
