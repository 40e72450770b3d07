//! Rows that follow what they show: each is drawn once, and stays the same row in the page while its line is there.
//!
//! The server only writes them, one after another. In the browser the keys of the lines are compared with those on screen whenever the lines
//! change: rows whose line is gone go, new ones are drawn where they belong, and the others are left alone or moved. Leptos' own list does
//! this for items, keys and views of every type, and brings its code for each; here is one type of all three. What it deliberately does not
//! do: find the fewest moves where many lines change places at once.

use model::timeline::ItemKey;

use crate::erased::Erased;

/// What is shown at one moment.
pub(crate) struct Moment {
    /// The keys of the lines, in order.
    pub(crate) keys: Vec<Key>,
    /// Draws the line at a place. It is asked in the order of the places, and once for each at most.
    pub(crate) draw: Box<Draw>,
}

type Draw = dyn FnMut(usize) -> Option<Erased>;
type Look = dyn Fn() -> Moment + Send;

/// By what a line is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// In a conversation.
    Item(ItemKey),
    /// In any other list.
    Text(String),
}

/// The rows of what `look` sees.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn rows(look: Box<Look>) -> impl leptos::prelude::IntoView {
    use leptos::prelude::CollectView;

    // Leptos ends a list with a marker, and the browser looks for it.
    move || {
        let Moment { keys, draw } = look();
        (0..keys.len()).filter_map(draw).collect_view()
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) use self::browser::rows;

/// One step from the rows that are there to those that are wanted. Steps are done one after another, and count rows as they stand then.
#[cfg(any(target_arch = "wasm32", test))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// The row there goes.
    Gone(usize),
    /// A row is taken from where it stands, and put before the one that stands there then.
    Moved { from: usize, to: usize },
    /// A new row comes before the one that stands there. In the end it stands there itself, and such steps are in order.
    New(usize),
}

/// How the old rows become the new ones.
///
/// What is alike at the beginning and at the end is not looked at further, so that a line more costs little in a long conversation.
#[cfg(any(target_arch = "wasm32", test))]
fn changes<K: Copy + PartialEq>(old: &[K], new: &[K]) -> Vec<Change> {
    let begin = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[begin..], &new[begin..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let new = &new[..new.len() - end];
    let mut here = old[..old.len() - end].to_vec();
    let mut changes = Vec::new();
    for at in (0..here.len()).rev() {
        if !new.contains(&here[at]) {
            here.remove(at);
            changes.push(Change::Gone(begin + at));
        }
    }
    for (at, key) in new.iter().enumerate() {
        let (from, to) = match here[at..].iter().position(|k| k == key) {
            Some(0) => continue,
            // The one before it goes further back, if anything: what stands in its order stays.
            Some(1) => (at, here.len() - 1),
            Some(further) => (at + further, at),
            None => {
                here.insert(at, *key);
                changes.push(Change::New(begin + at));
                continue;
            }
        };
        let moved = here.remove(from);
        here.insert(to, moved);
        changes.push(Change::Moved {
            from: begin + from,
            to: begin + to,
        });
    }
    // Only where a key stood twice is there anything left.
    for at in (new.len()..here.len()).rev() {
        changes.push(Change::Gone(begin + at));
    }
    changes
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::{cell::RefCell, rc::Rc};

    use leptos::{
        prelude::*,
        tachys::{
            html::attribute::{Attribute, any_attribute::AnyAttribute},
            hydration::Cursor,
            renderer::{
                Rndr,
                types::{Element, Node, Placeholder},
            },
            view::{Position, PositionState},
        },
    };

    use super::{Change, Draw, Key, Look, Moment, changes};
    use crate::{effect::effect, erased::Erased};

    /// The server's markup, and how far it is read; `None`: there is none, the rows are made anew.
    type Markup<'m> = Option<(&'m Cursor, &'m PositionState)>;
    /// What stands in the page.
    type Drawn = <Erased as Render>::State;

    /// See the module.
    pub(crate) struct Rows {
        look: Box<Look>,
        owner: Owner,
    }

    /// The rows of what `look` sees.
    pub(crate) fn rows(look: Box<Look>) -> Rows {
        // Rows belong to whom the list belongs to, and not to what happens to draw them.
        let owner = Owner::current().unwrap_or_default();
        Rows { look, owner }
    }

    struct Row {
        key: Key,
        drawn: Drawn,
        /// Goes with the row, and after it; what the row follows is cleaned up then.
        _owner: Owner,
    }

    impl Row {
        fn new(parent: &Owner, key: Key, at: usize, draw: &mut Draw, markup: Markup<'_>) -> Option<Self> {
            let owner = parent.child();
            let drawn = owner.with(|| {
                let view = draw(at)?;
                Some(match markup {
                    Some((cursor, position)) => view.hydrate::<true>(cursor, position),
                    None => view.build(),
                })
            })?;
            Some(Self { key, drawn, _owner: owner })
        }
    }

    /// The list as it stands in the page.
    pub(crate) struct List {
        owner: Owner,
        rows: Vec<Row>,
        /// Stands behind the last row.
        marker: Placeholder,
    }

    impl Rows {
        /// Draws what is there now, and follows it from here on.
        fn begin(self, markup: Markup<'_>) -> Rc<RefCell<List>> {
            let Self { look, owner } = self;
            let mut rows = Vec::new();
            // Whoever draws the list must not draw it again for each line.
            untrack(|| {
                let Moment { keys, mut draw } = look();
                for (at, key) in keys.into_iter().enumerate() {
                    rows.extend(Row::new(&owner, key, at, &mut *draw, markup));
                }
            });
            let marker = match markup {
                Some((cursor, position)) => cursor.next_placeholder(position),
                None => Rndr::create_placeholder(),
            };
            let list = Rc::new(RefCell::new(List {
                owner: owner.clone(),
                rows,
                marker,
            }));
            let known = Rc::downgrade(&list);
            owner.with(|| {
                effect(move || {
                    let moment = look();
                    if let Some(list) = known.upgrade() {
                        untrack(|| list.borrow_mut().follow(moment));
                    }
                });
            });
            list
        }
    }

    impl List {
        /// This is to be shown now.
        fn follow(&mut self, Moment { keys, mut draw }: Moment) {
            let known: Vec<&Key> = self.rows.iter().map(|row| &row.key).collect();
            let wanted: Vec<&Key> = keys.iter().collect();
            for change in changes(&known, &wanted) {
                match change {
                    Change::Gone(at) => self.rows.remove(at).drawn.unmount(),
                    Change::Moved { from, to } => {
                        let row = self.rows.remove(from);
                        self.put(to, row);
                    }
                    Change::New(at) => {
                        let row = Row::new(&self.owner, keys[at].clone(), at, &mut *draw, None);
                        if let Some(row) = row {
                            self.put(at, row);
                        }
                    }
                }
            }
        }

        /// Before the row that stands there, or behind the last one.
        fn put(&mut self, at: usize, mut row: Row) {
            let next = self.rows.get(at);
            let placed = next.is_some_and(|next| next.drawn.insert_before_this(&mut row.drawn));
            if !placed {
                // While the list is not in the page there is nothing to put it before; it is mounted with the others.
                self.marker.insert_before_this(&mut row.drawn);
            }
            self.rows.insert(at.min(self.rows.len()), row);
        }
    }

    impl Mountable for List {
        fn unmount(&mut self) {
            for row in &mut self.rows {
                row.drawn.unmount();
            }
            self.marker.unmount();
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            for row in &mut self.rows {
                row.drawn.mount(parent, marker);
            }
            self.marker.mount(parent, marker);
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            let first = self.rows.first();
            first.is_some_and(|row| row.drawn.insert_before_this(child)) || self.marker.insert_before_this(child)
        }

        /// Only asked for by attributes from outside, and those are lost on rows.
        fn elements(&self) -> Vec<Element> {
            Vec::new()
        }
    }

    impl Render for Rows {
        type State = Rc<RefCell<List>>;

        fn build(self) -> Self::State {
            self.begin(None)
        }

        /// Another list: it takes the place of the one that stood there.
        fn rebuild(self, state: &mut Self::State) {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
        }
    }

    impl AddAnyAttr for Rows {
        type Output<A: Attribute> = Self;

        /// Attributes from outside are lost: rows have their own.
        fn add_any_attr<A: Attribute>(self, _: A) -> Self
        where
            Self::Output<A>: RenderHtml,
        {
            self
        }
    }

    impl RenderHtml for Rows {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        /// A browser writes no markup.
        fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
            self.begin(Some((cursor, position)))
        }

        fn into_owned(self) -> Self {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Change, changes};

    /// Does what the browser does, and says which rows were touched.
    fn done(old: &[u8], new: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut rows, mut touched) = (old.to_vec(), Vec::new());
        for change in changes(old, new) {
            match change {
                Change::Gone(at) => {
                    rows.remove(at);
                }
                Change::Moved { from, to } => {
                    let row = rows.remove(from);
                    rows.insert(to, row);
                    touched.push(row);
                }
                Change::New(at) => {
                    rows.insert(at, new[at]);
                    touched.push(new[at]);
                }
            }
        }
        (rows, touched)
    }

    #[test]
    fn a_line_more_is_one_row_more() {
        assert!(changes(&[1, 2, 3], &[1, 2, 3]).is_empty());
        assert_eq!(changes(&[1, 2], &[1, 2, 3]), [Change::New(2)]);
        // Somebody says something while one's own message is on its way.
        assert_eq!(changes(&[1, 2, 9], &[1, 2, 3, 9]), [Change::New(2)]);
        // An older page.
        assert_eq!(changes(&[3, 4], &[1, 2, 3, 4]), [Change::New(0), Change::New(1)]);
    }

    #[test]
    fn rows_change_places_and_go() {
        assert_eq!(changes(&[1, 8, 9], &[1, 9, 8]), [Change::Moved { from: 1, to: 2 }]);
        // The others stay, so that what is typed in them keeps its focus.
        assert_eq!(changes(&[1, 2, 3, 4], &[4, 1, 2, 3]), [Change::Moved { from: 3, to: 0 }]);
        assert_eq!(changes(&[1, 2, 3, 4], &[2, 3, 4, 1]), [Change::Moved { from: 0, to: 3 }]);
        assert_eq!(changes(&[1, 2, 3], &[1, 3]), [Change::Gone(1)]);
        assert_eq!(changes(&[1, 2], &[]), [Change::Gone(1), Change::Gone(0)]);
    }

    proptest! {
        /// Also where a key stands twice, which nobody should send.
        #[test]
        fn whatever_was_there_becomes_what_is_wanted(
            old in prop::collection::vec(0_u8..12, 0..16),
            new in prop::collection::vec(0_u8..12, 0..16),
        ) {
            prop_assert_eq!(done(&old, &new).0, new);
        }

        /// New rows come in their order, because they are drawn in their order.
        #[test]
        fn new_ones_come_in_order(
            old in prop::collection::vec(0_u8..12, 0..16),
            new in prop::collection::vec(0_u8..12, 0..16),
        ) {
            let places: Vec<usize> = changes(&old, &new)
                .into_iter()
                .filter_map(|change| match change {
                    Change::New(at) => Some(at),
                    Change::Gone(_) | Change::Moved { .. } => None,
                })
                .collect();
            prop_assert!(places.is_sorted());
        }

        /// A row that is redrawn loses what was selected in it, and a row that is moved its focus.
        #[test]
        fn what_stays_in_its_order_is_not_touched(
            lines in prop::sample::subsequence((0_u8..30).collect::<Vec<_>>(), 0..30),
            gone in prop::collection::vec(any::<bool>(), 30),
            come in prop::collection::vec(any::<bool>(), 30),
        ) {
            let old: Vec<u8> = lines.iter().copied().filter(|line| !come[usize::from(*line)]).collect();
            let new: Vec<u8> = lines.iter().copied().filter(|line| !gone[usize::from(*line)]).collect();
            let (rows, touched) = done(&old, &new);
            prop_assert_eq!(&rows, &new);
            prop_assert!(touched.iter().all(|row| !old.contains(row)));
        }
    }
}
