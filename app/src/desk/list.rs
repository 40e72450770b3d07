//! A list of conversations, page by page, that stays what it shows while it is fetched again.
//!
//! It lives with the page that shows it, so what comes back from the server checks first whether the page is still there (P1).

use leptos::{prelude::*, task::spawn_local};
use model::{
    desk::{Folder, InboxCursor, InboxPage, InboxRow},
    id::ConversationId,
};

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

/// A list.
#[derive(Clone, Copy)]
pub(super) struct List {
    folder: Folder,
    /// What is shown, newest first.
    pub(super) rows: RwSignal<Vec<InboxRow>>,
    /// How far it is.
    pub(super) phase: RwSignal<Phase>,
    /// Whether a further page is on its way.
    pub(super) busy: RwSignal<bool>,
    next: RwSignal<Option<InboxCursor>>,
    /// The number of the last question: an older answer comes too late.
    asked: StoredValue<u32>,
}

impl List {
    /// Fetched in the browser, and again whenever the lists may have changed.
    pub(super) fn new(desk: DeskState, folder: Folder) -> Self {
        let list = Self {
            folder,
            rows: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::Loading),
            busy: RwSignal::new(false),
            next: RwSignal::new(None),
            asked: StoredValue::new(0),
        };
        Effect::new(move || {
            desk.lists.track();
            list.fetch(None);
        });
        list
    }

    /// One line; reactive.
    pub(super) fn row(self, id: ConversationId) -> Option<InboxRow> {
        self.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
    }

    /// Whether there is a further page; reactive.
    pub(super) fn has_more(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Asks once more after a failure.
    pub(super) fn again(self) {
        self.phase.set(Phase::Loading);
        self.fetch(None);
    }

    /// Fetches the further page.
    pub(super) fn more(self) {
        if let Some(next) = self.next.get_untracked() {
            self.busy.set(true);
            self.fetch(Some(next));
        }
    }

    fn fetch(self, after: Option<InboxCursor>) {
        let question = self.asked.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        });
        spawn_local(async move {
            let answer = lists::fetch_inbox(self.folder, after).await;
            if question.is_none() || self.asked.try_get_value() != question {
                return;
            }
            self.busy.try_set(false);
            match answer {
                Ok(page) => self.show(page, after.is_some()),
                // A list that is on screen stays there; the connection's bar says that the server is away.
                Err(error) if self.phase.try_get_untracked() == Some(Phase::Loading) => drop(self.phase.try_set(Phase::Failed(error))),
                Err(_) => {}
            }
        });
    }

    fn show(self, page: InboxPage, further: bool) {
        let known = self.rows.try_get_untracked().unwrap_or_default();
        let known_next = self.next.try_get_untracked().flatten();
        let InboxPage { rows, next } = if further {
            appended(known, page)
        } else {
            merged(page, known, known_next)
        };
        self.rows.try_set(rows);
        self.next.try_set(next);
        self.phase.try_set(Phase::Ready);
    }
}

/// A further page below what is known.
fn appended(mut known: Vec<InboxRow>, page: InboxPage) -> InboxPage {
    known.extend(
        page.rows
            .into_iter()
            .filter(|row| !known.iter().any(|have| have.id == row.id))
            .collect::<Vec<_>>(),
    );
    InboxPage {
        rows: known,
        next: page.next,
    }
}

/// The first page, fetched again, above the further pages that were fetched before.
fn merged(fresh: InboxPage, known: Vec<InboxRow>, known_next: Option<InboxCursor>) -> InboxPage {
    let Some(end) = fresh.next else { return fresh };
    let beyond = |row: &InboxRow| (row.at, row.id) < (end.at, end.id) && !fresh.rows.iter().any(|have| have.id == row.id);
    let further: Vec<InboxRow> = known.into_iter().filter(beyond).collect();
    if further.is_empty() {
        return fresh;
    }
    let mut rows = fresh.rows;
    rows.extend(further);
    InboxPage { rows, next: known_next }
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
        }
    }

    fn cursor(row: &InboxRow) -> InboxCursor {
        InboxCursor { at: row.at, id: row.id }
    }

    #[test]
    fn a_further_page_stands_below_and_brings_nothing_twice() {
        let page = InboxPage {
            rows: vec![row(2, 20), row(1, 10)],
            next: None,
        };
        assert_eq!(
            appended(vec![row(3, 30), row(2, 20)], page),
            InboxPage {
                rows: vec![row(3, 30), row(2, 20), row(1, 10)],
                next: None
            }
        );
    }

    #[test]
    fn fetching_the_first_page_again_keeps_the_further_ones() {
        // 4 is new, 1 moved up from a further page, 2 and 3 were known; the first page holds three.
        let fresh = InboxPage {
            rows: vec![row(4, 50), row(1, 40), row(3, 30)],
            next: Some(cursor(&row(3, 30))),
        };
        let known = vec![row(3, 30), row(2, 20), row(1, 10)];
        let page = merged(fresh, known, Some(cursor(&row(1, 10))));
        assert_eq!(page.rows, [row(4, 50), row(1, 40), row(3, 30), row(2, 20)]);
        assert_eq!(page.next, Some(cursor(&row(1, 10))));
    }

    #[test]
    fn a_first_page_that_is_all_there_is_replaces_everything() {
        let fresh = InboxPage {
            rows: vec![row(1, 10)],
            next: None,
        };
        assert_eq!(merged(fresh.clone(), vec![row(2, 20)], None), fresh);
    }
}
