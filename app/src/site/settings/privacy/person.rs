//! One person: what is known of them, to be handed over or erased. Looked at first, so that nobody is erased for somebody else. Who is
//! looked for is posted, so that nobody's address stands in a log of addresses.

use leptos::prelude::*;
use model::{
    privacy::{ErasedPerson, PersonBy, PersonFound, Searched},
    refusal::Refusal,
    words::Words,
};
use ui::{Button, Erase, Erased, Field, Look, hidden_fields};

use super::{
    super::{
        moment,
        parts::{Question, card as framed, facts, question as asked},
    },
    PrivacyForms,
};

/// The id of the question before somebody is erased.
const ERASE: &str = "erase-person";

/// The card.
pub(super) fn card(words: &Words, page: &PrivacyForms) -> Erased {
    let content = view! {
        {search(words, page)}
        {page.erased.map(|erased| outcome(words, erased))}
        {page.found.as_ref().map(|person| known(words, page, person))}
    };
    framed(
        "person",
        words.get("site.privacy.person"),
        words.get("site.privacy.person_explained"),
        content.erase(),
    )
}

fn search(words: &Words, page: &PrivacyForms) -> Erased {
    let choices = [
        (PersonBy::Email, "field.email"),
        (PersonBy::Customer, "site.privacy.by_customer"),
        (PersonBy::Guest, "site.privacy.by_guest"),
    ]
    .map(|(by, key)| {
        view! {
            <option value=by.code() selected=by == page.by>
                {words.get(key)}
            </option>
        }
    });
    let wrong = page.wrong.map(|refusal| match refusal {
        Refusal::NotFound => words.get("site.privacy.nobody"),
        refusal => words.refusal(refusal),
    });
    let find = words.get("site.privacy.find");
    view! {
        <form class="privacy__search" method="post" action="/desk/pages/privacy/person" novalidate=true>
            <div class="field">
                <label class="field__label" for="person-by">
                    {words.get("site.privacy.by")}
                </label>
                <select class="input" id="person-by" name="by">
                    {choices.into_iter().collect_view()}
                </select>
            </div>
            <Field
                id="person-who"
                label=words.get("site.privacy.who")
                name="who"
                text=RwSignal::new(page.who.clone())
                error=Signal::stored(wrong)
            />
            <Button submit=true look=Look::Quiet>
                {find}
            </Button>
        </form>
    }
    .erase()
}

/// Whom the forms below are about: as they were found, whatever is typed above meanwhile.
fn them(page: &PrivacyForms) -> Vec<(&'static str, String)> {
    vec![("by", page.by.code().to_owned()), ("who", page.who.clone())]
}

fn known(words: &Words, page: &PrivacyForms, person: &PersonFound) -> Erased {
    let names = if person.names.is_empty() {
        words.get("site.privacy.nameless")
    } else {
        person.names.join(", ")
    };
    let mut said = vec![
        words.count("site.privacy.conversations", u64::from(person.conversations)),
        words.count("site.privacy.said", u64::from(person.messages)),
    ];
    if person.held > 0 {
        said.push(words.count("site.privacy.held", u64::from(person.held)));
    }
    let mut told = vec![
        (words.get("field.name"), names.erase()),
        (words.get("site.privacy.known"), said.join(" · ").erase()),
    ];
    told.extend(person.last.map(|at| (words.get("site.privacy.last"), moment(at))));
    let export = words.get("site.privacy.export");
    view! {
        <div class="stack privacy__person">
            <div role="status">{facts(told)}</div>
            <div class="cluster">
                <form method="post" action="/desk/privacy/export">
                    {hidden_fields(them(page))}
                    <Button submit=true look=Look::Quiet>
                        {export}
                    </Button>
                </form>
                <button class="button button--danger" type="button" popovertarget=ERASE>
                    {words.get("site.privacy.erase")}
                </button>
            </div>
        </div>
    }
    .erase()
}

/// The question before somebody is erased.
pub(super) fn question(words: &Words, page: &PrivacyForms) -> Erased {
    let erase = Question {
        id: ERASE.to_owned(),
        title: words.get("site.privacy.erase_question"),
        text: words.get("site.privacy.erase_explained"),
        yes: words.get("site.privacy.erase_now"),
        action: "/desk/pages/privacy/erase",
        fields: them(page),
    };
    asked(words, erase)
}

fn outcome(words: &Words, erased: ErasedPerson) -> Erased {
    let (tone, looked) = match erased.searched {
        Searched::Nothing => ("good", "site.privacy.searched"),
        Searched::Elsewhere => ("warn", "site.privacy.elsewhere"),
        Searched::NotOurs => ("good", "site.privacy.not_ours"),
    };
    let held = (erased.held > 0).then(|| words.count("site.privacy.held", u64::from(erased.held)));
    view! {
        <div class="notice stack" data-tone=tone role="status">
            <p>{words.count("site.privacy.erased", u64::from(erased.conversations))}</p>
            {held.map(|held| view! { <p>{held}</p> })}
            <p>{words.get(looked)}</p>
        </div>
    }
    .erase()
}
