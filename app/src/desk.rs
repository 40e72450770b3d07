//! The back office. Here stand its root, the only list of its pages, and what ties it to the browser; the state lives above all of it
//! and outlives every page.

mod answer;
mod browser;
mod chat_window;
mod console;
mod deeds;
mod dock;
mod end_dialog;
mod facts;
mod history;
mod label;
mod link;
mod list;
mod menu;
mod offline_messages;
mod older;
mod overview;
mod person_menu;
mod pulse;
mod recap;
mod recap_row;
#[cfg(feature = "ssr")]
mod shell;
mod state;
mod thread;
mod thread_view;
mod toast;
mod top_bar;
mod windows;
mod your_site;

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};
use model::desk::{DeskStart, WindowKind};
use ui::{Erase, Erased};

use self::{
    dock::dock,
    label::page_title,
    menu::menu,
    recap::recap,
    state::DeskState,
    toast::{connection, toasts},
    top_bar::top_bar,
    windows::room_for,
};

#[cfg(feature = "ssr")]
pub use self::shell::{ScriptTag, document};

/// Where the desk's pages are; [`routes`] says what they show.
pub(crate) mod paths {
    pub(crate) const HOME: &str = "/desk";
    pub(crate) const CONSOLE: &str = "/desk/chat";
    pub(crate) const HISTORY: &str = "/desk/history";
    pub(crate) const OFFLINE_MESSAGES: &str = "/desk/offline-messages";
    pub(crate) const YOUR_SITE: &str = "/desk/settings/your-site";
}

/// Waiting times are told in minutes.
const TICK: Duration = Duration::from_secs(10);

/// The desk.
#[component]
pub fn DeskApp(
    /// Who works where, and what is going on.
    start: DeskStart,
) -> impl IntoView {
    view! {
        <Router base="/desk">
            <Desk start=start />
        </Router>
    }
}

/// Inside the router: a window is the console or the office, for as long as it lives.
#[component]
fn Desk(start: DeskStart) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let kind = if path.trim_end_matches('/') == paths::CONSOLE {
        WindowKind::Console
    } else {
        WindowKind::Recap
    };
    let desk = DeskState::new(start, kind);
    follow_the_browser(desk);
    match kind {
        WindowKind::Console => console::page(desk),
        WindowKind::Recap => office(desk),
    }
}

/// The office: top bar, menu, a page, and the chats floating over it.
fn office(desk: DeskState) -> Erased {
    view! {
        <a class="skip visually-hidden" href="#page" rel="external">
            {desk.t("desk.skip")}
        </a>
        <div class="office">
            {top_bar(desk)} {menu(desk)} <div class="office__page">
                {connection(desk)} <main class="page" id="page" tabindex="-1">
                    {routes(desk)}
                </main>
            </div>
        </div>
        <div class="float">{dock(desk)} {recap(desk)}</div>
        {toasts(desk)}
    }
    .erase()
}

/// The only list of the desk's pages, below `/desk`.
fn routes(desk: DeskState) -> Erased {
    view! {
        <FlatRoutes fallback=move || overview::not_found(desk)>
            <Route path=path!("") view=move || overview::page(desk) />
            <Route path=path!("/offline-messages/:id?") view=move || offline_messages::page(desk) />
            <Route path=path!("/history") view=move || history::page(desk) />
            <Route path=path!("/settings/your-site") view=move || your_site::page(desk) />
        </FlatRoutes>
    }
    .erase()
}

/// What the outside world wants of the desk, and the desk of it. Effects: none of this happens on the server.
fn follow_the_browser(desk: DeskState) {
    Effect::new(move || {
        browser::now_and_on("resize", move || {
            let room = room_for(browser::page_width());
            if desk.windows.with_untracked(|windows| windows.room() != room) {
                desk.windows.update(|windows| windows.set_room(room, |id| desk.has_draft(id)));
            }
        });
        browser::now_and_on("visibilitychange", move || desk.in_front.set(browser::in_front()));
        desk.now.set(Some(browser::now()));
        set_interval(
            move || {
                desk.now.try_set(Some(browser::now()));
            },
            TICK,
        );
        deeds::apply(desk, desk.recap.get_untracked());
        link::start(desk);
    });
    Effect::new(move || browser::set_title(&page_title(desk.unread_total())));
}
