//! Where a message is written. Enter sends, Shift and Enter begin a new line; an input method's own Enter is left alone.
//!
//! What was typed lives in the owner's signal, so it survives a refusal, a closed window and a change of state. As a plain form it works before any program runs.

use std::rc::Rc;

use leptos::prelude::*;
use model::{limits::BODY_CHARS_MAX, refusal::Refusal, safety::glance, text::Body, words::Words};

use crate::{
    button::Button,
    effect::effect,
    heard::{changed, keyed, submitted},
    hidden_fields::hidden_fields,
    icon::{self, Icon},
    place::Place,
    prop::{Act, Reading},
    sentence::sentence,
    typed::{follow, rcdata},
    typist::Typist,
};

/// When no more characters than this are left, they are counted.
const FEW: i64 = 500;

/// The box for a message, and the button that sends it.
#[component]
pub fn Composer(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What it says.
    words: Words,
    /// What is being typed.
    draft: RwSignal<String>,
    /// A message is to be sent. The box is empty when this is called.
    #[prop(into)]
    on_send: Act<Body>,
    /// The person types, or stopped.
    #[prop(optional, into)]
    on_typing: Option<Act<bool>>,
    /// Where the form goes while no program runs.
    #[prop(optional, into)]
    action: Option<String>,
    /// The form's hidden fields.
    #[prop(optional)]
    hidden: Vec<(&'static str, String)>,
) -> impl IntoView {
    // Why the last message was refused; empty when it was not.
    let refused = RwSignal::new(String::new());
    let typist = Typist::new(on_typing);
    let place = Place::new();
    follow(draft, place);
    effect(move || {
        draft.track();
        fit(place);
    });

    let label = words.get("chat.message");
    let placeholder = words.get("chat.placeholder");
    let send_label = words.get("chat.send");
    let careful = words.get("chat.careful");
    let seems_private = Reading::new(move || draft.with(|d| glance(d)).then(|| careful.clone()));
    let left = move || BODY_CHARS_MAX as i64 - draft.with(|d| d.chars().count()) as i64;
    let count = {
        let words = words.clone();
        Reading::new(move || match left() {
            FEW.. => String::new(),
            left @ 0.. => words.count("chat.left", left.unsigned_abs()),
            over => words.count("chat.over", over.unsigned_abs()),
        })
    };
    let send = {
        let typist = typist.clone();
        Rc::new(move || match Body::parse(&draft.get_untracked()) {
            Ok(body) => {
                refused.set(String::new());
                typist.stop();
                draft.set(String::new());
                on_send.run(body);
                if let Some(node) = place.now() {
                    // The button took the focus; the next line is typed here.
                    let _ = node.focus();
                }
            }
            // Nothing was typed: there is nothing to say about it.
            Err(Refusal::Missing(_)) => {}
            Err(why) => refused.set(words.refusal(why)),
        })
    };
    let submit = {
        let send = Rc::clone(&send);
        submitted(move || send())
    };
    let keydown = keyed(move |event| {
        // 229 is how older browsers say that an input method is at work.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    });
    let input = {
        let typist = typist.clone();
        changed(move |event| {
            let text = event_target_value(&event);
            refused.set(String::new());
            typist.typed(!text.trim().is_empty());
            draft.set(text);
        })
    };

    let error = Reading::new(move || Some(refused.get()).filter(|why| !why.is_empty()));
    let error_id = [id.as_str(), "-error"].concat();
    let invalid = {
        let error = error.clone();
        Reading::new(move || error.get().map(|_| "true".to_owned()))
    };
    let described = {
        let (error, error_id) = (error.clone(), error_id.clone());
        Reading::new(move || error.get().map(|_| error_id.clone()))
    };
    let is_many = Reading::flag(move || left() >= FEW);
    let is_over = Reading::flag(move || left() < 0);
    view! {
        <form class="composer" method="post" action=action on:submit=submit>
            {hidden_fields(hidden)}
            <div class="composer__box">
                <textarea
                    node_ref=place
                    class="composer__input"
                    id=id
                    name="message"
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    autocomplete="off"
                    aria-label=label
                    placeholder=placeholder
                    aria-invalid=invalid
                    aria-describedby=described
                    on:keydown=keydown
                    on:input=input
                    on:blur=move |_| typist.stop()
                >
                    {rcdata(&draft.get_untracked())}
                </textarea>
                <Button submit=true>
                    <Icon glyph=icon::send />
                    <span class="composer__send">{send_label}</span>
                </Button>
            </div>
            <p class="composer__count" hidden=is_many data-over=is_over>
                {count}
            </p>
            {sentence("field__hint", None, Some("status"), seems_private)}
            {sentence("field__error", Some(error_id), Some("alert"), error)}
        </form>
    }
}

/// As high as its text; the style sheet says where that ends and scrolling begins.
fn fit(place: Place) {
    let Some(node) = place.get() else { return };
    // The renderer has a method of the same name.
    let style = leptos::web_sys::HtmlElement::style(&node);
    // Both are plain lengths that every browser takes.
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &[node.scroll_height().to_string().as_str(), "px"].concat());
}
