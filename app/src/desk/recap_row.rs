//! One line of the recap window and of the console's list: who, what they said last, how long they wait, and who took it.

use leptos::prelude::*;
use model::{desk::InboxRow, id::ConversationId};
use ui::{Badge, Erase, Erased, Time};

use super::{
    deeds,
    label::{customer_label, longest_waiting, typed_name, waited},
    state::DeskState,
};

/// A line of the recap window; pressing it opens the conversation's window.
pub(super) fn recap_row(desk: DeskState, id: ConversationId) -> Erased {
    view! {
        <li class="recap__item">
            <button type="button" class="row" data-longest=longest(desk, id) on:click=move |_| deeds::open(desk, id)>
                {content(desk, id)}
            </button>
        </li>
    }
    .erase()
}

/// Marks the one who has waited longest for an answer.
pub(super) fn longest(desk: DeskState, id: ConversationId) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    move || desk.recap.with(|recap| longest_waiting(&recap.ongoing) == Some(id)).then_some("")
}

/// What a line shows.
pub(super) fn content(desk: DeskState, id: ConversationId) -> Erased {
    let row = Memo::new(move |_| desk.recap_row(id));
    let unread = Signal::derive(move || row.with(|row| row.as_ref().map_or(0, |row| desk.unread(row))));
    let unread_label = Signal::derive(move || desk.words().count("desk.unread_messages", u64::from(unread.get())));
    view! {
        {move || row.get().map(|row| who(desk, &row))}
        <Badge count=unread label=unread_label />
        {move || row.get().map(|row| said(desk, &row))}
        {move || row.get().map(|row| meta(desk, &row, id))}
    }
    .erase()
}

fn who(desk: DeskState, row: &InboxRow) -> Erased {
    let typed = typed_name(&row.customer).map(|name| view! { <span class="row__typed">{name.to_string()}</span> });
    view! {
        <span class="row__who truncate">{customer_label(&desk.words(), &row.customer)} " " {typed}</span>
    }
    .erase()
}

fn said(desk: DeskState, row: &InboxRow) -> Erased {
    let text = match (row.preview.is_empty(), row.preview_mine) {
        (true, _) => desk.t("desk.nothing_said"),
        (false, true) => desk.words().with("desk.we_said", &[("text", &row.preview)]),
        (false, false) => row.preview.clone(),
    };
    view! { <span class="row__said truncate">{text}</span> }.erase()
}

fn meta(desk: DeskState, row: &InboxRow, id: ConversationId) -> Erased {
    let waiting_since = row.waiting_since;
    let at = row.at;
    let when = move || match (waiting_since, desk.now.get()) {
        (Some(since), Some(now)) => {
            let key = if longest(desk, id)().is_some() {
                "desk.waits_longest"
            } else {
                "desk.waits"
            };
            let text = desk.words().with(key, &[("time", &waited(&desk.words(), since, now))]);
            view! { <span class="row__waits">{text}</span> }.erase()
        }
        _ => view! { <Time at=at words=desk.words() /> }.erase(),
    };
    let me = desk.me().id;
    let taken = row.operator.as_ref().map(|operator| {
        let text = if operator.id == me {
            desk.t("desk.with_you")
        } else {
            desk.words().with("desk.with", &[("name", operator.name.as_str())])
        };
        view! { <span class="row__taken truncate">{text}</span> }
    });
    view! { <span class="row__meta">{when} {taken}</span> }.erase()
}
