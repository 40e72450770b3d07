//! The back office. Here stand its root, the only list of its pages, and what ties it to the browser; the state lives above all of it
//! and outlives every page.

mod alarm;
mod answer;
mod attach;
mod blocking;
mod browser;
mod canned;
mod canned_replies;
mod chat_tools;
mod chat_window;
mod configuration;
mod console;
mod customer_card;
mod customers;
mod deeds;
mod dock;
mod end_dialog;
mod facts;
mod frame;
mod help;
mod history;
mod inbox;
mod keep;
mod label;
mod leaving;
mod link;
mod list;
mod menu;
mod messages;
mod moving;
mod near;
mod notes;
mod offline_messages;
mod older;
mod opening_hours;
mod order_dialog;
mod overview;
mod person_menu;
mod privacy_fields;
mod pulse;
mod recap;
mod recap_row;
mod route;
mod search_box;
mod served;
#[cfg(feature = "ssr")]
mod shell;
mod sound;
mod stars;
mod state;
mod thread;
mod thread_view;
mod toast;
mod top_bar;
mod transfer;
mod windows;

use std::time::Duration;

use leptos::prelude::*;
use model::desk::{DeskStart, WindowKind};
use ui::{Act, Erase, Erased, Reading, effect, known};

use self::{
    dock::dock,
    label::page_title,
    leaving::Leaving,
    menu::menu,
    recap::recap,
    route::Route,
    state::DeskState,
    toast::{connection, toasts},
    top_bar::top_bar,
    windows::room_for,
};

#[cfg(feature = "ssr")]
pub use self::shell::{ScriptTag, document};

/// Where the desk's pages are; [`PAGES`] says what they show.
pub(crate) mod paths {
    pub(crate) const HOME: &str = "/desk";
    pub(crate) const CONSOLE: &str = "/desk/chat";
    pub(crate) const HISTORY: &str = "/desk/history";
    pub(crate) const CONFIGURATION: &str = "/desk/configuration";
    pub(crate) const OFFLINE_MESSAGES: &str = "/desk/offline-messages";
    pub(crate) const MESSAGES: &str = "/desk/messages";
    /// What waits in all the stores of somebody who serves several.
    pub(crate) const EVERYWHERE: &str = "/desk/everywhere";
    pub(crate) const COMMUNICATION: &str = "/desk/communication";
    pub(crate) const TICKETS: &str = "/desk/tickets";
    pub(crate) const DISPUTES: &str = "/desk/disputes";
    pub(crate) const CANNED_REPLIES: &str = "/desk/settings/canned-replies";
    pub(crate) const CUSTOMERS: &str = "/desk/customers";
    pub(crate) const STAFF: &str = "/desk/staff";
    pub(crate) const MAIL: &str = "/desk/settings/mail";
    pub(crate) const PRIVACY: &str = "/desk/settings/privacy";
    pub(crate) const HELP: &str = "/desk/help";
    pub(crate) const YOUR_SITE: &str = "/desk/settings/your-site";
    /// The first of the pages that tie the store to other programs; the menu leads there.
    pub(crate) const API_KEYS: &str = "/desk/settings/api-keys";
    pub(crate) const WEBHOOKS: &str = "/desk/settings/webhooks";
    pub(crate) const IMPORTS: &str = "/desk/settings/imports";
    pub(crate) const SENDERS: &str = "/desk/settings/senders";
    pub(crate) const ARRIVED: &str = "/desk/settings/arrived";
    /// What stands in these has an address of its own, one step below.
    pub(super) const GO_ON: [&str; 5] = [OFFLINE_MESSAGES, MESSAGES, COMMUNICATION, TICKETS, DISPUTES];
    /// All of them: one entry of the menu.
    pub(crate) const INTEGRATIONS: [&str; 5] = [API_KEYS, WEBHOOKS, IMPORTS, SENDERS, ARRIVED];
}

/// Waiting times are told in minutes.
const TICK: Duration = Duration::from_secs(10);

/// The desk.
#[component]
pub fn DeskApp(
    /// Who works where, and what is going on.
    start: DeskStart,
) -> impl IntoView {
    // It listens to the same clicks as the route, and is asked before.
    provide_context(Leaving::watch());
    let route = Route::watch();
    // A window is the console or the office, for as long as it lives.
    let kind = if route.now() == paths::CONSOLE {
        WindowKind::Console
    } else {
        WindowKind::Recap
    };
    let desk = DeskState::new(start, route, kind);
    follow_the_browser(desk);
    match kind {
        WindowKind::Console => console::page(desk),
        WindowKind::Recap => office(desk),
    }
}

/// The office: top bar, menu, a page, and the chats floating over it.
fn office(desk: DeskState) -> Erased {
    let open = Act::new(move |id| deeds::open(desk, id));
    view! {
        <a class="skip visually-hidden" href="#page" rel="external">
            {desk.t("desk.skip")}
        </a>
        <div class="office">
            {top_bar(desk)} {menu(desk)} <div class="office__page">
                {connection(desk)} {alarm::alarm(desk, open)} <main class="page" id="page" tabindex="-1">
                    {page(desk)}
                </main>
            </div>
        </div>
        <div class="float">{dock(desk)} {recap(desk)}</div>
        {toasts(desk)}
    }
    .erase()
}

/// Where a page is, and what draws it.
type Page = (&'static str, fn(DeskState) -> Erased);

/// The only list of the desk's pages.
static PAGES: [Page; 21] = [
    (paths::HOME, overview::page),
    (paths::MESSAGES, messages::page),
    (paths::COMMUNICATION, |desk| served::page(desk, "communication")),
    (paths::TICKETS, |desk| served::page(desk, "tickets")),
    (paths::DISPUTES, |desk| served::page(desk, "disputes")),
    (paths::EVERYWHERE, |desk| served::page(desk, "everywhere")),
    (paths::OFFLINE_MESSAGES, offline_messages::page),
    (paths::HISTORY, history::page),
    (paths::CANNED_REPLIES, canned_replies::page),
    (paths::CUSTOMERS, customers::page),
    (paths::STAFF, |desk| served::following(desk, "staff")),
    (paths::MAIL, |desk| served::page(desk, "mail")),
    (paths::CONFIGURATION, configuration::page),
    (paths::PRIVACY, |desk| served::page(desk, "privacy")),
    (paths::HELP, help::page),
    (paths::YOUR_SITE, |desk| served::page(desk, "your-site")),
    (paths::API_KEYS, |desk| served::page(desk, "api-keys")),
    (paths::WEBHOOKS, |desk| served::page(desk, "webhooks")),
    (paths::IMPORTS, |desk| served::page(desk, "imports")),
    (paths::SENDERS, |desk| served::page(desk, "senders")),
    (paths::ARRIVED, |desk| served::page(desk, "arrived")),
];

/// The page that stands at the window's path; it stays the same page while only an address below it changes.
fn page(desk: DeskState) -> Erased {
    let number = known(move || desk.route.with(number_of));
    let shown = Reading::new(move || {
        let page = number.get().and_then(|n| PAGES.get(n));
        page.map_or_else(|| overview::not_found(desk), |(_, page)| page(desk))
    });
    shown.erase()
}

fn number_of(path: &str) -> Option<usize> {
    PAGES.iter().position(|(entry, _)| {
        let rest = path.strip_prefix(entry);
        let goes_on = |rest: &str| paths::GO_ON.contains(entry) && rest.rfind('/') == Some(0);
        rest.is_some_and(|rest| rest.is_empty() || goes_on(rest))
    })
}

/// What the outside world wants of the desk, and the desk of it. Effects: none of this happens on the server.
fn follow_the_browser(desk: DeskState) {
    effect(move || {
        browser::now_and_on("resize", move || {
            let room = room_for(browser::page_width());
            if desk.windows.with_untracked(|windows| windows.room() != room) {
                desk.windows.update(|windows| windows.set_room(room, |id| desk.has_draft(id)));
            }
        });
        browser::now_and_on("visibilitychange", move || desk.in_front.set(browser::in_front()));
        desk.now.set(Some(browser::now()));
        set_interval(move || desk.now.set(Some(browser::now())), TICK);
        sound::wake_with_the_first_touch();
        deeds::apply(desk, desk.recap.get_untracked());
        link::start(desk);
    });
    keep::follow(desk);
    effect(move || browser::set_title(&page_title(desk.unread_total())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Option<&'static str> {
        number_of(path).map(|n| PAGES[n].0)
    }

    #[test]
    fn every_address_has_its_page_or_none() {
        for (entry, _) in &PAGES {
            assert_eq!(at(entry), Some(*entry));
        }
        assert_eq!(at("/desk/offline-messages/0197"), Some(paths::OFFLINE_MESSAGES));
        assert_eq!(at("/desk/messages/0197"), Some(paths::MESSAGES));
        assert_eq!(at("/desk/disputes/0197"), Some(paths::DISPUTES));
        for none in ["/desk/offline-messages/0197/more", "/desk/history/0197", "/desk/settings", ""] {
            assert_eq!(at(none), None, "{none}");
        }
    }
}
