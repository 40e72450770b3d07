//! A conversation in hand on screen, wherever it stands: loading, out of reach, or its timeline with the way to answer.

use leptos::prelude::*;
use model::{party::Side, timeline::Timeline};
use ui::{Button, Erase, Erased, Look, TimelineView, TypingDots};

use super::{
    answer::answer,
    deeds,
    older::older,
    state::DeskState,
    thread::{Load, Thread, Typist},
};
use crate::api::ApiError;

/// Whether words can be said where the conversation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answering {
    /// With a box below it.
    Here,
    /// It is only read.
    Nowhere,
}

/// The conversation. `place` tells the same conversation's views in two places of a page apart; what is on screen while `looked_at`
/// counts as seen.
pub(super) fn thread_view(desk: DeskState, thread: Thread, place: &'static str, looked_at: Signal<bool>, answering: Answering) -> Erased {
    count_as_shown(&thread);
    tell_what_was_seen(desk, &thread, looked_at);
    let load = {
        let load = thread.load.clone();
        Memo::new(move |_| load.get())
    };
    view! {
        <div class="thread">
            {move || match load.get() {
                Load::Loading => loading(desk),
                Load::Failed(error) => failed(desk, &thread, &error),
                Load::Ready => ready(desk, &thread, place, answering),
            }}
        </div>
    }
    .erase()
}

fn count_as_shown(thread: &Thread) {
    let shown = thread.shown.clone();
    shown.update_value(|n| *n += 1);
    on_cleanup(move || shown.update_value(|n| *n = n.saturating_sub(1)));
}

/// Read means: it was on screen, unfolded, on a page in front of somebody.
fn tell_what_was_seen(desk: DeskState, thread: &Thread, looked_at: Signal<bool>) {
    let thread = thread.clone();
    Effect::new(move || {
        if !looked_at.get() || !desk.in_front.get() || thread.load.get() != Load::Ready {
            return;
        }
        let (head, read) = thread.timeline.with(|timeline| (timeline.head(), timeline.mine().read));
        if head > read {
            deeds::seen(desk, &thread, head);
        }
    });
}

fn loading(desk: DeskState) -> Erased {
    view! {
        <div class="thread__loading" role="status">
            <span class="visually-hidden">{desk.t("desk.loading")}</span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
    .erase()
}

fn failed(desk: DeskState, thread: &Thread, error: &ApiError) -> Erased {
    let sentence = error.sentence(&desk.words());
    let thread = thread.clone();
    let again = Callback::new(move |()| deeds::load(desk, thread.clone()));
    view! {
        <div class="thread__failed" role="alert">
            <p>{sentence}</p>
            <Button look=Look::Quiet on_press=again>
                {desk.t("desk.try_again")}
            </Button>
        </div>
    }
    .erase()
}

fn ready(desk: DeskState, thread: &Thread, place: &'static str, answering: Answering) -> Erased {
    let items = {
        let timeline = thread.timeline.clone();
        Memo::new(move |_| timeline.with(|timeline| timeline.items().cloned().collect::<Vec<_>>()))
    };
    let theirs = {
        let timeline = thread.timeline.clone();
        Memo::new(move |_| timeline.with(Timeline::theirs))
    };
    let typing = thread.typing.clone();
    let who = Signal::derive(move || {
        typing.get().map(|typist| match typist {
            Typist::Shopper => desk.t("desk.typing"),
            Typist::Colleague(name) => desk.words().with("desk.colleague_typing", &[("name", &name)]),
        })
    });
    let (again, back) = (thread.clone(), thread.clone());
    let retry = Callback::new(move |cid| deeds::retry(desk, &again, cid));
    let discard = Callback::new(move |cid| deeds::discard(desk, &back, cid));
    let older = older(desk, thread);
    let below = (answering == Answering::Here).then(|| {
        view! {
            <TypingDots who=who />
            {answer(desk, thread, place)}
        }
    });
    view! {
        <TimelineView words=desk.words() me=Side::Desk items=items theirs=theirs on_retry=retry on_discard=discard>
            {older}
        </TimelineView>
        {below}
    }
    .erase()
}
