//! A conversation as its reader sees it: the words of both sides, what happened between them, and how far the reader's own words have come.
//!
//! It stays at its end while the reader is there, and never pulls a reader away who has scrolled up.

use leptos::{html::Div, prelude::*};
use model::{
    event::Mark,
    id::ClientId,
    party::{Author, Side},
    refusal::Refusal,
    text::Body,
    timeline::{Content, Item, ItemKey, Sending},
    words::Words,
};

use crate::{
    bubble::Bubble,
    button::{Button, Look},
    icon::{self, Icon},
    notice::notice_text,
    time::Time,
};

/// Nearer to the end than this, in pixels, counts as being there.
const NEAR_END_PX: i32 = 100;

/// The log of a conversation.
#[component]
pub fn TimelineView(
    /// What it says.
    words: Words,
    /// The reader's side.
    me: Side,
    /// `Timeline::items`.
    #[prop(into)]
    items: Signal<Vec<Item>>,
    /// `Timeline::theirs`: how far the other side has come.
    #[prop(into)]
    theirs: Signal<Mark>,
    /// Send a refused message again.
    #[prop(optional)]
    on_retry: Option<Callback<ClientId>>,
    /// Give a refused message up.
    #[prop(optional)]
    on_discard: Option<Callback<ClientId>>,
    /// What stands above the first line: a welcome, a way to older pages.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let end = End::new();
    end.follow(items, me);
    let label = words.get("chat.conversation");
    let newer = words.get("chat.new_messages");
    let deeds = Deeds { on_retry, on_discard };
    let row = move |item: Item| row(item, me, items, theirs, deeds, &words);
    view! {
        <div class="timeline-frame">
            <div
                node_ref=end.node
                class="timeline"
                role="log"
                aria-label=label
                aria-live="polite"
                aria-relevant="additions"
                tabindex="0"
                on:scroll=move |_| end.look()
            >
                {children.map(|children| children())}
                <ol class="timeline__list">
                    <For each=move || items.get() key=|item: &Item| item.key children=row />
                </ol>
            </div>
            {move || {
                end.unseen
                    .get()
                    .then(|| {
                        view! {
                            <button type="button" class="timeline__new" on:click=move |_| end.go()>
                                <Icon glyph=icon::arrow_down />
                                {newer.clone()}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// What can be done with a refused message.
#[derive(Clone, Copy)]
struct Deeds {
    on_retry: Option<Callback<ClientId>>,
    on_discard: Option<Callback<ClientId>>,
}

fn row(item: Item, me: Side, items: Signal<Vec<Item>>, theirs: Signal<Mark>, deeds: Deeds, words: &Words) -> AnyView {
    let mine = item.author.side() == Some(me);
    let at = item.at;
    match item.content {
        Content::Notice(kind) => {
            let text = notice_text(&kind, &item.author, me, words).unwrap_or_default();
            view! {
                <li class="notice">
                    <span class="notice__text">{text}</span>
                    <Time at=at words=words.clone() />
                </li>
            }
            .into_any()
        }
        Content::Message { body, state } => {
            let name = match item.author {
                Author::Operator { name, .. } => Some(name.to_string()),
                Author::Shopper | Author::System => None,
            };
            let phase = mine.then(|| follow_phase(item.key, state, items, theirs));
            let name = name.map(|name| view! { <span class="bubble__name">{name}</span> });
            let below = phase.map(|phase| progress(phase, words.clone()));
            let failed = phase.map(|phase| failure(phase, item.key, body.clone(), deeds, words.clone()));
            let time_words = words.clone();
            let data = Signal::derive(move || phase.map(|p| p.get().data()));
            view! {
                <li class="timeline__row" data-mine=mine.then_some("")>
                    <Bubble body=body mine=mine state=data>
                        {name}
                        <Time at=at words=time_words />
                        {below}
                    </Bubble>
                    {failed}
                </li>
            }
            .into_any()
        }
    }
}

/// Where the reader's own message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
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

    fn data(self) -> &'static str {
        match self {
            Self::Sending => "pending",
            Self::Failed(_) => "failed",
            Self::Sent | Self::Delivered | Self::Read => "sent",
        }
    }
}

/// A row is drawn once; only its own message's progress is looked up again, and no longer once it has arrived.
fn follow_phase(key: ItemKey, first: Sending, items: Signal<Vec<Item>>, theirs: Signal<Mark>) -> Memo<Phase> {
    let state = Memo::new(move |before: Option<&Sending>| match before {
        Some(Sending::Sent(seq)) => Sending::Sent(*seq),
        _ => items.with(|items| {
            // Own messages that are on their way stand at the end.
            items.iter().rev().find(|i| i.key == key).map_or(first, |i| match &i.content {
                Content::Message { state, .. } => *state,
                Content::Notice(_) => first,
            })
        }),
    });
    Memo::new(move |_| Phase::of(state.get(), theirs.get()))
}

fn progress(phase: Memo<Phase>, words: Words) -> AnyView {
    let shown = move || {
        let (glyph, key): (icon::Glyph, _) = match phase.get() {
            Phase::Sending => (icon::clock, "chat.state.sending"),
            Phase::Sent => (icon::check, "chat.state.sent"),
            Phase::Delivered => (icon::check_check, "chat.state.delivered"),
            Phase::Read => (icon::check_check, "chat.state.read"),
            Phase::Failed(_) => (icon::circle_alert, "chat.state.failed"),
        };
        let text = words.get(key);
        view! {
            <Icon glyph=glyph />
            <span>{text}</span>
        }
    };
    view! { <span class="bubble__state">{shown}</span> }.into_any()
}

fn failure(phase: Memo<Phase>, key: ItemKey, body: Body, deeds: Deeds, words: Words) -> AnyView {
    let shown = move || {
        let (Phase::Failed(why), ItemKey::Client(cid)) = (phase.get(), key) else {
            return None;
        };
        let text = body.as_str().to_owned();
        let copy = Callback::new(move |()| crate::browser::copy(&text));
        let retry = deeds.on_retry.map(|c| {
            let label = words.get("chat.retry");
            let press = Callback::new(move |()| c.run(cid));
            view! { <Button look=Look::Quiet on_press=press>{label}</Button> }
        });
        let discard = deeds.on_discard.map(|c| {
            let label = words.get("chat.discard");
            let press = Callback::new(move |()| c.run(cid));
            view! { <Button look=Look::Quiet on_press=press>{label}</Button> }
        });
        let (reason, copy_label) = (words.refusal(why), words.get("chat.copy"));
        Some(view! {
            <div class="bubble__failed" role="alert">
                <p class="bubble__reason">{reason}</p>
                {retry}
                <Button look=Look::Quiet on_press=copy>
                    {copy_label}
                </Button>
                {discard}
            </div>
        })
    };
    shown.into_any()
}

/// Where the reader is in a list that grows at its end.
#[derive(Clone, Copy)]
struct End {
    node: NodeRef<Div>,
    there: StoredValue<bool>,
    unseen: RwSignal<bool>,
}

impl End {
    fn new() -> Self {
        Self {
            node: NodeRef::new(),
            there: StoredValue::new(true),
            unseen: RwSignal::new(false),
        }
    }

    /// Goes along when something new comes and the reader is at the end, or wrote it.
    fn follow(self, items: Signal<Vec<Item>>, me: Side) {
        Effect::new(move |before: Option<Ends>| {
            let now = items.with(|items| Ends {
                first: items.first().map(|i| i.key),
                last: items.last().map(|i| i.key),
                count: items.len(),
                mine: items.last().is_some_and(|i| i.author.side() == Some(me)),
            });
            let begin = before.is_none();
            if begin || before.is_some_and(|before| now.grew_since(&before)) {
                request_animation_frame(move || {
                    if begin || now.mine || self.there.try_get_value() == Some(true) {
                        self.go();
                    } else {
                        self.unseen.try_set(true);
                    }
                });
            }
            now
        });
        // A phone's keyboard makes the list smaller; its end stays in sight.
        Effect::new(move || {
            let resize = window_event_listener(leptos::ev::resize, move |_| {
                if self.there.try_get_value() == Some(true) {
                    self.go();
                }
            });
            on_cleanup(move || resize.remove());
        });
    }

    fn look(self) {
        if let Some(node) = self.node.try_get_untracked().flatten() {
            let there = node.scroll_height() - node.scroll_top() - node.client_height() < NEAR_END_PX;
            self.there.try_set_value(there);
            if there {
                self.unseen.try_set(false);
            }
        }
    }

    fn go(self) {
        if let Some(node) = self.node.try_get_untracked().flatten() {
            node.set_scroll_top(node.scroll_height());
            self.there.try_set_value(true);
            self.unseen.try_set(false);
        }
    }
}

/// Both ends of a list at one moment.
#[derive(Clone, Copy)]
struct Ends {
    first: Option<ItemKey>,
    last: Option<ItemKey>,
    count: usize,
    mine: bool,
}

impl Ends {
    /// Whether something came at the end, rather than an older page at the beginning.
    fn grew_since(&self, before: &Self) -> bool {
        self.last != before.last || (self.count > before.count && self.first == before.first)
    }
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

    #[test]
    fn an_older_page_is_nothing_new() {
        let at = |first, last, count| Ends {
            first: Some(ItemKey::Seq(Seq(first))),
            last: Some(ItemKey::Seq(Seq(last))),
            count,
            mine: false,
        };
        assert!(!at(1, 9, 9).grew_since(&at(5, 9, 5)), "an older page");
        assert!(at(5, 10, 6).grew_since(&at(5, 9, 5)), "a new line");
        assert!(
            at(5, 9, 6).grew_since(&at(5, 9, 5)),
            "a new line above one that is still on its way"
        );
    }
}
