//! What a person at the desk does: each deed changes the state at once where it may, asks the server, and shows a refusal.
//!
//! All of it runs in the browser only; the server draws and does nothing.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use model::{
    desk::{Recap, WindowKind},
    event::{Audience, Mark},
    id::{AccountId, ClientId, ConversationId, OrderId, Seq},
    party::Side,
    text::Body,
};

use super::{
    alarm, messages,
    pulse::BETWEEN_MS,
    sound::{self, Tone},
    state::DeskState,
    thread::{Load, Thread},
};
use crate::api::{conversation, desk as lists, privacy};

/// Opens a conversation's window; it may take the place of another (P-40).
pub(crate) fn open(desk: DeskState, id: ConversationId) {
    if desk.make_room_for(id) {
        in_hand(desk, id);
    }
}

/// Takes a conversation in hand: loads it and follows it from then on.
pub(crate) fn in_hand(desk: DeskState, id: ConversationId) -> Thread {
    let (thread, new) = desk.take_in_hand(id);
    if new {
        load(desk, thread.clone());
        for surplus in desk.surplus().into_iter().filter(|other| *other != id) {
            desk.wire.with(|client| {
                client.unfollow(surplus, Audience::All);
                client.unfollow(surplus, Audience::Desk);
            });
            desk.put_back(surplus);
        }
    }
    thread
}

/// Loads a conversation, for the first time or once more.
pub(crate) fn load(desk: DeskState, thread: Thread) {
    // A page with a conversation in its address is drawn by the server, which has nobody to wait for the answer.
    if cfg!(not(target_arch = "wasm32")) {
        return;
    }
    if thread.load.with_untracked(|load| matches!(load, Load::Failed(_))) {
        thread.load.set(Load::Loading);
    }
    spawn_local(async move {
        match conversation::open_conversation(thread.id).await {
            Ok(found) => {
                let known = (found.view.epoch, found.view.head);
                let known_notes = (found.view.epoch, found.desk_head);
                thread.fill(found);
                desk.wire.with(|client| {
                    client.follow(thread.id, Audience::All, Some(known));
                    client.follow(thread.id, Audience::Desk, Some(known_notes));
                });
            }
            Err(error) => thread.load.set(Load::Failed(error)),
        }
    });
}

/// Says something. It is on screen when the connection's program has put it into safe keeping.
pub(crate) fn post(desk: DeskState, id: ConversationId, body: Body) {
    desk.windows.update(|windows| windows.touch(id));
    desk.wire.with(|client| {
        client.post(id, Audience::All, body);
    });
}

/// Writes a note between colleagues, in the desk's own log.
pub(crate) fn note(desk: DeskState, id: ConversationId, body: Body) {
    desk.windows.update(|windows| windows.touch(id));
    desk.wire.with(|client| {
        client.post(id, Audience::Desk, body);
    });
}

/// Sends something again that was refused.
pub(crate) fn retry(desk: DeskState, thread: &Thread, cid: ClientId) {
    thread.timeline.update(|timeline| timeline.retry(cid));
    thread.notes.update(|notes| notes.retry(cid));
    desk.wire.with(|client| client.retry(cid));
}

/// Takes something back that was refused: its words return to the box, in front of what is typed there now.
pub(crate) fn discard(desk: DeskState, thread: &Thread, cid: ClientId) {
    let words = thread.timeline.update(|timeline| timeline.withdraw(cid));
    let noted = thread.notes.update(|notes| notes.withdraw(cid));
    desk.wire.with(|client| client.discard(cid));
    let back = words
        .map(|body| (body, &thread.draft))
        .or(noted.map(|body| (body, &thread.note_draft)));
    if let Some((body, box_of_it)) = back {
        box_of_it.update(|draft| {
            let rest = std::mem::take(draft);
            *draft = if rest.is_empty() {
                body.as_str().to_owned()
            } else {
                format!("{body}\n{rest}")
            };
        });
    }
}

/// Somebody at the desk has seen a conversation up to here.
pub(crate) fn seen(desk: DeskState, thread: &Thread, head: Seq) {
    let mark = Mark { got: head, read: head };
    thread.timeline.update(|timeline| timeline.mark(Side::Desk, mark));
    desk.wire.with(|client| client.read(thread.id, mark));
}

/// The person is typing, or stopped.
pub(crate) fn typing(desk: DeskState, id: ConversationId, on: bool) {
    desk.wire.with(|client| client.typing(id, on));
}

/// Takes a waiting conversation, so that colleagues see who has it.
pub(crate) fn take(desk: DeskState, id: ConversationId) {
    spawn_local(async move {
        match conversation::take_conversation(id).await {
            Ok(()) => refresh(desk),
            Err(error) => desk.refused(&error),
        }
    });
}

/// Hands a conversation to a colleague.
pub(crate) fn transfer(desk: DeskState, id: ConversationId, to: AccountId) {
    spawn_local(async move {
        match conversation::transfer_conversation(id, to).await {
            Ok(()) => refresh(desk),
            Err(error) => desk.refused(&error),
        }
    });
}

/// Gives a written conversation another place, and goes there. That it was moved, the log tells.
pub(crate) fn move_to(desk: DeskState, id: ConversationId, order: Option<OrderId>) {
    spawn_local(async move {
        match conversation::move_conversation(id, order).await {
            Ok(()) => {
                desk.route.go(&messages::address(id));
                refresh(desk);
            }
            Err(error) => desk.refused(&error),
        }
    });
}

/// Ends a conversation. Its window goes; it is found in Finished conversations (P-37).
pub(crate) fn end(desk: DeskState, id: ConversationId) {
    spawn_local(async move {
        match conversation::end_conversation(id).await {
            Ok(()) => {
                desk.windows.update(|windows| windows.hide(id));
                refresh(desk);
            }
            Err(error) => desk.refused(&error),
        }
    });
}

/// Takes a finished conversation up again, in its window (P-45).
pub(crate) fn reopen(desk: DeskState, id: ConversationId) {
    spawn_local(async move {
        match conversation::reopen_conversation(id).await {
            Ok(()) => {
                if desk.kind == WindowKind::Recap {
                    open(desk, id);
                }
                refresh(desk);
            }
            Err(error) => desk.refused(&error),
        }
    });
}

/// Saves a conversation, or no longer (D-22).
pub(crate) fn save(desk: DeskState, thread: &Thread, on: bool) {
    let thread = thread.clone();
    spawn_local(async move {
        match conversation::save_conversation(thread.id, on).await {
            Ok(()) => {
                thread.row.update(|row| {
                    if let Some(row) = row {
                        row.saved = on;
                    }
                });
                refresh(desk);
            }
            Err(error) => desk.refused(&error),
        }
    });
}

/// Keeps a conversation for a dispute, or no longer.
pub(crate) fn hold(desk: DeskState, thread: &Thread, on: bool) {
    let thread = thread.clone();
    spawn_local(async move {
        match privacy::set_legal_hold(thread.id, on).await {
            Ok(()) => thread.held.set(on),
            Err(error) => desk.refused(&error),
        }
    });
}

/// Goes on duty or leaves it (P-47, D-10).
pub(crate) fn duty(desk: DeskState, on: bool) {
    if desk.duty_busy.get_untracked() {
        return;
    }
    desk.duty_busy.set(true);
    spawn_local(async move {
        let answer = if on {
            lists::go_on_duty(desk.kind).await
        } else {
            lists::leave_duty().await
        };
        desk.duty_busy.set(false);
        match answer {
            Ok(recap) => apply(desk, recap),
            Err(error) => desk.refused(&error),
        }
    });
}

/// The lists may have changed: fetches the recap, at most one at once, and tells the pages.
pub(crate) fn refresh(desk: DeskState) {
    if desk.pulse.try_update(super::pulse::Pulse::changed) == Some(true) {
        fetch(desk);
    }
}

fn fetch(desk: DeskState) {
    spawn_local(async move {
        // A failure is not shown: the connection's bar says when the server is away, and the next change asks again.
        if let Ok(recap) = lists::fetch_recap().await {
            apply(desk, recap);
            desk.lists.update(|rev| *rev = rev.wrapping_add(1));
        }
        let after_the_pause = move || {
            if desk.pulse.try_update(super::pulse::Pulse::paused) == Some(true) {
                fetch(desk);
            }
        };
        set_timeout(after_the_pause, Duration::from_millis(BETWEEN_MS));
    });
}

/// Shows a recap. New conversations open a window by themselves while there is room for them beside the page; on a phone a window is
/// the whole page, so there it waits for a finger.
pub(crate) fn apply(desk: DeskState, recap: Recap) {
    if alarm::something_was_said(desk, &recap) {
        sound::ring(desk, Tone::Message);
    }
    let fresh = desk.show(recap);
    if desk.kind == WindowKind::Console {
        return;
    }
    for (id, folded) in desk.keep.as_left(fresh) {
        if desk.windows.with_untracked(|windows| windows.has_room() && windows.room() > 1) {
            open(desk, id);
            if folded {
                desk.windows.update(|windows| windows.set_minimized(id, true));
            }
        }
    }
}

/// Opens a conversation's window by itself, where there is room for it beside the page.
pub(crate) fn open_beside(desk: DeskState, id: ConversationId) {
    let room = desk.windows.with_untracked(|windows| windows.has_room() && windows.room() > 1);
    if room && desk.kind == WindowKind::Recap {
        open(desk, id);
    }
}
