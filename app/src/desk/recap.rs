//! The recap window, at the lower right of every page (P-42 to P-44, P-47, P-50): the switch, what goes on, and what is finished.

use leptos::prelude::*;
use model::{
    desk::{InboxRow, Recap},
    id::ConversationId,
};
use ui::{Act, Empty, Erase, Erased, Icon, Reading, Switch, TabPanel, Tabs, each, effect, icon, known, pressed};

use super::{
    deeds,
    frame::unread,
    recap_row::{finished_row, recap_row},
    state::DeskState,
};

const ONGOING: u32 = 0;
const FINISHED: u32 = 1;
/// Of so many finished conversations it is followed whether the customer is still on the site, while their tab is looked at.
const FOLLOWED: usize = 12;

/// The recap window.
pub(super) fn recap(desk: DeskState) -> Erased {
    let minimized = RwSignal::new(false);
    // On a phone it would cover the page that was asked for; its heading and its switch stay. So on a page that becomes as narrow.
    let phone = known(move || desk.windows.with(|windows| windows.room() == 1));
    effect(move || minimized.set(phone.get()));
    let chosen = RwSignal::new(ONGOING);
    effect(move || {
        if chosen.get() == FINISHED {
            let ids: Vec<ConversationId> = desk
                .recap
                .with(|recap| recap.finished.iter().take(FOLLOWED).map(|row| row.id).collect());
            for id in ids {
                deeds::in_hand(desk, id);
            }
        }
    });
    let titles = vec![desk.t("desk.ongoing"), desk.t("desk.finished")];
    view! {
        <section class="recap" aria-label=desk.t("desk.recap") data-minimized=Reading::flag(move || minimized.get())>
            {head(desk, minimized)} {shut(desk)}
            <div class="recap__body" id="recap-body" hidden=Reading::flag(move || minimized.get())>
                <Tabs id="recap" label=desk.t("desk.recap") titles=titles chosen=chosen />
                <TabPanel
                    id="recap"
                    n=ONGOING
                    chosen=chosen
                    content=rows(desk, "desk.ongoing", |recap| &recap.ongoing, recap_row, nothing_ongoing)
                />
                <TabPanel
                    id="recap"
                    n=FINISHED
                    chosen=chosen
                    content=rows(desk, "desk.finished", |recap| &recap.finished, finished_row, nothing_finished)
                />
            </div>
        </section>
    }
    .erase()
}

fn head(desk: DeskState, minimized: RwSignal<bool>) -> Erased {
    let on = Reading::new(move || desk.recap.with(|recap| recap.on_duty));
    let switched = Act::new(move |on| deeds::duty(desk, on));
    // Who may not chat live sees what goes on, and is told why there is no switch (D-02).
    let live_chat = known(move || desk.recap.with(|recap| recap.live_chat));
    let switch = Reading::new(move || {
        if live_chat.get() {
            view! { <Switch label=desk.t("desk.online") on=on.clone() busy=desk.duty_busy on_change=switched.clone() /> }.erase()
        } else {
            view! { <span class="small muted">{desk.t("desk.no_live_chat")}</span> }.erase()
        }
    });
    view! {
        <header class="recap__head">
            <h2 class="recap__heading">
                <button
                    type="button"
                    class="recap__fold"
                    aria-controls="recap-body"
                    aria-expanded=Reading::spelled(move || !minimized.get())
                    on:click=pressed(move || minimized.update(|minimized| *minimized = !*minimized))
                >
                    <Icon glyph=icon::chevron_down />
                    <span>{desk.t("desk.recap")}</span>
                </button>
            </h2>
            {unread(desk, "desk.unread_messages", move || desk.unread_total())}
            {switch}
        </header>
    }
    .erase()
}

/// Whoever is on duty while the store is closed waits for nobody: they are told.
fn shut(desk: DeskState) -> Erased {
    let shut = known(move || desk.recap.with(|recap| recap.on_duty && recap.shut));
    let said = Reading::new(move || {
        shut.get()
            .then(|| view! { <p class="recap__shut">{desk.t("desk.hours.shut")}</p> }.erase())
    });
    view! { <div role="status">{said}</div> }.erase()
}

/// Draws one line.
type Draw = fn(DeskState, ConversationId) -> Erased;

fn rows(desk: DeskState, title: &str, of: fn(&Recap) -> &Vec<InboxRow>, row: Draw, nothing: fn(DeskState) -> Erased) -> Erased {
    let ids = known(move || {
        desk.recap
            .with(|recap| of(recap).iter().map(|row| row.id).collect::<Vec<ConversationId>>())
    });
    let title = desk.t(title);
    let empty = known(move || ids.with(Vec::is_empty));
    let instead = Reading::new(move || empty.get().then(|| nothing(desk)));
    view! {
        <ul class="recap__list" role="list" aria-label=title hidden=Reading::flag(move || empty.get())>
            {each(move || ids.get(), ConversationId::to_string, move |id| row(desk, id))}
        </ul>
        {instead}
    }
    .erase()
}

fn nothing_ongoing(desk: DeskState) -> Erased {
    let shown = Reading::new(move || {
        let text = if desk.recap.with(|recap| recap.on_duty) {
            "desk.nobody_waits"
        } else {
            "desk.switch_on"
        };
        view! { <Empty glyph=icon::message_circle title=desk.t("desk.no_ongoing") text=desk.t(text) /> }.erase()
    });
    shown.erase()
}

fn nothing_finished(desk: DeskState) -> Erased {
    view! { <Empty glyph=icon::check title=desk.t("desk.no_finished") text=desk.t("desk.finished_explained") /> }.erase()
}
