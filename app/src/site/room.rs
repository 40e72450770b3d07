//! A room: everything that was said in one conversation, and the form that answers. Threads, tickets and disputes all show themselves with
//! it, to either side. It runs no program and decides nothing: who may say something here was asked before it is drawn.

mod sentence;

use leptos::prelude::*;
use model::{
    event::{Event, EventKind, Via},
    file::SharedFile,
    party::{Author, Side},
    refusal::{Field as Which, Refusal},
    text::{Body, Span},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{
    sign_in::{error_of, whole_form},
    written,
};

pub(super) use sentence::remedy;

/// Something that happened in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomLine {
    /// What.
    pub event: Event,
    /// Whether only the desk may see it.
    pub internal: bool,
}

/// The form below a room.
#[derive(Clone, Debug, Default)]
pub struct RoomReply {
    /// Where it is sent to.
    pub action: String,
    /// So that what is sent twice is one message.
    pub cid: String,
    /// What it says: as it was typed, if it was refused.
    pub typed: String,
    /// Why it was refused.
    pub answer: Option<Refusal>,
    /// Whether it takes a file.
    pub can_attach: bool,
    /// Whether it also takes notes that only the desk sees: a second button, which says `to=desk`.
    pub can_note: bool,
}

/// A room.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    /// What it says.
    pub(super) words: &'a Words,
    /// Whose eyes it is shown to. What they said themselves stands at the other edge.
    pub(super) side: Side,
    /// What the shopper's side is called, for everybody else.
    pub(super) shopper: Option<&'a str>,
    /// What was said, the oldest first.
    pub(super) lines: &'a [RoomLine],
    /// How one answers, where one may.
    pub(super) reply: Option<&'a RoomReply>,
    /// The address of what was said before.
    pub(super) more: Option<&'a str>,
    /// What the clock on the store's wall shows at a moment.
    pub(super) wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync),
}

/// The room, as a part of a page.
pub(super) fn room(room: &Room<'_>) -> Erased {
    let words = room.words;
    let older = room.more.map(|to| {
        view! {
            <p>
                <a class="button button--quiet" href=to.to_owned()>
                    {words.get("site.room.older")}
                </a>
            </p>
        }
        .erase()
    });
    let lines = if room.lines.is_empty() {
        view! { <p class="muted">{words.get("site.room.empty")}</p> }.erase()
    } else {
        room.lines.iter().map(|one| line(room, one)).collect_view().erase()
    };
    view! {
        <div class="room">
            {older} <div class="room__log" role="log" tabindex="0" aria-label=words.get("site.room.conversation")>
                {lines}
            </div> {room.reply.map(|form| reply(words, form))}
        </div>
    }
    .erase()
}

fn line(room: &Room<'_>, line: &RoomLine) -> Erased {
    let words = room.words;
    let event = &line.event;
    let (said, content) = match &event.kind {
        EventKind::Posted { body } => (true, text(body)),
        EventKind::Shared { file } => (true, shared(file, words)),
        other => {
            let sentence = sentence::of(words, other);
            (false, view! { <p class="room__sentence">{sentence}</p> }.erase())
        }
    };
    let mine = event.author.side() == Some(room.side);
    let name = match &event.author {
        Author::Shopper if mine => Some(words.get("site.room.you")),
        Author::Shopper => Some(room.shopper.map_or_else(|| words.get("site.room.customer"), str::to_owned)),
        Author::Operator { name, .. } => Some(name.to_string()),
        Author::System => None,
    };
    let internal = line.internal.then(|| {
        view! {
            <span class="badge room__internal">
                {words.get("site.room.note")}
            </span>
        }
        .erase()
    });
    let via = event.via.as_ref().map(|Via::Mail { from, .. }| {
        let said = words.with("site.room.by_mail", &[("from", from.as_str())]);
        view! { <span>{said}</span> }.erase()
    });
    let shown = written::moment((room.wall)(event.at), words.language());
    let kind = if said { "said" } else { "happened" };
    view! {
        <article class="room__line" data-kind=kind data-mine=mine.then_some("") data-internal=line.internal.then_some("")>
            <p class="room__meta">
                {name.map(|name| view! { <strong dir="auto">{name}</strong> }.erase())} {internal} {via}
                <time datetime=event.at.rfc3339()>{shown}</time>
            </p>
            {content}
        </article>
    }
    .erase()
}

/// Somebody's words, with their links: pieces that were parsed, never markup.
fn text(body: &Body) -> Erased {
    let spans: Vec<Erased> = body
        .spans()
        .into_iter()
        .map(|span| match span {
            Span::Text(text) => text.to_owned().erase(),
            Span::Link(link) => view! {
                <a href=link.to_owned() target="_blank" rel="noopener noreferrer nofollow ugc">
                    {link.to_owned()}
                </a>
            }
            .erase(),
        })
        .collect();
    view! {
        <p class="room__text" dir="auto">
            {spans}
        </p>
    }
    .erase()
}

/// A file: a picture where it stands, anything else to be saved.
fn shared(file: &SharedFile, words: &Words) -> Erased {
    let key = file.key.as_deref().map(|key| format!("&k={key}")).unwrap_or_default();
    let (show, save) = (format!("/files/{}?show{key}", file.id), format!("/files/{}?save{key}", file.id));
    let name = file.name.to_string();
    let called = name.clone();
    if let Some((width, height)) = file.pixels {
        return view! {
            <a class="shared shared--picture" href=save download=called>
                <img src=show alt=name width=width.to_string() height=height.to_string() loading="lazy" />
            </a>
        }
        .erase();
    }
    let size = words.with("site.room.kilobytes", &[("n", &file.size.div_ceil(1024).to_string())]);
    view! {
        <a class="shared" href=save download=called>
            <span class="shared__name" dir="auto">
                {name}
            </span>
            <span class="shared__size">{size}</span>
        </a>
    }
    .erase()
}

fn reply(words: &Words, form: &RoomReply) -> Erased {
    let send = words.get("site.room.send");
    let attach = form.can_attach.then(|| {
        let error = error_of(words, form.answer, Which::File);
        let (invalid, class) = match &error {
            Some(_) => (Some("true"), "field__error"),
            None => (None, "field__hint"),
        };
        let said = error.unwrap_or_else(|| words.get("site.room.attach_hint"));
        view! {
            <div class="field">
                <label class="field__label" for="room-file">
                    {words.get("site.room.attach")}
                </label>
                <input class="input" id="room-file" type="file" name="file" aria-invalid=invalid aria-describedby="room-file-said" />
                <p class=class id="room-file-said">
                    {said}
                </p>
            </div>
        }
        .erase()
    });
    let note = form.can_note.then(|| {
        view! {
            <button class="button button--quiet" type="submit" name="to" value="desk">
                {words.get("site.room.add_note")}
            </button>
        }
        .erase()
    });
    view! {
        <form class="card stack room__reply" method="post" enctype="multipart/form-data" novalidate=true action=form.action.clone()>
            {whole_form(words, form.answer, &[Which::Message, Which::File])}
            <input type="hidden" name="cid" value=form.cid.clone() />
            <Field
                id="room-message"
                label=words.get("field.message")
                name="message"
                rows=4
                text=RwSignal::new(form.typed.clone())
                error=Signal::stored(error_of(words, form.answer, Which::Message))
            />
            {attach}
            <div class="cluster">
                <Button submit=true>{send}</Button>
                {note}
            </div>
        </form>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{case::Statement, id::Seq, language::Language, text::Name};

    use super::*;

    fn said(text: &str, author: Author, internal: bool) -> RoomLine {
        RoomLine {
            event: Event {
                seq: Seq(1),
                at: Timestamp(1_709_215_500_000),
                author,
                cid: None,
                kind: EventKind::Posted {
                    body: Body::parse(text).expect("fine"),
                },
                via: None,
            },
            internal,
        }
    }

    fn shown(lines: &[RoomLine], reply: Option<&RoomReply>) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let wall = |at| at;
        let owner = Owner::new();
        owner.with(|| {
            room(&Room {
                words: &words,
                side: Side::Shopper,
                shopper: None,
                lines,
                reply,
                more: None,
                wall: &wall,
            })
            .to_html()
        })
    }

    #[test]
    fn a_13_what_is_said_is_shown_with_who_and_when_and_is_never_markup() {
        let anna = Author::Operator {
            id: "018f0000-0000-7000-8000-000000000001".parse().expect("an id"),
            name: Name::parse("Anna").expect("fine"),
        };
        let html = shown(&[said("<b>Hi</b>", Author::Shopper, false), said("Note", anna, true)], None);
        assert!(html.contains("&lt;b&gt;Hi") && html.contains("site.room.you"), "{html}");
        assert!(html.contains("29 February 2024, 14:05") && html.contains("Anna"), "{html}");
        assert_eq!(html.matches("data-internal").count(), 1, "{html}");
        assert!(
            !html.contains("<form") && !html.contains("<script") && !html.contains("style="),
            "{html}"
        );
    }

    #[test]
    fn a_14_what_was_typed_stays_and_what_is_wrong_stands_at_its_field() {
        let reply = RoomReply {
            action: "/here".to_owned(),
            cid: "c".to_owned(),
            typed: "\"><i>".to_owned(),
            answer: Some(Refusal::Invalid(Which::File)),
            can_attach: true,
            can_note: false,
        };
        let html = shown(&[], Some(&reply));
        assert!(html.contains("multipart/form-data") && html.contains("refusal.invalid"), "{html}");
        assert!(!html.contains("<i>") && !html.contains("value=\"desk\""), "{html}");
    }

    #[test]
    fn what_happened_is_a_sentence() {
        let mut line = said("x", Author::System, false);
        line.event.kind = EventKind::Stated { what: Statement::Accepted };
        assert!(shown(&[line], None).contains("site.room.accepted"));
    }
}
