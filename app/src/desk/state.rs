//! Everything the desk knows, made once above every page and window of it. It holds and tells; what is done stands in
//! [`super::deeds`], what arrives in [`super::link`].

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use live::Status;
use model::{
    canned::CannedReply,
    desk::{DeskStart, DeskStore, InboxRow, Me, Recap, WindowKind},
    id::ConversationId,
    party::Author,
    time::Timestamp,
    timeline::Timeline,
    words::Words,
};
use ui::{Reading, Slot};

use super::{
    keep::Keep,
    label::unread_total,
    link::Wire,
    pulse::Pulse,
    route::Route,
    thread::Thread,
    windows::{Opened, Windows},
};
use crate::api::ApiError;

/// Conversations in hand at once: each has two logs, and these are fewer than one connection may follow ([`model::limits::SUBSCRIPTIONS_MAX`]).
const IN_HAND_MAX: usize = 30;

/// What never changes while the page lives.
struct Fixed {
    words: Words,
    me: Me,
    store: DeskStore,
    several: bool,
}

/// The desk's state. It belongs to the page's root, which lives as long as the page; hence the handles may be copied freely.
#[derive(Clone, Copy)]
pub(crate) struct DeskState {
    fixed: Slot<Fixed>,
    /// Where this window is.
    pub(crate) route: Route,
    /// Which kind of window this is: presence counts the kind that went on duty.
    pub(crate) kind: WindowKind,
    /// The chats of this moment.
    pub(crate) recap: Slot<Recap>,
    /// The open chat windows.
    pub(crate) windows: Slot<Windows>,
    /// How the connection stands; nothing is said of it before it was tried.
    pub(crate) status: Slot<Option<Status>>,
    /// The last thing that was refused, until somebody takes note.
    pub(crate) toast: RwSignal<Option<String>>,
    /// The browser's clock, every ten seconds; unknown while the server draws.
    pub(crate) now: Slot<Option<Timestamp>>,
    /// Grows when lists may have changed.
    pub(crate) lists: RwSignal<u32>,
    /// Whether going on or off duty is on its way.
    pub(crate) duty_busy: RwSignal<bool>,
    /// Whether the page is in front of somebody.
    pub(crate) in_front: RwSignal<bool>,
    /// Whether this person wants to hear nothing.
    pub(crate) muted: RwSignal<bool>,
    /// When something was last heard here.
    pub(super) rung: Slot<Option<Timestamp>>,
    /// The ready-made answers, once they were wanted.
    pub(crate) canned: Slot<Option<Vec<CannedReply>>>,
    /// The browser's connection.
    pub(super) wire: Wire,
    /// How this person leaves the windows.
    pub(crate) keep: Keep,
    /// When the recap is fetched again.
    pub(super) pulse: Slot<Pulse>,
    threads: Slot<BTreeMap<ConversationId, Thread>>,
    greeted: Slot<BTreeSet<ConversationId>>,
}

impl DeskState {
    /// From what the page brought along.
    pub(crate) fn new(start: DeskStart, route: Route, kind: WindowKind) -> Self {
        let muted = start.me.muted;
        Self {
            fixed: Slot::new(Fixed {
                words: start.words,
                me: start.me,
                store: start.store,
                several: start.several,
            }),
            route,
            kind,
            recap: Slot::new(start.recap),
            // Until the browser says how wide it is; none is open before that.
            windows: Slot::new(Windows::new(1)),
            status: Slot::new(None),
            toast: RwSignal::new(None),
            now: Slot::new(None),
            lists: RwSignal::new(0),
            duty_busy: RwSignal::new(false),
            in_front: RwSignal::new(true),
            muted: RwSignal::new(muted),
            rung: Slot::new(None),
            canned: Slot::new(None),
            wire: Wire::none(),
            keep: Keep::new(start.kept),
            pulse: Slot::new(Pulse::default()),
            threads: Slot::new(BTreeMap::new()),
            greeted: Slot::new(BTreeSet::new()),
        }
    }

    /// What the desk says, in the reader's language.
    pub(crate) fn words(self) -> Words {
        self.fixed.with_untracked(|fixed| fixed.words.clone())
    }

    /// One sentence of it.
    pub(crate) fn t(self, key: &str) -> String {
        self.fixed.with_untracked(|fixed| fixed.words.get(key))
    }

    /// The same where something that changes is asked for; this does not.
    pub(crate) fn says(self, key: &'static str) -> Reading<String> {
        Reading::new(move || self.t(key))
    }

    /// Who is signed in.
    pub(crate) fn me(self) -> Me {
        self.fixed.with_untracked(|fixed| fixed.me.clone())
    }

    /// The store that is worked for.
    pub(crate) fn store(self) -> DeskStore {
        self.fixed.with_untracked(|fixed| fixed.store.clone())
    }

    /// Whether they serve several.
    pub(crate) fn several(self) -> bool {
        self.fixed.with_untracked(|fixed| fixed.several)
    }

    /// The signed-in person, as the author of what is typed here.
    pub(crate) fn author(self) -> Author {
        self.fixed.with_untracked(|fixed| Author::Operator {
            id: fixed.me.id,
            name: fixed.me.name.clone(),
        })
    }

    /// Shows a person what was refused.
    pub(crate) fn refused(self, error: &ApiError) {
        self.toast
            .set(Some(self.fixed.with_untracked(|fixed| error.sentence(&fixed.words))));
    }

    /// A conversation in hand; reactive.
    pub(crate) fn thread(self, id: ConversationId) -> Option<Thread> {
        self.threads.with(|threads| threads.get(&id).cloned())
    }

    /// The same, for a moment: nothing follows it.
    pub(super) fn thread_now(self, id: ConversationId) -> Option<Thread> {
        self.threads.with_untracked(|threads| threads.get(&id).cloned())
    }

    /// Takes a conversation in hand. Whether it was not before.
    pub(super) fn take_in_hand(self, id: ConversationId) -> (Thread, bool) {
        if let Some(thread) = self.thread_now(id) {
            return (thread, false);
        }
        let thread = Thread::new(id, self.keep.draft(id));
        self.threads.update(|threads| {
            threads.insert(id, thread.clone());
        });
        (thread, true)
    }

    /// A conversation's line in the recap window, ongoing or finished; reactive.
    pub(crate) fn recap_row(self, id: ConversationId) -> Option<InboxRow> {
        self.recap
            .with(|recap| recap.ongoing.iter().chain(&recap.finished).find(|row| row.id == id).cloned())
    }

    /// What nobody at the desk has seen of a conversation: from its own log when it is in hand, else as the list says. Reactive.
    pub(crate) fn unread(self, row: &InboxRow) -> u32 {
        let loaded = self.thread(row.id).filter(|thread| thread.row.with(Option::is_some));
        loaded.map_or(row.unread, |thread| thread.timeline.with(Timeline::unread) as u32)
    }

    /// Messages in ongoing conversations that nobody has seen; reactive.
    pub(crate) fn unread_total(self) -> u32 {
        unread_total(&self.recap.get().ongoing, |row| self.unread(row))
    }

    /// Conversations in hand that nobody looks at and that hold nothing unsent, oldest first, as far as there are too many in hand.
    pub(super) fn surplus(self) -> Vec<ConversationId> {
        let open = |id| self.windows.with_untracked(|windows| windows.of(id).is_some());
        self.threads.with_untracked(|threads| {
            let too_many = threads.len().saturating_sub(IN_HAND_MAX);
            threads
                .values()
                .filter(|thread| !open(thread.id) && thread.is_idle())
                .map(|thread| thread.id)
                .take(too_many)
                .collect()
        })
    }

    /// Puts a conversation back; its lists know it still.
    pub(super) fn put_back(self, id: ConversationId) {
        self.threads.update(|threads| {
            threads.remove(&id);
        });
    }

    /// Whether a conversation holds text that was not sent.
    pub(crate) fn has_draft(self, id: ConversationId) -> bool {
        let kept = || !self.keep.draft(id).trim().is_empty();
        self.thread_now(id).map_or_else(kept, |thread| thread.has_draft())
    }

    /// The same, reactive.
    pub(crate) fn draft_waits(self, id: ConversationId) -> bool {
        let kept = || !self.keep.draft(id).trim().is_empty();
        self.thread(id)
            .map_or_else(kept, |thread| thread.draft.with(|draft| !draft.trim().is_empty()))
    }

    /// What is typed in the conversations in hand; reactive.
    pub(super) fn drafts(self) -> Vec<(ConversationId, String)> {
        self.threads
            .with(|threads| threads.values().map(|thread| (thread.id, thread.draft.get())).collect())
    }

    /// Makes room for a window. `false` when every open window holds unsent text; the person is told.
    pub(super) fn make_room_for(self, id: ConversationId) -> bool {
        let mut opened = Opened::Beside;
        self.windows
            .update(|windows| opened = windows.open(id, |other| self.has_draft(other)));
        if opened == Opened::NoRoom {
            self.toast.set(Some(self.t("desk.no_room")));
        }
        opened != Opened::NoRoom
    }

    /// The recap window's new content. Answers which conversations are new and want a window of their own.
    pub(super) fn show(self, recap: Recap) -> Vec<ConversationId> {
        let me = self.fixed.with_untracked(|fixed| fixed.me.id);
        let mut fresh = Vec::new();
        // What was nobody's or a colleague's a moment ago.
        let others: BTreeSet<ConversationId> = self.recap.with_untracked(|known| {
            let rows = known.ongoing.iter().filter(|row| row.operator.as_ref().is_none_or(|o| o.id != me));
            rows.map(|row| row.id).collect()
        });
        if recap.on_duty {
            self.greeted.update(|greeted| {
                greeted.retain(|id| recap.ongoing.iter().any(|row| row.id == *id));
                for row in &recap.ongoing {
                    let mine = row.operator.as_ref().is_some_and(|operator| operator.id == me);
                    let for_me = row.stage.takes_a_place() && (mine || row.operator.is_none());
                    let new = for_me && greeted.insert(row.id);
                    // Handed over by a colleague; of one in hand the log tells it.
                    let handed = mine && others.contains(&row.id) && self.thread_now(row.id).is_none();
                    if new || handed {
                        fresh.push(row.id);
                    }
                }
            });
        }
        if self.recap.with_untracked(|known| *known != recap) {
            self.recap.set(recap);
        }
        fresh
    }
}
