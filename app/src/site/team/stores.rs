//! `/team/stores`: the marketplace's stores, the form for a new one, and each one's own page, where it is closed, opened again, or sent
//! off with all that is its own.

use leptos::prelude::*;
use model::{
    language::Language,
    refusal::{Field as Which, Refusal},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field, Look};

use super::{TEAM_STORES, TeamFrame, further, invited, moment, sheet};
use crate::site::sign_in::{error_of, whole_form};

/// A store in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct StoreLine {
    pub slug: String,
    pub name: String,
    pub people: i64,
    pub created_at: Timestamp,
    pub suspended_at: Option<Timestamp>,
    pub off_boarded_at: Option<Timestamp>,
}

/// The form for a new store, as it was typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct NewStoreForm {
    pub name: String,
    pub slug: String,
    pub email: String,
    pub language: Language,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct StoresPage {
    /// By name.
    pub rows: Vec<StoreLine>,
    /// The address of the next ones.
    pub next: Option<String>,
    /// What was typed for a new one.
    pub form: NewStoreForm,
    /// Why that was refused.
    pub answer: Option<Refusal>,
    /// The link of the invitation that was just sent.
    pub link: Option<String>,
}

/// Which form of a store's page was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// The one that closes or opens it.
    Suspend(Refusal),
    /// The one that sends it off.
    Leave(Refusal),
}

/// A store's own page.
#[derive(Clone, Debug)]
pub struct StorePage {
    /// Which.
    pub store: StoreLine,
    /// Why the last form was refused.
    pub trouble: Option<StoreTrouble>,
    /// What was typed as the reason.
    pub reason: String,
    /// What was typed as the store's address.
    pub slug: String,
}

/// The list.
pub fn team_stores(frame: TeamFrame<'_>, page: &StoresPage) -> String {
    let words = frame.words;
    let title = words.get("site.team.stores");
    frame.around(TEAM_STORES, &title, || {
        let rows = page.rows.iter().map(|row| line(words, row)).collect_view().erase();
        let columns = [
            "site.team.store",
            "site.team.stores.slug",
            "site.team.stores.people",
            "site.team.stores.since",
            "site.team.stores.state",
        ];
        view! {
            <div class="stack">
                {page.link.as_deref().map(|link| invited(words, link))} {sheet(words, title.clone(), &columns, rows)}
                {further(words, page.next.as_deref())} {form(words, page)}
            </div>
        }
        .erase()
    })
}

fn line(words: &Words, row: &StoreLine) -> Erased {
    view! {
        <tr>
            <th scope="row">
                <a href=format!("{TEAM_STORES}/{}", row.slug)>{row.name.clone()}</a>
            </th>
            <td>
                <code>{row.slug.clone()}</code>
            </td>
            <td>{row.people.to_string()}</td>
            <td>{moment(row.created_at)}</td>
            <td>{state(words, row)}</td>
        </tr>
    }
    .erase()
}

/// How it stands, in words: a colour alone would tell some people nothing.
fn state(words: &Words, row: &StoreLine) -> Erased {
    let (key, since) = match (row.off_boarded_at, row.suspended_at) {
        (Some(at), _) => ("site.team.stores.left", Some(at)),
        (None, Some(at)) => ("site.team.stores.suspended", Some(at)),
        (None, None) => ("site.team.stores.open", None),
    };
    view! { <span>{words.get(key)} " " {since.map(moment)}</span> }.erase()
}

fn form(words: &Words, page: &StoresPage) -> Erased {
    let typed = &page.form;
    let create = words.get("site.team.stores.create");
    let field = |id: &'static str, name: &'static str, which: Which, kind: &'static str, text: &str, hint: Option<&str>| {
        let hint = hint.map(|key| words.get(key)).unwrap_or_default();
        view! {
            <Field
                id=id
                label=words.get(which_label(which))
                name=name
                kind=kind
                required=true
                text=RwSignal::new(text.to_owned())
                hint=hint
                error=Signal::stored(error_of(words, page.answer, which))
            />
        }
        .erase()
    };
    view! {
        <section class="card stack team__form" aria-labelledby="new-store">
            <h2 class="card__title" id="new-store">
                {words.get("site.team.stores.new")}
            </h2>
            <form class="stack" method="post" action=TEAM_STORES novalidate=true>
                {whole_form(words, page.answer, &[Which::Store, Which::Slug, Which::Email])}
                {field("store", "name", Which::Store, "text", &typed.name, None)}
                {field("slug", "slug", Which::Slug, "text", &typed.slug, Some("site.team.stores.slug_hint"))}
                {field("email", "email", Which::Email, "email", &typed.email, Some("site.team.stores.email_hint"))}
                {languages(words, typed.language)} <div>
                    <Button submit=true>{create}</Button>
                </div>
            </form>
        </section>
    }
    .erase()
}

fn which_label(which: Which) -> &'static str {
    match which {
        Which::Slug => "field.slug",
        Which::Email => "field.email",
        _ => "field.store",
    }
}

fn languages(words: &Words, chosen: Language) -> Erased {
    let options = Language::ALL
        .into_iter()
        .map(|language| {
            let selected = language == chosen;
            view! {
                <option value=language.code() lang=language.code() selected=selected>
                    {language.own_name()}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for="language">
                {words.get("site.language")}
            </label>
            <select class="input" id="language" name="language">
                {options}
            </select>
        </div>
    }
    .erase()
}

/// A store's own page.
pub fn team_store(frame: TeamFrame<'_>, page: &StorePage) -> String {
    let words = frame.words;
    let store = &page.store;
    frame.around(TEAM_STORES, &store.name, || {
        let suspend = store.off_boarded_at.is_none().then(|| suspend(words, page));
        view! {
            <div class="stack">
                <p class="cluster">
                    <code>{store.slug.clone()}</code>
                    {state(words, store)}
                </p>
                {suspend}
                {leave(words, page)}
            </div>
        }
        .erase()
    })
}

fn reason(words: &Words, id: &'static str, typed: &str, answer: Option<Refusal>) -> Erased {
    view! {
        <Field
            id=id
            label=words.get("field.reason")
            name="reason"
            rows=2
            text=RwSignal::new(typed.to_owned())
            error=Signal::stored(error_of(words, answer, Which::Reason))
        />
    }
    .erase()
}

fn suspend(words: &Words, page: &StorePage) -> Erased {
    let answer = match page.trouble {
        Some(StoreTrouble::Suspend(refusal)) => Some(refusal),
        _ => None,
    };
    let on = page.store.suspended_at.is_none();
    let (deed, key, explained) = if on {
        ("suspend", "site.team.stores.suspend", "site.team.stores.suspend_explained")
    } else {
        ("resume", "site.team.stores.resume", "site.team.stores.resume_explained")
    };
    let press = words.get(key);
    let look = if on { Look::Danger } else { Look::Primary };
    let typed = if answer.is_some() { page.reason.as_str() } else { "" };
    view! {
        <section class="card stack team__form" aria-labelledby="suspend">
            <h2 class="card__title" id="suspend">
                {press.clone()}
            </h2>
            <p class="muted small measure">{words.get(explained)}</p>
            <form class="stack" method="post" action=format!("{TEAM_STORES}/{}/{deed}", page.store.slug) novalidate=true>
                {whole_form(words, answer, &[Which::Reason])}
                {reason(words, "suspend-reason", typed, answer)}
                <div>
                    <Button look=look submit=true>
                        {press}
                    </Button>
                </div>
            </form>
        </section>
    }
    .erase()
}

fn leave(words: &Words, page: &StorePage) -> Erased {
    let answer = match page.trouble {
        Some(StoreTrouble::Leave(refusal)) => Some(refusal),
        _ => None,
    };
    let typed = if answer.is_some() { page.reason.as_str() } else { "" };
    let press = words.get(if page.store.off_boarded_at.is_some() {
        "site.team.stores.export_again"
    } else {
        "site.team.stores.leave"
    });
    view! {
        <section class="card stack team__form" aria-labelledby="leave">
            <h2 class="card__title" id="leave">
                {press.clone()}
            </h2>
            <p class="muted small measure">{words.get("site.team.stores.leave_explained")}</p>
            <form class="stack" method="post" action=format!("{TEAM_STORES}/{}/leave", page.store.slug) novalidate=true>
                {whole_form(words, answer, &[Which::Reason, Which::Slug])}
                {reason(words, "leave-reason", typed, answer)}
                <Field
                    id="leave-slug"
                    label=words.with("site.team.stores.type_slug", &[("slug", &page.store.slug)])
                    name="slug"
                    text=RwSignal::new(page.slug.clone())
                    error=Signal::stored(error_of(words, answer, Which::Slug))
                />
                <div>
                    <Button look=Look::Danger submit=true>
                        {press}
                    </Button>
                </div>
            </form>
        </section>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::desk::Theme;

    use super::*;
    use crate::site::TeamWaiting;

    fn store() -> StoreLine {
        StoreLine {
            slug: "delft".to_owned(),
            name: "<Atelier>".to_owned(),
            people: 2,
            created_at: Timestamp(0),
            suspended_at: None,
            off_boarded_at: None,
        }
    }

    fn shown(draw: impl FnOnce(TeamFrame<'_>) -> String) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        draw(TeamFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Light,
            who: "Mira",
            administers: true,
            waiting: TeamWaiting::default(),
        })
    }

    #[test]
    fn what_was_typed_stays_and_is_not_markup() {
        let page = StoresPage {
            rows: vec![store()],
            form: NewStoreForm {
                slug: "\"><b>".to_owned(),
                ..NewStoreForm::default()
            },
            answer: Some(Refusal::Taken(Which::Slug)),
            ..StoresPage::default()
        };
        let html = shown(|frame| team_stores(frame, &page));
        assert!(html.contains("refusal.taken") && html.contains("&lt;Atelier&gt;"), "{html}");
        assert!(!html.contains("<b>") && html.contains("href=\"/team/stores/delft\""), "{html}");
    }

    #[test]
    fn a_store_that_has_left_can_be_had_again_and_not_opened() {
        let page = StorePage {
            store: StoreLine {
                off_boarded_at: Some(Timestamp(1)),
                suspended_at: Some(Timestamp(1)),
                ..store()
            },
            trouble: Some(StoreTrouble::Leave(Refusal::Missing(Which::Reason))),
            reason: String::new(),
            slug: "delft".to_owned(),
        };
        let html = shown(|frame| team_store(frame, &page));
        assert!(!html.contains("/resume\"") && html.contains("/leave\""), "{html}");
        assert!(html.contains("refusal.missing"), "{html}");
    }
}
