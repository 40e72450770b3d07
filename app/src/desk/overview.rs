//! The first page: what waits at this moment, or the first steps when nothing ever did.

use leptos::prelude::*;
use model::{id::ConversationId, party::Role};
use ui::{Empty, Erase, Erased, Icon, Reading, each, icon, known};

use super::{paths, recap_row::recap_row, state::DeskState};

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let name = desk.me().name.to_string();
    let ongoing = known(move || desk.recap.with(|recap| recap.ongoing.iter().map(|row| row.id).collect::<Vec<_>>()));
    let quiet = known(move || ongoing.with(Vec::is_empty));
    let unread = known(move || desk.recap.with(|recap| recap.offline_unread));
    let letters = Reading::new(move || {
        let n = unread.get();
        (n > 0).then(|| {
            view! {
                <a class="card overview__unread" href=paths::OFFLINE_MESSAGES>
                    <Icon glyph=icon::inbox />
                    <span>{desk.words().count("desk.unread_offline", u64::from(n))}</span>
                </a>
            }
            .erase()
        })
    });
    let steps = Reading::new(move || quiet.get().then(|| first_steps(desk)));
    view! {
        <header class="page__head">
            <h1>{desk.words().with("desk.welcome", &[("name", &name)])}</h1>
        </header>
        <div class="overview">
            {letters} <section class="card" aria-labelledby="waiting" hidden=Reading::flag(move || quiet.get())>
                <h2 class="card__title" id="waiting">
                    {desk.t("desk.waiting_now")}
                </h2>
                <ul class="overview__rows" role="list">
                    {each(move || ongoing.get(), ConversationId::to_string, move |id| recap_row(desk, id))}
                </ul>
            </section> {steps}
        </div>
    }
    .erase()
}

/// Nothing waits: what can be done so that somebody comes.
fn first_steps(desk: DeskState) -> Erased {
    let store = desk.store();
    let own = store.role == Role::Owner;
    let embed = own.then(|| {
        view! {
            <li>
                <a href=paths::YOUR_SITE>{desk.t("desk.step_embed")}</a>
                <p class="small muted">{desk.t("desk.step_embed_explained")}</p>
            </li>
        }
        .erase()
    });
    let on_duty = store.live_chat.then(|| {
        view! {
            <li>
                <strong>{desk.t("desk.step_online")}</strong>
                <p class="small muted">{desk.t("desk.step_online_explained")}</p>
            </li>
        }
        .erase()
    });
    view! {
        <section class="card" aria-labelledby="steps">
            <h2 class="card__title" id="steps">
                {desk.t("desk.nothing_waits")}
            </h2>
            <ol class="steps">
                {embed} {on_duty} <li>
                    <a href=format!("/c/{}", store.slug) target="_blank" rel="external">
                        {desk.t("desk.step_try")}
                    </a>
                    <p class="small muted">{desk.t("desk.step_try_explained")}</p>
                </li>
            </ol>
        </section>
    }
    .erase()
}

/// An address below `/desk` that is none of its pages.
pub(super) fn not_found(desk: DeskState) -> Erased {
    view! {
        <Empty glyph=icon::search title=desk.t("desk.no_page") text=desk.t("desk.no_page_explained")>
            <a class="button button--quiet" href=paths::HOME>
                {desk.t("desk.overview")}
            </a>
        </Empty>
    }
    .erase()
}
