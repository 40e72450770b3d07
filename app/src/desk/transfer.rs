//! Handing a conversation to a colleague who is on duty.

use leptos::{prelude::*, task::spawn_local};
use model::{conversation::StageName, desk::Operator, id::AccountId, party::Role, timeline::Timeline};
use ui::{Act, Button, Dialog, Erase, Erased, Icon, Known, Look, Reading, Slot, icon, known, pressed};

use super::{chat_window::row_of, deeds, list::Phase, state::DeskState, thread::Thread};
use crate::api::conversation as door;

/// What the dialog holds. It lives with the view of the conversation.
#[derive(Clone, Copy)]
struct Choice {
    open: RwSignal<bool>,
    phase: Slot<Phase>,
    there: Slot<Vec<Operator>>,
}

/// The button, while there is something to hand over, and its dialog.
pub(super) fn transfer(desk: DeskState, thread: &Thread, place: &'static str) -> Erased {
    let id = thread.id;
    let choice = Choice {
        open: RwSignal::new(false),
        phase: Slot::new(Phase::Loading),
        there: Slot::new(Vec::new()),
    };
    let ask = Act::new(move |()| {
        choice.open.set(true);
        choice.fetch();
    });
    let cancel = Act::new(move |()| choice.open.set(false));
    let may = may_hand_over(desk, thread);
    let phase = known(move || choice.phase.get());
    let hand = Act::new(move |to: AccountId| {
        choice.open.set(false);
        deeds::transfer(desk, id, to);
    });
    let content = Reading::new(move || match phase.get() {
        Phase::Loading => view! { <p class="dialog__text">{desk.t("desk.loading")}</p> }.erase(),
        Phase::Failed(error) => {
            let why = error.sentence(&desk.words());
            view! {
                <p class="dialog__text" role="alert">
                    {why}
                </p>
            }
            .erase()
        }
        Phase::Ready => colleagues(desk, choice.there.get(), &hand),
    });
    view! {
        <span hidden=Reading::flag(move || !may.get())>
            <Button look=Look::Quiet on_press=ask>
                <Icon glyph=icon::users />
                {desk.t("desk.transfer.button")}
            </Button>
        </span>
        <Dialog id=format!("transfer-{place}-{id}") title=desk.t("desk.transfer.title") open=choice.open>
            {content}
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=cancel>
                    {desk.t("desk.cancel")}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}

impl Choice {
    /// Who is there is asked each time: a minute later it is somebody else.
    fn fetch(self) {
        self.phase.set(Phase::Loading);
        spawn_local(async move {
            match door::fetch_colleagues().await {
                Ok(there) => {
                    self.there.set(there);
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }
}

fn colleagues(desk: DeskState, there: Vec<Operator>, hand: &Act<AccountId>) -> Erased {
    if there.is_empty() {
        return view! { <p class="dialog__text">{desk.t("desk.transfer.nobody")}</p> }.erase();
    }
    let rows = there
        .into_iter()
        .map(|operator| {
            let (hand, id, name) = (hand.clone(), operator.id, operator.name.to_string());
            view! {
                <li>
                    <button type="button" class="menu__item" on:click=pressed(move || hand.run(id))>
                        <Icon glyph=icon::user />
                        <span class="truncate">{name}</span>
                    </button>
                </li>
            }
            .erase()
        })
        .collect_view();
    view! {
        <p class="dialog__text">{desk.t("desk.transfer.explained")}</p>
        <ul class="colleagues" role="list" aria-label=desk.t("desk.transfer.colleagues")>
            {rows}
        </ul>
    }
    .erase()
}

/// Whoever has it may, the store's owner may, and anybody while nobody has it. The server looks again.
fn may_hand_over(desk: DeskState, thread: &Thread) -> Known<bool> {
    let (me, owner) = (desk.me().id, desk.store().role == Role::Owner);
    let row = row_of(desk, thread);
    let timeline = thread.timeline.clone();
    known(move || {
        let holder = row.with(|row| row.as_ref().and_then(|row| row.operator.as_ref().map(|operator| operator.id)));
        match timeline.with(Timeline::stage) {
            StageName::Queued => true,
            StageName::Live => owner || holder.is_none_or(|holder| holder == me),
            StageName::Mail | StageName::Closed => false,
        }
    })
}
