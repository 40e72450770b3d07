//! The console in a window of its own (D-06 to D-10, D-17 to D-23): Connect, the visitors, the contents of the chat, the connection's
//! data, and the offline messages. While this window lives, its person stays on duty; closing it is going home.

use leptos::prelude::*;
use model::{conversation::StageName, id::ConversationId, timeline::Timeline};
use ui::{Badge, Button, Empty, Erase, Erased, Icon, Look, icon};

use super::{
    chat_window::{row_of, title},
    deeds,
    end_dialog::end_dialog,
    facts, offline_messages,
    recap_row::{content, longest},
    state::DeskState,
    thread_view::{Answering, thread_view},
    toast::{connection, toasts},
};

/// The window.
pub(super) fn page(desk: DeskState) -> Erased {
    let chosen = RwSignal::new(None::<ConversationId>);
    let letters = RwSignal::new(false);
    greet_the_first(desk, chosen);
    let body = move || {
        if letters.get() {
            let letter = RwSignal::new(None::<ConversationId>);
            let choose = Callback::new(move |id| letter.set(id));
            view! { <main class="console__letters">{offline_messages::messages(desk, letter.into(), choose)}</main> }.erase()
        } else {
            chats(desk, chosen)
        }
    };
    view! {
        <div class="console">
            {head(desk, letters)} {connection(desk)} {body}
        </div>
        {toasts(desk)}
    }
    .erase()
}

/// Nobody chose yet: the one who has waited longest is on screen, so that the first word needs no click.
fn greet_the_first(desk: DeskState, chosen: RwSignal<Option<ConversationId>>) {
    Effect::new(move || {
        let first = desk
            .recap
            .with(|recap| recap.ongoing.first().filter(|_| recap.on_duty).map(|row| row.id));
        if let Some(first) = first
            && chosen.get_untracked().is_none()
        {
            deeds::in_hand(desk, first);
            chosen.set(Some(first));
        }
    });
}

fn head(desk: DeskState, letters: RwSignal<bool>) -> Erased {
    let store = desk.store();
    let on_duty = Memo::new(move |_| desk.recap.with(|recap| recap.on_duty));
    let press = Callback::new(move |()| deeds::duty(desk, !on_duty.get_untracked()));
    let connect = if store.live_chat {
        view! {
            <div class="console__connect">
                <Button busy=desk.duty_busy on_press=press>
                    {move || desk.t(if on_duty.get() { "desk.disconnect" } else { "desk.connect" })}
                </Button>
                <p class="console__status" role="status">
                    <span class="dot" data-online=move || on_duty.get().then_some("")></span>
                    <span>{move || desk.t(if on_duty.get() { "desk.you_are_online" } else { "desk.you_are_offline" })}</span>
                </p>
            </div>
        }
        .erase()
    } else {
        view! { <p class="muted">{desk.t("desk.no_live_chat")}</p> }.erase()
    };
    let unread = Signal::derive(move || desk.recap.with(|recap| recap.offline_unread));
    let unread_label = Signal::derive(move || desk.words().count("desk.unread_offline", u64::from(unread.get())));
    view! {
        <header class="console__head">
            <h1 class="console__store truncate">{store.name.to_string()}</h1>
            {connect}
            <button
                type="button"
                class="button button--quiet"
                aria-pressed=move || if letters.get() { "true" } else { "false" }
                on:click=move |_| letters.update(|letters| *letters = !*letters)
            >
                <Icon glyph=icon::inbox />
                {desk.t("desk.offline_messages_button")}
                <Badge count=unread label=unread_label />
            </button>
        </header>
    }
    .erase()
}

fn chats(desk: DeskState, chosen: RwSignal<Option<ConversationId>>) -> Erased {
    // Only another choice draws the contents again.
    let now = Memo::new(move |_| chosen.get());
    view! {
        <div class="console__chats">
            {visitors(desk, chosen)}
            {move || match now.get() {
                Some(id) => contents(desk, id),
                None => nobody(desk),
            }}
        </div>
    }
    .erase()
}

fn visitors(desk: DeskState, chosen: RwSignal<Option<ConversationId>>) -> Erased {
    let ids = Memo::new(move |_| desk.recap.with(|recap| recap.ongoing.iter().map(|row| row.id).collect::<Vec<_>>()));
    let none = Memo::new(move |_| ids.with(Vec::is_empty));
    let choose = move |id| {
        deeds::in_hand(desk, id);
        chosen.set(Some(id));
    };
    view! {
        <aside class="console__visitors">
            <h2 class="console__title" id="visitors">
                {desk.t("desk.visitors")}
            </h2>
            <ul role="list" aria-labelledby="visitors">
                <For each=move || ids.get() key=|id| *id let:id>
                    <li>
                        <button
                            type="button"
                            class="row"
                            data-longest=longest(desk, id)
                            aria-current=move || (chosen.get() == Some(id)).then_some("true")
                            on:click=move |_| choose(id)
                        >
                            {content(desk, id)}
                        </button>
                    </li>
                </For>
            </ul>
            {move || none.get().then(|| view! { <p class="console__none muted small">{desk.t("desk.no_visitors")}</p> })}
        </aside>
    }
    .erase()
}

fn contents(desk: DeskState, id: ConversationId) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let row = row_of(desk, &thread);
    let asking = RwSignal::new(false);
    let over = {
        let timeline = thread.timeline.clone();
        Memo::new(move |_| timeline.with(Timeline::stage) == StageName::Closed)
    };
    let ask = Callback::new(move |()| asking.set(true));
    let end = move || {
        (!over.get()).then(|| {
            view! {
                <Button look=Look::Quiet on_press=ask>
                    <Icon glyph=icon::power />
                    {desk.t("desk.end_chat")}
                </Button>
            }
        })
    };
    view! {
        <main class="console__contents">
            <header class="console__talk">
                <h2 class="console__title truncate">{move || row.with(|row| title(desk, row.as_ref()))}</h2>
                {end}
            </header>
            {thread_view(desk, thread.clone(), "console", Signal::stored(true), Answering::Here)}
            {end_dialog(desk, id, asking)}
        </main>
        <section class="console__data" aria-label=desk.t("desk.connection_data")>
            <h2 class="console__title">{desk.t("desk.connection_data")}</h2>
            {facts::contact(desk, &thread)}
            {facts::connection(desk, &thread)}
        </section>
    }
    .erase()
}

fn nobody(desk: DeskState) -> Erased {
    let text = move || {
        let key = if desk.recap.with(|recap| recap.on_duty) {
            "desk.nobody_waits"
        } else {
            "desk.press_connect"
        };
        view! { <Empty glyph=icon::message_circle title=desk.t("desk.no_ongoing") text=desk.t(key) /> }
    };
    view! {
        <main class="console__contents">{text}</main>
        <section class="console__data" aria-label=desk.t("desk.connection_data")>
            <h2 class="console__title">{desk.t("desk.connection_data")}</h2>
            <p class="muted small">{desk.t("desk.no_data")}</p>
        </section>
    }
    .erase()
}
