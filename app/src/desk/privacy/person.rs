//! One person: what is known of them, to be handed over or erased. Looked at first, so that nobody is erased for somebody else.

use leptos::{prelude::*, task::spawn_local};
use model::{
    privacy::{ErasedPerson, PersonBy, PersonFound, Searched},
    refusal::Refusal,
};
use ui::{Act, Button, Erase, Erased, Field, Look, Reading, Slot, Time, changed, submitted};

use super::Settings;
use crate::{
    api::{ApiError, privacy as door},
    desk::{
        frame::{self, Question, fact, question},
        state::DeskState,
    },
};

/// What the card holds.
#[derive(Clone, Copy)]
struct Search {
    by: Slot<PersonBy>,
    who: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// Whom one looks at, and by what they were found: what is typed since then is somebody else.
    found: Slot<Option<(PersonBy, String, PersonFound)>>,
    erased: Slot<Option<ErasedPerson>>,
    asking: RwSignal<bool>,
}

/// The card.
pub(super) fn card(desk: DeskState, settings: Settings) -> Erased {
    let search = Search {
        by: Slot::new(PersonBy::Email),
        who: RwSignal::new(String::new()),
        wrong: RwSignal::new(None),
        busy: RwSignal::new(false),
        found: Slot::new(None),
        erased: Slot::new(None),
        asking: RwSignal::new(false),
    };
    let choices = [
        (PersonBy::Email, "field.email"),
        (PersonBy::Customer, "desk.privacy.by_customer"),
        (PersonBy::Guest, "desk.privacy.by_guest"),
    ]
    .map(|(by, key)| view! { <option value=by.code()>{desk.t(key)}</option> }.erase());
    let choose = changed(move |event| {
        if let Some(by) = PersonBy::from_code(&event_target_value(&event)) {
            search.by.set(by);
            search.wrong.set(None);
        }
    });
    let erased = Reading::new(move || search.erased.get().map(|erased| outcome(desk, erased)));
    let found = Reading::new(move || {
        let found = search.found.get();
        found.map(|(by, who, person)| known(desk, search, by, &who, &person))
    });
    let erase = Question {
        id: "erase-person".to_owned(),
        title: "desk.privacy.erase_question",
        text: desk.says("desk.privacy.erase_explained"),
        yes: desk.says("desk.privacy.erase_now"),
    };
    let content = view! {
        <form class="privacy__search" novalidate=true on:submit=submitted(move || search.find(desk))>
            <div class="field">
                <label class="field__label" for="person-by">
                    {desk.t("desk.privacy.by")}
                </label>
                <select class="input" id="person-by" on:change=choose>
                    {choices.into_iter().collect_view()}
                </select>
            </div>
            <Field id="person-who" label=desk.t("desk.privacy.who") name="who" text=search.who error=search.wrong />
            <Button submit=true look=Look::Quiet busy=search.busy>
                {desk.t("desk.privacy.find")}
            </Button>
        </form>
        <div role="status">{erased}</div>
        {found}
        {question(desk, erase, search.asking, move || search.erase(desk, settings))}
    };
    let text = Some(desk.t("desk.privacy.person_explained"));
    frame::card("person", desk.t("desk.privacy.person"), text, content.erase())
}

impl Search {
    fn find(self, desk: DeskState) {
        let (by, who) = (self.by.get_untracked(), self.who.get_untracked());
        self.busy.set(true);
        self.wrong.set(None);
        self.erased.set(None);
        spawn_local(async move {
            let answer = door::find_person(by, who.clone()).await;
            self.busy.try_set(false);
            match answer {
                Ok(person) => self.found.set(Some((by, who, person))),
                Err(error) => {
                    self.found.set(None);
                    match error {
                        ApiError::Refused(Refusal::NotFound) => drop(self.wrong.try_set(Some(desk.t("desk.privacy.nobody")))),
                        ApiError::Refused(refusal) if refusal.field().is_some() => {
                            self.wrong.try_set(Some(desk.words().refusal(refusal)));
                        }
                        error => desk.refused(&error),
                    }
                }
            }
        });
    }

    fn erase(self, desk: DeskState, settings: Settings) {
        let Some((by, who, _)) = self.found.get_untracked() else { return };
        self.busy.set(true);
        spawn_local(async move {
            let answer = door::erase_person(by, who).await;
            self.busy.try_set(false);
            match answer {
                Ok(erased) => {
                    self.found.set(None);
                    self.who.try_set(String::new());
                    self.erased.set(Some(erased));
                    settings.load();
                }
                Err(error) => desk.refused(&error),
            }
        });
    }
}

fn known(desk: DeskState, search: Search, by: PersonBy, who: &str, person: &PersonFound) -> Erased {
    let words = desk.words();
    let names = if person.names.is_empty() {
        desk.t("desk.privacy.nameless")
    } else {
        person.names.join(", ")
    };
    let mut said = vec![
        words.count("desk.privacy.conversations", u64::from(person.conversations)),
        words.count("desk.privacy.said", u64::from(person.messages)),
    ];
    if person.held > 0 {
        said.push(words.count("desk.privacy.held", u64::from(person.held)));
    }
    let mut facts = vec![
        fact(desk.t("desk.name"), names.erase()),
        fact(desk.t("desk.privacy.known"), said.join(" · ").erase()),
    ];
    facts.extend(person.last.map(|at| {
        let time = view! { <Time at=at words=desk.words() /> };
        fact(desk.t("desk.privacy.last"), time.erase())
    }));
    let ask = Act::new(move |()| search.asking.set(true));
    view! {
        <div class="stack privacy__person">
            <dl class="facts">{facts}</dl>
            <div class="cluster">
                <form method="post" action="/desk/privacy/export">
                    <input type="hidden" name="by" value=by.code() />
                    <input type="hidden" name="who" value=who.to_owned() />
                    <Button submit=true look=Look::Quiet>
                        {desk.t("desk.privacy.export")}
                    </Button>
                </form>
                <Button look=Look::Danger busy=search.busy on_press=ask>
                    {desk.t("desk.privacy.erase")}
                </Button>
            </div>
        </div>
    }
    .erase()
}

fn outcome(desk: DeskState, erased: ErasedPerson) -> Erased {
    let words = desk.words();
    let (tone, looked) = match erased.searched {
        Searched::Nothing => ("good", "desk.privacy.searched"),
        Searched::Elsewhere => ("warn", "desk.privacy.elsewhere"),
        Searched::NotOurs => ("good", "desk.privacy.not_ours"),
    };
    let held = (erased.held > 0).then(|| words.count("desk.privacy.held", u64::from(erased.held)));
    view! {
        <div class="notice stack" data-tone=tone>
            <p>{words.count("desk.privacy.erased", u64::from(erased.conversations))}</p>
            {held.map(|held| view! { <p>{held}</p> }.erase())}
            <p>{words.get(looked)}</p>
        </div>
    }
    .erase()
}
