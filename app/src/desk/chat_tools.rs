//! What can be done with a conversation besides talking and ending: in its window, and in the console. Here stand Save Chat (D-22) and
//! the owner's legal hold.

use leptos::prelude::*;
use model::{desk::InboxRow, party::Role};
use ui::{Erase, Erased, Icon, Known, Reading, icon, known, pressed};

use super::{blocking::block_button, deeds, state::DeskState, thread::Thread};

/// The tools of a conversation, side by side.
pub(super) fn tools(desk: DeskState, thread: &Thread, row: Known<Option<InboxRow>>) -> Erased {
    let hold = (desk.store().role == Role::Owner).then(|| hold_button(desk, thread));
    view! { <div class="chat__deeds">{save_chat(desk, thread, row)} {hold} {block_button(desk, thread.id)}</div> }.erase()
}

/// Pressed in while the conversation is saved; pressing it again lets it go with the others.
fn save_chat(desk: DeskState, thread: &Thread, row: Known<Option<InboxRow>>) -> Erased {
    let thread = thread.clone();
    let saved = known(move || row.with(|row| row.as_ref().is_some_and(|row| row.saved)));
    view! {
        <button
            type="button"
            class="button button--quiet button--small"
            aria-pressed=Reading::spelled(move || saved.get())
            title=desk.t("desk.save_chat_explained")
            on:click=pressed(move || deeds::save(desk, &thread, !saved.get_untracked()))
        >
            <Icon glyph=icon::bookmark />
            {desk.t("desk.save_chat")}
        </button>
    }
    .erase()
}

/// Pressed in while the conversation is kept for a dispute, whatever would delete it.
fn hold_button(desk: DeskState, thread: &Thread) -> Erased {
    let (thread, held) = (thread.clone(), thread.held.clone());
    view! {
        <button
            type="button"
            class="button button--quiet button--icon"
            aria-label=desk.t("desk.hold")
            aria-pressed=Reading::spelled(move || held.get())
            title=desk.t("desk.hold_explained")
            on:click=pressed(move || deeds::hold(desk, &thread, !thread.held.get_untracked()))
        >
            <Icon glyph=icon::shield />
        </button>
    }
    .erase()
}
