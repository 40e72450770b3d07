//! Drives the connection and folds what it tells into the state. Start-up and recovery are one path: whatever was missed arrives as
//! events, and the lists are fetched again.

use leptos::prelude::*;
use live::{Client, Door, News, Status};
use model::{
    event::{Audience, Event, EventKind},
    id::ConversationId,
    party::Side,
    refusal::Refusal,
    timeline::Applied,
};
use ui::Slot;

use super::{
    deeds,
    sound::{self, Tone},
    state::DeskState,
    thread::{Load, Thread, Typist},
};
use crate::api::ApiError;

/// The browser's handles may not leave their thread; there is one thread in a browser.
#[cfg(target_arch = "wasm32")]
type Handle = send_wrapper::SendWrapper<Client>;
/// On the server there never is a client.
#[cfg(not(target_arch = "wasm32"))]
type Handle = Client;

/// The connection, once it was begun; nothing on the server.
#[derive(Clone, Copy)]
pub(crate) struct Wire(Slot<Option<Handle>>);

impl Wire {
    /// Not begun.
    pub(super) fn none() -> Self {
        Self(Slot::new(None))
    }

    /// Does something with the connection, if there is one. The client is taken out first: what it answers may come back here.
    pub(super) fn with(self, deed: impl FnOnce(&Client)) {
        if let Some(Some(handle)) = self.0.try_get_untracked() {
            let client: &Client = &handle;
            deed(client);
        }
    }

    #[cfg(target_arch = "wasm32")]
    fn set(self, client: Client) {
        self.0.set(Some(send_wrapper::SendWrapper::new(client)));
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn set(self, client: Client) {
        self.0.set(Some(client));
    }
}

/// Begins the connection; once per page.
pub(crate) fn start(desk: DeskState) {
    if let Some(client) = Client::start(Door::Desk { window: desk.kind }, None, move |news| fold(desk, news)) {
        client.keep_for(desk.me().id);
        desk.wire.set(client);
    }
}

/// What arrived becomes what is known.
fn fold(desk: DeskState, news: News) {
    match news {
        News::Events {
            conv,
            aud: Audience::All,
            events,
        } => events_arrived(desk, conv, &events),
        News::Reset {
            conv,
            aud: Audience::All,
            after,
        } => for_thread(desk, conv, |thread| thread.timeline.update(|t| t.reset(after))),
        News::Events {
            conv,
            aud: Audience::Desk,
            events,
        } => notes_arrived(desk, conv, &events),
        News::Reset {
            conv,
            aud: Audience::Desk,
            after,
        } => for_thread(desk, conv, |thread| thread.notes.update(|notes| notes.reset(after))),
        News::Gone { conv } => {
            for_thread(desk, conv, |thread| {
                thread.load.set(Load::Failed(ApiError::Refused(Refusal::NotFound)));
            });
        }
        News::Echo { conv, aud, cid, body, at } => {
            // Typed in another tab, or kept since before a reload: the conversation may not be in hand here.
            let thread = deeds::in_hand(desk, conv);
            let log = match aud {
                Audience::All => &thread.timeline,
                Audience::Desk => &thread.notes,
            };
            log.update(|t| t.echo(desk.author(), cid, body, at));
        }
        News::Refused { conv, cid, why, .. } => for_thread(desk, conv, |thread| {
            thread.timeline.update(|t| t.fail(cid, why));
            thread.notes.update(|t| t.fail(cid, why));
        }),
        News::Marks { conv, side, mark } => for_thread(desk, conv, |thread| thread.timeline.update(|t| t.mark(side, mark))),
        News::Typing { conv, on, name } => for_thread(desk, conv, |thread| {
            let who = name.map_or(Typist::Shopper, |name| Typist::Colleague(name.to_string()));
            thread.typing.set(on.then_some(who));
        }),
        News::Presence {
            conv,
            side: Side::Shopper,
            here,
        } => for_thread(desk, conv, |thread| thread.here.set(here)),
        News::Inbox => deeds::refresh(desk),
        News::Status(status) => status_changed(desk, status),
        // The desk knows that it is here itself.
        News::Presence { .. } => {}
    }
}

fn for_thread(desk: DeskState, conv: ConversationId, fold: impl FnOnce(&Thread)) {
    if let Some(thread) = desk.thread_now(conv) {
        fold(&thread);
    }
}

fn events_arrived(desk: DeskState, conv: ConversationId, events: &[Event]) {
    for_thread(desk, conv, |thread| {
        let mut gap = false;
        thread
            .timeline
            .update(|timeline| gap = events.iter().any(|event| timeline.apply(event) == Applied::Gap));
        // Who spoke is not typing any more.
        if events.iter().any(|event| event.author.side() == Some(Side::Shopper)) {
            thread.typing.set(None);
        }
        let spoken = |event: &Event| matches!(event.kind, EventKind::Posted { .. } | EventKind::Shared { .. });
        if events
            .iter()
            .any(|event| event.author.side() == Some(Side::Shopper) && spoken(event))
        {
            sound::ring(desk, Tone::Message);
        }
        let me = desk.me().id;
        let to_me = |event: &Event| matches!(&event.kind, EventKind::Transferred { to } if to.id == me);
        if events.iter().any(to_me) {
            sound::ring(desk, Tone::Conversation);
            deeds::open_beside(desk, conv);
        }
        // What it is about stands in its line, which is not told again. The connection promises that there is no gap; if it ever breaks
        // the promise, the conversation is read again, too.
        if gap || events.iter().any(|event| matches!(event.kind, EventKind::Moved { .. })) {
            deeds::load(desk, thread.clone());
        }
    });
}

fn notes_arrived(desk: DeskState, conv: ConversationId, events: &[Event]) {
    for_thread(desk, conv, |thread| {
        let mut gap = false;
        thread
            .notes
            .update(|notes| gap = events.iter().any(|event| notes.apply(event) == Applied::Gap));
        if gap {
            deeds::load(desk, thread.clone());
        }
    });
}

fn status_changed(desk: DeskState, status: Status) {
    let before = desk.status.get_untracked();
    desk.status.set(Some(status));
    if status == Status::Online && before != Some(Status::Online) {
        // What happened to the lists meanwhile was not told.
        deeds::refresh(desk);
    }
}
