//! Offline messages (D-05, D-27): what was left in the form while nobody was there, and the one that is opened beside the list.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use model::{
    desk::{Folder, InboxRow},
    id::ConversationId,
};
use ui::{Badge, Button, Empty, Erase, Erased, Icon, Look, Time, icon};

use super::{
    deeds, facts,
    label::{customer_label, typed_name},
    list::{List, Phase},
    paths,
    state::DeskState,
    thread_view::{Answering, thread_view},
};

/// The page. Which message is open stands in the address, so that it can be sent to a colleague.
pub(super) fn page(desk: DeskState) -> Erased {
    let params = use_params_map();
    let navigate = use_navigate();
    let chosen = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse::<ConversationId>().ok())));
    let choose = Callback::new(move |id: Option<ConversationId>| {
        let address = id.map_or_else(
            || paths::OFFLINE_MESSAGES.to_owned(),
            |id| format!("{}/{id}", paths::OFFLINE_MESSAGES),
        );
        navigate(
            &address,
            leptos_router::NavigateOptions {
                resolve: false,
                scroll: false,
                ..Default::default()
            },
        );
    });
    view! {
        <header class="page__head">
            <h1>{desk.t("desk.offline_messages")}</h1>
            <p>{desk.t("desk.offline_explained")}</p>
        </header>
        {messages(desk, chosen.into(), choose)}
    }
    .erase()
}

/// The list with the opened message beside it; also what the console shows.
pub(super) fn messages(desk: DeskState, chosen: Signal<Option<ConversationId>>, choose: Callback<Option<ConversationId>>) -> Erased {
    let list = List::new(desk, Folder::Offline);
    let opened = move || {
        chosen.get().map_or_else(
            || view! { <Empty glyph=icon::inbox title=desk.t("desk.choose_message") /> }.erase(),
            |id| message(desk, id, choose),
        )
    };
    view! {
        <div class="letters" data-open=move || chosen.get().map(|_| "")>
            <div class="letters__list">{shown(desk, list, chosen, choose)}</div>
            <div class="letters__opened">{opened}</div>
        </div>
    }
    .erase()
}

fn shown(desk: DeskState, list: List, chosen: Signal<Option<ConversationId>>, choose: Callback<Option<ConversationId>>) -> Erased {
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
            view! { <Empty glyph=icon::inbox title=desk.t("desk.no_offline") text=desk.t("desk.no_offline_explained") /> }.erase()
        }
        Phase::Ready => rows(desk, list, chosen, choose),
    };
    view.erase()
}

/// What is coming, in its size.
pub(super) fn skeleton(desk: DeskState) -> Erased {
    view! {
        <div class="letters__loading" role="status">
            <span class="visually-hidden">{desk.t("desk.loading")}</span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
    .erase()
}

fn rows(desk: DeskState, list: List, chosen: Signal<Option<ConversationId>>, choose: Callback<Option<ConversationId>>) -> Erased {
    let ids = Memo::new(move |_| list.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    let more = Callback::new(move |()| list.more());
    view! {
        <ul class="letters__rows" role="list" aria-label=desk.t("desk.offline_messages")>
            <For each=move || ids.get() key=|id| *id let:id>
                <li>
                    <button
                        type="button"
                        class="row"
                        aria-current=move || (chosen.get() == Some(id)).then_some("true")
                        on:click=move |_| choose.run(Some(id))
                    >
                        {row(desk, list, id)}
                    </button>
                </li>
            </For>
        </ul>
        {move || {
            list.has_more()
                .then(|| {
                    view! {
                        <Button look=Look::Quiet busy=list.busy on_press=more>
                            {desk.t("desk.more")}
                        </Button>
                    }
                })
        }}
    }
    .erase()
}

fn row(desk: DeskState, list: List, id: ConversationId) -> Erased {
    let row = Memo::new(move |_| list.row(id));
    let unread = Signal::derive(move || row.with(|row| row.as_ref().map_or(0, |row| desk.unread(row))));
    let unread_label = Signal::derive(move || desk.words().count("desk.unread_messages", u64::from(unread.get())));
    let text = move |row: InboxRow| {
        let typed = typed_name(&row.customer).map(|name| view! { <span class="row__typed">{name.to_string()}</span> });
        view! {
            <span class="row__who truncate">{customer_label(&desk.words(), &row.customer)} " " {typed}</span>
            <span class="row__said truncate">{row.preview.clone()}</span>
            <span class="row__meta">
                <Time at=row.at words=desk.words() />
            </span>
        }
    };
    view! {
        <Badge count=unread label=unread_label />
        {move || row.get().map(text)}
    }
    .erase()
}

fn message(desk: DeskState, id: ConversationId, choose: Callback<Option<ConversationId>>) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let back = Callback::new(move |()| choose.run(None));
    view! {
        <article class="letter">
            <div class="letter__back">
                <Button look=Look::Quiet on_press=back>
                    <Icon glyph=icon::arrow_left />
                    {desk.t("desk.back")}
                </Button>
            </div>
            {facts::contact(desk, &thread)}
            {thread_view(desk, thread, "letter", Signal::stored(true), Answering::Nowhere)}
        </article>
    }
    .erase()
}
