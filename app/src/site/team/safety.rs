//! `/team/safety`: what becomes of what is better not said, a box to try a text in, and the messages that wait for somebody to decide.

use leptos::prelude::*;
use model::{
    refusal::Refusal,
    safety::{Deed, Private, SafetyPolicy},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field, Look};

use super::{TEAM_SAFETY, TeamFrame, done, moment};
use crate::site::{sign_in::whole_form, tickets::choice};

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLine {
    /// Which.
    pub id: String,
    /// At which store.
    pub store: String,
    /// Who wrote it, if that is somebody who works there.
    pub who: Option<String>,
    /// What it says.
    pub text: String,
    /// What was found in it.
    pub found: Vec<Private>,
    /// Since when it waits.
    pub at: Timestamp,
}

/// A text that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriedText {
    /// As it was typed.
    pub text: String,
    /// What was found in it.
    pub found: Vec<Private>,
    /// What others would read of it if everything were masked.
    pub masked: String,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct SafetyPage {
    /// What was decided.
    pub policy: SafetyPolicy,
    /// The messages that wait, the first first.
    pub held: Vec<HeldLine>,
    /// Whether there are more of them.
    pub more: bool,
    /// What was tried just now.
    pub tried: Option<TriedText>,
    /// Whether something was done just now.
    pub done: bool,
    /// Why the last form was refused.
    pub answer: Option<Refusal>,
}

/// The page.
pub fn team_safety(frame: TeamFrame<'_>, page: &SafetyPage) -> String {
    let words = frame.words;
    frame.around(TEAM_SAFETY, &words.get("site.team.safety"), || {
        view! {
            <div class="stack">
                {page.done.then(|| done(words.get("site.safety.done")))}
                {whole_form(words, page.answer, &[])}
                <p class="muted measure">{words.get("site.safety.explained")}</p>
                {held(words, page)}
                {decided(words, page.policy, frame.administers)}
                {try_it(words, page.tried.as_ref())}
            </div>
        }
        .erase()
    })
}

fn kind(words: &Words, what: Private) -> String {
    words.get(match what {
        Private::Card => "site.safety.card",
        Private::Iban => "site.safety.iban",
        Private::Password => "site.safety.password",
        Private::Contact => "site.safety.contact",
    })
}

fn deed(words: &Words, deed: Deed) -> String {
    words.get(match deed {
        Deed::Allow => "site.safety.allow",
        Deed::Warn => "site.safety.warn",
        Deed::Mask => "site.safety.mask",
        Deed::Hold => "site.safety.hold",
    })
}

fn kinds(words: &Words, found: &[Private]) -> String {
    let names: Vec<String> = Private::EACH
        .into_iter()
        .filter(|what| found.contains(what))
        .map(|what| kind(words, what))
        .collect();
    names.join(", ")
}

/// What becomes of each kind; those who do not administer the marketplace read it.
fn decided(words: &Words, policy: SafetyPolicy, administers: bool) -> Erased {
    let title = view! { <h2 class="account__part" id="decided">{words.get("site.safety.decided")}</h2> };
    if !administers {
        let rows = Private::EACH
            .into_iter()
            .map(|what| view! { <li>{[kind(words, what), deed(words, policy.of(what))].join(": ")}</li> })
            .collect_view();
        return view! {
            <section class="stack" aria-labelledby="decided">
                {title}
                <ul>{rows}</ul>
            </section>
        }
        .erase();
    }
    let fields = Private::EACH
        .into_iter()
        .map(|what| {
            let options = Deed::EACH.map(|one| (one.code().to_owned(), deed(words, one))).to_vec();
            choice(what.code(), what.code(), kind(words, what), options, policy.of(what).code())
        })
        .collect_view();
    let save = words.get("site.safety.save");
    view! {
        <section class="stack" aria-labelledby="decided">
            {title}
            <form class="card stack team__form" method="post" action=TEAM_SAFETY>
                {fields}
                <div>
                    <Button submit=true>{save}</Button>
                </div>
            </form>
        </section>
    }
    .erase()
}

fn try_it(words: &Words, tried: Option<&TriedText>) -> Erased {
    let result = tried.map(|tried| {
        let found = if tried.found.is_empty() {
            words.get("site.safety.nothing")
        } else {
            words.with("site.safety.found", &[("kinds", &kinds(words, &tried.found))])
        };
        let masked = (!tried.found.is_empty()).then(|| view! { <q dir="auto">{tried.masked.clone()}</q> });
        view! {
            <div class="notice stack" role="status">
                <p>{found}</p>
                {masked}
            </div>
        }
        .erase()
    });
    let press = words.get("site.safety.try");
    view! {
        <section class="stack" aria-labelledby="try">
            <h2 class="account__part" id="try">{words.get("site.safety.try_title")}</h2>
            {result}
            <form class="card stack team__form" method="post" action=format!("{TEAM_SAFETY}/try")>
                <Field
                    id="tried"
                    label=words.get("site.safety.text")
                    name="text"
                    rows=4
                    text=RwSignal::new(tried.map(|tried| tried.text.clone()).unwrap_or_default())
                />
                <div>
                    <Button look=Look::Quiet submit=true>
                        {press}
                    </Button>
                </div>
            </form>
        </section>
    }
    .erase()
}

fn held(words: &Words, page: &SafetyPage) -> Erased {
    let title = view! { <h2 class="account__part" id="held">{words.get("site.safety.held")}</h2> };
    if page.held.is_empty() {
        return view! {
            <section class="stack" aria-labelledby="held">
                {title}
                <p class="muted">{words.get("site.safety.none_held")}</p>
            </section>
        }
        .erase();
    }
    let rows = page.held.iter().map(|line| waiting(words, line)).collect_view();
    let more = page
        .more
        .then(|| view! { <p class="muted">{words.get("site.safety.more_held")}</p> });
    view! {
        <section class="stack" aria-labelledby="held">
            {title}
            <ul class="stack" role="list" aria-labelledby="held">
                {rows}
            </ul>
            {more}
        </section>
    }
    .erase()
}

fn waiting(words: &Words, line: &HeldLine) -> Erased {
    let who = line.who.clone().unwrap_or_else(|| words.get("site.safety.shopper"));
    let [release, refuse] = [words.get("site.safety.release"), words.get("site.safety.refuse")];
    view! {
        <li class="card stack">
            <p class="small muted">
                {[who, line.store.clone(), kinds(words, &line.found)].join(" · ")}
                " · "
                {moment(line.at)}
            </p>
            <blockquote dir="auto">{line.text.clone()}</blockquote>
            <form class="cluster" method="post" action=format!("{TEAM_SAFETY}/held")>
                <input type="hidden" name="id" value=line.id.clone() />
                <button class="button" type="submit" name="deed" value="release">
                    {release}
                </button>
                <button class="button button--quiet" type="submit" name="deed" value="refuse">
                    {refuse}
                </button>
            </form>
        </li>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;
    use crate::site::TeamWaiting;

    fn shown(page: &SafetyPage, administers: bool) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = TeamFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Light,
            who: "Mira",
            administers,
            waiting: TeamWaiting::default(),
        };
        team_safety(frame, page)
    }

    #[test]
    fn a_25_what_is_decided_is_chosen_and_what_waits_is_not_markup() {
        let page = SafetyPage {
            held: vec![HeldLine {
                id: "0197".to_owned(),
                store: "<Delft>".to_owned(),
                who: None,
                text: "</blockquote><b>4111".to_owned(),
                found: vec![Private::Card],
                at: Timestamp(0),
            }],
            tried: Some(TriedText {
                text: "</textarea><b>".to_owned(),
                found: vec![Private::Iban],
                masked: "<b>••••".to_owned(),
            }),
            ..SafetyPage::default()
        };
        let html = shown(&page, true);
        assert!(!html.contains("<b>") && html.contains("&lt;Delft&gt;"), "{html}");
        assert_eq!(html.matches("selected").count(), 4, "{html}");
        assert!(html.contains("site.safety.release") && html.contains("site.safety.found"), "{html}");
    }

    #[test]
    fn support_reads_what_administrators_decide() {
        let html = shown(&SafetyPage::default(), false);
        assert!(!html.contains("<select") && html.contains("site.safety.mask"), "{html}");
    }
}
