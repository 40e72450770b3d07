//! Notes between colleagues: in their place among the lines of a conversation, and a box of their own to write them in.
//!
//! They live in the desk's own log, which the shopper's side cannot follow. The box is another one than the answer's, so that neither
//! text can ever be sent as the other.

use leptos::prelude::*;
use model::{
    id::ConversationId,
    timeline::{Content, Item, Sending, Timeline},
    words::Words,
};
use ui::{Act, Composer, Erase, Erased, Glyph, Icon, Reading, Switch, icon, pressed};

use super::{browser, deeds, state::DeskState, thread::Thread};

/// The lines of both logs, in the order of their time; what is on its way stands last.
pub(super) fn mixed(everyones: &Timeline, notes: &Timeline) -> Vec<Item> {
    let mut lines: Vec<Item> = everyones.items().cloned().collect();
    let before = lines.len();
    lines.extend(notes.items().map(|item| Item {
        note: true,
        ..item.clone()
    }));
    if lines.len() > before {
        // Stable: of the same millisecond, what everybody saw stands first.
        lines.sort_by_key(|item| (is_on_its_way(item), item.at));
    }
    lines
}

fn is_on_its_way(item: &Item) -> bool {
    matches!(&item.content, Content::Message { state, .. } if !matches!(state, Sending::Sent(_)))
}

/// The switch between the two boxes.
pub(super) fn switch(desk: DeskState, noting: RwSignal<bool>) -> Erased {
    let change = Act::new(move |on| noting.set(on));
    view! { <Switch label=desk.t("desk.note.switch") on=noting on_change=change /> }.erase()
}

/// The buttons of the message center: each shows its box and puts the cursor there (S-30, S-31).
pub(super) fn modes(desk: DeskState, noting: RwSignal<bool>, place: &'static str, id: ConversationId) -> Erased {
    let mode = move |remark: bool, key: &str, glyph: Glyph| {
        let into = [place, if remark { "-note-" } else { "-" }, id.to_string().as_str()].concat();
        view! {
            <button
                type="button"
                class="button button--quiet button--small"
                aria-pressed=Reading::spelled(move || noting.get() == remark)
                on:click=pressed(move || {
                    noting.set(remark);
                    browser::focus_soon(into.clone());
                })
            >
                <Icon glyph=glyph />
                {desk.t(key)}
            </button>
        }
        .erase()
    };
    view! {
        <div class="answer__modes" role="group" aria-label=desk.t("desk.actions")>
            {mode(false, "desk.messages.reply", icon::send)}
            {mode(true, "desk.remark.add", icon::pencil)}
        </div>
    }
    .erase()
}

/// The box for a note, in place of the answer's while `noting`. Beside orders it is called a remark.
pub(super) fn note_box(desk: DeskState, thread: &Thread, place: &'static str, noting: RwSignal<bool>, remark: bool) -> Erased {
    let id = thread.id;
    let keep = Act::new(move |body| deeds::note(desk, id, body));
    view! {
        <div class="note-box" hidden=Reading::flag(move || !noting.get())>
            <p class="note-box__hint small">{desk.t("desk.note.hint")}</p>
            <Composer id=format!("{place}-note-{id}") words=words(&desk.words(), remark) draft=RwSignal::from(thread.note_draft.clone()) on_send=keep />
        </div>
    }
    .erase()
}

/// The composer's words, said of notes.
fn words(words: &Words, remark: bool) -> Words {
    let [label, placeholder, keep] = if remark {
        ["desk.remark.label", "desk.remark.placeholder", "desk.remark.save"]
    } else {
        ["desk.note.label", "desk.note.placeholder", "desk.note.add"]
    };
    [("chat.message", label), ("chat.placeholder", placeholder), ("chat.send", keep)]
        .into_iter()
        .fold(words.clone(), |changed, (key, of_notes)| changed.but(key, words.get(of_notes)))
}

#[cfg(test)]
mod tests {
    use model::{
        conversation::StageName,
        event::{Event, EventKind},
        id::{ClientId, Seq},
        party::{Author, Side},
        text::Body,
        time::Timestamp,
    };

    use super::*;

    fn cid(n: u8) -> ClientId {
        format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id")
    }

    fn body(text: &str) -> Body {
        Body::parse(text).expect("a body")
    }

    fn log(said: &[(i64, i64, u8, &str)]) -> Timeline {
        let mut timeline = Timeline::new(Side::Desk, Seq::ZERO, StageName::Live);
        for (seq, at, id, text) in said {
            timeline.apply(&Event {
                seq: Seq(*seq),
                at: Timestamp(*at),
                author: Author::Shopper,
                cid: Some(cid(*id)),
                kind: EventKind::Posted { body: body(text) },
                via: None,
            });
        }
        timeline
    }

    fn texts(lines: &[Item]) -> Vec<(String, bool)> {
        lines
            .iter()
            .filter_map(|item| match &item.content {
                Content::Message { body, .. } => Some((body.to_string(), item.note)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn notes_stand_where_they_were_written_and_are_marked() {
        let mut everyones = log(&[(1, 10, 1, "Hello?"), (2, 30, 2, "Still there?")]);
        let notes = log(&[(1, 20, 3, "Look at the order first"), (2, 30, 4, "Same moment")]);
        everyones.echo(Author::System, cid(5), body("On its way"), Timestamp(15));
        let seen = texts(&mixed(&everyones, &notes));
        let wanted = [
            ("Hello?", false),
            ("Look at the order first", true),
            ("Still there?", false),
            ("Same moment", true),
            ("On its way", false),
        ];
        assert_eq!(seen, wanted.map(|(text, note)| (text.to_owned(), note)));
    }

    #[test]
    fn without_notes_the_order_is_the_logs_own() {
        // A clock that went back within a page of the log moves nothing.
        let everyones = log(&[(1, 30, 1, "one"), (2, 20, 2, "two")]);
        let seen = texts(&mixed(&everyones, &log(&[])));
        assert_eq!(seen, [("one".to_owned(), false), ("two".to_owned(), false)]);
    }
}
