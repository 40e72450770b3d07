//! A question that waits for its answer: the browser's own `<dialog>`, which keeps the focus inside, closes on Escape and gives the focus back.

use leptos::{html, prelude::*};

/// A modal dialog. It is open while `open` is true.
#[component]
pub fn Dialog(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// Its heading and its name.
    #[prop(into)]
    title: String,
    /// Whether it is shown.
    open: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            // Refused only while it is out of the document, and then there is nothing to show.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="dialog"
            id=id
            aria-labelledby=labelled_by
            on:close=move |_| {
                open.try_set(false);
            }
        >
            <h2 class="dialog__title" id=heading>
                {title}
            </h2>
            {children()}
        </dialog>
    }
}
