//! `/sign-in`: a plain form. What was typed stays, except the password.

use leptos::prelude::*;
use model::{
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::shell::Page;

/// The page. `answer` is why the last try was refused, `email` what was typed then.
pub fn sign_in(words: &Words, css: &str, answer: Option<Refusal>, email: &str) -> String {
    let page = Page {
        words,
        css,
        title: words.get("site.sign_in"),
        query: String::new(),
    };
    page.around(|| {
        let submit = words.get("site.sign_in");
        view! {
            <div class="page--narrow site__narrow">
                <h1>{words.get("site.sign_in")}</h1>
                <form class="card stack" method="post" novalidate=true action="/sign-in">
                    {whole_form(words, answer, &[Which::Email, Which::Password])}
                    <Field
                        id="email"
                        label=words.get("field.email")
                        name="email"
                        kind="email"
                        autocomplete="username"
                        required=true
                        text=RwSignal::new(email.to_owned())
                        error=Signal::stored(error_of(words, answer, Which::Email))
                    />
                    <Field
                        id="password"
                        label=words.get("field.password")
                        name="password"
                        kind="password"
                        autocomplete="current-password"
                        required=true
                        text=RwSignal::new(String::new())
                        error=Signal::stored(error_of(words, answer, Which::Password))
                    />
                    <Button submit=true>{submit}</Button>
                </form>
            </div>
        }
        .erase()
    })
}

/// What is wrong with one field.
pub(super) fn error_of(words: &Words, answer: Option<Refusal>, which: Which) -> Option<String> {
    answer
        .filter(|refusal| refusal.field() == Some(which))
        .map(|refusal| words.refusal(refusal))
}

/// What is wrong with the form as a whole: everything that none of its fields says.
pub(super) fn whole_form(words: &Words, answer: Option<Refusal>, fields: &[Which]) -> Option<Erased> {
    let refusal = answer.filter(|refusal| refusal.field().is_none_or(|field| !fields.contains(&field)))?;
    Some(
        view! {
            <p class="notice" data-tone="danger" role="alert">
                {words.refusal(refusal)}
            </p>
        }
        .erase(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn what_was_typed_stays_and_is_not_markup() {
        let words = Words::new(Language::En, BTreeMap::new());
        let html = sign_in(&words, "/a.css", Some(Refusal::WrongPassword), "\"><script>alert(1)</script>");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("refusal.wrong_password"), "{html}");
        assert!(html.contains("&quot;"), "{html}");
    }

    #[test]
    fn an_error_stands_at_its_field_and_nowhere_else() {
        let words = Words::new(Language::En, BTreeMap::new());
        let answer = Some(Refusal::Missing(Which::Email));
        assert_eq!(error_of(&words, answer, Which::Email), Some("refusal.missing".to_owned()));
        assert_eq!(error_of(&words, answer, Which::Password), None);
        assert!(whole_form(&words, answer, &[Which::Email]).is_none());
        assert!(whole_form(&words, Some(Refusal::Busy), &[Which::Email]).is_some());
    }
}
