//! A conversation as its reader sees it: the words of both sides, what happened between them, and how far the reader's own words have come.
//!
//! It stays at its end while the reader is there, and never pulls a reader away who has scrolled up.

use std::sync::Arc;

use leptos::prelude::*;
use model::{
    event::{EventKind, Mark, Via},
    id::ClientId,
    party::{Author, Side},
    text::Body,
    time::Timestamp,
    timeline::{Content, Item, ItemKey, Sending},
    words::Words,
};

use crate::{
    bubble::words,
    end::End,
    erased::{Erase, Erased},
    heard::{changed, pressed},
    icon::{self, Icon},
    lines::Lines,
    notice::notice_text,
    phase::{Deeds, failure, follow_phase, progress},
    prop::{Act, Reading},
    rows::{Key, Moment, rows},
    shared::shared,
    time::Time,
};

/// The log of a conversation.
#[component]
pub fn TimelineView(
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
    /// Tells of what came through a door that is not ours; only colleagues want to know.
    #[prop(optional)]
    told: Option<fn(&Via, &Words) -> String>,
    /// What stands above the first line: a welcome, a way to older pages.
    above: Erased,
) -> impl IntoView {
    let end = End::new();
    end.follow(items.clone(), me);
    let label = words.get("chat.conversation");
    let newer = words.get("chat.new_messages");
    let log = Arc::new(Log {
        words,
        me,
        lines: items,
        theirs,
        deeds: Deeds { on_retry, on_discard },
        told,
    });
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
                on:scroll=changed(move |_| end.look())
            >
                {above}
                <ol class="timeline__list">
                    {rows(Box::new(move || log.now()))}
                </ol>
            </div>
            <button type="button" class="timeline__new" hidden=end.nothing_new() on:click=pressed(move || end.go())>
                <Icon glyph=icon::arrow_down />
                {newer}
            </button>
        </div>
    }
}

/// What every row is drawn from.
struct Log {
    words: Words,
    me: Side,
    lines: Lines,
    theirs: Reading<Mark>,
    deeds: Deeds,
    told: Option<fn(&Via, &Words) -> String>,
}

impl Log {
    /// The lines as they are now. They are copied only if one of them is to be drawn.
    fn now(self: &Arc<Self>) -> Moment {
        let mut keys = Vec::new();
        self.lines.each(&mut |item| keys.push(Key::Item(item.key)));
        let (log, mut rest) = (Arc::clone(self), None);
        let draw = Box::new(move |at: usize| {
            let rest = rest.get_or_insert_with(|| log.lines.all().into_iter().enumerate());
            rest.find(|(n, _)| *n == at).map(|(_, item)| log.row(item))
        });
        Moment { keys, draw }
    }

    fn row(&self, item: Item) -> Erased {
        let Item {
            key,
            at,
            author,
            note,
            via,
            ..
        } = item;
        let door = self.told.zip(via).map(|(told, via)| told(&via, &self.words));
        match item.content {
            Content::Notice(kind) => self.notice(at, &kind, &author).erase(),
            Content::Message { body, state } => {
                // Only what is on its way can still change.
                let shown = (!matches!(state, Sending::Sent(_))).then(|| RwSignal::new(body.clone()));
                let content = match shown {
                    Some(shown) => (move || words(&shown.get())).erase(),
                    None => words(&body),
                };
                self.said(
                    Said {
                        key,
                        at,
                        author,
                        state,
                        note,
                        door,
                        text: Some(body),
                        shown,
                    },
                    content,
                )
                .erase()
            }
            Content::File { file, seq } => {
                let content = shared(file, self.me, &self.words).erase();
                let state = Sending::Sent(seq);
                self.said(
                    Said {
                        key,
                        at,
                        author,
                        state,
                        note,
                        door,
                        text: None,
                        shown: None,
                    },
                    content,
                )
                .erase()
            }
        }
    }

    fn notice(&self, at: Timestamp, kind: &EventKind, author: &Author) -> impl IntoView + use<> {
        let text = notice_text(kind, author, self.me, &self.words).unwrap_or_default();
        let words = self.words.clone();
        let comment = match kind {
            EventKind::Rated { comment, .. } => comment.clone(),
            _ => None,
        };
        let comment = comment.map(|comment| view! { <q class="notice__quote" dir="auto">{String::from(comment)}</q> });
        view! {
            <li class="notice">
                <span class="notice__text">{text}</span>
                {comment}
                <Time at=at words=words />
            </li>
        }
    }

    fn said(&self, said: Said, content: Erased) -> impl IntoView + use<> {
        let Said {
            key,
            at,
            author,
            state,
            note,
            door,
            text,
            shown,
        } = said;
        let mine = author.side() == Some(self.me);
        // The other side never reads a note, so nothing is told of how far it came there.
        let theirs = if note { Reading::default() } else { self.theirs.clone() };
        let phase = mine.then(|| follow_phase(key, state, shown, self.lines.clone(), theirs));
        let name = match author {
            Author::Operator { name, .. } => {
                let name = if note {
                    [self.words.get("desk.note.mark").as_str(), " · ", name.as_str()].concat()
                } else {
                    String::from(name)
                };
                Some(name)
            }
            Author::Shopper | Author::System => door,
        };
        let name = name.map(|name| view! { <span class="bubble__name">{name}</span> });
        let words = self.words.clone();
        let below = phase.map(|phase| progress(phase, self.words.clone()));
        // A file is never shown before it has arrived, so it cannot be refused.
        let failed = phase
            .zip(text)
            .map(|(phase, text)| failure(phase, key, text, self.deeds.clone(), self.words.clone()));
        let data = Reading::new(move || phase.map(|phase| phase.get().data().to_owned()));
        let mine = mine.then_some("");
        view! {
            <li class="timeline__row" data-mine=mine data-note=note.then_some("")>
                <div class="bubble" data-mine=mine data-state=data>
                    {content}
                    <div class="bubble__meta">{name} <Time at=at words=words /> {below}</div>
                </div>
                {failed}
            </li>
        }
    }
}

/// Something that one of the sides said.
struct Said {
    key: ItemKey,
    at: Timestamp,
    author: Author,
    state: Sending,
    note: bool,
    /// What is told of the door it came through.
    door: Option<String>,
    /// The words, when it was words.
    text: Option<Body>,
    /// The words as they are shown, while they can still change.
    shown: Option<RwSignal<Body>>,
}
