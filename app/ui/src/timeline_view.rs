//! A conversation as its reader sees it: the words of both sides, what happened between them, and how far the reader's own words have come.
//!
//! It stays at its end while the reader is there, and never pulls a reader away who has scrolled up.

use leptos::prelude::*;
use model::{
    event::{EventKind, Mark},
    id::ClientId,
    party::{Author, Side},
    text::Body,
    time::Timestamp,
    timeline::{Content, Item, ItemKey, Sending},
    words::Words,
};

use crate::{
    bubble::Bubble,
    end::End,
    erased::{Erase, Erased},
    icon::{self, Icon},
    lines::Lines,
    notice::notice_text,
    phase::{Deeds, failure, follow_phase, progress},
    prop::{Act, Reading},
    time::Time,
};

/// The log of a conversation.
#[component]
pub fn TimelineView<C>(
    /// What it says.
    words: Words,
    /// The reader's side.
    me: Side,
    /// `Timeline::items`, or the timeline itself.
    #[prop(into)]
    items: Lines,
    /// `Timeline::theirs`: how far the other side has come.
    #[prop(into)]
    theirs: Reading<Mark>,
    /// Send a refused message again.
    #[prop(optional, into)]
    on_retry: Option<Act<ClientId>>,
    /// Give a refused message up.
    #[prop(optional, into)]
    on_discard: Option<Act<ClientId>>,
    /// What stands above the first line: a welcome, a way to older pages.
    children: TypedChildren<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let end = End::new();
    end.follow(items.clone(), me);
    let label = words.get("chat.conversation");
    let newer = words.get("chat.new_messages");
    let above = children.into_inner();
    let log = Log {
        words,
        me,
        lines: items.clone(),
        theirs,
        deeds: Deeds { on_retry, on_discard },
    };
    view! {
        <div class="timeline-frame">
            <div
                node_ref=end.place
                class="timeline"
                role="log"
                aria-label=label
                aria-live="polite"
                aria-relevant="additions"
                tabindex="0"
                on:scroll=move |_| end.look()
            >
                {above()}
                <ol class="timeline__list">
                    <For each=move || items.all() key=|item: &Item| item.key children=move |item: Item| log.row(item) />
                </ol>
            </div>
            <button type="button" class="timeline__new" hidden=end.nothing_new() on:click=move |_| end.go()>
                <Icon glyph=icon::arrow_down />
                {newer}
            </button>
        </div>
    }
}

/// What every row is drawn from.
#[derive(Clone)]
struct Log {
    words: Words,
    me: Side,
    lines: Lines,
    theirs: Reading<Mark>,
    deeds: Deeds,
}

impl Log {
    fn row(&self, item: Item) -> Erased {
        match item.content {
            Content::Notice(kind) => self.notice(item.at, &kind, &item.author).erase(),
            Content::Message { body, state } => self.message(item.key, item.at, item.author, body, state).erase(),
        }
    }

    fn notice(&self, at: Timestamp, kind: &EventKind, author: &Author) -> impl IntoView + use<> {
        let text = notice_text(kind, author, self.me, &self.words).unwrap_or_default();
        let words = self.words.clone();
        view! {
            <li class="notice">
                <span class="notice__text">{text}</span>
                <Time at=at words=words />
            </li>
        }
    }

    fn message(&self, key: ItemKey, at: Timestamp, author: Author, body: Body, state: Sending) -> impl IntoView + use<> {
        let mine = author.side() == Some(self.me);
        let phase = mine.then(|| follow_phase(key, state, self.lines.clone(), self.theirs.clone()));
        let name = match author {
            Author::Operator { name, .. } => Some(view! { <span class="bubble__name">{String::from(name)}</span> }),
            Author::Shopper | Author::System => None,
        };
        let words = self.words.clone();
        let below = phase.map(|phase| progress(phase, self.words.clone()));
        let failed = phase.map(|phase| failure(phase, key, body.clone(), self.deeds.clone(), self.words.clone()));
        let data = Reading::new(move || phase.map(|phase| phase.get().data().to_owned()));
        view! {
            <li class="timeline__row" data-mine=mine.then_some("")>
                <Bubble body=body mine=mine state=data>
                    {name}
                    <Time at=at words=words />
                    {below}
                </Bubble>
                {failed}
            </li>
        }
    }
}
