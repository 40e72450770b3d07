//! The office's menu: at the side of a wide page, at the foot of a phone's. It names only what exists (D-05, D-06).

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::party::Role;
use ui::{Badge, Erase, Erased, Glyph, Icon, icon};

use super::{paths, state::DeskState};

/// The menu.
pub(super) fn menu(desk: DeskState) -> Erased {
    let store = desk.store();
    let unread = Signal::derive(move || desk.recap.with(|recap| recap.offline_unread));
    let unread_label = Signal::derive(move || desk.words().count("desk.unread_offline", u64::from(unread.get())));
    // In a window of its own: that window is what keeps the person on duty (D-07, D-08).
    let chat_now = store.live_chat.then(|| {
        view! {
            <li>
                <a class="rail__link" href=paths::CONSOLE target="vitrine-chat">
                    <Icon glyph=icon::message_circle />
                    <span class="rail__text">{desk.t("desk.chat_now")}</span>
                </a>
            </li>
        }
    });
    let settings = (store.role == Role::Owner).then(|| {
        view! {
            <li class="rail__group">{desk.t("desk.settings")}</li>
            {entry(desk, paths::YOUR_SITE, icon::globe, "desk.your_site", ().erase())}
        }
    });
    view! {
        <nav class="rail" aria-label=desk.t("desk.menu")>
            <ul class="rail__list">
                {entry(desk, paths::HOME, icon::menu, "desk.overview", ().erase())} {chat_now}
                {entry(desk, paths::HISTORY, icon::clock, "desk.history", ().erase())}
                {entry(
                    desk,
                    paths::OFFLINE_MESSAGES,
                    icon::inbox,
                    "desk.offline_messages",
                    view! { <Badge count=unread label=unread_label /> }.erase(),
                )} {settings}
            </ul>
        </nav>
    }
    .erase()
}

fn entry(desk: DeskState, path: &'static str, glyph: Glyph, key: &str, badge: Erased) -> Erased {
    let here = use_location().pathname;
    let current = move || here.with(|here| is_here(path, here)).then_some("page");
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

/// Whether a page stands at an entry of the menu or below it. The first page is below no other.
fn is_here(entry: &str, page: &str) -> bool {
    let page = page.trim_end_matches('/');
    page == entry || (entry != paths::HOME && page.strip_prefix(entry).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_message_is_still_offline_messages() {
        assert!(is_here(paths::OFFLINE_MESSAGES, "/desk/offline-messages/0197"));
        assert!(is_here(paths::HOME, "/desk/"));
        assert!(!is_here(paths::HOME, "/desk/history"));
        assert!(!is_here("/desk/history", "/desk/history-of-art"));
    }
}
