//! Conversation history (P-56 to P-64, D-20, D-28): the table with its search, its order and what can be done with its lines. One of
//! them opened stands in [`reader`], its table in [`table`].

mod reader;
mod table;

use std::{collections::BTreeSet, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use model::{
    history::{HistoryPlace, HistoryQuery, HistoryRow, HistorySort},
    id::ConversationId,
    party::Role,
};
use ui::{Empty, Erase, Erased, Icon, Reading, Slot, effect, icon, known, pressed};

use self::{reader::reader, table::table};
use super::{
    frame::{Question, question},
    inbox::inbox,
    list::{List, Page, Source},
    search_box::search_box,
    state::DeskState,
};
use crate::api::history as door;

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Shelf {
    list: List<HistoryRow, HistoryPlace>,
    /// What was searched for last.
    searched: RwSignal<String>,
    sort: Slot<HistorySort>,
    saved_only: RwSignal<bool>,
    /// Whether the search met more than it shows.
    cut: RwSignal<bool>,
    /// Lines whose box is ticked.
    picked: Slot<BTreeSet<ConversationId>>,
    /// The line that is opened.
    chosen: Slot<Option<ConversationId>>,
    /// How many conversations were deleted last.
    deleted: Slot<Option<u32>>,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    history(desk, false)
}

/// The same for the console: opens on what was saved, with everything beside it (D-28).
pub(super) fn chat_history(desk: DeskState) -> Erased {
    history(desk, true)
}

fn history(desk: DeskState, saved_only: bool) -> Erased {
    let shelf = Shelf::new(desk, saved_only);
    let asking = RwSignal::new(false);
    let cut = Reading::new(move || {
        let is_cut = shelf.cut.get();
        is_cut.then(|| view! { <p class="notice">{desk.t("desk.history_cut")}</p> }.erase())
    });
    let lines = move || table(desk, shelf);
    view! {
        <header class="page__head">
            <h1>{desk.t("desk.history")}</h1>
        </header>
        {tools(desk, shelf, asking)}
        {cut}
        {inbox(desk, shelf.list, move || nothing(desk, shelf), lines)}
        {reader(desk, shelf)}
        {delete_dialog(desk, shelf, asking)}
    }
    .erase()
}

impl Shelf {
    fn new(desk: DeskState, saved_only: bool) -> Self {
        let (searched, sort) = (RwSignal::new(String::new()), Slot::new(HistorySort::Newest));
        let (saved_only, cut) = (RwSignal::new(saved_only), RwSignal::new(false));
        let query = move |after| HistoryQuery {
            search: searched.get_untracked(),
            sort: sort.get_untracked(),
            saved_only: saved_only.get_untracked(),
            after,
        };
        let source = Source {
            ask: Arc::new(move |after| {
                let query = query(after);
                Box::pin(async move {
                    let page = door::fetch_history(query).await?;
                    cut.try_set(page.cut);
                    Ok(Page {
                        rows: page.rows,
                        next: page.next,
                    })
                })
            }),
            below: Arc::new(move |row: &HistoryRow, end: &HistoryPlace| sort.get_untracked().compare(&row.place, end).is_gt()),
        };
        let shelf = Self {
            list: List::new(desk, source),
            searched,
            sort,
            saved_only,
            cut,
            picked: Slot::new(BTreeSet::new()),
            chosen: Slot::new(None),
            deleted: Slot::new(None),
        };
        shelf.ask_when_it_changes();
        shelf
    }

    /// Another search, order or shelf is another question; what was ticked was ticked in another table.
    fn ask_when_it_changes(self) {
        let mut first = true;
        effect(move || {
            self.searched.track();
            self.sort.track();
            self.saved_only.track();
            if !std::mem::replace(&mut first, false) {
                self.picked.set(BTreeSet::new());
                self.list.anew();
            }
        });
    }

    /// Where the table as it is asked for now can be had as a file.
    fn export_address(self, kind: &str) -> String {
        let sort = match self.sort.get() {
            HistorySort::Newest => "newest",
            HistorySort::Oldest => "oldest",
            HistorySort::NameUp => "name_up",
            HistorySort::NameDown => "name_down",
        };
        let (saved, search) = (self.saved_only.get(), self.searched.get());
        format!(
            "/desk/history/export.{kind}?sort={sort}&saved={saved}&search={}",
            percent_encoded(&search)
        )
    }

    fn delete(self, desk: DeskState) {
        let lines: Vec<ConversationId> = self.picked.get_untracked().into_iter().collect();
        self.list.busy.set(true);
        spawn_local(async move {
            let answer = door::delete_history(lines).await;
            self.list.busy.try_set(false);
            match answer {
                Ok(gone) => self.deleted.set(Some(gone)),
                Err(error) => desk.refused(&error),
            }
            // Also after a refusal: a colleague may have been quicker.
            if self.picked.try_update(BTreeSet::clear).is_some() {
                self.list.anew();
            }
        });
    }
}

/// Search, shelves, files, and deleting.
fn tools(desk: DeskState, shelf: Shelf, asking: RwSignal<bool>) -> Erased {
    let picked = known(move || shelf.picked.with(BTreeSet::len));
    let said = Reading::new(move || {
        let words = desk.words();
        match (picked.get(), shelf.deleted.get()) {
            (0, Some(gone)) => words.count("desk.history_deleted", u64::from(gone)),
            (0, None) => String::new(),
            (n, _) => words.count("desk.history_picked", n as u64),
        }
    });
    view! {
        <div class="history__tools">
            {search_box(desk, "history-search", shelf.searched)}
            <div class="cluster" role="group" aria-label=desk.t("desk.history_show")>
                {shelf_button(desk, shelf, false, "desk.history_all")} {shelf_button(desk, shelf, true, "desk.history_saved")}
            </div>
            {(desk.store().role == Role::Owner).then(|| exports(desk, shelf))}
        </div>
        <div class="history__deeds">
            <button
                type="button"
                class="button button--quiet"
                disabled=Reading::flag(move || picked.get() == 0)
                on:click=pressed(move || asking.set(true))
            >
                <Icon glyph=icon::trash />
                {desk.t("desk.history_delete")}
            </button>
            <p class="small muted" role="status">
                {said}
            </p>
        </div>
    }
    .erase()
}

fn shelf_button(desk: DeskState, shelf: Shelf, saved: bool, key: &str) -> Erased {
    view! {
        <button
            type="button"
            class="button button--quiet"
            aria-pressed=Reading::spelled(move || shelf.saved_only.get() == saved)
            on:click=pressed(move || shelf.saved_only.set(saved))
        >
            {desk.t(key)}
        </button>
    }
    .erase()
}

fn exports(desk: DeskState, shelf: Shelf) -> Erased {
    let link = move |kind: &'static str, key: &str| {
        view! {
            <a
                class="button button--quiet"
                href=Reading::new(move || Some(shelf.export_address(kind)))
                download=""
                rel="external"
            >
                <Icon glyph=icon::download />
                {desk.t(key)}
            </a>
        }
    };
    view! {
        <div class="cluster">
            {link("csv", "desk.history_export_csv")}
            {link("json", "desk.history_export_json")}
        </div>
    }
    .erase()
}

/// What stands in place of the table, and why.
fn nothing(desk: DeskState, shelf: Shelf) -> Erased {
    let (title, text) = if !shelf.searched.with(|searched| searched.trim().is_empty()) {
        ("desk.history_nothing_found", "desk.history_nothing_found_explained")
    } else if shelf.saved_only.get() {
        ("desk.history_none_saved", "desk.history_none_saved_explained")
    } else {
        ("desk.no_history", "desk.no_history_explained")
    };
    view! { <Empty glyph=icon::clock title=desk.t(title) text=desk.t(text) /> }.erase()
}

/// The question before anything is deleted (P-i8).
fn delete_dialog(desk: DeskState, shelf: Shelf, asking: RwSignal<bool>) -> Erased {
    let asked = Question {
        id: "delete-history".to_owned(),
        title: "desk.history_delete_question",
        text: Reading::new(move || {
            let picked = shelf.picked.with(BTreeSet::len) as u64;
            desk.words().count("desk.history_delete_warning", picked)
        }),
        yes: desk.says("desk.history_delete"),
    };
    question(desk, asked, asking, move || shelf.delete(desk))
}

/// For the query of an address: what is neither letter nor digit is spelled out byte by byte.
fn percent_encoded(text: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
    out
}

/// Ticks lines or unticks them.
fn pick(picked: &mut BTreeSet<ConversationId>, ids: impl Iterator<Item = ConversationId>, on: bool) {
    for id in ids {
        if on {
            picked.insert(id);
        } else {
            picked.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_whatever_was_searched_for() {
        assert_eq!(percent_encoded("tea & café?"), "tea%20%26%20caf%C3%A9%3F");
        assert_eq!(percent_encoded(""), "");
    }
}
