//! `/setup?token=…`: the first administrator and the first store, through the link that a new installation prints once.

use leptos::prelude::*;
use model::{
    language::Language,
    limits::PASSWORD_CHARS_MIN,
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{
    shell::{Page, escaped},
    sign_in::{error_of, whole_form},
};

/// What had been typed. The password is never among it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct SetupForm {
    pub store_name: String,
    pub slug: String,
    pub origin: String,
    pub name: String,
    pub email: String,
    pub language: Language,
}

/// The page. `answer` is why the last try was refused.
pub fn setup(words: &Words, css: &str, token: &str, answer: Option<Refusal>, typed: &SetupForm) -> String {
    let in_address = escaped(token);
    let page = Page {
        words,
        css,
        title: words.get("site.setup.title"),
        query: format!("token={in_address}&"),
    };
    let form = Form { words, answer };
    page.around(|| {
        let submit = words.get("site.setup.submit");
        let hint = words.with("site.setup.password_hint", &[("n", &PASSWORD_CHARS_MIN.to_string())]);
        view! {
            <div class="page--narrow site__narrow">
                <h1>{words.get("site.setup.title")}</h1>
                <p class="muted">{words.get("site.setup.text")}</p>
                <form class="card stack" method="post" novalidate=true action=format!("/setup?token={in_address}")>
                    <input type="hidden" name="token" value=token.to_owned() />
                    {whole_form(words, answer, &[Which::Store, Which::Slug, Which::Origin, Which::Name, Which::Email, Which::Password])}
                    <h2 class="card__title">{words.get("site.setup.store")}</h2>
                    {form.field(Which::Store, "store_name", "text", "organization", &typed.store_name, None)}
                    {form.field(Which::Slug, "slug", "text", "off", &typed.slug, Some(words.get("site.setup.slug_hint")))}
                    {form.field(Which::Origin, "origin", "url", "url", &typed.origin, Some(words.get("site.setup.origin_hint")))}
                    <h2 class="card__title">{words.get("site.setup.you")}</h2>
                    {form.field(Which::Name, "name", "text", "name", &typed.name, Some(words.get("site.setup.name_hint")))}
                    {form.field(Which::Email, "email", "email", "username", &typed.email, None)}
                    {form.field(Which::Password, "password", "password", "new-password", "", Some(hint))}
                    {languages(words, typed.language)}
                    <Button submit=true>{submit}</Button>
                </form>
            </div>
        }
        .erase()
    })
}

struct Form<'a> {
    words: &'a Words,
    answer: Option<Refusal>,
}

impl Form<'_> {
    fn field(
        &self,
        which: Which,
        name: &'static str,
        kind: &'static str,
        autocomplete: &'static str,
        typed: &str,
        hint: Option<String>,
    ) -> Erased {
        let label = self.words.get(&format!("field.{}", which.key()));
        let error = Signal::stored(error_of(self.words, self.answer, which));
        let text = RwSignal::new(typed.to_owned());
        // The site's address can be added later; everything else is needed to begin.
        let required = which != Which::Origin;
        match hint {
            Some(hint) => view! {
                <Field
                    id=name
                    label=label
                    name=name
                    kind=kind
                    autocomplete=autocomplete
                    required=required
                    text=text
                    hint=hint
                    error=error
                />
            }
            .erase(),
            None => view! {
                <Field id=name label=label name=name kind=kind autocomplete=autocomplete required=required text=text error=error />
            }
            .erase(),
        }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_was_typed_comes_back_beside_what_is_wrong_with_it() {
        let words = Words::new(Language::En, BTreeMap::new());
        let typed = SetupForm {
            slug: "My Shop".to_owned(),
            language: Language::Fr,
            ..SetupForm::default()
        };
        let html = setup(&words, "/a.css", "abc", Some(Refusal::Invalid(Which::Slug)), &typed);
        assert!(html.contains("value=\"My Shop\""), "{html}");
        assert!(html.contains("refusal.invalid_slug"), "{html}");
        assert!(html.contains("action=\"/setup?token=abc\""), "{html}");
        assert!(html.contains("?token=abc&amp;lang=nl"), "{html}");
    }
}
