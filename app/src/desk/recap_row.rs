//! One line of the recap window and of the console's list: who, what they said last, how long they wait, and who took it.

use leptos::prelude::*;
use model::{desk::InboxRow, id::ConversationId};
use ui::{Erase, Erased, Reading, Time, known, pressed};

use super::{
    deeds, frame,
    label::{customer_label, longest_waiting, waited},
    stars::stars,
    state::DeskState,
};

/// A line of the recap window; pressing it opens the conversation's window.
pub(super) fn recap_row(desk: DeskState, id: ConversationId) -> Erased {
    view! {
        <li class="recap__item">
            <button
                type="button"
                class="row"
                data-longest=Reading::flag(move || is_longest(desk, id))
                on:click=pressed(move || deeds::open(desk, id))
            >
                {content(desk, id)}
            </button>
        </li>
    }
    .erase()
}

/// A line of the finished ones: the conversation can be taken up again while the customer is on the site (P-45).
pub(super) fn finished_row(desk: DeskState, id: ConversationId) -> Erased {
    let here = move || desk.thread(id).is_some_and(|thread| thread.here.get());
    let name = move || {
        let row = desk.recap_row(id);
        let name = row.map_or_else(String::new, |row| customer_label(&desk.words(), &row.customer));
        Some(desk.words().with("desk.reopen_with", &[("name", &name)]))
    };
    let reopen = Reading::new(move || {
        here().then(|| {
            view! {
                <button
                    type="button"
                    class="button button--quiet button--small recap__reopen"
                    aria-label=Reading::new(name)
                    on:click=pressed(move || deeds::reopen(desk, id))
                >
                    {desk.t("desk.reopen")}
                </button>
            }
            .erase()
        })
    });
    view! {
        <li class="recap__item">
            <button type="button" class="row" on:click=pressed(move || deeds::open(desk, id))>
                {content(desk, id)}
            </button>
            {reopen}
        </li>
    }
    .erase()
}

/// Whether nobody has waited longer for an answer; reactive.
pub(super) fn is_longest(desk: DeskState, id: ConversationId) -> bool {
    desk.recap.with(|recap| longest_waiting(&recap.ongoing) == Some(id))
}

/// What a line shows.
pub(super) fn content(desk: DeskState, id: ConversationId) -> Erased {
    let row = known(move || desk.recap_row(id));
    let unread = move || row.with(|row| row.as_ref().map_or(0, |row| desk.unread(row)));
    let part = move |draw: fn(DeskState, &InboxRow) -> Erased| Reading::new(move || row.get().map(|row| draw(desk, &row)));
    view! {
        {part(who)}
        {frame::unread(desk, "desk.unread_messages", unread)}
        {part(said)}
        {part(meta)}
    }
    .erase()
}

fn who(desk: DeskState, row: &InboxRow) -> Erased {
    view! { <span class="row__who truncate">{frame::who(desk, &row.customer)}</span> }.erase()
}

/// What was said last, and whether by the desk.
pub(super) fn said(desk: DeskState, row: &InboxRow) -> Erased {
    let text = match (row.preview.is_empty(), row.preview_mine) {
        (true, _) => desk.t("desk.nothing_said"),
        (false, true) => desk.words().with("desk.we_said", &[("text", &row.preview)]),
        (false, false) => row.preview.clone(),
    };
    view! { <span class="row__said truncate">{text}</span> }.erase()
}

fn meta(desk: DeskState, row: &InboxRow) -> Erased {
    let (id, at, waiting_since) = (row.id, row.at, row.waiting_since);
    let when = Reading::new(move || match (waiting_since, desk.now.get()) {
        (Some(since), Some(now)) => {
            let key = if is_longest(desk, id) { "desk.waits_longest" } else { "desk.waits" };
            let text = desk.words().with(key, &[("time", &waited(&desk.words(), since, now))]);
            view! { <span class="row__waits">{text}</span> }.erase()
        }
        _ => view! { <Time at=at words=desk.words() /> }.erase(),
    });
    let me = desk.me().id;
    let taken = row.operator.as_ref().map(|operator| {
        let text = if operator.id == me {
            desk.t("desk.with_you")
        } else {
            desk.words().with("desk.with", &[("name", operator.name.as_str())])
        };
        view! { <span class="row__taken truncate">{text}</span> }.erase()
    });
    let draft = Reading::new(move || {
        desk.draft_waits(id)
            .then(|| view! { <span class="row__draft">{desk.t("desk.draft")}</span> }.erase())
    });
    let rated = row.rating.map(|rating| stars(desk, rating));
    view! { <span class="row__meta">{when} {rated} {draft} {taken}</span> }.erase()
}
