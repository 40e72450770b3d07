//! Of a list of thousands only the lines near the screen are in the page (S-02): blocks of lines come as somebody scrolls towards them,
//! and go as they are left behind. What is not there is as much room as it took when it was.

use leptos::{
    prelude::*,
    web_sys::{Element, HtmlElement, wasm_bindgen::JsCast},
};
use ui::{Known, Place, effect, known};

/// Lines that come and go together: a page of the lists.
const TOGETHER: usize = 50;
/// So near to the screen, in pixels, lines are there.
const AROUND_PX: i32 = 1_500;
/// The room of a line that was never there, in pixels.
const LINE_PX: i32 = 80;

/// Which blocks of lines are in the page, and how much room the others take, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: usize,
    to: usize,
    above: i32,
    below: i32,
}

impl Span {
    /// Around what is seen: `height` pixels from `top` on; all of it where nothing is known of that. `room` is what the blocks took so far,
    /// where that is known.
    fn around(lines: usize, room: &[i32], (top, height): (i32, i32)) -> Self {
        let blocks = lines.div_ceil(TOGETHER);
        if height == 0 {
            return Self {
                from: 0,
                to: blocks,
                above: 0,
                below: 0,
            };
        }
        let tall = |block: usize| {
            let lines = TOGETHER.min(lines - block * TOGETHER);
            let estimated = i32::try_from(lines).unwrap_or_default() * LINE_PX;
            room.get(block).copied().filter(|room| *room > 0).unwrap_or(estimated)
        };
        let mut span = Self {
            from: 0,
            to: 0,
            above: 0,
            below: 0,
        };
        // The last block at the latest: who saw more lines than are left sees what there is.
        while span.from + 1 < blocks && span.above + tall(span.from) < top - AROUND_PX {
            span.above += tall(span.from);
            span.from += 1;
        }
        span.to = span.from;
        let mut end = span.above;
        while span.to < blocks && end <= top + height + AROUND_PX {
            end += tall(span.to);
            span.to += 1;
        }
        span.below = (span.to..blocks).map(tall).sum();
        span
    }
}

/// What is near in one list.
#[derive(Clone, Copy)]
pub(super) struct Near {
    /// The element that the lines stand in, and nothing else.
    pub(super) place: Place,
    /// Takes the room of the lines below those that are there. Room inside the element of the lines would keep browsers from holding what
    /// is read in its place.
    pub(super) below: Place,
    /// What is seen of it: from which pixel on, and how many. Nothing, where the lines do not scroll by themselves: on a phone the whole
    /// page does.
    seen: RwSignal<(i32, i32)>,
    /// What each block took when it was there, in pixels; 0 where that is not known.
    room: StoredValue<Vec<i32>>,
    span: Known<Span>,
}

impl Near {
    /// Of a list that has so many lines.
    pub(super) fn new(lines: Known<usize>) -> Self {
        let (seen, room) = (RwSignal::new((0, 0)), StoredValue::new(Vec::new()));
        let span = known(move || {
            let (lines, seen) = (lines.get(), seen.get());
            room.try_with_value(|room| Span::around(lines, room, seen))
                .unwrap_or_else(|| Span::around(lines, &[], seen))
        });
        let (place, below) = (Place::new(), Place::new());
        effect(move || {
            let (span, Some(place), Some(below)) = (span.get(), place.get(), below.get()) else {
                return;
            };
            take(&place, "padding-block-start", span.above);
            take(&below, "block-size", span.below);
        });
        let near = Self {
            place,
            below,
            seen,
            room,
            span,
        };
        let resized = window_event_listener_untyped("resize", move |_| {
            if let Some(screen) = near.screen() {
                near.look(&screen);
            }
        });
        on_cleanup(move || resized.remove());
        near
    }

    /// What the lines scroll in.
    fn screen(self) -> Option<Element> {
        self.place.now()?.parent_element()
    }

    /// Shows its beginning.
    pub(super) fn begin(self) {
        if let Some(screen) = self.screen() {
            screen.set_scroll_top(0);
        }
    }

    /// The lines that are there, of all of them: from the first number to before the second.
    pub(super) fn lines(self) -> (usize, usize) {
        let span = self.span.get();
        (span.from * TOGETHER, span.to * TOGETHER)
    }

    /// Something scrolled in `screen`, in which the lines stand.
    pub(super) fn look(self, screen: &Element) {
        self.measure();
        let scrolls = screen.scroll_height() > screen.client_height();
        let seen = if scrolls {
            (screen.scroll_top(), screen.client_height())
        } else {
            (0, 0)
        };
        if self.seen.try_get_untracked() != Some(seen) {
            self.seen.try_set(seen);
        }
    }

    /// Remembers what the blocks that are there take.
    fn measure(self) {
        let Some(place) = self.place.now() else { return };
        let Span { from, to, .. } = self.span.get_untracked();
        let lines = place.children();
        let line = |n: usize| lines.item(u32::try_from(n).ok()?)?.dyn_into::<HtmlElement>().ok();
        self.room.try_update_value(|room| {
            room.resize(room.len().max(to), 0);
            for (n, taken) in room[from..to].iter_mut().enumerate() {
                let (first, next) = (line(n * TOGETHER), line((n + 1) * TOGETHER));
                // Of the last block the end is that of its last line.
                let end = next.map(|next| next.offset_top()).or_else(|| {
                    let last = line(usize::try_from(lines.length()).ok()?.checked_sub(1)?)?;
                    Some(last.offset_top() + last.offset_height())
                });
                if let Some((first, end)) = first.zip(end) {
                    *taken = end - first.offset_top();
                }
            }
        });
    }
}

/// A length of an element, in pixels.
fn take(element: &HtmlElement, what: &str, pixels: i32) {
    // The renderer has a method of the same name. These are plain lengths that every browser takes.
    let _ = HtmlElement::style(element).set_property(what, &[pixels.to_string().as_str(), "px"].concat());
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK_PX: i32 = 50 * LINE_PX;

    #[test]
    fn a_short_list_is_there_whole() {
        let span = Span::around(70, &[], (0, 800));
        assert_eq!((span.from, span.above, span.below), (0, 0, 20 * LINE_PX));
        assert_eq!(
            Span::around(70, &[], (BLOCK_PX - 800, 800)),
            Span {
                from: 0,
                to: 2,
                above: 0,
                below: 0
            }
        );
        assert_eq!(Span::around(0, &[], (0, 800)).to, 0);
        let unseen = Span::around(170, &[], (0, 0));
        assert_eq!((unseen.from, unseen.to, unseen.below), (0, 4, 0));
    }

    #[test]
    fn far_inside_what_is_away_takes_the_room_it_took() {
        let span = Span::around(100_000, &[3_000, 3_500], (6_500 + 10 * BLOCK_PX, 800));
        assert_eq!((span.from, span.to), (11, 13));
        assert_eq!(span.above, 6_500 + 9 * BLOCK_PX);
        assert_eq!(span.below, (2_000 - 13) * BLOCK_PX);
    }

    #[test]
    fn who_saw_more_than_there_is_now_sees_the_end() {
        let span = Span::around(120, &[], (1_000_000, 800));
        assert_eq!((span.from, span.to, span.above, span.below), (2, 3, 2 * BLOCK_PX, 0));
    }
}
