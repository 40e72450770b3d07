//! The preview (P-21, P-28): the real panel in a frame, drawn by the server from the draft as it is now. Nothing is saved for it.
//!
//! Each drawing gets a frame of its own: a form that is sent into a frame that shows something already would be one more step for the
//! browser's Back. The last drawing stays on screen until the next one is there.

use std::time::Duration;

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlFormElement, HtmlInputElement},
};
use model::{
    configuration::{PreviewFace, PreviewRequest},
    language::Language,
};
use ui::{Erase, Erased, Place, Reading, Slot, each, effect, known};

use super::draft::{Draft, OFFLINE};
use crate::desk::state::DeskState;

/// Somebody who types pauses longer than this between two thoughts, not between two letters.
const PAUSE: Duration = Duration::from_millis(250);

/// The frames of the preview, by number.
#[derive(Clone, Copy)]
struct Frames {
    /// Those in the page.
    all: Slot<Vec<u32>>,
    /// The last one that a drawing was asked for …
    sent: RwSignal<u32>,
    /// … and the last one whose drawing is there.
    shown: RwSignal<u32>,
}

/// The region beside the steps.
pub(super) fn preview(desk: DeskState, draft: Draft, step: RwSignal<u32>) -> Erased {
    let frames = Frames {
        all: Slot::new(Vec::new()),
        sent: RwSignal::new(0),
        shown: RwSignal::new(0),
    };
    let (form, field) = (Place::new(), Place::new());
    let wanted = known(move || {
        let language = Language::ALL.get(draft.language.get() as usize).copied().unwrap_or_default();
        let request = PreviewRequest {
            configuration: draft.read().0,
            face: if step.get() == OFFLINE {
                PreviewFace::Offline
            } else {
                PreviewFace::Online
            },
            language,
        };
        // Strings as keys: JSON can say all of it.
        serde_json::to_string(&request).unwrap_or_default()
    });
    let mut draw_soon = debounce(PAUSE, move |json: String| frames.draw(form, field, json));
    effect(move || draw_soon(wanted.get()));
    let frame = move |n: u32| {
        view! {
            <iframe
                class="preview__frame"
                name=name_of(n)
                title=desk.t("desk.configuration.preview_title")
                data-shown=Reading::flag(move || frames.shown.get() == n)
                on:load=move |_| frames.loaded(n)
            ></iframe>
        }
        .erase()
    };
    view! {
        <section class="preview" aria-labelledby="preview">
            <h2 class="card__title" id="preview">
                {desk.t("desk.configuration.preview")}
            </h2>
            <p class="muted small">{desk.t("desk.configuration.preview_explained")}</p>
            <div class="preview__stage">{each(move || frames.all.get(), |n| name_of(*n), frame)}</div>
            <form node_ref=form method="post" action="/desk/preview" enctype="text/plain" hidden=true>
                <input node_ref=field type="hidden" name="draft" />
            </form>
        </section>
    }
    .erase()
}

impl Frames {
    /// Asks for a drawing in a new frame, as soon as that is in the page.
    fn draw(self, form: Place, field: Place, json: String) {
        let Some(last) = self.all.try_with_untracked(|all| all.last().copied()) else {
            return;
        };
        let n = last.unwrap_or_default() + 1;
        self.all.update(|all| all.push(n));
        request_animation_frame(move || {
            let (Some(form), Some(field)) = (form.now(), field.now()) else {
                return;
            };
            let (form, field): (HtmlFormElement, HtmlInputElement) = (form.unchecked_into(), field.unchecked_into());
            field.set_value(&json);
            form.set_target(&name_of(n));
            self.sent.try_set(n);
            // Refused only while the form is out of the page.
            let _ = form.submit();
        });
    }

    /// A frame that was just made says that nothing is loaded, too.
    fn loaded(self, n: u32) {
        if self.sent.get_untracked() >= n && self.shown.get_untracked() < n {
            self.shown.set(n);
            self.all.update(|all| all.retain(|frame| *frame >= n));
        }
    }
}

fn name_of(n: u32) -> String {
    format!("preview-{n}")
}
