//! Ready-made answers while somebody writes: a slash and the beginning of a shortcut open a list above the box; the chosen one takes the
//! place of what was typed, with the names filled in, and waits there for a person to read and send it.
//!
//! The box itself knows nothing of it: keys are caught on their way to it, and its text is the conversation's draft.

use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};
use model::{
    canned::{CannedReply, Names, fill},
    conversation::About,
    limits::SHORTCUT_CHARS_MAX,
    party::Customer,
};
use ui::{Erase, Erased, Known, Reading, Slot, effect, known, pressed};

use super::{paths, state::DeskState, thread::Thread};
use crate::api::canned as door;

/// As many as can be seen at a glance.
const OFFERED_MAX: usize = 6;

/// What the list holds. It lives with the view of the conversation.
#[derive(Clone, Copy)]
struct Offer {
    desk: DeskState,
    thread: Slot<Thread>,
    draft: RwSignal<String>,
    /// What was typed after the slash, while there is one.
    typed: Known<Option<String>>,
    /// The answers that fit.
    fitting: Known<Vec<CannedReply>>,
    /// The one that Enter takes.
    active: Slot<usize>,
    /// Escape was pressed: nothing is offered until the next slash.
    put_away: RwSignal<bool>,
}

/// The box with what is offered above it. `input` is the id of the box.
pub(super) fn offered(desk: DeskState, thread: &Thread, input: &str, composer: Erased) -> Erased {
    let draft = RwSignal::from(thread.draft.clone());
    let typed = known(move || draft.with(|draft| slashed(draft).map(|(_, typed)| typed.to_owned())));
    let fitting = known(move || {
        let Some(typed) = typed.get() else { return Vec::new() };
        let fits = |replies: &Vec<CannedReply>| replies.iter().filter(|r| r.matches(&typed)).take(OFFERED_MAX).cloned().collect();
        desk.canned.with(|replies| replies.as_ref().map(fits).unwrap_or_default())
    });
    let offer = Offer {
        desk,
        thread: Slot::new(thread.clone()),
        draft,
        typed,
        fitting,
        active: Slot::new(0),
        put_away: RwSignal::new(false),
    };
    let list = format!("{input}-answers");
    offer.follow(input.to_owned(), list.clone());
    view! {
        <div class="offer" on:keydown:capture=move |event: KeyboardEvent| offer.key(&event)>
            {offer.list(&list)}
            {composer}
        </div>
    }
    .erase()
}

impl Offer {
    fn open(self) -> bool {
        self.typed.with(Option::is_some) && !self.put_away.get()
    }

    /// A slash begins it: the answers are fetched (a colleague may have written one), and the box is told what stands above it.
    fn follow(self, input: String, list: String) {
        let slash = known(move || self.typed.with(Option::is_some));
        effect(move || {
            if slash.get() {
                self.put_away.set(false);
                fetch(self.desk);
            }
        });
        effect(move || {
            self.typed.track();
            self.active.set(0);
        });
        effect(move || {
            let Some(element) = document().get_element_by_id(&input) else {
                return;
            };
            let shown = self.open() && self.fitting.with(|fitting| !fitting.is_empty());
            // Names of attributes that every browser takes.
            if shown {
                let _ = element.set_attribute("aria-controls", &list);
                let _ = element.set_attribute("aria-activedescendant", &option_id(&list, self.active.get()));
            } else {
                let _ = element.remove_attribute("aria-controls");
                let _ = element.remove_attribute("aria-activedescendant");
            }
        });
    }

    /// Keys on their way to the box: those that choose do not reach it.
    fn key(self, event: &KeyboardEvent) {
        let count = self.fitting.with_untracked(Vec::len);
        let composing = event.is_composing() || event.key_code() == 229;
        if composing || !untrack(|| self.open()) {
            return;
        }
        match event.key().as_str() {
            "Escape" => self.put_away.set(true),
            "ArrowDown" if count > 0 => self.active.update(|n| *n = (*n + 1) % count),
            "ArrowUp" if count > 0 => self.active.update(|n| *n = (*n + count - 1) % count),
            "Enter" | "Tab" if count > 0 && !event.shift_key() => {
                let active = self.active.get_untracked();
                if let Some(reply) = self.fitting.with_untracked(|fitting| fitting.get(active).cloned()) {
                    self.take(&reply);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// The answer takes the place of the slash and what follows it.
    fn take(self, reply: &CannedReply) {
        let (names, languages) = self.thread.with_untracked(|thread| {
            let theirs = thread.connection.with_untracked(|connection| connection.language);
            let mine = self.desk.me().language;
            (names(self.desk, thread), [theirs.unwrap_or(mine), mine])
        });
        let Some(text) = reply.text(&languages).map(|body| fill(body.as_str(), &names)) else {
            return;
        };
        self.draft.update(|draft| {
            let at = slashed(draft).map_or(draft.len(), |(at, _)| at);
            draft.truncate(at);
            draft.push_str(&text);
        });
    }

    fn list(self, id: &str) -> Erased {
        let desk = self.desk;
        let id = id.to_owned();
        let count = known(move || self.fitting.with(Vec::len));
        let shown = known(move || self.open());
        let label = desk.t("desk.canned.offered");
        let list_id = id.clone();
        let rows = Reading::new(move || {
            let fitting = self.fitting.get().into_iter().enumerate();
            let rows: Vec<Erased> = fitting.map(|(n, reply)| self.row(&id, n, reply)).collect();
            rows.erase()
        });
        let none = Reading::new(move || {
            let there = desk.canned.with(|replies| replies.as_ref().map(Vec::len));
            (shown.get() && there == Some(0)).then(|| {
                view! {
                    <p class="offer__none small">
                        {desk.t("desk.canned.none_yet")} " "
                        <a href=paths::CANNED_REPLIES target="_blank" rel="external">
                            {desk.t("desk.canned.write_one")}
                        </a>
                    </p>
                }
                .erase()
            })
        });
        let told = Reading::new(move || match count.get() {
            n if n > 0 && shown.get() => desk.words().count("desk.canned.found", n as u64),
            _ => String::new(),
        });
        let nothing = Reading::flag(move || !shown.get() || count.get() == 0);
        // The box keeps the focus.
        let stay = |event: leptos::ev::MouseEvent| event.prevent_default();
        view! {
            <ul class="offer__list" role="listbox" id=list_id aria-label=label hidden=nothing on:mousedown=stay>
                {rows}
            </ul>
            {none}
            <p class="visually-hidden" aria-live="polite">
                {told}
            </p>
        }
        .erase()
    }

    fn row(self, list: &str, n: usize, reply: CannedReply) -> Erased {
        let shortcut = format!("/{}", reply.shortcut);
        let mine = self.desk.me().language;
        let text = reply.text(&[mine]).map(model::text::Body::preview).unwrap_or_default();
        view! {
            <li
                class="offer__row"
                role="option"
                id=option_id(list, n)
                aria-selected=Reading::spelled(move || self.active.get() == n)
                on:click=pressed(move || self.take(&reply))
            >
                <span class="offer__shortcut">{shortcut}</span>
                <span class="offer__text truncate">{text}</span>
            </li>
        }
        .erase()
    }
}

fn option_id(list: &str, n: usize) -> String {
    format!("{list}-{n}")
}

/// What is there may be old: it is offered meanwhile, and a failure leaves it.
fn fetch(desk: DeskState) {
    spawn_local(async move {
        if let Ok(replies) = door::fetch_canned_replies().await {
            desk.canned.set(Some(replies));
        }
    });
}

/// The slash that begins the last word, and what was typed after it. An address (`/a/b`) is none.
fn slashed(draft: &str) -> Option<(usize, &str)> {
    let at = draft
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())
        .map_or(0, |(i, c)| i + c.len_utf8());
    let typed = draft[at..].strip_prefix('/')?;
    let fits = typed.chars().count() <= SHORTCUT_CHARS_MAX && !typed.contains('/');
    fits.then_some((at, typed))
}

/// Whom and what an answer in this conversation may name.
fn names(desk: DeskState, thread: &Thread) -> Names {
    let row = untrack(|| desk.recap_row(thread.id)).or_else(|| thread.row.get_untracked());
    let customer = row.as_ref().and_then(|row| match &row.customer {
        Customer::Member { name, .. } => Some(name.to_string()),
        Customer::Guest { name, .. } => name.as_ref().map(ToString::to_string),
    });
    let product = row.and_then(|row| match row.about {
        About::Product(product) => Some(product.name.map_or_else(|| product.sku.to_string(), |name| name.to_string())),
        About::Nothing | About::Order { .. } => None,
    });
    Names {
        customer,
        operator: desk.me().name.to_string(),
        store: desk.store().name.to_string(),
        product,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_beginning_of_the_last_word_asks_for_answers() {
        assert_eq!(slashed("/"), Some((0, "")));
        assert_eq!(slashed("/ho"), Some((0, "ho")));
        assert_eq!(slashed("Hello Noor,\n/tha"), Some((12, "tha")));
        assert_eq!(slashed("Hé /x"), Some((4, "x")));
        for none in ["", "and/or", "/hours ", "https://shop.example", "/a/b", "/hours and more"] {
            assert_eq!(slashed(none), None, "{none}");
        }
        assert_eq!(slashed(&format!("/{}", "x".repeat(SHORTCUT_CHARS_MAX + 1))), None);
    }
}
