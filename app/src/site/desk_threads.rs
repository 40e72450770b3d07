//! My Communication History at the desk: served pages, so that a vendor reaches their threads without leaving the dashboard.

use model::{party::Side, time::Timestamp};

use super::{
    SettingsFrame,
    threads::{Drawn, NewThreadPage, ThreadPage, ThreadsPage, begin_form, opened, table},
};

/// Where the page is.
pub const COMMUNICATION: &str = "/desk/pages/communication";

type Wall<'a> = &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync);

/// All threads of the store.
pub fn desk_threads(frame: SettingsFrame<'_>, wall: Wall<'_>, page: &ThreadsPage) -> String {
    let theirs = frame.words.get("site.room.customer");
    frame.alone("site.threads.title", "site.threads.explained_desk", || {
        table(&drawn(frame, wall, &theirs), page)
    })
}

/// One of them.
pub fn desk_thread(frame: SettingsFrame<'_>, wall: Wall<'_>, page: &ThreadPage) -> String {
    let theirs = frame.words.get("site.room.customer");
    frame.named(&page.line.subject, || opened(&drawn(frame, wall, &theirs), page))
}

/// The form that begins one with a customer.
pub fn desk_new_thread(frame: SettingsFrame<'_>, page: &NewThreadPage) -> String {
    frame.alone("site.threads.begin", "site.threads.begin_desk", || begin_form(frame.words, page))
}

fn drawn<'a>(frame: SettingsFrame<'a>, wall: Wall<'a>, theirs: &'a str) -> Drawn<'a> {
    Drawn {
        words: frame.words,
        side: Side::Desk,
        theirs,
        wall,
    }
}
