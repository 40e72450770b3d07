//! One conversation in a window of its own (P-30 to P-36): a heading with who it is, and the conversation below.

use leptos::prelude::*;
use model::{conversation::About, desk::InboxRow, id::ConversationId, timeline::Timeline};
use ui::{Badge, Erase, Erased, Icon, icon};

use super::{
    deeds,
    end_dialog::end_dialog,
    label::{customer_label, typed_name},
    state::DeskState,
    thread::Thread,
    thread_view::{Answering, thread_view},
};

/// A chat window.
pub(super) fn chat_window(desk: DeskState, id: ConversationId) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let row = row_of(desk, &thread);
    let label = Memo::new(move |_| row.with(|row| title(desk, row.as_ref())));
    let minimized = Memo::new(move |_| desk.windows.with(|windows| windows.of(id).is_some_and(|window| window.minimized)));
    let unfolded = Signal::derive(move || !minimized.get());
    let asking = RwSignal::new(false);
    let touch = move || desk.windows.update(|windows| windows.touch(id));
    view! {
        <section
            class="chat"
            aria-label=move || label.get()
            data-minimized=move || minimized.get().then_some("")
            on:pointerdown=move |_| touch()
            on:keydown=move |_| touch()
        >
            {head(desk, &thread, row, label, minimized, asking)}
            <div class="chat__body" hidden=move || minimized.get()>
                {circumstances(desk, &thread, row)}
                {thread_view(desk, thread.clone(), "window", unfolded, Answering::Here)}
            </div>
            {end_dialog(desk, id, asking)}
        </section>
    }
    .erase()
}

/// A conversation's line: as the recap has it, or as it was when it was loaded.
pub(super) fn row_of(desk: DeskState, thread: &Thread) -> Memo<Option<InboxRow>> {
    let (id, loaded) = (thread.id, thread.row.clone());
    Memo::new(move |_| desk.recap_row(id).or_else(|| loaded.get()))
}

/// What a conversation's window is called: the customer, or the guest's number.
pub(super) fn title(desk: DeskState, row: Option<&InboxRow>) -> String {
    row.map_or_else(|| desk.t("desk.conversation"), |row| customer_label(&desk.words(), &row.customer))
}

fn head(
    desk: DeskState,
    thread: &Thread,
    row: Memo<Option<InboxRow>>,
    label: Memo<String>,
    minimized: Memo<bool>,
    asking: RwSignal<bool>,
) -> Erased {
    let id = thread.id;
    let here = thread.here.clone();
    let timeline = thread.timeline.clone();
    let unread = Signal::derive(move || timeline.with(Timeline::unread) as u32);
    let unread_label = Signal::derive(move || desk.words().count("desk.unread_messages", u64::from(unread.get())));
    let ended = row_is_closed(thread);
    let fold = move |_| {
        let minimize = !minimized.get_untracked();
        desk.windows.update(|windows| windows.set_minimized(id, minimize));
    };
    let hide = move |_| desk.windows.update(|windows| windows.hide(id));
    let fold_label = move || desk.t(if minimized.get() { "desk.restore" } else { "desk.minimize" });
    let typed = move || {
        let name = row.with(|row| row.as_ref().and_then(|row| typed_name(&row.customer)).map(ToString::to_string));
        name.map(|name| view! { <span class="chat__typed truncate">{name}</span> })
    };
    let end = move || {
        (!ended.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="button button--icon button--small"
                    aria-label=desk.t("desk.end_conversation")
                    title=desk.t("desk.end_conversation")
                    on:click=move |_| asking.set(true)
                >
                    <Icon glyph=icon::power />
                </button>
            }
        })
    };
    view! {
        <header class="chat__head">
            <span class="dot" data-online=move || here.get().then_some("")></span>
            <h2 class="chat__who">
                <span class="truncate">{move || label.get()}</span>
                {typed}
            </h2>
            <Badge count=unread label=unread_label />
            <div class="chat__tools">
                <button
                    type="button"
                    class="button button--icon button--small"
                    aria-label=desk.t("desk.hide")
                    title=desk.t("desk.hide")
                    on:click=hide
                >
                    <Icon glyph=icon::x />
                </button>
                <button
                    type="button"
                    class="button button--icon button--small"
                    aria-label=fold_label
                    title=fold_label
                    on:click=fold
                >
                    <Icon glyph=icon::minus />
                </button>
                {end}
            </div>
        </header>
    }
    .erase()
}

/// Whether the log says that it is over.
fn row_is_closed(thread: &Thread) -> Memo<bool> {
    let timeline = thread.timeline.clone();
    Memo::new(move |_| timeline.with(|timeline| timeline.stage() == model::conversation::StageName::Closed))
}

/// Whether they are there, and what it is about.
fn circumstances(desk: DeskState, thread: &Thread, row: Memo<Option<InboxRow>>) -> Erased {
    let here = thread.here.clone();
    let about = move || {
        row.with(|row| match row.as_ref().map(|row| &row.about) {
            Some(About::Product(product)) => {
                let name = product.name.as_ref().map_or_else(|| product.sku.to_string(), ToString::to_string);
                Some(view! { <span class="truncate">{desk.words().with("desk.about_product", &[("product", &name)])}</span> })
            }
            _ => None,
        })
    };
    view! {
        <p class="chat__facts small muted">
            <span>{move || desk.t(if here.get() { "desk.on_site" } else { "desk.off_site" })}</span>
            {about}
        </p>
    }
    .erase()
}
