//! The conversation: what was said, who is there, the place to write, and its end.

use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    conversation::StageName,
    event::Mark,
    party::Side,
    timeline::{Item, Timeline},
};
use ui::{Button, Composer, Dialog, Look, TimelineView, TypingDots};

use crate::{
    deeds,
    panel::{hidden, page_fields, start_fields, trouble},
    state::State,
};

/// The conversation.
pub(crate) fn thread(state: State) -> AnyView {
    let words = state.words();
    let items: Memo<Vec<Item>> = Memo::new(move |_| state.timeline().with(|t| t.items().cloned().collect()));
    let theirs: Memo<Mark> = Memo::new(move |_| state.timeline().with(Timeline::theirs));
    let stage: Memo<StageName> = Memo::new(move |_| state.stage());
    let welcome = state.fixed().with_value(|f| f.store.welcome.clone());
    let say = Callback::new(move |body| deeds::say(state, body));
    let typing = Callback::new(move |on| deeds::typing(state, on));
    let retry = Callback::new(move |cid| deeds::retry(state, cid));
    let discard = Callback::new(move |cid| deeds::discard(state, cid));
    let check = words.get("widget.check_new");
    let again = format!("?lang={}", words.language().code());
    view! {
        <div class="thread">
            {presence(state, stage)}
            <TimelineView words=words.clone() me=Side::Shopper items=items theirs=theirs on_retry=retry on_discard=discard>
                {welcome.map(|text| view! { <p class="thread__welcome" dir="auto">{text}</p> })}
            </TimelineView>
            <TypingDots who=state.typing() />
            <noscript>
                <a class="button button--quiet" href=again>{check}</a>
            </noscript>
            {move || (stage.get() == StageName::Closed).then(|| start_new(state))}
            {trouble(state)}
            <Composer id="message" words=words draft=state.draft() on_send=say on_typing=typing action=state.path("messages")>
                {conversation_field(state)}
                {page_fields(state)}
            </Composer>
        </div>
        {question(state)}
    }
    .into_any()
}

fn conversation_field(state: State) -> AnyView {
    let id = state.conversation().get_untracked().map(|id| id.to_string()).unwrap_or_default();
    let cid = state.fixed().with_value(|f| f.form_cid.clone());
    view! {
        {hidden("conversation", id)}
        {hidden("cid", cid)}
    }
    .into_any()
}

/// Who is there, and the way to end it.
fn presence(state: State, stage: Memo<StageName>) -> AnyView {
    let words = state.words();
    let end_label = words.get("widget.end_chat");
    let sentence = move || match stage.get() {
        StageName::Queued => words.get("widget.stage.queued"),
        StageName::Mail => words.get("widget.stage.mail"),
        StageName::Closed => words.get("widget.stage.closed"),
        StageName::Live => match (state.operator().get(), state.desk_here().get()) {
            (Some(name), true) => words.with("widget.stage.here", &[("name", &name)]),
            (Some(name), false) => words.with("widget.stage.with", &[("name", &name)]),
            (None, _) => words.get("widget.stage.live"),
        },
    };
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        state.ending().set(true);
    };
    let end = move || {
        let label = end_label.clone();
        stage.get().takes_a_place().then(|| {
            view! {
                <form method="post" action=state.path("end") on:submit=ask>
                    {conversation_field(state)}
                    {page_fields(state)}
                    <Button look=Look::Quiet submit=true>
                        {label}
                    </Button>
                </form>
            }
        })
    };
    view! {
        <div class="thread__head">
            <p class="thread__presence" role="status">
                {sentence}
            </p>
            {end}
        </div>
    }
    .into_any()
}

/// After the end: writing goes on in the same conversation; this begins another one.
fn start_new(state: State) -> AnyView {
    let label = state.words().get("widget.start_new");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        state.put_away();
    };
    view! {
        <form class="thread__again" method="post" action=state.path("start") on:submit=submit>
            {hidden("do", "chat".to_owned())}
            {start_fields(state)}
            <Button look=Look::Quiet submit=true>
                {label}
            </Button>
        </form>
    }
    .into_any()
}

/// Whether it should really end (P-36).
fn question(state: State) -> AnyView {
    let words = state.words();
    let yes = Callback::new(move |()| deeds::end(state));
    let no = Callback::new(move |()| state.ending().set(false));
    let (text, end, cancel) = (words.get("widget.end_text"), words.get("chat.end"), words.get("chat.cancel"));
    view! {
        <Dialog id="end" title=words.get("chat.end_question") open=state.ending()>
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
    .into_any()
}
