//! Conversation history: chats that ended, and one of them opened over the page, to be read.

use leptos::prelude::*;
use model::{desk::Folder, id::ConversationId};
use ui::{Button, Dialog, Empty, Erase, Erased, Look, Time, icon};

use super::{
    chat_window::{row_of, title},
    deeds, facts,
    label::{customer_label, typed_name},
    list::{List, Phase},
    offline_messages::skeleton,
    state::DeskState,
    thread_view::{Answering, thread_view},
};

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let list = List::new(desk, Folder::Finished);
    let chosen = RwSignal::new(None::<ConversationId>);
    let open = RwSignal::new(false);
    let see = Callback::new(move |id| {
        chosen.set(Some(id));
        open.set(true);
    });
    let close = Callback::new(move |()| open.set(false));
    view! {
        <header class="page__head">
            <h1>{desk.t("desk.history")}</h1>
        </header>
        {shown(desk, list, see)}
        <Dialog id="history" title=desk.t("desk.conversation") open=open>
            <div class="reader">
                {move || chosen.get().filter(|_| open.get()).map(|id| conversation(desk, id))}
            </div>
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=close>
                    {desk.t("desk.close")}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}

fn shown(desk: DeskState, list: List, see: Callback<ConversationId>) -> Erased {
    let phase = Memo::new(move |_| list.phase.get());
    let empty = Memo::new(move |_| list.rows.with(Vec::is_empty));
    let view = move || match phase.get() {
        Phase::Loading => skeleton(desk),
        Phase::Failed(error) => {
            let again = Callback::new(move |()| list.again());
            let sentence = error.sentence(&desk.words());
            view! {
                <div class="notice" data-tone="danger" role="alert">
                    <p>{sentence}</p>
                    <Button look=Look::Quiet on_press=again>
                        {desk.t("desk.try_again")}
                    </Button>
                </div>
            }
            .erase()
        }
        Phase::Ready if empty.get() => {
            view! { <Empty glyph=icon::clock title=desk.t("desk.no_history") text=desk.t("desk.no_history_explained") /> }.erase()
        }
        Phase::Ready => table(desk, list, see),
    };
    view.erase()
}

fn table(desk: DeskState, list: List, see: Callback<ConversationId>) -> Erased {
    let ids = Memo::new(move |_| list.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    let more = Callback::new(move |()| list.more());
    view! {
        <div class="table__scroll">
            <table class="table" aria-label=desk.t("desk.history")>
                <thead>
                    <tr>
                        <th scope="col">{desk.t("desk.customer")}</th>
                        <th scope="col">{desk.t("desk.last_message")}</th>
                        <th scope="col">{desk.t("desk.date")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{desk.t("desk.actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || ids.get() key=|id| *id let:id>
                        {row(desk, list, id, see)}
                    </For>
                </tbody>
            </table>
        </div>
        {move || {
            list.has_more()
                .then(|| {
                    view! {
                        <p class="history__more">
                            <Button look=Look::Quiet busy=list.busy on_press=more>
                                {desk.t("desk.more")}
                            </Button>
                        </p>
                    }
                })
        }}
    }
    .erase()
}

/// The cells follow their row; the row itself stays, because a browser takes nothing but cells in it.
fn row(desk: DeskState, list: List, id: ConversationId, see: Callback<ConversationId>) -> Erased {
    let row = Memo::new(move |_| list.row(id));
    let who = move || {
        row.get().map(|row| {
            let typed = typed_name(&row.customer).map(|name| view! { <span class="row__typed">{name.to_string()}</span> });
            view! {
                {customer_label(&desk.words(), &row.customer)}
                " "
                {typed}
            }
        })
    };
    let said = move || row.with(|row| row.as_ref().map(|row| row.preview.clone()));
    let when = move || row.get().map(|row| view! { <Time at=row.at words=desk.words() /> });
    let press = Callback::new(move |()| see.run(id));
    view! {
        <tr>
            <th scope="row">{who}</th>
            <td>{said}</td>
            <td class="no-wrap">{when}</td>
            <td>
                <Button look=Look::Quiet on_press=press>
                    {desk.t("desk.see_conversation")}
                </Button>
            </td>
        </tr>
    }
    .erase()
}

fn conversation(desk: DeskState, id: ConversationId) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let row = row_of(desk, &thread);
    view! {
        <h3 class="reader__who">{move || row.with(|row| title(desk, row.as_ref()))}</h3>
        {facts::contact(desk, &thread)}
        {thread_view(desk, thread, "history", Signal::stored(true), Answering::Nowhere)}
    }
    .erase()
}
