//! Which chat windows stand open beside the recap window, and which one gives way. Pure; nothing here draws or loads.

use model::id::ConversationId;

/// One open window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Of which conversation.
    pub(crate) id: ConversationId,
    /// Only its heading is shown.
    pub(crate) minimized: bool,
    /// Grows with each use: the smallest was not used for longest.
    used: u64,
}

/// What became of the wish to open a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It stands beside the others, or was open already.
    Beside,
    /// It took the place of this one, which stays in Ongoing conversations.
    Instead(ConversationId),
    /// Every open window holds unsent text: none gives way (P-i2).
    NoRoom,
}

/// The open windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// In the order they were opened: the first stands next to the recap window.
    open: Vec<Window>,
    room: usize,
    uses: u64,
}

/// How many windows stand side by side on a page of this width, in CSS pixels (P-38, P-39).
pub(crate) fn room_for(width: f64) -> usize {
    match width {
        w if w >= 1_400.0 => 4,
        w if w >= 1_100.0 => 3,
        w if w >= 768.0 => 2,
        _ => 1,
    }
}

impl Windows {
    /// None open, and room for so many.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            open: Vec::new(),
            room,
            uses: 0,
        }
    }

    /// All of them, the first next to the recap window.
    pub(crate) fn open_ones(&self) -> &[Window] {
        &self.open
    }

    /// How many fit.
    pub(crate) fn room(&self) -> usize {
        self.room
    }

    /// Whether one more fits without another giving way.
    pub(crate) fn has_room(&self) -> bool {
        self.open.len() < self.room
    }

    /// The window of a conversation.
    pub(crate) fn of(&self, id: ConversationId) -> Option<Window> {
        self.open.iter().copied().find(|w| w.id == id)
    }

    /// Opens a conversation's window, or brings it back up. When all places are taken, the one that was not used for longest gives
    /// way, but never one with unsent text (P-40, P-i2).
    pub(crate) fn open(&mut self, id: ConversationId, unsent: impl Fn(ConversationId) -> bool) -> Opened {
        if self.of(id).is_some() {
            self.set_minimized(id, false);
            self.touch(id);
            return Opened::Beside;
        }
        let used = self.next_use();
        let window = Window {
            id,
            minimized: false,
            used,
        };
        if self.has_room() {
            self.open.push(window);
            return Opened::Beside;
        }
        // In the same place, so that the others do not move under the hand.
        let Some(place) = self.least_recent(unsent) else {
            return Opened::NoRoom;
        };
        let replaced = std::mem::replace(&mut self.open[place], window);
        Opened::Instead(replaced.id)
    }

    /// Somebody works in it.
    pub(crate) fn touch(&mut self, id: ConversationId) {
        let used = self.next_use();
        if let Some(window) = self.open.iter_mut().find(|w| w.id == id) {
            window.used = used;
        }
    }

    /// Takes a window off the screen. The conversation stays what it is (P-33).
    pub(crate) fn hide(&mut self, id: ConversationId) {
        self.open.retain(|w| w.id != id);
    }

    /// Folds a window to its heading, or unfolds it (P-34).
    pub(crate) fn set_minimized(&mut self, id: ConversationId, minimized: bool) {
        if let Some(window) = self.open.iter_mut().find(|w| w.id == id) {
            window.minimized = minimized;
        }
    }

    /// The page became wider or narrower. Windows that no longer fit are hidden by the same rule; those with unsent text stay.
    pub(crate) fn set_room(&mut self, room: usize, unsent: impl Fn(ConversationId) -> bool) {
        self.room = room.max(1);
        while self.open.len() > self.room {
            let Some(place) = self.least_recent(&unsent) else { return };
            self.open.remove(place);
        }
    }

    fn least_recent(&self, unsent: impl Fn(ConversationId) -> bool) -> Option<usize> {
        let free = self.open.iter().enumerate().filter(|(_, w)| !unsent(w.id));
        free.min_by_key(|(_, w)| w.used).map(|(place, _)| place)
    }

    fn next_use(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ConversationId {
        format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id")
    }

    fn four() -> Windows {
        let mut windows = Windows::new(4);
        for n in 1..=4 {
            assert_eq!(windows.open(id(n), |_| false), Opened::Beside);
        }
        windows
    }

    fn ids(windows: &Windows) -> Vec<ConversationId> {
        windows.open_ones().iter().map(|w| w.id).collect()
    }

    #[test]
    fn p_39_four_windows_stand_on_a_computer_and_one_on_a_phone() {
        assert_eq!(room_for(1_440.0), 4);
        assert_eq!(room_for(1_400.0), 4);
        assert_eq!(room_for(1_399.0), 3);
        assert_eq!(room_for(1_100.0), 3);
        assert_eq!(room_for(768.0), 2);
        assert_eq!(room_for(767.0), 1);
        assert_eq!(room_for(390.0), 1);
    }

    #[test]
    fn p_40_a_fifth_window_takes_the_place_of_the_one_not_used_for_longest() {
        let mut windows = four();
        windows.touch(id(1));
        assert_eq!(windows.open(id(5), |_| false), Opened::Instead(id(2)));
        assert_eq!(ids(&windows), [id(1), id(5), id(3), id(4)]);
    }

    #[test]
    fn p_i2_a_window_with_unsent_text_never_gives_way() {
        let mut windows = four();
        assert_eq!(windows.open(id(5), |w| w == id(1) || w == id(2)), Opened::Instead(id(3)));
        assert_eq!(windows.open(id(6), |_| true), Opened::NoRoom);
        assert_eq!(ids(&windows), [id(1), id(2), id(5), id(4)]);
    }

    #[test]
    fn opening_what_is_open_brings_it_back_up_and_moves_nothing() {
        let mut windows = four();
        windows.set_minimized(id(2), true);
        assert_eq!(windows.open(id(2), |_| true), Opened::Beside);
        assert_eq!(windows.of(id(2)).map(|w| w.minimized), Some(false));
        assert_eq!(ids(&windows), [id(1), id(2), id(3), id(4)]);
    }

    #[test]
    fn a_hidden_window_makes_room() {
        let mut windows = four();
        assert!(!windows.has_room());
        windows.hide(id(3));
        assert!(windows.has_room());
        assert_eq!(windows.open(id(5), |_| true), Opened::Beside);
    }

    #[test]
    fn a_narrower_page_hides_the_windows_not_used_for_longest() {
        let mut windows = four();
        windows.set_room(2, |w| w == id(1));
        assert_eq!(ids(&windows), [id(1), id(4)]);
        windows.set_room(1, |_| true);
        assert_eq!(windows.open_ones().len(), 2);
    }
}
