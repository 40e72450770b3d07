//! What stands below a conversation: the box to answer in, and above it what to know before answering.

use leptos::prelude::*;
use model::{conversation::StageName, id::ConversationId, timeline::Timeline};
use ui::{Act, Button, Composer, Erase, Erased, Look, Reading, Tools, known};

use super::{attach::attach, canned, chat_window::row_of, deeds, notes, state::DeskState, thread::Thread, transfer};

/// The way to answer. The box is drawn once, so that it keeps its focus when the first answer takes the conversation. A written one is
/// taken by nobody and handed to nobody; it has buttons for an answer and for a remark.
pub(super) fn answer(desk: DeskState, thread: &Thread, place: &'static str, written: bool) -> Erased {
    let id = thread.id;
    let send = Act::new(move |body| deeds::post(desk, id, body));
    let typing = Act::new(move |on| deeds::typing(desk, id, on));
    let input = format!("{place}-{id}");
    let noting = RwSignal::from(thread.noting.clone());
    let said = RwSignal::new(String::new());
    let give = Act::new(move |form: String| attach(desk, &form, said));
    let composer = view! {
        <Composer
            id=input.clone()
            words=desk.words()
            draft=RwSignal::from(thread.draft.clone())
            on_send=send
            on_typing=typing
        />
    };
    let above = if written {
        notes::modes(desk, noting, place, id)
    } else {
        beforehand(desk, thread)
    };
    let below = (!written).then(|| {
        view! { <div class="answer__tools">{notes::switch(desk, noting)} {transfer::transfer(desk, thread, place)}</div> }.erase()
    });
    view! {
        {above}
        <div class="answer__box write" hidden=Reading::flag(move || noting.get())>
            <Tools
                id=input.clone()
                words=desk.words()
                draft=RwSignal::from(thread.draft.clone())
                said=said
                on_attach=give
                hidden=vec![("conversation", id.to_string())]
            />
            {canned::offered(desk, thread, &input, composer.erase())}
        </div>
        {notes::note_box(desk, thread, place, noting, written)}
        {below}
    }
    .erase()
}

/// Nobody has it, a colleague has it, or it is over and a word reopens it.
fn beforehand(desk: DeskState, thread: &Thread) -> Erased {
    let id = thread.id;
    let me = desk.me().id;
    let stage = {
        let timeline = thread.timeline.clone();
        known(move || timeline.with(Timeline::stage))
    };
    let row = row_of(desk, thread);
    let colleague = known(move || {
        let operator = row.with(|row| row.as_ref().and_then(|row| row.operator.clone()));
        operator
            .filter(|operator| operator.id != me)
            .map(|operator| operator.name.to_string())
    });
    let here = thread.here.clone();
    let shown = Reading::new(move || match (stage.get(), colleague.get()) {
        (StageName::Queued, _) => nobodys(desk, id),
        (StageName::Live, Some(name)) => {
            view! { <p class="thread__note">{desk.words().with("desk.taken_by", &[("name", &name)])}</p> }.erase()
        }
        (StageName::Closed, _) => over(desk, id, here.clone()),
        _ => ().erase(),
    });
    shown.erase()
}

fn nobodys(desk: DeskState, id: ConversationId) -> Erased {
    let take = Act::new(move |()| deeds::take(desk, id));
    view! {
        <p class="thread__note">
            <span>{desk.t("desk.nobody_took_it")}</span>
            <Button look=Look::Quiet on_press=take>
                {desk.t("desk.take")}
            </Button>
        </p>
    }
    .erase()
}

/// It is over: a word reopens it, and while the customer is still there it can be reopened without one (P-45).
fn over(desk: DeskState, id: ConversationId, here: ArcRwSignal<bool>) -> Erased {
    let button = Reading::new(move || {
        let reopen = Act::new(move |()| deeds::reopen(desk, id));
        here.get().then(|| {
            view! {
                <Button look=Look::Quiet on_press=reopen>
                    {desk.t("desk.reopen")}
                </Button>
            }
            .erase()
        })
    });
    view! { <p class="thread__note"><span>{desk.t("desk.over")}</span> {button}</p> }.erase()
}
