//! A question that waits for its answer: the browser's own `<dialog>`, which keeps the focus inside, closes on Escape and gives the focus back.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlDialogElement};

use crate::{effect::effect, erased::Erase, heard::changed, place::Place};

/// A modal dialog. It is open while `open` is true.
#[component]
pub fn Dialog<C>(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// Its heading and its name.
    #[prop(into)]
    title: String,
    /// Whether it is shown.
    open: RwSignal<bool>,
    children: TypedChildren<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let place = Place::new();
    let heading = [id.as_str(), "-title"].concat();
    let labelled_by = heading.clone();
    let content = children.into_inner()().erase();
    follow(open, place);
    let closed = changed(move |_| {
        open.try_set(false);
    });
    view! {
        <dialog
            node_ref=place
            class="dialog"
            id=id
            aria-labelledby=labelled_by
            on:close=closed
        >
            <h2 class="dialog__title" id=heading>
                {title}
            </h2>
            {content}
        </dialog>
    }
}

fn follow(open: RwSignal<bool>, place: Place) {
    effect(move || {
        let wanted = open.get();
        let Some(dialog) = place.get() else { return };
        let dialog: HtmlDialogElement = dialog.unchecked_into();
        if wanted && !dialog.open() {
            // Refused only while it is out of the document, and then there is nothing to show.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}
