//! Settings, Privacy: how long things are kept, all that is known of one person, and who is blocked. The owner's.

mod blocked;
mod person;
mod retention;

use leptos::{prelude::*, task::spawn_local};
use model::privacy::PrivacyPage;
use ui::{Erase, Erased, Slot, effect};

use super::{
    frame::{self, loaded},
    list::Phase,
    state::DeskState,
};
use crate::api::privacy as door;

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Settings {
    page: Slot<Option<PrivacyPage>>,
    phase: Slot<Phase>,
}

impl Settings {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_privacy().await {
                Ok(page) => self.show(page),
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    fn show(self, page: PrivacyPage) {
        self.page.set(Some(page));
        self.phase.set(Phase::Ready);
    }
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let settings = Settings {
        page: Slot::new(None),
        phase: Slot::new(Phase::Loading),
    };
    effect(move || settings.load());
    let cards = move || {
        view! {
            <div class="stack settings">
                {retention::card(desk, settings)} {person::card(desk, settings)} {blocked::card(desk, settings)}
            </div>
        }
        .erase()
    };
    view! {
        {frame::head(desk, "desk.privacy", "desk.privacy.explained")}
        {loaded(desk, settings.phase, move || settings.load(), cards)}
    }
    .erase()
}
