//! A conversation in hand on screen, wherever it stands: loading, out of reach, or its timeline with the way to answer.

use leptos::prelude::*;
use model::{event::Via, party::Side, timeline::Timeline, words::Words};
use ui::{Act, Button, Erase, Erased, Look, Reading, TimelineView, TypingDots, effect, known};

use super::{
    answer::answer,
    deeds,
    notes::mixed,
    older,
    state::DeskState,
    thread::{Load, Thread, Typist},
};
use crate::api::ApiError;

/// Whether words can be said where the conversation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answering {
    /// With a box below it.
    Here,
    /// With boxes for an answer and for a remark: nobody sits in front of it and waits.
    Written,
    /// It is only read.
    Nowhere,
}

/// The conversation. `place` tells the same conversation's views in two places of a page apart; what is on screen while `looked_at`
/// counts as seen.
pub(super) fn thread_view(desk: DeskState, thread: Thread, place: &'static str, looked_at: Reading<bool>, answering: Answering) -> Erased {
    count_as_shown(&thread);
    tell_what_was_seen(desk, &thread, looked_at);
    let near_the_top = RwSignal::new(false);
    let content = content(desk, thread, place, answering, near_the_top);
    view! {
        // The log scrolls inside, and that event does not rise: it is caught on its way down.
        <div class="thread" on:scroll:capture=move |event: leptos::ev::Event| older::look(&event, near_the_top)>
            {content}
        </div>
    }
    .erase()
}

fn content(desk: DeskState, thread: Thread, place: &'static str, answering: Answering, near_the_top: RwSignal<bool>) -> Reading<Erased> {
    let load = thread.load.clone();
    // Only another state of loading draws anything anew.
    let load = known(move || load.get());
    Reading::new(move || match load.get() {
        Load::Loading => loading(desk),
        Load::Failed(error) => failed(desk, &thread, &error),
        Load::Ready => ready(desk, &thread, place, answering, near_the_top),
    })
}

fn count_as_shown(thread: &Thread) {
    let shown = thread.shown.clone();
    shown.update(|n| *n += 1);
    on_cleanup(move || shown.update(|n| *n = n.saturating_sub(1)));
}

/// Read means: it was on screen, unfolded, on a page in front of somebody.
fn tell_what_was_seen(desk: DeskState, thread: &Thread, looked_at: Reading<bool>) {
    let thread = thread.clone();
    effect(move || {
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
    let again = Act::new(move |()| deeds::load(desk, thread.clone()));
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

/// What came by mail says so: whether it is the customer's word is for whoever reads it to know (S-i5).
fn told(via: &Via, words: &Words) -> String {
    let Via::Mail { from, verified } = via;
    if *verified {
        words.get("desk.via.verified")
    } else {
        words.with("desk.via.unverified", &[("from", from.as_str())])
    }
}

fn ready(desk: DeskState, thread: &Thread, place: &'static str, answering: Answering, near_the_top: RwSignal<bool>) -> Erased {
    let items = {
        let (timeline, notes) = (thread.timeline.clone(), thread.notes.clone());
        known(move || timeline.with(|timeline| notes.with(|notes| mixed(timeline, notes))))
    };
    let theirs = {
        let timeline = thread.timeline.clone();
        known(move || timeline.with(Timeline::theirs))
    };
    let typing = thread.typing.clone();
    let who = Reading::new(move || {
        typing.get().map(|typist| match typist {
            Typist::Shopper => desk.t("desk.typing"),
            Typist::Colleague(name) => desk.words().with("desk.colleague_typing", &[("name", &name)]),
        })
    });
    let (again, back) = (thread.clone(), thread.clone());
    let retry = Act::new(move |cid| deeds::retry(desk, &again, cid));
    let discard = Act::new(move |cid| deeds::discard(desk, &back, cid));
    let older = older::older(desk, thread, near_the_top);
    let below = (answering != Answering::Nowhere).then(|| {
        view! {
            <TypingDots who=who />
            {answer(desk, thread, place, answering == Answering::Written)}
        }
        .erase()
    });
    view! {
        <TimelineView words=desk.words() me=Side::Desk items=items theirs=theirs on_retry=retry on_discard=discard told=told above=older />
        {below}
    }
    .erase()
}
