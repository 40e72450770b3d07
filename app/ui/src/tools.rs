//! What stands beside the box for a message: the way to give a file, and the emoji. Giving works before any program runs: the form is a
//! form, with a button of its own where there are no scripts.

use leptos::prelude::*;
use model::{limits::FILE_BYTES_MAX, refusal::Refusal, words::Words};

use crate::{
    browser::chosen_bytes,
    emoji::emoji,
    heard::changed,
    hidden_fields::hidden_fields,
    icon::{self, Icon},
    place::Place,
    prop::{Act, Reading},
    sentence::sentence,
};

/// What the dialog of the browser offers first; what is taken is decided by the bytes, on the server.
const ACCEPT: &str = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain";

/// The tools of a [`crate::Composer`] with the same id and draft; both stand in an element of the class `write`.
#[component]
pub fn Tools(
    /// The composer's.
    #[prop(into)]
    id: String,
    /// What it says.
    words: Words,
    /// What is being typed.
    draft: RwSignal<String>,
    /// A sentence about what goes on, for its owner to exchange and to empty.
    said: RwSignal<String>,
    /// A file was chosen: the form with this id is to be sent as it is now.
    #[prop(into)]
    on_attach: Act<String>,
    /// Where the form goes while no program runs.
    #[prop(optional, into)]
    action: Option<String>,
    /// The form's hidden fields.
    #[prop(optional)]
    hidden: Vec<(&'static str, String)>,
) -> impl IntoView {
    let form = [id.as_str(), "-files"].concat();
    let label = words.get("chat.attach");
    let title = label.clone();
    let send = words.get("chat.attach_send");
    let emoji = emoji(id, &words, draft);
    let input = Place::new();
    let chosen = {
        let form = form.clone();
        changed(move |_| {
            let Some(bytes) = input.now().as_ref().and_then(chosen_bytes) else {
                return;
            };
            if bytes > FILE_BYTES_MAX as f64 {
                // The server would break off in the middle, which looks like a bad connection.
                let max_mb = (FILE_BYTES_MAX / (1024 * 1024)) as u32;
                said.set(words.refusal(Refusal::FileTooLarge { max_mb }));
            } else {
                said.set(words.get("chat.attach_sending"));
                on_attach.run(form.clone());
            }
            // The same file may be chosen once more.
            input.set_value("");
        })
    };
    let told = Reading::new(move || Some(said.get()).filter(|said| !said.is_empty()));
    view! {
        <div class="write__said" role="status">
            {sentence("write__sentence", None, None, told)}
        </div>
        <div class="tools">
            <form class="tools__files" id=form method="post" enctype="multipart/form-data" action=action>
                {hidden_fields(hidden)}
                <label class="button button--quiet button--icon tools__file" title=title>
                    <Icon glyph=icon::paperclip />
                    <input node_ref=input type="file" name="file" accept=ACCEPT aria-label=label on:change=chosen />
                </label>
                <noscript>
                    <button class="button button--quiet" type="submit">
                        {send}
                    </button>
                </noscript>
            </form>
            {emoji}
        </div>
    }
}
