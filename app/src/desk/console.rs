//! The console in a window of its own (D-06 to D-10, D-17 to D-23): Connect, the visitors, the contents of the chat, the connection's
//! data, the history, and the offline messages. While this window lives, its person stays on duty; closing it is going home.

use leptos::prelude::*;
use model::{conversation::StageName, id::ConversationId, timeline::Timeline};
use ui::{Act, Button, Empty, Erase, Erased, Glyph, Icon, Known, Look, Reading, Slot, each, effect, icon, known, pressed};

use super::{
    alarm,
    chat_tools::tools,
    chat_window::{row_of, title},
    deeds,
    end_dialog::end_dialog,
    facts,
    frame::unread,
    history, offline_messages,
    recap_row::{content, is_longest},
    state::DeskState,
    thread_view::{Answering, thread_view},
    toast::{connection, toasts},
};

/// What the window shows below its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The visitors, and one of their chats.
    Chats,
    /// Chat History (D-20, D-28).
    History,
    /// Offline Messages (D-21, D-27).
    Letters,
}

/// The window.
pub(super) fn page(desk: DeskState) -> Erased {
    let chosen = Slot::new(None::<ConversationId>);
    let shown = Slot::new(Shown::Chats);
    greet_the_first(desk, chosen);
    let open = Act::new(move |id| {
        deeds::in_hand(desk, id);
        chosen.set(Some(id));
        shown.set(Shown::Chats);
    });
    let body = Reading::new(move || match shown.get() {
        Shown::Chats => chats(desk, chosen),
        Shown::History => view! { <main class="console__letters">{history::chat_history(desk)}</main> }.erase(),
        Shown::Letters => {
            let letter = Slot::new(None::<ConversationId>);
            let choose = Act::new(move |id| letter.set(id));
            view! { <main class="console__letters">{offline_messages::messages(desk, letter.into(), choose)}</main> }.erase()
        }
    });
    view! {
        <div class="console">
            {head(desk, shown)} {connection(desk)} {alarm::alarm(desk, open)} {body}
        </div>
        {toasts(desk)}
    }
    .erase()
}

/// Nobody chose yet: the one who has waited longest is on screen, so that the first word needs no click.
fn greet_the_first(desk: DeskState, chosen: Slot<Option<ConversationId>>) {
    effect(move || {
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

fn head(desk: DeskState, shown: Slot<Shown>) -> Erased {
    let store = desk.store();
    let on_duty = known(move || desk.recap.with(|recap| recap.on_duty));
    // The owner may switch it off while this window is open (D-i1).
    let live_chat = known(move || desk.recap.with(|recap| recap.live_chat));
    let connect = Reading::new(move || {
        if live_chat.get() {
            connect(desk, on_duty)
        } else {
            view! { <p class="muted">{desk.t("desk.no_live_chat")}</p> }.erase()
        }
    });
    let letters = unread(desk, "desk.unread_offline", move || desk.recap.with(|recap| recap.offline_unread));
    view! {
        <header class="console__head">
            <h1 class="console__store truncate">{store.name.to_string()}</h1>
            {connect}
            <div class="console__views">
                {view_button(desk, shown, Shown::History, icon::clock, "desk.chat_history", ().erase())}
                {view_button(desk, shown, Shown::Letters, icon::inbox, "desk.offline_messages_button", letters)}
            </div>
        </header>
    }
    .erase()
}

/// Connect or Disconnect, and below it how one stands.
fn connect(desk: DeskState, on_duty: Known<bool>) -> Erased {
    let press = Act::new(move |()| deeds::duty(desk, !on_duty.get_untracked()));
    let deed = Reading::new(move || desk.t(if on_duty.get() { "desk.disconnect" } else { "desk.connect" }));
    let stands = Reading::new(move || {
        desk.t(if on_duty.get() {
            "desk.you_are_online"
        } else {
            "desk.you_are_offline"
        })
    });
    view! {
        <div class="console__connect">
            <Button busy=desk.duty_busy on_press=press>
                {deed}
            </Button>
            <p class="console__status" role="status">
                <span class="dot" data-online=Reading::flag(move || on_duty.get())></span>
                <span>{stands}</span>
            </p>
        </div>
    }
    .erase()
}

/// Shows one thing instead of the chats; pressed again, the chats.
fn view_button(desk: DeskState, shown: Slot<Shown>, what: Shown, glyph: Glyph, key: &str, badge: Erased) -> Erased {
    let press = pressed(move || shown.update(|shown| *shown = if *shown == what { Shown::Chats } else { what }));
    view! {
        <button
            type="button"
            class="button button--quiet"
            aria-pressed=Reading::spelled(move || shown.get() == what)
            on:click=press
        >
            <Icon glyph=glyph />
            {desk.t(key)}
            {badge}
        </button>
    }
    .erase()
}

fn chats(desk: DeskState, chosen: Slot<Option<ConversationId>>) -> Erased {
    // Only another choice draws the contents again.
    let now = known(move || chosen.get());
    let contents = Reading::new(move || match now.get() {
        Some(id) => contents(desk, id),
        None => nobody(desk),
    });
    view! { <div class="console__chats">{visitors(desk, chosen)} {contents}</div> }.erase()
}

fn visitors(desk: DeskState, chosen: Slot<Option<ConversationId>>) -> Erased {
    let ids = known(move || desk.recap.with(|recap| recap.ongoing.iter().map(|row| row.id).collect::<Vec<_>>()));
    let none = Reading::new(move || {
        let none = ids.with(Vec::is_empty);
        none.then(|| view! { <p class="console__none muted small">{desk.t("desk.no_visitors")}</p> }.erase())
    });
    view! {
        <aside class="console__visitors">
            <h2 class="console__title" id="visitors">
                {desk.t("desk.visitors")}
            </h2>
            <ul role="list" aria-labelledby="visitors">
                {each(move || ids.get(), ConversationId::to_string, move |id| visitor(desk, chosen, id))}
            </ul>
            {none}
        </aside>
    }
    .erase()
}

fn visitor(desk: DeskState, chosen: Slot<Option<ConversationId>>, id: ConversationId) -> Erased {
    let choose = pressed(move || {
        deeds::in_hand(desk, id);
        chosen.set(Some(id));
    });
    let current = Reading::new(move || (chosen.get() == Some(id)).then(|| "true".to_owned()));
    view! {
        <li>
            <button
                type="button"
                class="row"
                data-longest=Reading::flag(move || is_longest(desk, id))
                aria-current=current
                on:click=choose
            >
                {content(desk, id)}
            </button>
        </li>
    }
    .erase()
}

fn contents(desk: DeskState, id: ConversationId) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let row = row_of(desk, &thread);
    let asking = RwSignal::new(false);
    let over = {
        let timeline = thread.timeline.clone();
        known(move || timeline.with(Timeline::stage) == StageName::Closed)
    };
    let ask = Act::new(move |()| asking.set(true));
    let end = Reading::new(move || {
        let ask = ask.clone();
        (!over.get()).then(|| {
            view! {
                <Button look=Look::Quiet on_press=ask>
                    <Icon glyph=icon::power />
                    {desk.t("desk.end_chat")}
                </Button>
            }
            .erase()
        })
    });
    let name = Reading::new(move || row.with(|row| title(desk, row.as_ref())));
    view! {
        <main class="console__contents">
            <header class="console__talk">
                <h2 class="console__title truncate">{name}</h2>
                {tools(desk, &thread, row)} {end}
            </header>
            {thread_view(desk, thread.clone(), "console", Reading::new(|| true), Answering::Here)}
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
    let text = Reading::new(move || {
        let key = if desk.recap.with(|recap| recap.on_duty) {
            "desk.nobody_waits"
        } else {
            "desk.press_connect"
        };
        view! { <Empty glyph=icon::message_circle title=desk.t("desk.no_ongoing") text=desk.t(key) /> }.erase()
    });
    view! {
        <main class="console__contents">{text}</main>
        <section class="console__data" aria-label=desk.t("desk.connection_data")>
            <h2 class="console__title">{desk.t("desk.connection_data")}</h2>
            <p class="muted small">{desk.t("desk.no_data")}</p>
        </section>
    }
    .erase()
}
