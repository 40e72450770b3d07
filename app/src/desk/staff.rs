//! Staff: who works for the store, who of them may chat live (D-02, D-03), and who is invited. Each change holds from the next moment on,
//! so the page shows what the server answered and never what was hoped for.

mod invite;
mod table;

use leptos::{prelude::*, task::spawn_local};
use model::staff::Staff;
use ui::{Erase, Erased, Slot, effect};

use super::{
    frame::{self, loaded},
    list::Phase,
    state::DeskState,
};
use crate::api::{ApiError, staff as door};

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Page {
    desk: DeskState,
    staff: Slot<Staff>,
    phase: Slot<Phase>,
    busy: RwSignal<bool>,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let page = Page {
        desk,
        staff: Slot::new(Staff::default()),
        phase: Slot::new(Phase::Loading),
        busy: RwSignal::new(false),
    };
    // Fetched again whenever somebody comes or goes.
    effect(move || {
        desk.lists.track();
        page.load();
    });
    let cards = move || view! { <div class="stack staff">{table::people(page)} {invite::invitations(page)}</div> }.erase();
    view! {
        {frame::head(desk, "desk.staff", "desk.staff_page.explained")}
        {loaded(desk, page.phase, move || page.load(), cards)}
    }
    .erase()
}

impl Page {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_staff().await {
                Ok(staff) => self.show(staff),
                // What is shown is what there was a moment ago; the connection's bar says that the server is away.
                Err(error) => self.phase.update(|phase| {
                    if *phase != Phase::Ready {
                        *phase = Phase::Failed(error);
                    }
                }),
            }
        });
    }

    fn show(self, staff: Staff) {
        self.staff.set(staff);
        self.phase.set(Phase::Ready);
    }

    /// Asks for a change; the page shows what came of it.
    fn change(self, answer: impl Future<Output = Result<Staff, ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = answer.await;
            self.busy.try_set(false);
            match answer {
                Ok(staff) => self.show(staff),
                Err(error) => self.desk.refused(&error),
            }
        });
    }
}
