//! Where the reader's own message is, from the key that sent it to the eyes of the other side.

use leptos::{prelude::*, svg};
use model::{
    event::Mark,
    id::ClientId,
    refusal::Refusal,
    text::Body,
    timeline::{ItemKey, Sending},
    words::Words,
};

use crate::{
    button::{Button, Look},
    effect::effect,
    erased::Erase,
    icon,
    lines::Lines,
    prop::{Act, Reading},
};

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Sending,
    Sent,
    Delivered,
    Read,
    Failed(Refusal),
}

impl Phase {
    fn of(state: Sending, theirs: Mark) -> Self {
        match state {
            Sending::Pending => Self::Sending,
            Sending::Failed(why) => Self::Failed(why),
            Sending::Sent(seq) if theirs.read >= seq => Self::Read,
            Sending::Sent(seq) if theirs.got >= seq => Self::Delivered,
            Sending::Sent(_) => Self::Sent,
        }
    }

    pub(crate) fn data(self) -> &'static str {
        match self {
            Self::Sending => "pending",
            Self::Failed(_) => "failed",
            Self::Sent | Self::Delivered | Self::Read => "sent",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Sending => "chat.state.sending",
            Self::Sent => "chat.state.sent",
            Self::Delivered => "chat.state.delivered",
            Self::Read => "chat.state.read",
            Self::Failed(_) => "chat.state.failed",
        }
    }
}

/// What can be done with a refused message.
#[derive(Clone)]
pub(crate) struct Deeds {
    pub(crate) on_retry: Option<Act<ClientId>>,
    pub(crate) on_discard: Option<Act<ClientId>>,
}

/// A row is drawn once; only its own message's progress is looked up again, and its place in the list no longer once it has arrived. From
/// then on `shown` is what is kept: the server may have taken out what must not be sent.
pub(crate) fn follow_phase(
    key: ItemKey,
    first: Sending,
    shown: Option<RwSignal<Body>>,
    lines: Lines,
    theirs: Reading<Mark>,
) -> RwSignal<Phase> {
    let phase = RwSignal::new(Phase::of(first, theirs.get_untracked()));
    let mut state = first;
    effect(move || {
        if !matches!(state, Sending::Sent(_)) {
            let (now, body) = lines.message(key).unzip();
            state = now.unwrap_or(first);
            if let Some((shown, body)) = shown.zip(body)
                && shown.try_with_untracked(|before| *before != body) == Some(true)
            {
                shown.set(body);
            }
        }
        let now = Phase::of(state, theirs.get());
        if phase.try_get_untracked().is_some_and(|before| before != now) {
            phase.set(now);
        }
    });
    phase
}

/// A sign and a word for it.
pub(crate) fn progress(phase: RwSignal<Phase>, words: Words) -> impl IntoView {
    let glyph = Reading::new(move || {
        Some(String::from(match phase.get() {
            Phase::Sending => icon::clock(),
            Phase::Sent => icon::check(),
            Phase::Delivered | Phase::Read => icon::check_check(),
            Phase::Failed(_) => icon::circle_alert(),
        }))
    });
    let word = Reading::new(move || words.get(phase.get().key()));
    view! {
        <span class="bubble__state">
            <svg class="icon" aria-hidden="true">
                {svg::r#use().attr("href", glyph)}
            </svg>
            <span>{word}</span>
        </span>
    }
}

/// Why a message was refused, and what can be done with it.
pub(crate) fn failure(phase: RwSignal<Phase>, key: ItemKey, body: Body, deeds: Deeds, words: Words) -> impl IntoView {
    let text = String::from(body);
    move || {
        let (Phase::Failed(why), ItemKey::Client(cid)) = (phase.get(), key) else {
            return None;
        };
        let text = text.clone();
        let copy = Act::new(move |()| crate::browser::copy(&text));
        let with_cid = |act: Act<ClientId>| Act::new(move |()| act.run(cid));
        let retry = deeds.on_retry.clone().map(|act| deed(words.get("chat.retry"), with_cid(act)));
        let discard = deeds.on_discard.clone().map(|act| deed(words.get("chat.discard"), with_cid(act)));
        let failure = view! {
            <div class="bubble__failed" role="alert">
                <p class="bubble__reason">{words.refusal(why)}</p>
                {retry}
                {deed(words.get("chat.copy"), copy)}
                {discard}
            </div>
        };
        Some(failure.erase())
    }
}

fn deed(label: String, act: Act<()>) -> impl IntoView {
    view! { <Button look=Look::Quiet on_press=act>{label}</Button> }
}

#[cfg(test)]
mod tests {
    use model::id::Seq;

    use super::*;

    #[test]
    fn a_message_is_read_when_the_other_side_came_that_far() {
        let theirs = Mark { got: Seq(5), read: Seq(3) };
        assert_eq!(Phase::of(Sending::Sent(Seq(3)), theirs), Phase::Read);
        assert_eq!(Phase::of(Sending::Sent(Seq(5)), theirs), Phase::Delivered);
        assert_eq!(Phase::of(Sending::Sent(Seq(6)), theirs), Phase::Sent);
        assert_eq!(Phase::of(Sending::Pending, theirs), Phase::Sending);
    }
}
