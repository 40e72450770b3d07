//! The panel: its head, its one face of the moment, its languages.

use leptos::prelude::*;
use model::panel::{Frame, PanelStart};
use ui::{Bar, Erase, Reading, effect, keyed};

use crate::{
    boot::boot,
    header::header,
    host,
    language::languages,
    offline_form::offline_form,
    pre_chat::pre_chat,
    scene::Scene,
    state::{Line, State},
    thanks::{closed, thanks},
    thread::thread,
};

/// The whole panel, from what the server knows.
#[component]
pub fn Panel(
    /// From the page.
    start: PanelStart,
) -> impl IntoView {
    let embedded = matches!(start.frame, Frame::Embedded { .. });
    let state = State::new(start);
    effect(move || boot(state));

    let scene = Memo::new(move |_| state.scene());
    let face = move || match scene.get() {
        Scene::PreChat => pre_chat(state).erase(),
        Scene::OfflineForm => offline_form(state).erase(),
        Scene::Closed => closed(state).erase(),
        Scene::Thanks => thanks(state).erase(),
        Scene::Thread => thread(state).erase(),
    };
    let keys = keyed(move |event| {
        // In the question whether to end, Escape answers the question.
        if embedded && event.key() == "Escape" && !state.ending.get_untracked() {
            host::minimize();
        }
    });
    let words = state.words();
    let line = move || state.chat.read().line;
    let line_text = Reading::new(move || {
        words.get(match line() {
            Line::Ended => "chat.signed_out",
            Line::Fine | Line::Broken => "chat.trouble",
        })
    });
    let broken = Reading::new(move || line() != Line::Fine);
    // A thread stands in a page of ours, which has a head and languages of its own.
    let whole = !state.in_thread();
    let head = whole.then(|| header(state).erase());
    let foot = whole.then(|| view! { <footer class="panel__foot">{languages(state)}</footer> }.erase());
    view! {
        <div class="panel" data-embedded=embedded.then_some("") on:keydown=keys>
            {head}
            <Bar trouble=broken text=line_text />
            <main class="panel__main">{face}</main>
            {foot}
        </div>
    }
}
