//! Everything the desk knows, made once above every page and window of it. It holds and tells; what is done stands in
//! [`super::deeds`], what arrives in [`super::link`].

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use live::Status;
use model::{
    desk::{DeskStart, DeskStore, InboxRow, Me, Recap, WindowKind},
    id::ConversationId,
    party::Author,
    time::Timestamp,
    timeline::Timeline,
    words::Words,
};

use super::{
    label::unread_total,
    link::Wire,
    pulse::Pulse,
    thread::Thread,
    windows::{Opened, Windows},
};
use crate::api::ApiError;

/// Conversations in hand at once: fewer than one connection may follow ([`model::limits::SUBSCRIPTIONS_MAX`]).
const IN_HAND_MAX: usize = 48;

/// What never changes while the page lives.
struct Fixed {
    words: Words,
    me: Me,
    store: DeskStore,
}

/// The desk's state. It belongs to the page's root, which lives as long as the page; hence the handles may be copied freely.
#[derive(Clone, Copy)]
pub(crate) struct DeskState {
    fixed: StoredValue<Fixed>,
    /// Which kind of window this is: presence counts the kind that went on duty.
    pub(crate) kind: WindowKind,
    /// The chats of this moment.
    pub(crate) recap: RwSignal<Recap>,
    /// The open chat windows.
    pub(crate) windows: RwSignal<Windows>,
    /// How the connection stands; nothing is said of it before it was tried.
    pub(crate) status: RwSignal<Option<Status>>,
    /// The last thing that was refused, until somebody takes note.
    pub(crate) toast: RwSignal<Option<String>>,
    /// The browser's clock, every ten seconds; unknown while the server draws.
    pub(crate) now: RwSignal<Option<Timestamp>>,
    /// Grows when lists may have changed.
    pub(crate) lists: RwSignal<u32>,
    /// Whether going on or off duty is on its way.
    pub(crate) duty_busy: RwSignal<bool>,
    /// Whether the page is in front of somebody.
    pub(crate) in_front: RwSignal<bool>,
    /// The browser's connection.
    pub(super) wire: Wire,
    /// When the recap is fetched again.
    pub(super) pulse: StoredValue<Pulse>,
    threads: RwSignal<BTreeMap<ConversationId, Thread>>,
    greeted: StoredValue<BTreeSet<ConversationId>>,
}

impl DeskState {
    /// From what the page brought along.
    pub(crate) fn new(start: DeskStart, kind: WindowKind) -> Self {
        Self {
            fixed: StoredValue::new(Fixed {
                words: start.words,
                me: start.me,
                store: start.store,
            }),
            kind,
            recap: RwSignal::new(start.recap),
            // Until the browser says how wide it is; none is open before that.
            windows: RwSignal::new(Windows::new(1)),
            status: RwSignal::new(None),
            toast: RwSignal::new(None),
            now: RwSignal::new(None),
            lists: RwSignal::new(0),
            duty_busy: RwSignal::new(false),
            in_front: RwSignal::new(true),
            wire: Wire::none(),
            pulse: StoredValue::new(Pulse::default()),
            threads: RwSignal::new(BTreeMap::new()),
            greeted: StoredValue::new(BTreeSet::new()),
        }
    }

    /// What the desk says, in the reader's language.
    pub(crate) fn words(self) -> Words {
        self.fixed.with_value(|fixed| fixed.words.clone())
    }

    /// One sentence of it.
    pub(crate) fn t(self, key: &str) -> String {
        self.fixed.with_value(|fixed| fixed.words.get(key))
    }

    /// Who is signed in.
    pub(crate) fn me(self) -> Me {
        self.fixed.with_value(|fixed| fixed.me.clone())
    }

    /// The store that is worked for.
    pub(crate) fn store(self) -> DeskStore {
        self.fixed.with_value(|fixed| fixed.store.clone())
    }

    /// The signed-in person, as the author of what is typed here.
    pub(crate) fn author(self) -> Author {
        self.fixed.with_value(|fixed| Author::Operator {
            id: fixed.me.id,
            name: fixed.me.name.clone(),
        })
    }

    /// Shows a person what was refused.
    pub(crate) fn refused(self, error: &ApiError) {
        self.toast.set(Some(self.fixed.with_value(|fixed| error.sentence(&fixed.words))));
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
        let thread = Thread::new(id);
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
        self.thread_now(id).is_some_and(|thread| thread.has_draft())
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
        let me = self.fixed.with_value(|fixed| fixed.me.id);
        let mut fresh = Vec::new();
        if recap.on_duty {
            self.greeted.update_value(|greeted| {
                greeted.retain(|id| recap.ongoing.iter().any(|row| row.id == *id));
                for row in &recap.ongoing {
                    let for_me = row.stage.takes_a_place() && row.operator.as_ref().is_none_or(|operator| operator.id == me);
                    if for_me && greeted.insert(row.id) {
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
