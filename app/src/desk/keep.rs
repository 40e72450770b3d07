//! How this person leaves the windows: what is typed and not sent, and which stand open, folded or hidden. The server is told a moment
//! after it changed, so that a reload, a crash or another machine finds it again (P-i3, P-41).
//!
//! It decides nothing about windows while the page lives; at the page's start it says how they were left.

use std::{collections::BTreeMap, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use model::{
    desk::{KeptWindow, WindowKind, WindowPlace},
    id::ConversationId,
};
use ui::{Slot, effect};

use super::{browser, state::DeskState, windows::Windows};
use crate::api::{ApiError, conversation::keep_window};

/// Somebody who types is not told about at each letter.
const AFTER: Duration = Duration::from_millis(400);
/// The server was not reached: the next try.
const AGAIN: Duration = Duration::from_secs(10);

type Kept = BTreeMap<ConversationId, KeptWindow>;

/// What is remembered, here and at the server. It belongs to the page's root.
#[derive(Clone, Copy)]
pub(crate) struct Keep(Slot<Inner>);

struct Inner {
    /// As the server has it.
    told: Kept,
    /// As it is.
    now: Kept,
    /// As the page found it, in the order in which the windows were opened; gone once they stand.
    left: Option<Vec<KeptWindow>>,
    /// Whether telling is due already.
    waiting: bool,
}

impl Keep {
    /// As the page brought it along.
    pub(crate) fn new(left: Vec<KeptWindow>) -> Self {
        let told: Kept = left.iter().map(|window| (window.id, window.clone())).collect();
        Self(Slot::new(Inner {
            now: told.clone(),
            told,
            left: Some(left),
            waiting: false,
        }))
    }

    /// What was typed into a conversation and not sent.
    pub(crate) fn draft(self, id: ConversationId) -> String {
        self.0
            .with_untracked(|inner| inner.now.get(&id).map(|window| window.draft.clone()))
            .unwrap_or_default()
    }

    /// Which of the conversations that want a window get one, and whether it is folded: at the page's start as they were left, and from
    /// then on all of them.
    pub(super) fn as_left(self, fresh: Vec<ConversationId>) -> Vec<(ConversationId, bool)> {
        let left = self.0.try_update(|inner| inner.left.take()).flatten();
        in_order(fresh, left.as_deref().unwrap_or_default())
    }

    /// Notes how it is now, and sees to it that the server is told.
    fn note(self, now: Kept) {
        let due = self.0.try_update(|inner| {
            inner.now = now;
            let due = !inner.waiting && !differences(&inner.told, &inner.now).is_empty();
            inner.waiting |= due;
            due
        });
        if due == Some(true) {
            set_timeout(move || self.tell(), AFTER);
        }
    }

    /// What the server does not know; from now on it counts as told.
    fn take(self) -> Vec<(KeptWindow, Option<KeptWindow>)> {
        let taken = self.0.try_update(|inner| {
            inner.waiting = false;
            differences(&inner.told, &inner.now)
                .into_iter()
                .map(|window| {
                    let before = inner.told.insert(window.id, window.clone());
                    (window, before)
                })
                .collect()
        });
        taken.unwrap_or_default()
    }

    fn tell(self) {
        for (window, before) in self.take() {
            spawn_local(async move {
                let id = window.id;
                // What was refused stays refused: the conversation is gone, or the person.
                if matches!(keep_window(window).await, Err(ApiError::Unavailable { .. })) {
                    self.not_told(id, before);
                }
            });
        }
    }

    fn not_told(self, id: ConversationId, before: Option<KeptWindow>) {
        let due = self.0.try_update(|inner| {
            match before {
                Some(before) => inner.told.insert(id, before),
                None => inner.told.remove(&id),
            };
            !std::mem::replace(&mut inner.waiting, true)
        });
        if due == Some(true) {
            set_timeout(move || self.tell(), AGAIN);
        }
    }

    fn tell_before_leaving(self) {
        for (window, _) in self.take() {
            // The shape of the server function's arguments; JSON can say all of it.
            let arguments = BTreeMap::from([("window", window)]);
            browser::tell_while_leaving("/fn/keep_window", &serde_json::to_string(&arguments).unwrap_or_default());
        }
    }
}

/// Follows drafts and windows from now on.
pub(super) fn follow(desk: DeskState) {
    effect(move || {
        let drafts = desk.drafts();
        let windows = desk.windows.get();
        let ongoing: Vec<ConversationId> = desk.recap.with(|recap| recap.ongoing.iter().map(|row| row.id).collect());
        // The console has no windows, and a phone shows one at a time: neither says anything about the others.
        let places = (desk.kind == WindowKind::Recap && windows.room() > 1).then_some((&windows, ongoing.as_slice()));
        let now = desk.keep.0.with_untracked(|inner| after(&inner.now, &drafts, places));
        desk.keep.note(now);
    });
    effect(move || {
        // The first comes before the next page is asked for, the second also where the first does not: on phones.
        for leaving in ["beforeunload", "pagehide"] {
            browser::now_and_on(leaving, move || desk.keep.tell_before_leaving());
        }
    });
}

fn nothing(id: ConversationId) -> KeptWindow {
    KeptWindow {
        id,
        draft: String::new(),
        place: WindowPlace::None,
    }
}

/// What is remembered after the drafts and the windows have become these. Of a conversation that is over, no window is remembered.
fn after(known: &Kept, drafts: &[(ConversationId, String)], places: Option<(&Windows, &[ConversationId])>) -> Kept {
    let mut now = known.clone();
    for (id, draft) in drafts {
        now.entry(*id).or_insert_with(|| nothing(*id)).draft.clone_from(draft);
    }
    let Some((windows, ongoing)) = places else { return now };
    for window in windows.open_ones() {
        now.entry(window.id).or_insert_with(|| nothing(window.id));
    }
    for (id, kept) in &mut now {
        kept.place = match windows.of(*id) {
            _ if !ongoing.contains(id) => WindowPlace::None,
            Some(window) if window.minimized => WindowPlace::Minimized,
            Some(_) => WindowPlace::Open,
            None if kept.place == WindowPlace::None => WindowPlace::None,
            None => WindowPlace::Hidden,
        };
    }
    now
}

/// What one side knows otherwise, or not at all.
fn differences(told: &Kept, now: &Kept) -> Vec<KeptWindow> {
    now.values()
        .filter(|window| {
            told.get(&window.id)
                .map_or_else(|| **window != nothing(window.id), |known| known != *window)
        })
        .cloned()
        .collect()
}

/// Those that stood open come first, in their order; those that were hidden stay hidden.
fn in_order(fresh: Vec<ConversationId>, left: &[KeptWindow]) -> Vec<(ConversationId, bool)> {
    let place = |id: &ConversationId| {
        left.iter()
            .find(|window| window.id == *id)
            .map_or(WindowPlace::None, |window| window.place)
    };
    let stood = left
        .iter()
        .filter(|window| matches!(window.place, WindowPlace::Open | WindowPlace::Minimized) && fresh.contains(&window.id))
        .map(|window| (window.id, window.place == WindowPlace::Minimized));
    let others = fresh.iter().filter(|id| place(id) == WindowPlace::None).map(|id| (*id, false));
    stood.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ConversationId {
        format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id")
    }

    fn kept(n: u8, draft: &str, place: WindowPlace) -> KeptWindow {
        KeptWindow {
            id: id(n),
            draft: draft.to_owned(),
            place,
        }
    }

    fn places(kept: &Kept) -> Vec<WindowPlace> {
        kept.values().map(|window| window.place).collect()
    }

    #[test]
    fn p_i3_p_41_a_replaced_window_is_remembered_as_hidden_with_its_draft() {
        let mut windows = Windows::new(2);
        for n in [1, 2] {
            windows.open(id(n), |_| false);
        }
        windows.set_minimized(id(2), true);
        let all = [id(1), id(2), id(3)];
        let one = after(&Kept::new(), &[(id(1), "half a word".to_owned())], Some((&windows, &all)));
        assert_eq!(places(&one), [WindowPlace::Open, WindowPlace::Minimized]);
        assert_eq!(one[&id(1)].draft, "half a word");
        windows.open(id(3), |_| false);
        let two = after(&one, &[(id(1), "half a word".to_owned())], Some((&windows, &all)));
        assert_eq!(places(&two), [WindowPlace::Hidden, WindowPlace::Minimized, WindowPlace::Open]);
        assert_eq!(two[&id(1)].draft, "half a word");
        let over = after(&two, &[], Some((&windows, &all[..1])));
        assert_eq!(places(&over), [WindowPlace::Hidden, WindowPlace::None, WindowPlace::None]);
    }

    #[test]
    fn a_phone_says_nothing_about_windows_that_it_cannot_show() {
        let known: Kept = [(id(1), kept(1, "", WindowPlace::Open))].into();
        let now = after(&known, &[(id(1), "typed on the train".to_owned())], None);
        assert_eq!(now[&id(1)], kept(1, "typed on the train", WindowPlace::Open));
    }

    #[test]
    fn only_what_the_server_does_not_know_is_told() {
        let told: Kept = [(id(1), kept(1, "one", WindowPlace::Open))].into();
        let now: Kept = [
            (id(1), kept(1, "one", WindowPlace::Open)),
            (id(2), kept(2, "", WindowPlace::None)),
            (id(3), kept(3, "three", WindowPlace::None)),
        ]
        .into();
        assert_eq!(differences(&told, &now), [kept(3, "three", WindowPlace::None)]);
        let sent: Kept = [(id(1), kept(1, "", WindowPlace::Open))].into();
        assert_eq!(differences(&told, &sent), [kept(1, "", WindowPlace::Open)]);
    }

    #[test]
    fn windows_come_back_as_they_were_left() {
        let left = [
            kept(3, "", WindowPlace::Open),
            kept(1, "", WindowPlace::Minimized),
            kept(2, "draft", WindowPlace::Hidden),
        ];
        let fresh = vec![id(1), id(2), id(3), id(4)];
        assert_eq!(in_order(fresh.clone(), &left), [(id(3), false), (id(1), true), (id(4), false)]);
        assert_eq!(in_order(fresh, &[]).len(), 4);
    }
}
