//! Who is blocked, and how they are let in again.

use leptos::{prelude::*, task::spawn_local};
use model::{id::ConversationId, privacy::Blocked};
use ui::{Act, Button, Erase, Erased, Look, Reading, Time, each, known};

use super::Settings;
use crate::{
    api::privacy as door,
    desk::{frame, state::DeskState},
};

/// The card.
pub(super) fn card(desk: DeskState, settings: Settings) -> Erased {
    let blocked = known(move || {
        let page = settings.page;
        page.with(|page| page.as_ref().map(|page| page.blocked.clone()).unwrap_or_default())
    });
    let none = known(move || blocked.with(Vec::is_empty));
    let said = Reading::new(move || {
        none.get()
            .then(|| view! { <p class="notice">{desk.t("desk.privacy.nobody_blocked")}</p> }.erase())
    });
    let key = |blocked: &Blocked| blocked.conversation.to_string();
    let content = view! {
        <ul class="sites" role="list" aria-labelledby="blocked" hidden=Reading::flag(move || none.get())>
            {each(move || blocked.get(), key, move |blocked| row(desk, settings, blocked))}
        </ul>
        {said}
    };
    let text = Some(desk.t("desk.privacy.blocked_explained"));
    frame::card("blocked", desk.t("desk.privacy.blocked"), text, content.erase())
}

fn row(desk: DeskState, settings: Settings, blocked: Blocked) -> Erased {
    let Blocked {
        conversation,
        customer,
        since,
    } = blocked;
    let press = Act::new(move |()| unblock(desk, settings, conversation));
    view! {
        <li class="sites__row">
            <span class="truncate">{frame::who(desk, &customer)}</span>
            <Time at=since words=desk.words() />
            <Button look=Look::Quiet on_press=press>
                {desk.t("desk.unblock")}
            </Button>
        </li>
    }
    .erase()
}

fn unblock(desk: DeskState, settings: Settings, conversation: ConversationId) {
    spawn_local(async move {
        match door::block_visitor(conversation, false).await {
            Ok(()) => settings.load(),
            Err(error) => desk.refused(&error),
        }
    });
}
