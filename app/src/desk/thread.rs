//! One conversation as the desk has it in hand: its timeline, and what is known of the person.
//!
//! Made above every list and window and kept there (pitfalls P1, P2), so a window may come and go while words are on their way. It
//! does not load itself and speaks to nobody; [`super::deeds`] and [`super::link`] do.

use leptos::prelude::*;
use model::{
    conversation::StageName,
    desk::{Connection, Contact, DeskConversation, InboxRow},
    event::Event,
    id::{ConversationId, Seq},
    party::Side,
    timeline::{Content, ItemKey, Sending, Timeline},
};
use ui::ArcSlot;

use crate::api::ApiError;

/// How far a conversation is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// Asked for.
    Loading,
    /// All here, and followed.
    Ready,
    /// Not to be had, and why.
    Failed(ApiError),
}

/// A conversation in hand. Cheap to clone; every clone is the same conversation.
#[derive(Clone)]
pub(crate) struct Thread {
    /// Which.
    pub(crate) id: ConversationId,
    /// How far it is loaded.
    pub(crate) load: ArcSlot<Load>,
    /// What was said, and what is on its way.
    pub(crate) timeline: ArcSlot<Timeline>,
    /// Its line in the lists, as it was when it was loaded.
    pub(crate) row: ArcSlot<Option<InboxRow>>,
    /// How to reach the person.
    pub(crate) contact: ArcSlot<Contact>,
    /// The connection's facts.
    pub(crate) connection: ArcSlot<Connection>,
    /// Whether the shopper is on the site at this moment.
    pub(crate) here: ArcRwSignal<bool>,
    /// Whether the owner keeps it by a legal hold.
    pub(crate) held: ArcRwSignal<bool>,
    /// Who is typing: the shopper, or a colleague by name.
    pub(crate) typing: ArcSlot<Option<Typist>>,
    /// The desk's own log: notes that the shopper never sees.
    pub(crate) notes: ArcSlot<Timeline>,
    /// Whether the box for notes stands in place of the box for answers.
    pub(crate) noting: ArcRwSignal<bool>,
    /// A note, typed and not sent. Never the same text as the answer's: what was meant for colleagues cannot go to the shopper.
    pub(crate) note_draft: ArcRwSignal<String>,
    /// Typed and not sent; survives hiding the window (P-i3).
    pub(crate) draft: ArcRwSignal<String>,
    /// How many views show it at this moment.
    pub(crate) shown: ArcSlot<u32>,
}

/// Who is typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typist {
    /// The person across the counter.
    Shopper,
    /// Somebody at this desk.
    Colleague(String),
}

impl Thread {
    /// Nothing is known of it yet but what was typed into it before.
    pub(crate) fn new(id: ConversationId, draft: String) -> Self {
        Self {
            id,
            load: ArcSlot::new(Load::Loading),
            timeline: ArcSlot::new(Timeline::new(Side::Desk, Seq::ZERO, StageName::Live)),
            row: ArcSlot::new(None),
            contact: ArcSlot::new(Contact::default()),
            connection: ArcSlot::new(Connection::default()),
            here: ArcRwSignal::new(false),
            held: ArcRwSignal::new(false),
            typing: ArcSlot::new(None),
            notes: ArcSlot::new(Timeline::new(Side::Desk, Seq::ZERO, StageName::Live)),
            noting: ArcRwSignal::new(false),
            note_draft: ArcRwSignal::new(String::new()),
            draft: ArcRwSignal::new(draft),
            shown: ArcSlot::new(0),
        }
    }

    /// It arrived. What was typed here and is on its way stays on screen.
    pub(crate) fn fill(&self, conversation: DeskConversation) {
        let mut fresh = conversation.view.timeline(Side::Desk);
        self.timeline.update(|known| {
            carry_over(known, &mut fresh);
            *known = fresh;
        });
        let mut fresh_notes = notes_of(&conversation.desk_events, conversation.desk_head);
        self.notes.update(|known| {
            carry_over(known, &mut fresh_notes);
            *known = fresh_notes;
        });
        self.row.set(Some(conversation.row));
        self.contact.set(conversation.contact);
        self.connection.set(conversation.connection);
        self.held.set(conversation.held);
        // The one who reads the database may not know; what the connection told stands.
        if conversation.here {
            self.here.set(true);
        }
        self.load.set(Load::Ready);
    }

    /// Whether it holds text that was typed and not sent.
    pub(crate) fn has_draft(&self) -> bool {
        let unsent = |draft: &String| !draft.trim().is_empty();
        self.draft.with_untracked(unsent) || self.note_draft.with_untracked(unsent)
    }

    /// Whether nothing would be missed if it were put back: nobody looks at it, and nothing typed here is on its way.
    pub(crate) fn is_idle(&self) -> bool {
        let on_its_way = |timeline: &Timeline| {
            timeline
                .items()
                .any(|item| matches!(&item.content, Content::Message { state, .. } if !matches!(state, Sending::Sent(_))))
        };
        let still = !self.timeline.with_untracked(on_its_way) && !self.notes.with_untracked(on_its_way);
        self.shown.get_untracked() == 0 && !self.has_draft() && still
    }
}

/// The desk's own log, as far as it was loaded.
fn notes_of(events: &[Event], head: Seq) -> Timeline {
    let after = events.first().map_or(head, |event| Seq(event.seq.0 - 1));
    let mut notes = Timeline::new(Side::Desk, after, StageName::Live);
    for event in events {
        notes.apply(event);
    }
    notes
}

/// Takes what is still on its way from one timeline into another of the same conversation.
fn carry_over(from: &Timeline, to: &mut Timeline) {
    for item in from.items() {
        let (ItemKey::Client(cid), Content::Message { body, state }) = (item.key, &item.content) else {
            continue;
        };
        if matches!(state, Sending::Sent(_)) {
            continue;
        }
        to.echo(item.author.clone(), cid, body.clone(), item.at);
        if let Sending::Failed(why) = state {
            to.fail(cid, *why);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{
        event::EventKind,
        id::{AccountId, ClientId},
        party::Author,
        refusal::Refusal,
        text::{Body, Name},
        time::Timestamp,
    };

    use super::*;

    fn cid(n: u8) -> ClientId {
        format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id")
    }

    fn anna() -> Author {
        let id: AccountId = "00000000-0000-7000-8000-000000000099".parse().expect("an id");
        Author::Operator {
            id,
            name: Name::parse("Anna").expect("a name"),
        }
    }

    fn body(text: &str) -> Body {
        Body::parse(text).expect("a body")
    }

    #[test]
    fn what_is_on_its_way_survives_loading_the_conversation_again() {
        let mut known = Timeline::new(Side::Desk, Seq::ZERO, StageName::Live);
        known.echo(anna(), cid(1), body("arrived meanwhile"), Timestamp(1));
        known.echo(anna(), cid(2), body("on its way"), Timestamp(2));
        known.echo(anna(), cid(3), body("refused"), Timestamp(3));
        known.fail(cid(3), Refusal::Busy);

        let mut fresh = Timeline::new(Side::Desk, Seq::ZERO, StageName::Live);
        fresh.apply(&Event {
            seq: Seq(1),
            at: Timestamp(5),
            author: anna(),
            cid: Some(cid(1)),
            kind: EventKind::Posted {
                body: body("arrived meanwhile"),
            },
            via: None,
        });
        carry_over(&known, &mut fresh);

        let states: Vec<Sending> = fresh
            .items()
            .filter_map(|item| {
                if let Content::Message { state, .. } = item.content {
                    Some(state)
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(states, [Sending::Sent(Seq(1)), Sending::Pending, Sending::Failed(Refusal::Busy)]);
    }
}
