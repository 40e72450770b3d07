//! A few faces and signs to put into a message: text like any other, only quicker found. The grid is walked with the arrow keys.

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlTextAreaElement},
};
use model::words::Words;

use crate::{
    erased::{Erase, Erased},
    heard::{keyed, pressed},
    icon::{self, Icon},
    place::Place,
    prop::Reading,
};

/// What people in a shop say to each other, in rows of [`COLUMNS`].
const EMOJI: &str =
    "😀 😄 😂 😊 😍 😘 😉 😎 🤔 😅 😢 😭 😡 😱 🙈 🤗 👍 👎 👏 🙏 💪 👋 🤝 ✌️ ❤️ 💛 💙 💔 🎉 🎁 🌷 ⭐ 🔥 ✅ ❌ ⏳ 📦 🚚 🛒 ☕";
/// The style sheet draws as many.
const COLUMNS: i32 = 8;

/// The button, and the grid that it opens; what is chosen goes into the text box with this id, where its caret is.
pub(crate) fn emoji(composer: String, words: &Words, draft: RwSignal<String>) -> impl IntoView + use<> {
    let open = RwSignal::new(false);
    let (button, grid) = (Place::new(), Place::new());
    let label = words.get("chat.emoji");
    let title = label.clone();
    let choice = words.get("chat.emoji_choose");
    let toggle = pressed(move || {
        let opens = !open.get_untracked();
        open.set(opens);
        if opens {
            request_animation_frame(move || focus(grid.now().and_then(|grid| grid.first_element_child())));
        }
    });
    let choose: Box<dyn FnMut(MouseEvent)> = Box::new(move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        // Between two of them there is nothing to choose.
        let chosen = target
            .filter(|element| element.tag_name() == "BUTTON")
            .and_then(|element| element.text_content());
        if let Some(chosen) = chosen {
            open.set(false);
            insert(&composer, &chosen, draft);
        }
    });
    let keys = keyed(move |event| {
        let steps = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            "ArrowDown" => COLUMNS,
            "ArrowUp" => -COLUMNS,
            "Escape" => {
                // It closes the grid, and not what is around it.
                event.stop_propagation();
                open.set(false);
                focus(button.now().map(Element::from));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        walk(steps);
    });
    let expanded = Reading::spelled(move || open.get());
    let closed = Reading::flag(move || !open.get());
    let mut all: Vec<Erased> = Vec::new();
    for one in EMOJI.split(' ') {
        let button = view! {
            <button type="button" class="emoji__one" tabindex="-1">
                {one}
            </button>
        };
        all.push(button.erase());
    }
    view! {
        <button
            node_ref=button
            type="button"
            class="button button--quiet button--icon"
            aria-label=label
            title=title
            aria-expanded=expanded
            on:click=toggle
        >
            <Icon glyph=icon::sticker />
        </button>
        <div node_ref=grid class="emoji" role="group" aria-label=choice hidden=closed on:click=choose on:keydown=keys>
            {all}
        </div>
    }
}

/// Puts it where the caret is, and the caret behind it.
fn insert(composer: &str, chosen: &str, draft: RwSignal<String>) {
    let Some(element) = document().get_element_by_id(composer) else {
        draft.update(|text| text.push_str(chosen));
        return;
    };
    let text_box: HtmlTextAreaElement = element.unchecked_into();
    let from = text_box.selection_start().ok().flatten().unwrap_or_default();
    if text_box.set_range_text(chosen).is_ok() {
        // Browsers count in UTF-16.
        let behind = from + chosen.encode_utf16().count() as u32;
        // Refused only by boxes that have no caret.
        let _ = text_box.set_selection_range(behind, behind);
        draft.set(text_box.value());
    }
    focus(Some(text_box.into()));
}

/// So many places further from the one that has the focus; at either end it stays.
fn walk(steps: i32) {
    let mut at = document().active_element();
    for _ in 0..steps.unsigned_abs() {
        at = at.and_then(|element| {
            if steps > 0 {
                element.next_element_sibling()
            } else {
                element.previous_element_sibling()
            }
        });
    }
    focus(at);
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Refused only while it is out of the page.
        let _ = element.focus();
    }
}

#[cfg(test)]
mod tests {
    use model::text::Body;

    use super::*;

    #[test]
    fn every_one_of_them_can_be_said_and_the_rows_are_full() {
        let all: Vec<&str> = EMOJI.split(' ').collect();
        assert_eq!(all.len(), 40);
        assert_eq!(all.len() % COLUMNS as usize, 0);
        for one in all {
            assert_eq!(Body::parse(one).expect("can be sent").as_str(), one);
        }
    }
}
