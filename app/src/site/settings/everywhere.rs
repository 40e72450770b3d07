//! All my stores: what waits for an answer in every store that somebody serves, and the way to each. It is a page of the desk, for those
//! only who serve several.

use leptos::prelude::*;
use model::{desk::InboxRow, id::StoreId, party::Customer, words::Words};
use ui::{Erase, Erased};

use super::{SettingsFrame, moment};

/// Where one turns to another store.
const SWITCH: &str = "/desk/switch";

/// A store that somebody serves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PlaceOfWork {
    pub store: StoreId,
    pub name: String,
    pub waiting: i64,
    pub here: bool,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct EverywherePage {
    /// By name.
    pub places: Vec<PlaceOfWork>,
    /// What waits: at which store, what that is called, and its line. Whoever began to wait last first.
    pub waiting: Vec<(StoreId, String, InboxRow)>,
}

/// The page.
pub fn everywhere(frame: SettingsFrame<'_>, page: &EverywherePage) -> String {
    let words = frame.words;
    frame.alone("site.everywhere.title", "site.everywhere.explained", || {
        let places = page.places.iter().map(|one| place(words, one)).collect_view();
        view! {
            <div class="stack">
                <ul class="everywhere" role="list">
                    {places}
                </ul>
                {waiting(words, page)}
            </div>
        }
        .erase()
    })
}

fn place(words: &Words, place: &PlaceOfWork) -> Erased {
    let waits = words.with("site.everywhere.waits", &[("n", &place.waiting.to_string())]);
    let way = if place.here {
        view! { <span class="muted small">{words.get("site.everywhere.here")}</span> }.erase()
    } else {
        let text = words.with("site.everywhere.turn", &[("store", &place.name)]);
        turn(place.store, None, text, None)
    };
    view! {
        <li class="card cluster everywhere__place">
            <strong>{place.name.clone()}</strong>
            <span>{waits}</span>
            {way}
        </li>
    }
    .erase()
}

/// A form of one button: another store changes something, so no link does it. The browser sends it itself, and comes to the store's desk.
fn turn(store: StoreId, conversation: Option<String>, text: String, about: Option<String>) -> Erased {
    let about = about.map(|about| view! { <span class="visually-hidden">{about}</span> }.erase());
    view! {
        <form method="post" action=SWITCH>
            <input type="hidden" name="store" value=store.to_string() />
            {conversation.map(|id| view! { <input type="hidden" name="conversation" value=id /> }.erase())}
            <button class="button button--quiet button--small" type="submit">
                {text}
                {about}
            </button>
        </form>
    }
    .erase()
}

fn waiting(words: &Words, page: &EverywherePage) -> Erased {
    if page.waiting.is_empty() {
        return view! { <p class="notice">{words.get("site.everywhere.nothing")}</p> }.erase();
    }
    let rows = page
        .waiting
        .iter()
        .map(|(store, name, row)| line(words, *store, name, row))
        .collect_view();
    let name = words.get("site.everywhere.waiting");
    let region = name.clone();
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=region>
            <table class="table cases" aria-label=name>
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.everywhere.who")}</th>
                        <th scope="col">{words.get("field.store")}</th>
                        <th scope="col">{words.get("site.everywhere.said")}</th>
                        <th scope="col">{words.get("site.everywhere.since")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.get("site.everywhere.open")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn line(words: &Words, store: StoreId, name: &str, row: &InboxRow) -> Erased {
    let who = match &row.customer {
        Customer::Member { name, .. } | Customer::Guest { name: Some(name), .. } => name.to_string(),
        Customer::Guest { number, name: None } => words.with("site.everywhere.guest", &[("number", &number.to_string())]),
    };
    let about = format!(": {who}, {name}");
    view! {
        <tr>
            <th scope="row" dir="auto">
                {who}
            </th>
            <td>{name.to_owned()}</td>
            <td dir="auto">{row.preview.clone()}</td>
            <td>{row.waiting_since.map(moment)}</td>
            <td>{turn(store, Some(row.id.to_string()), words.get("site.everywhere.open"), Some(about))}</td>
        </tr>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;

    #[test]
    fn turning_to_a_store_is_a_form_and_one_is_never_sent_where_one_is() {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Light,
            part: true,
        };
        let place = |name: &str, here| PlaceOfWork {
            store: "018f0000-0000-7000-8000-000000000001".parse().expect("an id"),
            name: name.to_owned(),
            waiting: 1,
            here,
        };
        let page = EverywherePage {
            places: vec![place("<Delft>", true), place("Oliva", false)],
            waiting: Vec::new(),
        };
        let html = everywhere(frame, &page);
        assert_eq!(html.matches("action=\"/desk/switch\"").count(), 1, "{html}");
        assert!(html.contains("&lt;Delft&gt;") && html.contains("site.everywhere.nothing"), "{html}");
    }
}
