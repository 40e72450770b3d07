//! A chat that nobody took is seen and heard until somebody takes it. After the store's limit it becomes an offline message by itself;
//! that happens on the server.

use std::time::Duration;

use leptos::prelude::*;
use model::{
    conversation::StageName,
    desk::{InboxRow, Recap},
    id::ConversationId,
};
use ui::{Act, Button, Erase, Erased, Icon, Look, Reading, effect, icon, known};

use super::{
    deeds,
    sound::{self, Tone},
    state::DeskState,
};

/// Between two alarms: often enough to be heard by whoever comes back from the coffee machine.
const AGAIN: Duration = Duration::from_secs(5);

/// Chats that nobody has, the longest waiting first; nothing for who is not on duty.
fn untaken(recap: &Recap) -> Vec<ConversationId> {
    if !recap.on_duty {
        return Vec::new();
    }
    let waiting = recap
        .ongoing
        .iter()
        .filter(|row| row.stage == StageName::Queued && row.operator.is_none());
    waiting.map(|row| row.id).collect()
}

/// Whether somebody has said something in a conversation that is not in hand: of those in hand the log tells it.
pub(super) fn something_was_said(desk: DeskState, fresh: &Recap) -> bool {
    let more = |row: &InboxRow| {
        let before = desk
            .recap
            .with_untracked(|known| known.ongoing.iter().find(|k| k.id == row.id).map_or(0, |k| k.unread));
        row.unread > before && desk.thread_now(row.id).is_none()
    };
    fresh.on_duty && fresh.ongoing.iter().any(more)
}

/// The bar that says so; `open` shows the conversation that was taken with its button.
pub(super) fn alarm(desk: DeskState, open: Act<ConversationId>) -> Erased {
    let waiting = known(move || desk.recap.with(untaken));
    let mut before = 0;
    effect(move || {
        let now = waiting.with(Vec::len);
        if now > before {
            sound::ring(desk, Tone::Conversation);
        }
        before = now;
    });
    effect(move || {
        let again = move || {
            if waiting.try_with_untracked(|waiting| !waiting.is_empty()) == Some(true) {
                sound::ring(desk, Tone::Conversation);
            }
        };
        if let Ok(handle) = set_interval_with_handle(again, AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
    let take = Act::new(move |()| {
        if let Some(first) = waiting.with_untracked(|waiting| waiting.first().copied()) {
            deeds::take(desk, first);
            open.run(first);
        }
    });
    let count = known(move || waiting.with(Vec::len));
    let shown = Reading::new(move || {
        let (n, take) = (count.get(), take.clone());
        (n > 0).then(|| {
            view! {
                <div class="alarm">
                    <Icon glyph=icon::message_circle />
                    <p class="alarm__text">{desk.words().count("desk.alarm", n as u64)}</p>
                    <Button look=Look::Quiet on_press=take>
                        {desk.t("desk.alarm.take")}
                    </Button>
                </div>
            }
            .erase()
        })
    });
    view! { <div role="alert">{shown}</div> }.erase()
}

#[cfg(test)]
mod tests {
    use model::{
        conversation::{About, Kind},
        desk::Operator,
        id::{AccountId, Seq},
        party::Customer,
        text::Name,
        time::Timestamp,
    };

    use super::*;

    fn row(n: u8, stage: StageName, operator: Option<Operator>) -> InboxRow {
        InboxRow {
            id: format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id"),
            kind: Kind::Live,
            stage,
            customer: Customer::Guest { number: 1, name: None },
            operator,
            about: About::Nothing,
            preview: String::new(),
            preview_mine: false,
            at: Timestamp(0),
            waiting_since: None,
            unread: 0,
            head: Seq(1),
            saved: false,
            rating: None,
        }
    }

    #[test]
    fn only_what_nobody_took_rings_and_only_for_those_on_duty() {
        let anna = Operator {
            id: "00000000-0000-7000-8000-000000000099".parse::<AccountId>().expect("an id"),
            name: Name::parse("Anna").expect("a name"),
        };
        let mut recap = Recap {
            on_duty: true,
            live_chat: true,
            shut: false,
            ongoing: vec![
                row(1, StageName::Live, Some(anna)),
                row(2, StageName::Queued, None),
                row(3, StageName::Mail, None),
            ],
            finished: Vec::new(),
            offline_unread: 0,
            shop_unread: 0,
            order_unread: 0,
            thread_unread: 0,
            ticket_unread: 0,
            dispute_unread: 0,
        };
        assert_eq!(untaken(&recap), [recap.ongoing[1].id]);
        recap.on_duty = false;
        assert!(untaken(&recap).is_empty());
    }
}
