//! A list of conversations, page by page, that stays what it shows while it is fetched again. What a line is, where the pages come from
//! and in which order lines stand is told by whoever makes the list.
//!
//! It lives with the page that shows it, so what comes back from the server checks first whether the page is still there (P1).

use std::{
    collections::{BTreeMap, btree_map::Entry},
    pin::Pin,
    sync::Arc,
};

use leptos::{prelude::*, task::spawn_local};
use model::{
    desk::{Folder, InboxCursor, InboxRow},
    history::HistoryRow,
    id::ConversationId,
};
use ui::{Slot, effect};

use super::state::DeskState;
use crate::api::{ApiError, desk as lists};

/// How far a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Never fetched yet.
    Loading,
    /// What is shown is what there was a moment ago.
    Ready,
    /// Not to be had, and why.
    Failed(ApiError),
}

/// What stands in one line.
pub(super) trait Line: Clone + Send + Sync + 'static {
    /// The conversation it is named after.
    fn id(&self) -> ConversationId;
}

impl Line for InboxRow {
    fn id(&self) -> ConversationId {
        self.id
    }
}

impl Line for HistoryRow {
    fn id(&self) -> ConversationId {
        self.place.id
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page<R, C> {
    /// In the list's order.
    pub(super) rows: Vec<R>,
    /// Where the next page begins, if there is one.
    pub(super) next: Option<C>,
}

/// A page on its way.
pub(super) type Coming<R, C> = Pin<Box<dyn Future<Output = Result<Page<R, C>, ApiError>>>>;

/// Asks for the page from a place on; the first one without a place.
type Ask<R, C> = Arc<dyn Fn(Option<C>) -> Coming<R, C> + Send + Sync>;

/// Whether a line stands below a place.
type Below<R, C> = Arc<dyn Fn(&R, &C) -> bool + Send + Sync>;

/// Where pages come from.
pub(super) struct Source<R, C> {
    /// The page from a place on.
    pub(super) ask: Ask<R, C>,
    /// Whether a line stands below a place.
    pub(super) below: Below<R, C>,
}

/// Why a page is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fetch {
    /// The further page, below what is shown.
    Further,
    /// The first page once more, above the further pages.
    Again,
    /// The first page of another question: nothing of what is shown stays.
    Anew,
}

/// What was asked so far: other answers come too late. A further page and the first one once more do not get in each other's way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    /// The number of the question that the whole list answers.
    question: u32,
    /// The number of the first page that was asked for last.
    first: u32,
    /// Whether a first page came since the question was put: until then the next one replaces all that is shown.
    answered: bool,
}

impl Asked {
    /// A page is asked for.
    fn ask(&mut self, why: Fetch) {
        if why == Fetch::Anew {
            self.question = self.question.wrapping_add(1);
            self.answered = false;
        }
        if why != Fetch::Further {
            self.first = self.first.wrapping_add(1);
        }
    }

    /// What becomes of a page that was asked for when this was `then`; nothing, if it comes too late.
    fn heard(self, then: Self, why: Fetch) -> Option<Fetch> {
        let first = why != Fetch::Further;
        let in_time = self.question == then.question && (!first || self.first == then.first);
        in_time.then_some(match (first, self.answered) {
            (false, _) => Fetch::Further,
            (true, true) => Fetch::Again,
            (true, false) => Fetch::Anew,
        })
    }
}

/// A list.
pub(super) struct List<R: 'static, C: 'static> {
    /// What is shown, in order.
    pub(super) rows: Slot<Vec<R>>,
    /// Where each stands in it: every line looks itself up whenever any of them changes.
    places: Slot<BTreeMap<ConversationId, usize>>,
    /// How far it is.
    pub(super) phase: Slot<Phase>,
    /// Whether a further page, or the answer to another question, is on its way.
    pub(super) busy: RwSignal<bool>,
    next: Slot<Option<C>>,
    asked: Slot<Asked>,
    source: Slot<Source<R, C>>,
}

impl<R: 'static, C: 'static> Clone for List<R, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: 'static, C: 'static> Copy for List<R, C> {}

impl List<InboxRow, InboxCursor> {
    /// One of the desk's folders, newest first.
    pub(super) fn folder(desk: DeskState, folder: Folder) -> Self {
        Self::searched(desk, folder, RwSignal::new(String::new()))
    }

    /// The same, of what holds the words of a search. Another search is another question: whoever changes it asks [`List::anew`].
    pub(super) fn searched(desk: DeskState, folder: Folder, search: RwSignal<String>) -> Self {
        Self::new(
            desk,
            Source {
                ask: Arc::new(move |after| {
                    let search = search.get_untracked();
                    Box::pin(async move {
                        let page = lists::fetch_inbox(folder, search, after).await?;
                        Ok(Page {
                            rows: page.rows,
                            next: page.next,
                        })
                    })
                }),
                below: Arc::new(|row: &InboxRow, end: &InboxCursor| (row.at, row.id) < (end.at, end.id)),
            },
        )
    }
}

impl<R: Line, C: Clone + Send + Sync + 'static> List<R, C> {
    /// Fetched in the browser, and again whenever the lists may have changed.
    pub(super) fn new(desk: DeskState, source: Source<R, C>) -> Self {
        let list = Self {
            rows: Slot::new(Vec::new()),
            places: Slot::new(BTreeMap::new()),
            phase: Slot::new(Phase::Loading),
            busy: RwSignal::new(false),
            next: Slot::new(None),
            asked: Slot::new(Asked::default()),
            source: Slot::new(source),
        };
        effect(move || {
            desk.lists.track();
            list.fetch(None, Fetch::Again);
        });
        list
    }

    /// One line; reactive.
    pub(super) fn row(self, id: ConversationId) -> Option<R> {
        self.rows.with(|rows| {
            let place = self.places.try_with_untracked(|places| places.get(&id).copied()).flatten()?;
            rows.get(place).filter(|row| row.id() == id).cloned()
        })
    }

    /// Where a line stands, from 0; reactive.
    pub(super) fn place(self, id: ConversationId) -> Option<usize> {
        self.rows.track();
        self.places.try_with_untracked(|places| places.get(&id).copied()).flatten()
    }

    /// How many lines there are, once that is known: after the last page; reactive.
    pub(super) fn size(self) -> Option<usize> {
        (!self.has_more()).then(|| self.rows.with(Vec::len))
    }

    /// Whether there is a further page; reactive.
    pub(super) fn has_more(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Asks once more after a failure.
    pub(super) fn again(self) {
        self.phase.set(Phase::Loading);
        self.fetch(None, Fetch::Again);
    }

    /// Asks another question. What is shown stays until it is answered.
    pub(super) fn anew(self) {
        // What is below belongs to the other question.
        self.busy.set(true);
        self.fetch(None, Fetch::Anew);
    }

    /// Fetches the further page, unless something is on its way that it would stand below.
    pub(super) fn more(self) {
        if !self.asked.with_untracked(|asked| asked.answered) {
            // What is shown answers another question.
            return self.fetch(None, Fetch::Again);
        }
        if let (false, Some(next)) = (self.busy.get_untracked(), self.next.get_untracked()) {
            self.busy.set(true);
            self.fetch(Some(next), Fetch::Further);
        }
    }

    fn fetch(self, after: Option<C>, why: Fetch) {
        let then = self.asked.try_update(|asked| {
            asked.ask(why);
            *asked
        });
        let Some(coming) = self.source.try_with_untracked(|source| (source.ask)(after)) else {
            return;
        };
        spawn_local(async move {
            let answer = coming.await;
            let heard = self
                .asked
                .try_get_untracked()
                .zip(then)
                .and_then(|(now, then)| now.heard(then, why));
            let Some(what) = heard else { return };
            if what != Fetch::Again {
                self.busy.try_set(false);
            }
            match answer {
                Ok(page) => self.show(page, what),
                // A list that is on screen stays there; the connection's bar says that the server is away.
                Err(error) if self.phase.try_get_untracked() == Some(Phase::Loading) => self.phase.set(Phase::Failed(error)),
                Err(_) => {}
            }
        });
    }

    fn show(self, page: Page<R, C>, why: Fetch) {
        if why == Fetch::Further {
            return self.append(page);
        }
        self.asked.update(|asked| asked.answered = true);
        let known = self.rows.try_get_untracked().unwrap_or_default();
        let known_next = self.next.try_get_untracked().flatten();
        let Some(below) = self.source.try_with_untracked(|source| Arc::clone(&source.below)) else {
            return;
        };
        let Page { rows, next } = if why == Fetch::Again {
            merged(page, known, known_next, &*below)
        } else {
            page
        };
        self.places
            .set(rows.iter().enumerate().map(|(place, row)| (row.id(), place)).collect());
        self.rows.set(rows);
        self.next.set(next);
        self.phase.set(Phase::Ready);
    }

    /// A further page below what is known; of thousands that are known nothing is looked at again.
    fn append(self, page: Page<R, C>) {
        let fresh = self.places.try_update(|places| numbered(places, page.rows)).unwrap_or_default();
        self.rows.update(|rows| rows.extend(fresh));
        self.next.set(page.next);
        self.phase.set(Phase::Ready);
    }
}

/// Gives those of the rows that have none their places behind all others, and answers them.
fn numbered<R: Line>(places: &mut BTreeMap<ConversationId, usize>, rows: Vec<R>) -> Vec<R> {
    let mut fresh = Vec::with_capacity(rows.len());
    for row in rows {
        let last = places.len();
        if let Entry::Vacant(free) = places.entry(row.id()) {
            free.insert(last);
            fresh.push(row);
        }
    }
    fresh
}

/// The first page, fetched again, above the further pages that were fetched before.
fn merged<R: Line, C>(fresh: Page<R, C>, known: Vec<R>, known_next: Option<C>, below: &dyn Fn(&R, &C) -> bool) -> Page<R, C> {
    let Some(end) = fresh.next else { return fresh };
    // Nothing known reaches the fresh page: between them there may be what nobody fetched.
    if known.first().is_none_or(|first| below(first, &end)) {
        return Page {
            rows: fresh.rows,
            next: Some(end),
        };
    }
    let beyond = |row: &R| below(row, &end) && !fresh.rows.iter().any(|have| have.id() == row.id());
    let further: Vec<R> = known.into_iter().filter(beyond).collect();
    if further.is_empty() {
        return Page {
            rows: fresh.rows,
            next: Some(end),
        };
    }
    let mut rows = fresh.rows;
    rows.extend(further);
    Page { rows, next: known_next }
}

#[cfg(test)]
mod tests {
    use model::{
        conversation::{About, Kind, StageName},
        id::Seq,
        party::Customer,
        time::Timestamp,
    };

    use super::*;

    fn below(row: &InboxRow, end: &InboxCursor) -> bool {
        (row.at, row.id) < (end.at, end.id)
    }

    fn row(n: u8, at: i64) -> InboxRow {
        InboxRow {
            id: format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id"),
            kind: Kind::Offline,
            stage: StageName::Mail,
            customer: Customer::Guest {
                number: i64::from(n),
                name: None,
            },
            operator: None,
            about: About::Nothing,
            preview: String::new(),
            preview_mine: false,
            at: Timestamp(at),
            waiting_since: None,
            unread: 0,
            head: Seq(1),
            saved: false,
            rating: None,
        }
    }

    fn cursor(row: &InboxRow) -> InboxCursor {
        InboxCursor { at: row.at, id: row.id }
    }

    #[test]
    fn a_further_page_and_the_first_one_again_do_not_get_in_each_others_way() {
        let mut asked = Asked::default();
        let ask = |asked: &mut Asked, why| {
            asked.ask(why);
            *asked
        };
        let first = ask(&mut asked, Fetch::Again);
        assert_eq!(asked.heard(first, Fetch::Again), Some(Fetch::Anew));
        asked.answered = true;

        let (further, again) = (ask(&mut asked, Fetch::Further), ask(&mut asked, Fetch::Again));
        let later = ask(&mut asked, Fetch::Again);
        assert_eq!(asked.heard(again, Fetch::Again), None);
        assert_eq!(asked.heard(later, Fetch::Again), Some(Fetch::Again));
        assert_eq!(asked.heard(further, Fetch::Further), Some(Fetch::Further));

        let (anew, meanwhile) = (ask(&mut asked, Fetch::Anew), ask(&mut asked, Fetch::Again));
        assert_eq!(asked.heard(further, Fetch::Further), None);
        assert_eq!(asked.heard(anew, Fetch::Anew), None);
        assert_eq!(asked.heard(meanwhile, Fetch::Again), Some(Fetch::Anew));
    }

    #[test]
    fn a_further_page_stands_below_and_brings_nothing_twice() {
        let mut places = BTreeMap::from([(row(3, 30).id, 0), (row(2, 20).id, 1)]);
        assert_eq!(numbered(&mut places, vec![row(2, 20), row(1, 10)]), [row(1, 10)]);
        assert_eq!(places[&row(1, 10).id], 2);
    }

    #[test]
    fn fetching_the_first_page_again_keeps_the_further_ones() {
        // 4 is new, 1 moved up from a further page, 2 and 3 were known; the first page holds three.
        let fresh = Page {
            rows: vec![row(4, 50), row(1, 40), row(3, 30)],
            next: Some(cursor(&row(3, 30))),
        };
        let known = vec![row(3, 30), row(2, 20), row(1, 10)];
        let page = merged(fresh, known, Some(cursor(&row(1, 10))), &below);
        assert_eq!(page.rows, [row(4, 50), row(1, 40), row(3, 30), row(2, 20)]);
        assert_eq!(page.next, Some(cursor(&row(1, 10))));
    }

    #[test]
    fn a_first_page_that_is_all_there_is_replaces_everything() {
        let fresh = Page {
            rows: vec![row(1, 10)],
            next: None,
        };
        assert_eq!(merged(fresh.clone(), vec![row(2, 20)], None, &below), fresh);
    }
}
