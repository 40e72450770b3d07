//! `/team/people`: everybody who works in the marketplace, where, and as what; and the form that asks somebody into the team.

use leptos::prelude::*;
use model::{
    id::{AccountId, StoreId},
    party::Role,
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{TEAM_PEOPLE, TeamFrame, further, invited, sheet};
use crate::site::sign_in::{error_of, whole_form};

/// Where somebody works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostLine {
    /// Where.
    pub store: StoreId,
    /// What it is called.
    pub name: String,
    /// Whether it is the team.
    pub team: bool,
    /// As what.
    pub role: Role,
    /// Whether it can be changed here: nobody changes themselves.
    pub mine: bool,
}

/// Somebody in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PersonLine {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    pub active: bool,
    pub posts: Vec<PostLine>,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct PeoplePage {
    /// By name.
    pub rows: Vec<PersonLine>,
    /// The address of the next ones.
    pub next: Option<String>,
    /// The address that was typed.
    pub email: String,
    /// Whether they were to administer the marketplace.
    pub administrator: bool,
    /// Why it was refused.
    pub answer: Option<Refusal>,
    /// The link of the invitation that was just sent.
    pub link: Option<String>,
}

/// The page.
pub fn team_people(frame: TeamFrame<'_>, page: &PeoplePage) -> String {
    let words = frame.words;
    let title = words.get("site.team.people");
    frame.around(TEAM_PEOPLE, &title, || {
        let rows = page.rows.iter().map(|row| line(words, row)).collect_view().erase();
        let columns = ["field.name", "field.email", "site.team.people.posts"];
        view! {
            <div class="stack">
                {page.link.as_deref().map(|link| invited(words, link))} {sheet(words, title.clone(), &columns, rows)}
                {further(words, page.next.as_deref())} {form(words, page)}
            </div>
        }
        .erase()
    })
}

fn line(words: &Words, row: &PersonLine) -> Erased {
    let posts = row.posts.iter().map(|post| one_post(words, row, post)).collect_view();
    let off = (!row.active).then(|| view! { <span class="muted small">{words.get("site.team.people.off")}</span> }.erase());
    view! {
        <tr>
            <th scope="row">{row.name.clone()} " " {off}</th>
            <td>{row.email.clone()}</td>
            <td>
                <ul class="team__posts" role="list">
                    {posts}
                </ul>
            </td>
        </tr>
    }
    .erase()
}

fn role(words: &Words, team: bool, role: Role) -> String {
    words.get(match (team, role) {
        (true, Role::Owner) => "site.team.role.administrator",
        (true, Role::Operator) => "site.team.role.support",
        (false, Role::Owner) => "site.team.role.owner",
        (false, Role::Operator) => "site.team.role.operator",
    })
}

fn one_post(words: &Words, person: &PersonLine, post: &PostLine) -> Erased {
    let other = match post.role {
        Role::Owner => Role::Operator,
        Role::Operator => Role::Owner,
    };
    let change = words.with("site.team.people.make", &[("role", &role(words, post.team, other))]);
    let remove = words.get("site.team.people.remove");
    let forms = (!post.mine).then(|| {
        view! {
            {deed(person, post, "role", Some(other), change)}
            {deed(person, post, "remove", None, remove)}
        }
        .erase()
    });
    view! {
        <li class="cluster">
            <span>
                <strong>{post.name.clone()}</strong>
                " · "
                {role(words, post.team, post.role)}
            </span>
            {forms}
        </li>
    }
    .erase()
}

/// A form of one button. For those who only hear the page, it also says whom it is about, and where.
fn deed(person: &PersonLine, post: &PostLine, what: &'static str, to: Option<Role>, text: String) -> Erased {
    let about = format!(": {}, {}", person.name, post.name);
    view! {
        <form method="post" action=format!("{TEAM_PEOPLE}/{what}")>
            <input type="hidden" name="store" value=post.store.to_string() />
            <input type="hidden" name="account" value=person.account.to_string() />
            {to.map(|to| view! { <input type="hidden" name="role" value=to.code() /> }.erase())}
            <button class="button button--quiet button--small" type="submit">
                {text}
                <span class="visually-hidden">{about}</span>
            </button>
        </form>
    }
    .erase()
}

fn form(words: &Words, page: &PeoplePage) -> Erased {
    let invite = words.get("site.team.people.invite");
    let (administrator, support) = (page.administrator, !page.administrator);
    view! {
        <section class="card stack team__form" aria-labelledby="invite">
            <h2 class="card__title" id="invite">
                {words.get("site.team.people.invite_title")}
            </h2>
            <form class="stack" method="post" action=TEAM_PEOPLE novalidate=true>
                {whole_form(words, page.answer, &[Which::Email])}
                <Field
                    id="email"
                    label=words.get("field.email")
                    name="email"
                    kind="email"
                    required=true
                    text=RwSignal::new(page.email.clone())
                    error=Signal::stored(error_of(words, page.answer, Which::Email))
                />
                <div class="field">
                    <label class="field__label" for="role">
                        {words.get("site.team.people.as")}
                    </label>
                    <select class="input" id="role" name="role">
                        <option value=Role::Operator.code() selected=support>
                            {role(words, true, Role::Operator)}
                        </option>
                        <option value=Role::Owner.code() selected=administrator>
                            {role(words, true, Role::Owner)}
                        </option>
                    </select>
                </div>
                <div>
                    <Button submit=true>{invite}</Button>
                </div>
            </form>
        </section>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;
    use crate::site::TeamWaiting;

    #[test]
    fn nobody_is_offered_to_change_themselves() {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = TeamFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Light,
            who: "Mira",
            administers: true,
            waiting: TeamWaiting::default(),
        };
        let post = |team, mine| PostLine {
            store: "018f0000-0000-7000-8000-000000000001".parse().expect("an id"),
            name: "<Delft>".to_owned(),
            team,
            role: Role::Owner,
            mine,
        };
        let page = PeoplePage {
            rows: vec![PersonLine {
                account: "018f0000-0000-7000-8000-000000000002".parse().expect("an id"),
                name: "Mira".to_owned(),
                email: "mira@market.example".to_owned(),
                active: true,
                posts: vec![post(true, true), post(false, false)],
            }],
            ..PeoplePage::default()
        };
        let html = team_people(frame, &page);
        assert_eq!(html.matches("action=\"/team/people/remove\"").count(), 1, "{html}");
        assert!(
            html.contains("site.team.role.administrator") && html.contains("&lt;Delft&gt;"),
            "{html}"
        );
    }
}
