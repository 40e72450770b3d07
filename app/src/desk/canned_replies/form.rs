//! The form for one ready-made answer: its shortcut, whose it is, and what it says in each language.

use leptos::prelude::*;
use model::{
    canned::{CannedDraft, CannedReply, Shortcut},
    id::CannedReplyId,
    language::Language,
    party::Role,
    refusal::{Field as Which, Refusal},
    text::Body,
    words::Words,
};
use ui::{Act, Button, Erase, Erased, Field, Look, Reading, Slot, Switch, submitted};

use super::Answers;

/// What is typed. It lives with the page, so closing the form by a slip loses nothing until another answer is begun.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether it is on screen.
    pub(super) open: RwSignal<bool>,
    id: Slot<Option<CannedReplyId>>,
    own: RwSignal<bool>,
    shortcut: RwSignal<String>,
    shortcut_wrong: RwSignal<Option<String>>,
    texts: [(Language, RwSignal<String>, RwSignal<Option<String>>); 4],
}

impl Form {
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            id: Slot::new(None),
            own: RwSignal::new(true),
            shortcut: RwSignal::new(String::new()),
            shortcut_wrong: RwSignal::new(None),
            texts: Language::ALL.map(|language| (language, RwSignal::new(String::new()), RwSignal::new(None))),
        }
    }

    /// A new answer.
    pub(super) fn begin(self, own: bool) {
        self.id.set(None);
        self.own.set(own);
        self.shortcut.set(String::new());
        for (_, text, _) in self.texts {
            text.set(String::new());
        }
        self.forgive();
        self.open.set(true);
    }

    /// One that is there already.
    pub(super) fn change(self, reply: &CannedReply) {
        self.id.set(Some(reply.id));
        self.own.set(reply.own);
        self.shortcut.set(reply.shortcut.to_string());
        for (language, text, _) in self.texts {
            let said = reply.texts.iter().find(|(l, _)| *l == language);
            text.set(said.map(|(_, body)| body.to_string()).unwrap_or_default());
        }
        self.forgive();
        self.open.set(true);
    }

    fn forgive(self) {
        self.shortcut_wrong.set(None);
        for (_, _, wrong) in self.texts {
            wrong.set(None);
        }
    }

    /// What is to be kept, once nothing in it is wrong; what is wrong is said beside it.
    pub(super) fn draft(self, words: &Words) -> Option<CannedDraft> {
        self.forgive();
        let shortcut = self.shortcut.get_untracked();
        let mut fine = true;
        if let Err(refusal) = Shortcut::parse(&shortcut) {
            self.shortcut_wrong.set(Some(sentence(refusal, words)));
            fine = false;
        }
        let texts: Vec<(Language, String)> = self.texts.map(|(language, text, _)| (language, text.get_untracked())).into();
        for ((_, text), (_, _, wrong)) in texts.iter().zip(self.texts) {
            if let Err(refusal @ Refusal::TooLong { .. }) = Body::parse(text) {
                wrong.set(Some(words.refusal(refusal)));
                fine = false;
            }
        }
        if texts.iter().all(|(_, text)| text.trim().is_empty()) {
            self.texts[0].2.set(Some(words.get("desk.canned.says_nothing")));
            fine = false;
        }
        fine.then(|| CannedDraft {
            id: self.id.get_untracked(),
            own: self.own.get_untracked(),
            shortcut,
            texts,
        })
    }

    /// Says a refusal beside the field it is about. Whether there is one.
    pub(super) fn refused(self, refusal: Refusal, words: &Words) -> bool {
        match refusal.field() {
            Some(Which::Shortcut) => drop(self.shortcut_wrong.try_set(Some(sentence(refusal, words)))),
            Some(Which::Text) => drop(self.texts[0].2.try_set(Some(words.refusal(refusal)))),
            _ => return false,
        }
        true
    }
}

/// What is wrong with a shortcut is said with what a shortcut is.
fn sentence(refusal: Refusal, words: &Words) -> String {
    if refusal == Refusal::Invalid(Which::Shortcut) {
        words.get("desk.canned.bad_shortcut")
    } else {
        words.refusal(refusal)
    }
}

/// The form, while it is open.
pub(super) fn form(answers: Answers) -> Erased {
    let (desk, form) = (answers.desk, answers.form);
    let cancel = Act::new(move |()| form.open.set(false));
    let shared = Reading::new(move || !form.own.get());
    let share = Act::new(move |shared: bool| form.own.set(!shared));
    let whose = (desk.store().role == Role::Owner).then(|| {
        view! {
            <div hidden=Reading::flag(move || form.id.get().is_some())>
                <Switch label=desk.t("desk.canned.share") on=shared on_change=share />
            </div>
        }
        .erase()
    });
    let texts = form
        .texts
        .into_iter()
        .map(|(language, text, wrong)| {
            let label = desk.words().with("desk.canned.text_in", &[("language", language.own_name())]);
            view! {
                <div lang=language.code()>
                    <Field id=format!("canned-{}", language.code()) label=label name="text" text=text rows=3 error=wrong />
                </div>
            }
            .erase()
        })
        .collect_view();
    view! {
        <form
            class="card stack"
            novalidate=true
            aria-label=desk.t("desk.canned.answer")
            hidden=Reading::flag(move || !form.open.get())
            on:submit=submitted(move || answers.save())
        >
            <Field
                id="canned-shortcut"
                label=desk.t("field.shortcut")
                name="shortcut"
                text=form.shortcut
                hint=desk.t("desk.canned.shortcut_hint")
                error=form.shortcut_wrong
                required=true
            />
            {whose}
            <div class="canned__texts">{texts}</div>
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=cancel>
                    {desk.t("desk.cancel")}
                </Button>
                <Button submit=true busy=answers.busy>
                    {desk.t("desk.canned.save")}
                </Button>
            </div>
        </form>
    }
    .erase()
}
