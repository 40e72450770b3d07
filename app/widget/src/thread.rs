//! The conversation: what was said, who is there, the place to write, and its end.

use leptos::prelude::*;
use model::{conversation::StageName, party::Side, timeline::Timeline};
use ui::{Act, Button, Composer, Dialog, Erase, Look, Reading, TimelineView, Tools, TypingDots};

use crate::{
    deeds,
    form_parts::{conversation_fields, form, start_fields, trap, trouble},
    rating::rating,
    state::State,
};

/// The conversation.
pub(crate) fn thread(state: State) -> impl IntoView {
    let words = state.words();
    let theirs = Reading::new(move || state.timeline.with(Timeline::theirs));
    let who = Reading::new(move || state.chat.read().typing.clone());
    let welcome = state.fixed().store.welcome.clone();
    let welcome = welcome.map(|text| view! { <p class="thread__welcome" dir="auto">{text}</p> });
    let say = Act::new(move |body| deeds::say(state, body));
    let typing = Act::new(move |on| deeds::typing(state, on));
    let attach = Act::new(move |form: String| deeds::attach(state, &form));
    let retry = Act::new(move |cid| deeds::retry(state, cid));
    let discard = Act::new(move |cid| deeds::discard(state, cid));
    let check = words.get("widget.check_new");
    let again = ["?lang=", words.language().code()].concat();
    // In the member centre it neither ends nor begins again.
    let whole = !state.in_thread();
    let head = whole.then(|| presence(state).erase());
    let after = whole.then(|| (rating(state), start_new(state)).erase());
    view! {
        <div class="thread">
            {head}
            <TimelineView words=words.clone() me=Side::Shopper items=state.timeline theirs=theirs on_retry=retry on_discard=discard above=welcome.erase() />
            <TypingDots who=who />
            <noscript>
                <a class="button button--quiet" href=again>{check}</a>
            </noscript>
            {after}
            {trouble(state)}
            <div class="write">
                <Tools
                    id="message"
                    words=words.clone()
                    draft=state.draft
                    said=state.said
                    on_attach=attach
                    action=state.path("files")
                    hidden=conversation_fields(state)
                />
                <Composer
                    id="message"
                    words=words
                    draft=state.draft
                    on_send=say
                    on_typing=typing
                    action=state.path("messages")
                    hidden=conversation_fields(state)
                />
            </div>
        </div>
        {question(state)}
    }
}

/// Who is there, and the way to end it.
fn presence(state: State) -> impl IntoView {
    let words = state.words();
    let end = words.get("widget.end_chat");
    let sentence = Reading::new(move || {
        let chat = state.chat.read();
        match (state.stage(), &chat.operator) {
            (StageName::Queued, _) => words.get("widget.stage.queued"),
            (StageName::Mail, _) => words.get("widget.stage.mail"),
            (StageName::Closed, _) => words.get("widget.stage.closed"),
            (StageName::Live, None) => words.get("widget.stage.live"),
            (StageName::Live, Some(name)) => {
                let key = if chat.desk_here { "widget.stage.here" } else { "widget.stage.with" };
                words.with(key, &[("name", name)])
            }
        }
    });
    let is_over = Reading::flag(move || !state.stage().takes_a_place());
    let button = view! {
        <Button look=Look::Quiet submit=true>
            {end}
        </Button>
    };
    let fields = conversation_fields(state);
    view! {
        <div class="thread__head">
            <p class="thread__presence" role="status">
                {sentence}
            </p>
            {form(state, ("thread__end", None), "end", fields, is_over, deeds::ask_to_end, button)}
        </div>
    }
}

/// After the end: writing goes on in the same conversation; this begins another one.
fn start_new(state: State) -> impl IntoView {
    let label = state.words().get("widget.start_new");
    let goes_on = Reading::flag(move || state.stage() != StageName::Closed);
    let content = view! {
        {trap()}
        <Button look=Look::Quiet submit=true>
            {label}
        </Button>
    };
    let fields = start_fields(state, "chat");
    form(state, ("thread__again", None), "start", fields, goes_on, State::put_away, content)
}

/// Whether it should really end (P-36).
fn question(state: State) -> impl IntoView {
    let words = state.words();
    let yes = Act::new(move |()| deeds::end(state));
    let no = Act::new(move |()| state.ending.set(false));
    let (text, end, cancel) = (words.get("widget.end_text"), words.get("chat.end"), words.get("chat.cancel"));
    view! {
        <Dialog id="end" title=words.get("chat.end_question") open=state.ending>
            <p class="dialog__text">{text}</p>
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=no>
                    {cancel}
                </Button>
                <Button look=Look::Danger on_press=yes>
                    {end}
                </Button>
            </div>
        </Dialog>
    }
}
