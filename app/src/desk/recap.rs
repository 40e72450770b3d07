//! The recap window, at the lower right of every page (P-42 to P-44, P-47, P-50): the switch, what goes on, and what is finished.

use leptos::prelude::*;
use model::{
    desk::{InboxRow, Recap},
    id::ConversationId,
};
use ui::{Badge, Empty, Erase, Erased, Icon, Switch, TabPanel, Tabs, icon};

use super::{browser, deeds, recap_row::recap_row, state::DeskState, windows::room_for};

const ONGOING: u32 = 0;
const FINISHED: u32 = 1;

/// The recap window.
pub(super) fn recap(desk: DeskState) -> Erased {
    let minimized = RwSignal::new(false);
    // On a phone it would cover the page that was asked for; its heading and its switch stay.
    Effect::new(move || minimized.set(room_for(browser::page_width()) == 1));
    let chosen = RwSignal::new(ONGOING);
    let titles = vec![Signal::stored(desk.t("desk.ongoing")), Signal::stored(desk.t("desk.finished"))];
    view! {
        <section class="recap" aria-label=desk.t("desk.recap") data-minimized=move || minimized.get().then_some("")>
            {head(desk, minimized)}
            <div class="recap__body" id="recap-body" hidden=move || minimized.get()>
                <Tabs id="recap" label=desk.t("desk.recap") titles=titles chosen=chosen />
                <TabPanel id="recap" n=ONGOING chosen=chosen>
                    {rows(desk, "desk.ongoing", |recap| &recap.ongoing, nothing_ongoing)}
                </TabPanel>
                <TabPanel id="recap" n=FINISHED chosen=chosen>
                    {rows(desk, "desk.finished", |recap| &recap.finished, nothing_finished)}
                </TabPanel>
            </div>
        </section>
    }
    .erase()
}

fn head(desk: DeskState, minimized: RwSignal<bool>) -> Erased {
    let on = Signal::derive(move || desk.recap.with(|recap| recap.on_duty));
    let switched = Callback::new(move |on| deeds::duty(desk, on));
    let unread = Signal::derive(move || desk.unread_total());
    let unread_label = Signal::derive(move || desk.words().count("desk.unread_messages", u64::from(unread.get())));
    // Who may not chat live sees what goes on, and is told why there is no switch (D-02).
    let switch = if desk.store().live_chat {
        view! { <Switch label=desk.t("desk.online") on=on busy=desk.duty_busy on_change=switched /> }.erase()
    } else {
        view! { <span class="small muted">{desk.t("desk.no_live_chat")}</span> }.erase()
    };
    view! {
        <header class="recap__head">
            <h2 class="recap__heading">
                <button
                    type="button"
                    class="recap__fold"
                    aria-controls="recap-body"
                    aria-expanded=move || if minimized.get() { "false" } else { "true" }
                    on:click=move |_| minimized.update(|minimized| *minimized = !*minimized)
                >
                    <Icon glyph=icon::chevron_down />
                    <span>{desk.t("desk.recap")}</span>
                </button>
            </h2>
            <Badge count=unread label=unread_label />
            {switch}
        </header>
    }
    .erase()
}

fn rows(desk: DeskState, title: &str, of: fn(&Recap) -> &Vec<InboxRow>, nothing: fn(DeskState) -> Erased) -> Erased {
    let ids = Memo::new(move |_| {
        desk.recap
            .with(|recap| of(recap).iter().map(|row| row.id).collect::<Vec<ConversationId>>())
    });
    let title = desk.t(title);
    let empty = Memo::new(move |_| ids.with(Vec::is_empty));
    view! {
        <ul class="recap__list" role="list" aria-label=title hidden=move || empty.get()>
            <For each=move || ids.get() key=|id| *id let:id>
                {recap_row(desk, id)}
            </For>
        </ul>
        {move || empty.get().then(|| nothing(desk))}
    }
    .erase()
}

fn nothing_ongoing(desk: DeskState) -> Erased {
    let shown = move || {
        let text = if desk.recap.with(|recap| recap.on_duty) {
            "desk.nobody_waits"
        } else {
            "desk.switch_on"
        };
        view! { <Empty glyph=icon::message_circle title=desk.t("desk.no_ongoing") text=desk.t(text) /> }
    };
    shown.erase()
}

fn nothing_finished(desk: DeskState) -> Erased {
    view! { <Empty glyph=icon::check title=desk.t("desk.no_finished") text=desk.t("desk.finished_explained") /> }.erase()
}
