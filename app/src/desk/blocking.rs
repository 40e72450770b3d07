//! Blocking a visitor, from the conversation with them. Whether they are is asked when the button is pressed: hardly anybody ever is.

use leptos::{prelude::*, task::spawn_local};
use model::id::ConversationId;
use ui::{Act, Button, Erase, Erased, Icon, Look, Reading, icon};

use super::{
    deeds,
    frame::{Question, question},
    state::DeskState,
};
use crate::api::privacy as door;

/// The button, and its question.
pub(super) fn block_button(desk: DeskState, id: ConversationId) -> Erased {
    let blocked = RwSignal::new(false);
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let ask = Act::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = door::is_blocked(id).await;
            busy.try_set(false);
            match answer {
                Ok(is) => {
                    blocked.try_set(is);
                    open.try_set(true);
                }
                Err(error) => desk.refused(&error),
            }
        });
    });
    let said = move |now: &'static str, then: &'static str| Reading::new(move || desk.t(if blocked.get() { then } else { now }));
    let asked = Question {
        id: format!("block-{id}"),
        title: "desk.block_question",
        text: said("desk.block_explained", "desk.unblock_explained"),
        yes: said("desk.block_now", "desk.unblock"),
    };
    let change = move || {
        let on = !blocked.get_untracked();
        spawn_local(async move {
            match door::block_visitor(id, on).await {
                Ok(()) => deeds::refresh(desk),
                Err(error) => desk.refused(&error),
            }
        });
    };
    view! {
        <Button look=Look::Icon label=desk.t("desk.block") busy=busy on_press=ask>
            <Icon glyph=icon::ban />
        </Button>
        {question(desk, asked, open, change)}
    }
    .erase()
}
