//! Where a message is written. Enter sends, Shift and Enter begin a new line; an input method's own Enter is left alone.
//!
//! What was typed lives in the owner's signal, so it survives a refusal, a closed window and a change of state. As a plain form it works before any program runs.

use std::time::Duration;

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html::Textarea,
    prelude::*,
};
use model::{limits::BODY_CHARS_MAX, refusal::Refusal, text::Body, words::Words};

use crate::{
    button::Button,
    icon::{self, Icon},
    typed::{follow, rcdata},
};

/// From here on the characters that are left are shown.
const NEARLY_FULL: usize = BODY_CHARS_MAX - 500;
/// How often "is typing" is said again while somebody types; the protocol takes one a second.
const TYPING: Duration = Duration::from_secs(3);

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
    on_send: Callback<Body>,
    /// The person types, or stopped.
    #[prop(optional)]
    on_typing: Option<Callback<bool>>,
    /// Where the form goes while no program runs.
    #[prop(optional, into)]
    action: Option<String>,
    /// The text box, for those who want to give it the focus.
    #[prop(optional)]
    node: NodeRef<Textarea>,
    /// The form's hidden fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Refusal>);
    let typing = Typing::new(on_typing);
    follow(
        draft,
        move || node.get().map(|n| n.value()),
        move |value| {
            if let Some(node) = node.get_untracked() {
                node.set_value(value);
            }
        },
    );
    Effect::new(move || {
        draft.track();
        if let Some(node) = node.get() {
            fit(&node);
        }
    });

    let send = move || match Body::parse(&draft.get_untracked()) {
        Ok(body) => {
            refused.set(None);
            typing.stop();
            draft.set(String::new());
            on_send.run(body);
            if let Some(node) = node.get_untracked() {
                // The button took the focus; the next line is typed here.
                let _ = node.focus();
            }
        }
        // Nothing was typed: there is nothing to say about it.
        Err(Refusal::Missing(_)) => {}
        Err(why) => refused.set(Some(why)),
    };
    let keydown = move |event: KeyboardEvent| {
        // 229 is how older browsers say that an input method is at work.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    let input = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        refused.set(None);
        typing.typed(!text.trim().is_empty());
        draft.set(text);
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };

    let error_id = format!("{id}-error");
    let describedby = {
        let error_id = error_id.clone();
        move || refused.get().map(|_| error_id.clone())
    };
    let left = {
        let words = words.clone();
        move || {
            let typed = draft.with(|d| d.chars().count());
            (typed > NEARLY_FULL).then(|| {
                let over = typed > BODY_CHARS_MAX;
                let (key, n) = if over {
                    ("chat.over", typed - BODY_CHARS_MAX)
                } else {
                    ("chat.left", BODY_CHARS_MAX - typed)
                };
                let text = words.count(key, n as u64);
                view! { <p class="composer__count" data-over=over.then_some("")>{text}</p> }
            })
        }
    };
    let label = words.get("chat.message");
    let placeholder = words.get("chat.placeholder");
    let send_label = words.get("chat.send");
    view! {
        <form class="composer" method="post" action=action on:submit=submit>
            {children.map(|children| children())}
            <div class="composer__box">
                <textarea
                    node_ref=node
                    class="composer__input"
                    id=id
                    name="message"
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    autocomplete="off"
                    aria-label=label
                    placeholder=placeholder
                    aria-invalid=move || refused.get().map(|_| "true")
                    aria-describedby=describedby
                    on:keydown=keydown
                    on:input=input
                    on:blur=move |_| typing.stop()
                >
                    {rcdata(&draft.get_untracked())}
                </textarea>
                <Button submit=true>
                    <Icon glyph=icon::send />
                    <span class="composer__send">{send_label}</span>
                </Button>
            </div>
            {left}
            {move || {
                refused
                    .get()
                    .map(|why| {
                        let sentence = words.refusal(why);
                        view! {
                            <p class="field__error" role="alert" id=error_id.clone()>
                                {sentence}
                            </p>
                        }
                    })
            }}
        </form>
    }
}

/// As high as its text; the style sheet says where that ends and scrolling begins.
fn fit(node: &leptos::web_sys::HtmlTextAreaElement) {
    // The renderer has a method of the same name.
    let style = leptos::web_sys::HtmlElement::style(node);
    // Both are plain lengths that every browser takes.
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", node.scroll_height()));
}

/// Says "is typing" at the first letter, again while it goes on, and "stopped" a little after the last one.
#[derive(Clone, Copy)]
struct Typing {
    on_typing: Option<Callback<bool>>,
    /// Something was typed since the last word about it.
    fresh: StoredValue<bool>,
    /// The clock runs.
    running: StoredValue<bool>,
    /// What the other side believes.
    said: StoredValue<bool>,
}

impl Typing {
    fn new(on_typing: Option<Callback<bool>>) -> Self {
        Self {
            on_typing,
            fresh: StoredValue::new(false),
            running: StoredValue::new(false),
            said: StoredValue::new(false),
        }
    }

    fn typed(self, something: bool) {
        if self.on_typing.is_none() {
            return;
        }
        if !something {
            self.stop();
            return;
        }
        self.fresh.try_set_value(true);
        if self.running.try_get_value() == Some(false) {
            self.running.try_set_value(true);
            self.tick();
        }
    }

    fn stop(self) {
        self.fresh.try_set_value(false);
        self.say(false);
    }

    fn tick(self) {
        if self.fresh.try_get_value() == Some(true) {
            self.fresh.try_set_value(false);
            self.say(true);
            set_timeout(move || self.tick(), TYPING);
        } else {
            self.running.try_set_value(false);
            self.say(false);
        }
    }

    fn say(self, on: bool) {
        let news = on || self.said.try_get_value() == Some(true);
        if news && let Some(on_typing) = self.on_typing {
            self.said.try_set_value(on);
            on_typing.try_run(on);
        }
    }
}
