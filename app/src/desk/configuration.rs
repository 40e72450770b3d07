//! Settings, Configuration: what the chat says and how it looks, in three steps (P-06) with the real panel beside them.
//!
//! All of it is saved at once, by one button, and leaving without it is asked about (P-29). It decides nothing by itself: what can be
//! saved is measured by the model, here and on the server alike.

mod colours;
mod draft;
mod offline;
mod online;
mod parts;
mod preview;
mod retailer;
mod texts;

use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlElement};
use model::refusal::Refusal;
use ui::{Act, Button, Erase, Erased, Reading, Slot, TabPanel, Tabs, effect, known, submitted};

use self::draft::{Draft, OFFLINE, ONLINE, RETAILER, Spot};
use super::{
    frame::{self, loaded},
    leaving::Leaving,
    list::Phase,
    state::DeskState,
};
use crate::api::{ApiError, configuration as door};

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Page {
    draft: Draft,
    phase: Slot<Phase>,
    step: RwSignal<u32>,
    busy: RwSignal<bool>,
    /// Whether the last thing that happened was that it was saved.
    saved: RwSignal<bool>,
    /// Whether it was not, because somebody else saved meanwhile.
    changed: RwSignal<bool>,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let page = Page {
        draft: Draft::new(),
        phase: Slot::new(Phase::Loading),
        step: RwSignal::new(RETAILER),
        busy: RwSignal::new(false),
        saved: RwSignal::new(false),
        changed: RwSignal::new(false),
    };
    effect(move || page.load());
    view! {
        {frame::head(desk, "desk.configuration_page", "desk.configuration.explained")}
        {loaded(desk, page.phase, move || page.load(), move || form(desk, page))}
        {leaving(desk, page)}
    }
    .erase()
}

impl Page {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_configuration().await {
                Ok(configuration) => {
                    self.draft.fill(&configuration);
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    /// Lets go of what was typed, for what somebody else saved.
    fn load_again(self) {
        self.changed.set(false);
        self.phase.set(Phase::Loading);
        self.load();
    }

    /// Saves all of it, or shows what stands in the way. What is typed stays in either case.
    fn save(self, desk: DeskState) {
        if self.busy.get_untracked() {
            return;
        }
        self.saved.set(false);
        self.changed.set(false);
        self.draft.refused.set(None);
        let wrong = untrack(|| self.draft.problems());
        if let Some((spot, _)) = wrong.first() {
            self.draft.tried.set(true);
            self.show(*spot);
            return;
        }
        self.busy.set(true);
        let (configuration, _) = untrack(|| self.draft.read());
        spawn_local(async move {
            let answer = door::save_configuration(configuration).await;
            self.busy.try_set(false);
            match answer {
                Ok(configuration) => {
                    self.draft.keep(configuration);
                    self.saved.try_set(true);
                }
                Err(ApiError::Refused(Refusal::ChangedMeanwhile)) => {
                    self.changed.try_set(true);
                }
                Err(ApiError::Refused(refusal)) if refusal.field().and_then(Spot::of).is_some() => {
                    if let Some(spot) = refusal.field().and_then(Spot::of) {
                        self.draft.refused.set(Some((spot, refusal)));
                        self.show(spot);
                    }
                }
                Err(error) => desk.refused(&error),
            }
        });
    }

    /// Goes to where something is wrong.
    fn show(self, spot: Spot) {
        self.step.try_set(spot.step());
        if let Spot::Text(language, _) = spot {
            self.draft.language.try_set(language as u32);
        }
        request_animation_frame(focus_wrong);
    }
}

/// The first field that is wrong and can be seen.
fn focus_wrong() {
    let found = document().query_selector("[aria-invalid='true']:not([hidden] *)").ok().flatten();
    if let Some(field) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that just lost its place cannot take the focus, and needs none.
        let _ = field.focus();
    }
}

fn form(desk: DeskState, page: Page) -> Erased {
    let draft = page.draft;
    // The third step is there while there is something to set in it (P-22), and while something in it is wrong.
    let has_third = known(move || draft.has_offline_mode() || (draft.tried.get() && page.step.get() == OFFLINE));
    let steps = Reading::new(move || {
        let mut titles = vec![desk.t("desk.configuration.step_retailer"), desk.t("desk.configuration.step_online")];
        if has_third.get() {
            titles.push(desk.t("desk.configuration.step_offline"));
        }
        view! { <Tabs id="configuration" label=desk.t("desk.configuration_page") titles=titles chosen=page.step /> }.erase()
    });
    let panel = move |n: u32, content: Erased| view! { <TabPanel id="configuration" n=n chosen=page.step content=content /> };
    let changed = Reading::new(move || {
        let changed = page.changed.get();
        changed.then(|| frame::changed_meanwhile(desk, Act::new(move |()| page.load_again())))
    });
    view! {
        <div class="configuration">
            <form class="configuration__form stack" novalidate=true on:submit=submitted(move || page.save(desk))>
                {steps}
                {panel(RETAILER, retailer::step(desk, draft))}
                {panel(ONLINE, online::step(desk, draft))}
                {panel(OFFLINE, offline::step(desk, draft))}
                {changed}
                {foot(desk, page)}
            </form>
            {preview::preview(desk, draft, page.step)}
        </div>
    }
    .erase()
}

/// Save, at the lower right, and how things stand with it.
fn foot(desk: DeskState, page: Page) -> Erased {
    let unsaved = known(move || page.draft.is_unsaved());
    let stands = Reading::new(move || {
        if page.draft.tried.get() && !page.draft.problems().is_empty() {
            desk.t("desk.configuration.look_again")
        } else if unsaved.get() {
            desk.t("desk.configuration.unsaved")
        } else if page.saved.get() {
            desk.t("desk.configuration.saved")
        } else {
            String::new()
        }
    });
    view! {
        <div class="configuration__foot">
            <p class="configuration__stands" role="status" data-unsaved=Reading::flag(move || unsaved.get())>
                {stands}
            </p>
            <Button submit=true busy=page.busy>
                {desk.t("desk.configuration.save")}
            </Button>
        </div>
    }
    .erase()
}

/// The question before unsaved changes are left.
fn leaving(desk: DeskState, page: Page) -> Erased {
    let Some(leaving) = use_context::<Leaving>() else {
        return ().erase();
    };
    effect(move || leaving.unsaved(page.draft.is_unsaved()));
    on_cleanup(move || leaving.unsaved(false));
    leaving.question(desk)
}
