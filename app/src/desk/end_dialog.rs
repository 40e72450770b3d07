//! The question before a conversation ends (P-36).

use leptos::prelude::*;
use model::id::ConversationId;
use ui::Erased;

use super::{
    deeds,
    frame::{Question, question},
    state::DeskState,
};

/// "End the conversation?", open while `open` is true.
pub(super) fn end_dialog(desk: DeskState, id: ConversationId, open: RwSignal<bool>) -> Erased {
    let asked = Question {
        id: format!("end-{id}"),
        title: "desk.end_question",
        text: desk.says("desk.end_explained"),
        yes: desk.says("desk.end"),
    };
    question(desk, asked, open, move || deeds::end(desk, id))
}
