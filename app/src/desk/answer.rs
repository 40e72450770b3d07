//! What stands below a conversation: the box to answer in, and above it what to know before answering.

use leptos::prelude::*;
use model::{conversation::StageName, timeline::Timeline};
use ui::{Button, Composer, Erase, Erased, Look};

use super::{chat_window::row_of, deeds, state::DeskState, thread::Thread};

/// The way to answer. The box is drawn once, so that it keeps its focus when the first answer takes the conversation.
pub(super) fn answer(desk: DeskState, thread: &Thread, place: &'static str) -> Erased {
    let id = thread.id;
    let send = Callback::new(move |body| deeds::post(desk, id, body));
    let typing = Callback::new(move |on| deeds::typing(desk, id, on));
    view! {
        {beforehand(desk, thread)}
        <Composer
            id=format!("{place}-{id}")
            words=desk.words()
            draft=RwSignal::from(thread.draft.clone())
            on_send=send
            on_typing=typing
        />
    }
    .erase()
}

/// Nobody has it, a colleague has it, or it is over and a word reopens it.
fn beforehand(desk: DeskState, thread: &Thread) -> Erased {
    let id = thread.id;
    let me = desk.me().id;
    let stage = {
        let timeline = thread.timeline.clone();
        Memo::new(move |_| timeline.with(Timeline::stage))
    };
    let row = row_of(desk, thread);
    let colleague = Memo::new(move |_| {
        let operator = row.with(|row| row.as_ref().and_then(|row| row.operator.clone()));
        operator
            .filter(|operator| operator.id != me)
            .map(|operator| operator.name.to_string())
    });
    let take = Callback::new(move |()| deeds::take(desk, id));
    let shown = move || match (stage.get(), colleague.get()) {
        (StageName::Queued, _) => view! {
            <p class="thread__note">
                <span>{desk.t("desk.nobody_took_it")}</span>
                <Button look=Look::Quiet on_press=take>
                    {desk.t("desk.take")}
                </Button>
            </p>
        }
        .erase(),
        (StageName::Live, Some(name)) => {
            view! { <p class="thread__note">{desk.words().with("desk.taken_by", &[("name", &name)])}</p> }.erase()
        }
        (StageName::Closed, _) => view! { <p class="thread__note">{desk.t("desk.over")}</p> }.erase(),
        _ => ().erase(),
    };
    shown.erase()
}
