//! The end of a list that grows there: whether the reader is at it, and what came while they were not.

use leptos::prelude::*;
use model::{party::Side, timeline::ItemKey};

use crate::{effect::effect, lines::Lines, place::Place, prop::Reading};

/// Nearer to the end than this, in pixels, counts as being there.
const NEAR_END_PX: i32 = 100;

/// Where the reader is in a list that grows at its end.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) place: Place,
    there: RwSignal<bool>,
    unseen: RwSignal<bool>,
}

impl End {
    pub(crate) fn new() -> Self {
        Self {
            place: Place::new(),
            there: RwSignal::new(true),
            unseen: RwSignal::new(false),
        }
    }

    /// For what offers to go there: hidden, unless something came that was not seen.
    pub(crate) fn nothing_new(self) -> Reading<Option<String>> {
        Reading::flag(move || !self.unseen.get())
    }

    /// Goes along when something new comes and the reader is at the end, or wrote it.
    pub(crate) fn follow(self, lines: Lines, me: Side) {
        let mut before: Option<Ends> = None;
        effect(move || {
            let now = Ends::of(&lines, me);
            let begin = before.is_none();
            if before.is_none_or(|before| now.grew_since(&before)) {
                request_animation_frame(move || {
                    if begin || now.mine || self.is_there() {
                        self.go();
                    } else {
                        self.unseen.try_set(true);
                    }
                });
            }
            before = Some(now);
        });
        // A phone's keyboard makes the list smaller; its end stays in sight.
        effect(move || {
            let resize = window_event_listener(leptos::ev::resize, move |_| {
                if self.is_there() {
                    self.go();
                }
            });
            on_cleanup(move || resize.remove());
        });
    }

    fn is_there(self) -> bool {
        self.there.try_get_untracked() == Some(true)
    }

    /// The reader scrolled.
    pub(crate) fn look(self) {
        if let Some(node) = self.place.now() {
            let there = node.scroll_height() - node.scroll_top() - node.client_height() < NEAR_END_PX;
            self.there.try_set(there);
            if there {
                self.unseen.try_set(false);
            }
        }
    }

    pub(crate) fn go(self) {
        if let Some(node) = self.place.now() {
            node.set_scroll_top(node.scroll_height());
            self.there.try_set(true);
            self.unseen.try_set(false);
        }
    }
}

/// Both ends of a list at one moment.
#[derive(Clone, Copy, Default)]
struct Ends {
    first: Option<ItemKey>,
    last: Option<ItemKey>,
    count: usize,
    mine: bool,
}

impl Ends {
    fn of(lines: &Lines, me: Side) -> Self {
        let mut ends = Self::default();
        lines.each(&mut |item| {
            ends.first = ends.first.or(Some(item.key));
            ends.last = Some(item.key);
            ends.count += 1;
            ends.mine = item.author.side() == Some(me);
        });
        ends
    }

    /// Whether something came at the end, rather than an older page at the beginning.
    fn grew_since(&self, before: &Self) -> bool {
        self.last != before.last || (self.count > before.count && self.first == before.first)
    }
}

#[cfg(test)]
mod tests {
    use model::id::Seq;

    use super::*;

    #[test]
    fn an_older_page_is_nothing_new() {
        let at = |first, last, count| Ends {
            first: Some(ItemKey::Seq(Seq(first))),
            last: Some(ItemKey::Seq(Seq(last))),
            count,
            mine: false,
        };
        assert!(!at(1, 9, 9).grew_since(&at(5, 9, 5)), "an older page");
        assert!(at(5, 10, 6).grew_since(&at(5, 9, 5)), "a new line");
        assert!(
            at(5, 9, 6).grew_since(&at(5, 9, 5)),
            "a new line above one that is still on its way"
        );
    }
}
