//! The message center (S-03 to S-11, S-27 to S-31): messages to the shop and about orders, the one that is opened, and beside it the
//! customer. What is opened stands in the address, so that it can be sent to a colleague.

use leptos::{prelude::*, web_sys::Element};
use model::{
    conversation::{About, Kind},
    desk::{Folder, InboxRow},
    id::ConversationId,
    party::Customer,
};
use ui::{Empty, Erase, Erased, Icon, Known, Reading, TabPanel, Tabs, changed, each, effect, icon, known, pressed};

use super::{
    chat_window::{row_of, title},
    customer_card, deeds,
    frame::unread,
    inbox::inbox,
    moving::moving,
    near::Near,
    offline_messages::{self, Letters},
    order_dialog::OrderDialog,
    paths,
    person_menu::initial,
    search_box::search_box,
    state::DeskState,
    thread_view::{Answering, thread_view},
};

const SHOP: u32 = 0;
const ORDER: u32 = 1;
/// Nearer to the last line than this, in pixels, the page below it is fetched by itself.
const NEAR_END_PX: i32 = 600;

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let chosen = known(move || desk.route.with(chosen_at));
    let (tab, searched) = (RwSignal::new(SHOP), RwSignal::new(String::new()));
    let orders = OrderDialog::new(desk);
    show_its_tab(desk, chosen, tab);
    let opened = Reading::new(move || {
        chosen.get().map_or_else(
            || view! { <Empty glyph=icon::inbox title=desk.t("desk.choose_message") /> }.erase(),
            |id| opened(desk, id, orders),
        )
    });
    let badges = vec![
        unread(desk, "desk.unread_messages", move || desk.recap.with(|recap| recap.shop_unread)),
        unread(desk, "desk.unread_messages", move || desk.recap.with(|recap| recap.order_unread)),
    ];
    let titles = vec![desk.t("desk.messages.shop"), desk.t("desk.messages.order")];
    view! {
        <header class="page__head">
            <h1>{desk.t("desk.message_center")}</h1>
        </header>
        <div class="messages" data-open=Reading::flag(move || chosen.get().is_some())>
            <div class="messages__list">
                <Tabs id="messages" label=desk.t("desk.message_center") titles=titles badges=badges chosen=tab />
                {search_box(desk, "messages-search", searched)}
                {panel(desk, SHOP, tab, chosen, searched)}
                {panel(desk, ORDER, tab, chosen, searched)}
            </div>
            <div class="messages__opened">{opened}</div>
            <div class="messages__card">{customer_card::region(desk, chosen)}</div>
        </div>
        {orders.place("message-order")}
    }
    .erase()
}

fn chosen_at(path: &str) -> Option<ConversationId> {
    path.strip_prefix(paths::MESSAGES)?.strip_prefix('/')?.parse().ok()
}

/// Whoever follows an address to a message, or moves one, sees it in its list.
fn show_its_tab(desk: DeskState, chosen: Known<Option<ConversationId>>, tab: RwSignal<u32>) {
    let stands = known(move || {
        let thread = desk.thread(chosen.get()?)?;
        thread.row.with(|row| row.as_ref().map(|row| (row.id, row.kind)))
    });
    effect(move || match stands.get() {
        Some((_, Kind::Shop)) => tab.set(SHOP),
        Some((_, Kind::Order)) => tab.set(ORDER),
        _ => {}
    });
}

/// One of the lists, there while its tab is chosen.
fn panel(desk: DeskState, n: u32, tab: RwSignal<u32>, chosen: Known<Option<ConversationId>>, searched: RwSignal<String>) -> Erased {
    let here = known(move || tab.get() == n);
    let shown = Reading::new(move || here.get().then(|| list(desk, n, chosen, searched)));
    view! { <TabPanel id="messages" n=n chosen=tab content=shown.erase() /> }.erase()
}

fn list(desk: DeskState, n: u32, chosen: Known<Option<ConversationId>>, searched: RwSignal<String>) -> Erased {
    let folder = if n == SHOP { Folder::Shop } else { Folder::Order };
    let list = Letters::searched(desk, folder, searched);
    let near = Near::new(known(move || list.rows.with(Vec::len)));
    let mut first = true;
    effect(move || {
        searched.track();
        if !std::mem::replace(&mut first, false) {
            near.begin();
            list.anew();
        }
    });
    let scrolled = changed(move |event| {
        let list_of_them: Element = event_target(&event);
        near.look(&list_of_them);
        let below = list_of_them.scroll_height() - list_of_them.scroll_top() - list_of_them.client_height();
        if below < NEAR_END_PX {
            list.more();
        }
    });
    let nothing = move || {
        let (title, text) = if searched.with(String::is_empty) {
            ("desk.messages.none", "desk.messages.none_explained")
        } else {
            ("desk.history_nothing_found", "desk.history_nothing_found_explained")
        };
        view! { <Empty glyph=icon::inbox title=desk.t(title) text=desk.t(text) /> }.erase()
    };
    let lines = move || {
        let ids = known(move || {
            let (from, to) = near.lines();
            list.rows
                .with(|rows| rows.iter().take(to).skip(from).map(|row| row.id).collect::<Vec<_>>())
        });
        view! {
            <ul class="messages__rows" role="list" node_ref=near.place aria-label=desk.t("desk.messages")>
                {each(move || ids.get(), ConversationId::to_string, move |id| item(desk, list, id, chosen))}
            </ul>
            <div node_ref=near.below></div>
        }
        .erase()
    };
    view! {
        <div class="messages__scroll" on:scroll=scrolled>
            {inbox(desk, list, nothing, lines)}
        </div>
    }
    .erase()
}

fn item(desk: DeskState, list: Letters, id: ConversationId, chosen: Known<Option<ConversationId>>) -> Erased {
    let current = Reading::new(move || (chosen.get() == Some(id)).then(|| "true".to_owned()));
    // Of a list of which only a part is there, a line says itself which it is.
    let place = Reading::new(move || list.place(id).map(|place| (place + 1).to_string()));
    let size = Reading::new(move || Some(list.size().map_or_else(|| "-1".to_owned(), |size| size.to_string())));
    let face = Reading::new(move || list.row(id).map_or_else(String::new, |row| face(desk, &row)));
    view! {
        <li class="messages__item" aria-posinset=place aria-setsize=size>
            <a class="row" href=address(id) aria-current=current>
                <span class="avatar avatar--small" aria-hidden="true">
                    {face}
                </span>
                {offline_messages::row(desk, list, id)}
            </a>
        </li>
    }
    .erase()
}

/// Where a message is.
pub(super) fn address(id: ConversationId) -> String {
    [paths::MESSAGES, "/", id.to_string().as_str()].concat()
}

/// The first letter of what a customer is called.
fn face(desk: DeskState, row: &InboxRow) -> String {
    let name = match &row.customer {
        Customer::Member { name, .. } => Some(name),
        Customer::Guest { name, .. } => name.as_ref(),
    };
    name.map_or_else(|| initial(&title(desk, Some(row))), |name| initial(name.as_str()))
}

/// The conversation, with its order at the upper right (S-29).
fn opened(desk: DeskState, id: ConversationId, orders: OrderDialog) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let row = row_of(desk, &thread);
    let who = Reading::new(move || row.with(|row| title(desk, row.as_ref())));
    let about = Reading::new(move || row.with(|row| row.as_ref().and_then(|row| about(desk, row, orders))));
    view! {
        <article class="messages__thread">
            <header class="messages__head">
                <a class="button button--quiet button--icon messages__back" href=paths::MESSAGES aria-label=desk.t("desk.back")>
                    <Icon glyph=icon::arrow_left />
                </a>
                <h2 class="messages__who truncate">{who}</h2>
                {about}
                {moving(desk, &thread, "message")}
            </header>
            {thread_view(desk, thread, "message", Reading::new(|| true), Answering::Written)}
        </article>
    }
    .erase()
}

/// The order's number opens it while one is replying; a product is only named.
fn about(desk: DeskState, row: &InboxRow, orders: OrderDialog) -> Option<Erased> {
    let About::Order { id, .. } = &row.about else {
        return offline_messages::about(desk, row);
    };
    let id = *id;
    Some(
        view! {
            <button type="button" class="button button--quiet button--small" on:click=pressed(move || orders.show(id))>
                {offline_messages::about(desk, row)}
            </button>
        }
        .erase(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_at_its_address() {
        let id: ConversationId = "00000000-0000-7000-8000-000000000007".parse().expect("an id");
        assert_eq!(chosen_at(&address(id)), Some(id));
        assert_eq!(chosen_at(paths::MESSAGES), None);
        assert_eq!(chosen_at("/desk/messages/mine"), None);
    }
}
