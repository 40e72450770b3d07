//! The office's menu: at the side of a wide page; at the foot of a phone's, where it is scrolled sideways. It names only what exists
//! (D-05, D-06).

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use model::{desk::Recap, party::Role};
use ui::{Erase, Erased, Glyph, Icon, Place, Reading, effect, icon, known};

use super::{frame::unread, paths, state::DeskState};

/// The menu.
pub(super) fn menu(desk: DeskState) -> Erased {
    let store = desk.store();
    let letters = unread(desk, "desk.unread_offline", move || desk.recap.with(|recap| recap.offline_unread));
    // One kind of reading for all of them: each of its own would be a program of its own.
    let waits = |count: fn(&Recap) -> u32| unread(desk, "desk.unread_messages", move || desk.recap.with(count));
    let written = waits(|recap| recap.shop_unread.saturating_add(recap.order_unread));
    let threads = waits(|recap| recap.thread_unread);
    let tickets = waits(|recap| recap.ticket_unread);
    let disputes = waits(|recap| recap.dispute_unread);
    // In a window of its own: that window is what keeps the person on duty (D-07, D-08).
    // It is there for those whom the store lets chat live, and only as long as it does (D-06).
    let live_chat = known(move || desk.recap.with(|recap| recap.live_chat));
    let chat_now = Reading::new(move || {
        live_chat.get().then(|| {
            view! {
                <li>
                    <a class="rail__link" href=paths::CONSOLE target="vitrine-chat">
                        <Icon glyph=icon::message_circle />
                        <span class="rail__text">{desk.t("desk.chat_now")}</span>
                    </a>
                </li>
            }
            .erase()
        })
    });
    let configuration =
        (store.role == Role::Owner).then(|| entry(desk, paths::CONFIGURATION, icon::settings, "desk.configuration_page", ().erase()));
    let settings = (store.role == Role::Owner).then(|| {
        view! {
            <li class="rail__group">{desk.t("desk.settings")}</li>
            {entry(desk, paths::STAFF, icon::users, "desk.staff", ().erase())}
            {entry(desk, paths::YOUR_SITE, icon::globe, "desk.your_site", ().erase())}
            {entry(desk, paths::PRIVACY, icon::shield, "desk.privacy", ().erase())}
            {entry(desk, paths::MAIL, icon::mail, "desk.mail", ().erase())}
            {entry(desk, paths::API_KEYS, icon::refresh, "desk.integrations", ().erase())}
        }
        .erase()
    });
    let list = Place::new();
    // A phone's menu is wider than the phone: where one is stands in sight, also when another way led there.
    effect(move || {
        desk.route.with(|_| ());
        request_animation_frame(move || show_current(list));
    });
    view! {
        <nav class="rail" aria-label=desk.t("desk.menu")>
            <ul class="rail__list" node_ref=list>
                {entry(desk, paths::HOME, icon::menu, "desk.my_chats", ().erase())} {chat_now}
                <li class="rail__group">{desk.t("desk.message_center")}</li>
                {entry(desk, paths::MESSAGES, icon::mail, "desk.messages", written)}
                {entry(desk, paths::COMMUNICATION, icon::message_circle, "desk.communication", threads)}
                {entry(desk, paths::TICKETS, icon::life_buoy, "desk.tickets", tickets)}
                {entry(desk, paths::DISPUTES, icon::shield, "desk.disputes", disputes)}
                <li class="rail__group">{desk.t("desk.online_chat")}</li>
                {entry(desk, paths::HISTORY, icon::clock, "desk.history", ().erase())} {configuration}
                {entry(desk, paths::OFFLINE_MESSAGES, icon::inbox, "desk.offline_messages", letters)}
                {entry(desk, paths::CANNED_REPLIES, icon::zap, "desk.canned.title", ().erase())}
                {entry(desk, paths::CUSTOMERS, icon::user, "desk.customers", ().erase())} {settings}
                {entry(desk, paths::HELP, icon::life_buoy, "desk.help", ().erase())}
            </ul>
        </nav>
    }
    .erase()
}

/// Scrolls the menu to the page one is on; where it does not scroll, nothing moves.
fn show_current(list: Place) {
    let Some(list) = list.now() else { return };
    let current = list.query_selector("[aria-current]").ok().flatten();
    if let Some(current) = current.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        list.set_scroll_left(current.offset_left() - current.offset_width());
    }
}

fn entry(desk: DeskState, path: &'static str, glyph: Glyph, key: &str, badge: Erased) -> Erased {
    let current = Reading::new(move || desk.route.with(|here| is_here(path, here)).then(|| "page".to_owned()));
    view! {
        <li>
            <a class="rail__link" href=path aria-current=current>
                <Icon glyph=glyph />
                <span class="rail__text">{desk.t(key)}</span>
                {badge}
            </a>
        </li>
    }
    .erase()
}

/// Whether a page stands at an entry of the menu, beside it under one name, or below it. The first page is below no other.
fn is_here(entry: &str, page: &str) -> bool {
    page == entry
        || (entry == paths::API_KEYS && paths::INTEGRATIONS.contains(&page))
        || (entry != paths::HOME && page.strip_prefix(entry).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_message_is_still_offline_messages() {
        assert!(is_here(paths::OFFLINE_MESSAGES, "/desk/offline-messages/0197"));
        assert!(is_here(paths::HOME, "/desk"));
        assert!(!is_here(paths::HOME, "/desk/history"));
        assert!(!is_here("/desk/history", "/desk/history-of-art"));
        assert!(is_here(paths::API_KEYS, paths::WEBHOOKS));
        assert!(!is_here(paths::MAIL, paths::WEBHOOKS));
    }
}
