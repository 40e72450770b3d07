//! Settings, Ready-made answers: the store's, which its owner writes, and everybody's own. What they become in a conversation stands in
//! [`super::canned`].

mod form;
mod rows;

use leptos::{prelude::*, task::spawn_local};
use model::{
    canned::{CannedReply, VARIABLES},
    id::CannedReplyId,
    party::Role,
};
use ui::{Act, Button, Empty, Erase, Erased, Reading, Slot, effect, icon, known};

use self::{form::Form, rows::rows};
use super::{
    frame::{self, card, loaded},
    list::Phase,
    state::DeskState,
};
use crate::api::{ApiError, canned as door};

/// What the page holds. It lives with the page; the answers themselves are the desk's.
#[derive(Clone, Copy)]
struct Answers {
    desk: DeskState,
    phase: Slot<Phase>,
    busy: RwSignal<bool>,
    form: Form,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let answers = Answers {
        desk,
        phase: Slot::new(Phase::Loading),
        busy: RwSignal::new(false),
        form: Form::new(),
    };
    effect(move || answers.load());
    let ready = move || {
        let begin = Act::new(move |()| answers.form.begin(desk.store().role != Role::Owner));
        view! {
            <div class="stack settings">
                <div class="cluster" hidden=Reading::flag(move || answers.form.open.get())>
                    <Button on_press=begin>{desk.t("desk.canned.new")}</Button>
                </div>
                {form::form(answers)} {list(answers)} {variables(desk)}
            </div>
        }
        .erase()
    };
    view! {
        {frame::head(desk, "desk.canned.title", "desk.canned.explained")}
        {loaded(desk, answers.phase, move || answers.load(), ready)}
    }
    .erase()
}

impl Answers {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_canned_replies().await {
                Ok(replies) => self.show(replies),
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    fn show(self, replies: Vec<CannedReply>) {
        self.desk.canned.set(Some(replies));
        self.phase.set(Phase::Ready);
    }

    /// Keeps what stands in the form. It stays there, with what is wrong beside it, when it was refused.
    fn save(self) {
        let Some(draft) = self.form.draft(&self.desk.words()) else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let answer = door::save_canned_reply(draft).await;
            self.busy.try_set(false);
            match answer {
                Ok(replies) => {
                    self.show(replies);
                    self.form.open.try_set(false);
                }
                Err(ApiError::Refused(refusal)) if self.form.refused(refusal, &self.desk.words()) => {}
                Err(error) => self.desk.refused(&error),
            }
        });
    }

    fn remove(self, id: CannedReplyId) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = door::remove_canned_reply(id).await;
            self.busy.try_set(false);
            match answer {
                Ok(replies) => self.show(replies),
                Err(error) => self.desk.refused(&error),
            }
        });
    }

    /// One's own, everybody; the store's, its owner.
    fn may_change(self, reply: &CannedReply) -> bool {
        reply.own || self.desk.store().role == Role::Owner
    }
}

fn list(answers: Answers) -> Erased {
    let desk = answers.desk;
    let none = known(move || desk.canned.with(|replies| replies.as_ref().is_none_or(Vec::is_empty)));
    let shown = Reading::new(move || {
        if none.get() {
            view! { <Empty glyph=icon::zap title=desk.t("desk.canned.none") text=desk.t("desk.canned.none_explained") /> }.erase()
        } else {
            rows(answers)
        }
    });
    shown.erase()
}

/// What may stand in an answer, so that nobody has to remember it.
fn variables(desk: DeskState) -> Erased {
    let rows = VARIABLES
        .into_iter()
        .zip([
            "desk.canned.customer",
            "desk.canned.operator",
            "desk.canned.store",
            "desk.canned.product",
        ])
        .map(|(variable, key)| {
            view! {
                <div class="facts__row">
                    <dt>
                        <code>{variable}</code>
                    </dt>
                    <dd>{desk.t(key)}</dd>
                </div>
            }
            .erase()
        })
        .collect_view();
    let content = view! { <dl class="facts">{rows}</dl> };
    let text = Some(desk.t("desk.canned.variables_explained"));
    card("variables", desk.t("desk.canned.variables"), text, content.erase())
}
