//! The ways into the member centre: the shop's signed token, a link in a letter, and the form that asks for such a letter. Looking at any
//! of them does nothing; a person presses a button.

use leptos::prelude::*;
use model::{
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::super::{
    shell::{Page, escaped},
    sign_in::{error_of, whole_form},
};

/// `/account`: the stores in whose member centre this browser is, by address and name; without one, how to get in.
pub fn account_home(words: &Words, css: &str, stores: &[(String, String)]) -> String {
    let page = Page {
        words,
        css,
        title: words.get("site.account.title"),
        query: String::new(),
    };
    page.around(|| {
        let links = stores
            .iter()
            .map(|(slug, name)| {
                view! {
                    <li>
                        <a class="account__row" href=format!("/account/{slug}")>
                            <strong>{name.clone()}</strong>
                        </a>
                    </li>
                }
            })
            .collect_view();
        let list = (!stores.is_empty()).then(|| view! { <ul class="account__list">{links}</ul> }.erase());
        let how = stores
            .is_empty()
            .then(|| view! { <p class="measure">{words.get("site.account.how")}</p> }.erase());
        view! {
            <section class="page--narrow site__narrow stack">
                <h1>{words.get("site.account.title")}</h1>
                {list}
                {how}
            </section>
        }
        .erase()
    })
}

/// `/account/{store}/enter`, as it stands.
#[derive(Clone, Debug)]
pub enum Entrance {
    /// The shop says who comes: a button lets them in.
    Question {
        /// The shop's.
        token: String,
        /// Whom it names.
        who: Option<String>,
        /// The order that they come for.
        order: Option<String>,
        /// What else they come for; empty, as a rule.
        to: String,
    },
    /// Nobody vouches for anybody: a letter is asked for.
    Form {
        /// Why the last try was refused.
        answer: Option<Refusal>,
        /// As typed.
        email: String,
    },
    /// If the store knows the address, a letter is on its way.
    Asked,
}

/// The page.
pub fn enter(words: &Words, css: &str, slug: &str, store: &str, shown: &Entrance) -> String {
    let title = words.with("site.account.enter", &[("store", store)]);
    let query = match shown {
        Entrance::Question { token, order, to, .. } => {
            let order = order
                .as_deref()
                .map(|order| format!("order={}&", escaped(order)))
                .unwrap_or_default();
            let to = if to.is_empty() {
                String::new()
            } else {
                format!("to={}&", escaped(to))
            };
            format!("token={}&{order}{to}", escaped(token))
        }
        Entrance::Form { .. } | Entrance::Asked => String::new(),
    };
    let page = Page {
        words,
        css,
        title: title.clone(),
        query,
    };
    page.around(|| {
        let body = match shown {
            Entrance::Question { token, who, order, to } => question(words, slug, token, who.as_deref(), (order.as_deref(), to)),
            Entrance::Form { answer, email } => form(words, slug, *answer, email),
            Entrance::Asked => view! {
                <p class="notice" data-tone="good" role="status">
                    {words.get("site.account.asked")}
                </p>
                <p class="measure muted">{words.get("site.account.asked_more")}</p>
            }
            .erase(),
        };
        view! {
            <section class="page--narrow site__narrow stack">
                <h1>{title}</h1>
                {body}
            </section>
        }
        .erase()
    })
}

fn question(words: &Words, slug: &str, token: &str, who: Option<&str>, (order, to): (Option<&str>, &str)) -> Erased {
    let text = match who {
        Some(who) => words.with("site.account.question_who", &[("name", who)]),
        None => words.get("site.account.question"),
    };
    let go = words.get("site.account.go_in");
    view! {
        <p class="measure">{text}</p>
        <form class="cluster" method="post" action=format!("/account/{slug}/enter")>
            <input type="hidden" name="token" value=token.to_owned() />
            <input type="hidden" name="order" value=order.unwrap_or_default().to_owned() />
            <input type="hidden" name="to" value=to.to_owned() />
            <input type="hidden" name="lang" value=words.language().code() />
            <Button submit=true>{go}</Button>
        </form>
    }
    .erase()
}

fn form(words: &Words, slug: &str, answer: Option<Refusal>, email: &str) -> Erased {
    let send = words.get("site.account.send_link");
    view! {
        <p class="measure muted">{words.get("site.account.form")}</p>
        <form class="card stack" method="post" novalidate=true action=format!("/account/{slug}/link")>
            {whole_form(words, answer, &[Which::Email])}
            <input type="hidden" name="lang" value=words.language().code() />
            <Field
                id="email"
                label=words.get("field.email")
                name="email"
                kind="email"
                autocomplete="email"
                required=true
                text=RwSignal::new(email.to_owned())
                error=Signal::stored(error_of(words, answer, Which::Email))
            />
            <Button submit=true>{send}</Button>
        </form>
    }
    .erase()
}

/// What a link in a letter leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorTo {
    /// Everything.
    Messages,
    /// One conversation.
    Conversation,
    /// One order, by its number.
    Order(String),
}

/// `/m/{token}` of a link that opens the member centre, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorPage {
    /// The question.
    Question,
    /// The link was used before: another letter can be asked for.
    Used,
    /// It was asked for.
    Asked,
}

/// The page. Its form is sent to the address that it stands at.
pub fn door(words: &Words, css: &str, store: &str, to: &DoorTo, shown: DoorPage) -> String {
    let title = words.with("site.account.enter", &[("store", store)]);
    let page = Page {
        words,
        css,
        title: title.clone(),
        query: String::new(),
    };
    page.around(|| {
        let values = [("store", store)];
        let opens = match to {
            DoorTo::Messages => words.with("site.account.door_all", &values),
            DoorTo::Conversation => words.with("site.account.door_conversation", &values),
            DoorTo::Order(number) => words.with("site.account.door_order", &[("store", store), ("number", number)]),
        };
        let (text, choice, press) = match shown {
            DoorPage::Question => (opens, "open", Some(words.get("site.account.open"))),
            DoorPage::Used => (words.get("site.account.used"), "again", Some(words.get("site.account.send_link"))),
            DoorPage::Asked => (words.get("site.account.asked"), "", None),
        };
        let press = press.map(|press| {
            view! {
                <form class="cluster" method="post">
                    <input type="hidden" name="choice" value=choice />
                    <Button submit=true>{press}</Button>
                </form>
            }
            .erase()
        });
        view! {
            <section class="page--narrow site__narrow stack">
                <h1>{title}</h1>
                <p class="measure">{text}</p>
                {press}
            </section>
        }
        .erase()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    fn words() -> Words {
        Words::new(Language::En, BTreeMap::new())
    }

    #[test]
    fn he_16_looking_opens_nothing_and_runs_nothing() {
        let page = |shown| door(&words(), "/a.css", "<Delft>", &DoorTo::Order("M-1".to_owned()), shown);
        assert_eq!(page(DoorPage::Question).matches("<form").count(), 1);
        assert!(page(DoorPage::Question).contains("value=\"open\""));
        assert!(page(DoorPage::Used).contains("value=\"again\""));
        assert!(!page(DoorPage::Asked).contains("<form"));
        assert!(!page(DoorPage::Question).contains("<script") && !page(DoorPage::Question).contains("<Delft>"));
    }

    #[test]
    fn a_token_cannot_leave_its_place() {
        let shown = Entrance::Question {
            token: "a\"&b".to_owned(),
            who: None,
            order: Some("M 1".to_owned()),
            to: String::new(),
        };
        let html = enter(&words(), "/a.css", "delft", "Delft", &shown);
        assert!(html.contains("?token=a%22%26b&amp;order=M%201&amp;lang=nl"), "{html}");
        assert!(html.contains("value=\"a&quot;&amp;b\""), "{html}");
    }

    #[test]
    fn what_was_typed_comes_back_with_what_is_wrong_with_it() {
        let shown = Entrance::Form {
            answer: Some(Refusal::Invalid(Which::Email)),
            email: "jane@".to_owned(),
        };
        let html = enter(&words(), "/a.css", "delft", "Delft", &shown);
        assert!(html.contains("value=\"jane@\"") && html.contains("refusal.invalid_email"), "{html}");
    }
}
