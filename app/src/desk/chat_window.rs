//! One conversation in a window of its own (P-30 to P-36): a heading with who it is, and the conversation below.

use leptos::prelude::*;
use model::{conversation::About, desk::InboxRow, id::ConversationId, timeline::Timeline};
use ui::{Act, Erase, Erased, Glyph, Icon, Known, Reading, icon, known, pressed};

use super::{
    chat_tools::tools,
    deeds,
    end_dialog::end_dialog,
    frame::unread,
    label::{customer_label, typed_name},
    state::DeskState,
    thread::Thread,
    thread_view::{Answering, thread_view},
};

/// A chat window.
pub(super) fn chat_window(desk: DeskState, id: ConversationId) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let row = row_of(desk, &thread);
    let label = known(move || row.with(|row| title(desk, row.as_ref())));
    let minimized = known(move || desk.windows.with(|windows| windows.of(id).is_some_and(|window| window.minimized)));
    let unfolded = Reading::new(move || !minimized.get());
    let asking = RwSignal::new(false);
    let touch = move || desk.windows.update(|windows| windows.touch(id));
    view! {
        <section
            class="chat"
            aria-label=Reading::new(move || Some(label.get()))
            data-minimized=Reading::flag(move || minimized.get())
            on:pointerdown=move |_| touch()
            on:keydown=move |_| touch()
        >
            {head(desk, &thread, row, label, minimized, asking)}
            <div class="chat__body" hidden=Reading::flag(move || minimized.get())>
                <div class="chat__about">{circumstances(desk, &thread, row)} {tools(desk, &thread, row)}</div>
                {thread_view(desk, thread.clone(), "window", unfolded, Answering::Here)}
            </div>
            {end_dialog(desk, id, asking)}
        </section>
    }
    .erase()
}

/// A conversation's line: as the recap has it, or as it was when it was loaded.
pub(super) fn row_of(desk: DeskState, thread: &Thread) -> Known<Option<InboxRow>> {
    let (id, loaded) = (thread.id, thread.row.clone());
    known(move || desk.recap_row(id).or_else(|| loaded.get()))
}

/// What a conversation's window is called: the customer, or the guest's number.
pub(super) fn title(desk: DeskState, row: Option<&InboxRow>) -> String {
    row.map_or_else(|| desk.t("desk.conversation"), |row| customer_label(&desk.words(), &row.customer))
}

fn head(
    desk: DeskState,
    thread: &Thread,
    row: Known<Option<InboxRow>>,
    label: Known<String>,
    minimized: Known<bool>,
    asking: RwSignal<bool>,
) -> Erased {
    let id = thread.id;
    let here = thread.here.clone();
    let timeline = thread.timeline.clone();
    let ended = row_is_closed(thread);
    let fold = Act::new(move |()| {
        let minimize = !minimized.get_untracked();
        desk.windows.update(|windows| windows.set_minimized(id, minimize));
    });
    let hide = Act::new(move |()| desk.windows.update(|windows| windows.hide(id)));
    let fold_label = Reading::new(move || Some(desk.t(if minimized.get() { "desk.restore" } else { "desk.minimize" })));
    let typed = Reading::new(move || {
        let name = row.with(|row| row.as_ref().and_then(|row| typed_name(&row.customer)).map(ToString::to_string));
        name.map(|name| view! { <span class="chat__typed truncate">{name}</span> }.erase())
    });
    let says = move |key: &'static str| Reading::new(move || Some(desk.t(key)));
    let end = Reading::new(move || {
        let end = || tool(says("desk.end_conversation"), icon::power, Act::new(move |()| asking.set(true)));
        (!ended.get()).then(end)
    });
    view! {
        <header class="chat__head">
            <span class="dot" data-online=Reading::flag(move || here.get())></span>
            <h2 class="chat__who">
                <span class="truncate">{Reading::from(label)}</span>
                {typed}
            </h2>
            {unread(desk, "desk.unread_messages", move || timeline.with(Timeline::unread) as u32)}
            <div class="chat__tools">
                {tool(says("desk.hide"), icon::x, hide)} {tool(fold_label, icon::minus, fold)} {end}
            </div>
        </header>
    }
    .erase()
}

/// A button in the heading.
fn tool(name: Reading<Option<String>>, glyph: Glyph, press: Act<()>) -> Erased {
    let press = pressed(move || press.run(()));
    view! {
        <button type="button" class="button button--icon button--small" aria-label=name.clone() title=name on:click=press>
            <Icon glyph=glyph />
        </button>
    }
    .erase()
}

/// Whether the log says that it is over.
fn row_is_closed(thread: &Thread) -> Known<bool> {
    let timeline = thread.timeline.clone();
    known(move || timeline.with(|timeline| timeline.stage() == model::conversation::StageName::Closed))
}

/// Whether they are there, and what it is about.
fn circumstances(desk: DeskState, thread: &Thread, row: Known<Option<InboxRow>>) -> Erased {
    let here = thread.here.clone();
    let about = Reading::new(move || {
        row.with(|row| match row.as_ref().map(|row| &row.about) {
            Some(About::Product(product)) => {
                let name = product.name.as_ref().map_or_else(|| product.sku.to_string(), ToString::to_string);
                Some(view! { <span class="truncate">{desk.words().with("desk.about_product", &[("product", &name)])}</span> }.erase())
            }
            _ => None,
        })
    });
    let stands = Reading::new(move || desk.t(if here.get() { "desk.on_site" } else { "desk.off_site" }));
    view! {
        <p class="chat__facts small muted">
            <span>{stands}</span>
            {about}
        </p>
    }
    .erase()
}
