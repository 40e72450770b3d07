//! `/invite/{token}`: joining a store's staff, by the link of an invitation.

use leptos::prelude::*;
use model::{
    limits::PASSWORD_CHARS_MIN,
    refusal::{Field as Which, Refusal},
    text::{EmailAddress, Name},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{
    shell::{Page, escaped},
    sign_in::{error_of, whole_form},
};

/// What the page is about, and what had been typed. The password is never among it.
#[derive(Clone, Debug)]
pub struct InviteForm {
    /// The link's.
    pub token: String,
    /// Which store asks.
    pub store: Name,
    /// Whom.
    pub email: EmailAddress,
    /// Whether this address signs in here already: then its own password is asked.
    pub known: bool,
    /// As typed.
    pub name: String,
}

/// The page. `answer` is why the last try was refused.
pub fn invite(words: &Words, css: &str, answer: Option<Refusal>, form: &InviteForm) -> String {
    let page = Page {
        words,
        css,
        title: words.get("site.invite.title"),
        query: String::new(),
    };
    page.around(|| {
        let explained = if form.known { "site.invite.known" } else { "site.invite.text" };
        let values = [("store", form.store.as_str()), ("email", form.email.as_str())];
        let submit = words.get("site.invite.submit");
        let name = (!form.known).then(|| name_field(words, answer, form));
        let fields: &[Which] = if form.known {
            &[Which::Password]
        } else {
            &[Which::Name, Which::Password]
        };
        view! {
            <div class="page--narrow site__narrow">
                <h1>{words.with("site.invite.heading", &values)}</h1>
                <p class="muted">{words.with(explained, &values)}</p>
                <form class="card stack" method="post" novalidate=true action=format!("/invite/{}", escaped(&form.token))>
                    {whole_form(words, answer, fields)}
                    <input type="hidden" name="language" value=words.language().code() />
                    // The browser's password manager wants to know whose password it is.
                    <input type="email" name="email" value=form.email.to_string() autocomplete="username" hidden=true readonly=true />
                    {name}
                    {password_field(words, answer, form.known)}
                    <Button submit=true>{submit}</Button>
                </form>
            </div>
        }
        .erase()
    })
}

fn name_field(words: &Words, answer: Option<Refusal>, form: &InviteForm) -> Erased {
    view! {
        <Field
            id="name"
            label=words.get("field.name")
            name="name"
            autocomplete="name"
            required=true
            text=RwSignal::new(form.name.clone())
            hint=words.get("site.setup.name_hint")
            error=Signal::stored(error_of(words, answer, Which::Name))
        />
    }
    .erase()
}

fn password_field(words: &Words, answer: Option<Refusal>, known: bool) -> Erased {
    let (autocomplete, hint) = if known {
        ("current-password", String::new())
    } else {
        let least = PASSWORD_CHARS_MIN.to_string();
        ("new-password", words.with("site.setup.password_hint", &[("n", &least)]))
    };
    view! {
        <Field
            id="password"
            label=words.get("field.password")
            name="password"
            kind="password"
            autocomplete=autocomplete
            required=true
            text=RwSignal::new(String::new())
            hint=hint
            error=Signal::stored(error_of(words, answer, Which::Password))
        />
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    fn form(known: bool) -> InviteForm {
        InviteForm {
            token: "a\"b".to_owned(),
            store: Name::parse("Atelier Delft").expect("fine"),
            email: EmailAddress::parse("noor@delft.example").expect("fine"),
            known,
            name: "Noor <b>".to_owned(),
        }
    }

    #[test]
    fn what_was_typed_stays_and_is_not_markup() {
        let words = Words::new(Language::En, BTreeMap::new());
        let html = invite(&words, "/a.css", Some(Refusal::Missing(Which::Password)), &form(false));
        assert!(html.contains("action=\"/invite/a%22b\""), "{html}");
        assert!(html.contains("refusal.missing") && html.contains("Noor &lt;b&gt;"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }

    #[test]
    fn whoever_has_an_account_is_asked_for_its_password_only() {
        let words = Words::new(Language::En, BTreeMap::new());
        let html = invite(&words, "/a.css", None, &form(true));
        assert!(!html.contains("name=\"name\"") && html.contains("current-password"), "{html}");
    }
}
