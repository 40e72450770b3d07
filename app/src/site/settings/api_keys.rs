//! Settings, API keys: the keys that other programs of the store open the REST API with, and the secret that its shop signs news with.
//! A key and a secret are shown once, on the page that made them; afterwards nobody can read them here.

use leptos::prelude::*;
use model::{
    id::ApiKeyId,
    refusal::{Field as Which, Refusal},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{SettingsFrame, done, moment};
use crate::site::sign_in::{error_of, whole_form};

/// Where the page is.
pub const API_KEYS: &str = "/desk/pages/api-keys";

/// A key in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyLine {
    /// Which.
    pub id: ApiKeyId,
    /// What it is for, in the owner's words.
    pub name: String,
    /// How it begins.
    pub beginning: String,
    /// What it may do: `read`, `write`, `notes`.
    pub scopes: Vec<&'static str>,
    /// Who made it, and when.
    pub made_by: String,
    /// The same.
    pub made_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// What was typed into the form of a new key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct NewApiKey {
    pub name: String,
    pub write: bool,
    pub notes: bool,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ApiKeysPage {
    /// The keys that open something.
    pub keys: Vec<ApiKeyLine>,
    /// Where the shop's server sends its signed news.
    pub hook_address: String,
    /// Whether it has a secret to sign with.
    pub hook_secret_set: bool,
    /// A key that was made just now.
    pub new_key: Option<String>,
    /// A secret that was made just now.
    pub new_secret: Option<String>,
    /// Whether a key was taken back just now.
    pub revoked: bool,
    /// Why the form was refused, and what was typed.
    pub answer: Option<Refusal>,
    /// The same.
    pub typed: NewApiKey,
}

/// The page.
pub fn api_keys(frame: SettingsFrame<'_>, page: &ApiKeysPage) -> String {
    let words = frame.words;
    frame.around(API_KEYS, "site.api_keys.explained", || {
        view! {
            <div class="stack">
                {page.revoked.then(|| done(words.get("site.api_keys.revoked")))}
                {page.new_key.as_deref().map(|key| once(words, "site.api_keys.made", "site.api_keys.key", key))}
                {page.new_secret.as_deref().map(|secret| once(words, "site.api_keys.hook_made", "site.api_keys.secret", secret))}
                {keys(words, &page.keys)} {form(words, page)} {hook(words, page)}
                <p class="muted small">
                    <a href="/api/openapi.json" target="_blank">
                        {words.get("site.api_keys.description")}
                    </a>
                </p>
            </div>
        }
        .erase()
    })
}

/// Something that is shown this once.
fn once(words: &Words, said: &str, label: &str, secret: &str) -> Erased {
    view! {
        <section class="card stack" aria-label=words.get(label)>
            {done(words.get(said))} <pre class="copy__text" tabindex="0">
                {secret.to_owned()}
            </pre>
        </section>
    }
    .erase()
}

fn keys(words: &Words, keys: &[ApiKeyLine]) -> Erased {
    if keys.is_empty() {
        return view! { <p class="muted">{words.get("site.api_keys.none")}</p> }.erase();
    }
    let rows = keys.iter().map(|key| row(words, key)).collect_view();
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.api_keys.title")>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.api_keys.name")}</th>
                        <th scope="col">{words.get("site.api_keys.key")}</th>
                        <th scope="col">{words.get("site.api_keys.may")}</th>
                        <th scope="col">{words.get("site.api_keys.made_by")}</th>
                        <th scope="col">{words.get("site.api_keys.used")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.get("site.api_keys.revoke")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn row(words: &Words, key: &ApiKeyLine) -> Erased {
    let may: Vec<String> = key.scopes.iter().map(|scope| words.get(scope_key(scope))).collect();
    let used = key.used_at.map_or_else(|| words.get("site.api_keys.never").erase(), moment);
    let revoke = words.with("site.api_keys.revoke_named", &[("name", &key.name)]);
    view! {
        <tr>
            <th scope="row">{key.name.clone()}</th>
            <td>
                <code>{format!("{}…", key.beginning)}</code>
            </td>
            <td>{may.join(", ")}</td>
            <td>{key.made_by.clone()} " " {moment(key.made_at)}</td>
            <td>{used}</td>
            <td>
                <form method="post" action="/desk/pages/api-keys/revoke">
                    <input type="hidden" name="id" value=key.id.to_string() />
                    <button class="button button--quiet" type="submit" aria-label=revoke>
                        {words.get("site.api_keys.revoke")}
                    </button>
                </form>
            </td>
        </tr>
    }
    .erase()
}

fn scope_key(scope: &str) -> &'static str {
    match scope {
        "write" => "site.api_keys.write",
        "notes" => "site.api_keys.notes",
        _ => "site.api_keys.read",
    }
}

fn form(words: &Words, page: &ApiKeysPage) -> Erased {
    let NewApiKey { name, write, notes } = page.typed.clone();
    let submit = words.get("site.api_keys.make");
    view! {
        <form class="card stack integrations__form" method="post" action=API_KEYS novalidate=true aria-labelledby="new-key">
            <h2 class="card__title" id="new-key">
                {words.get("site.api_keys.new")}
            </h2>
            {whole_form(words, page.answer, &[Which::Name])}
            <Field
                id="name"
                label=words.get("site.api_keys.name")
                name="name"
                required=true
                hint=words.get("site.api_keys.name_hint")
                text=RwSignal::new(name)
                error=Signal::stored(error_of(words, page.answer, Which::Name))
            />
            <fieldset class="integrations__choices">
                <legend class="field__label">{words.get("site.api_keys.may")}</legend>
                <label class="integrations__choice">
                    <input type="checkbox" checked=true disabled=true />
                    {words.get("site.api_keys.read")}
                </label>
                <label class="integrations__choice">
                    <input type="checkbox" name="write" value="on" checked=write />
                    {words.get("site.api_keys.write")}
                </label>
                <label class="integrations__choice">
                    <input type="checkbox" name="notes" value="on" checked=notes />
                    {words.get("site.api_keys.notes")}
                </label>
            </fieldset>
            <div class="cluster">
                <Button submit=true>{submit}</Button>
            </div>
        </form>
    }
    .erase()
}

fn hook(words: &Words, page: &ApiKeysPage) -> Erased {
    let submit = words.get(if page.hook_secret_set {
        "site.api_keys.hook_again"
    } else {
        "site.api_keys.hook_make"
    });
    view! {
        <section class="card stack" aria-labelledby="hook">
            <h2 class="card__title" id="hook">
                {words.get("site.api_keys.hook")}
            </h2>
            <p class="muted small measure">{words.get("site.api_keys.hook_explained")}</p>
            <pre class="copy__text" tabindex="0">
                {page.hook_address.clone()}
            </pre>
            <form class="cluster" method="post" action="/desk/pages/api-keys/hook">
                <button class="button button--quiet" type="submit">
                    {submit}
                </button>
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

    #[test]
    fn a_key_is_shown_once_and_its_name_is_not_markup() {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: false,
        };
        let line = ApiKeyLine {
            id: "0197aaaa-0000-7000-8000-000000000001".parse::<ApiKeyId>().expect("an id"),
            name: "<b>Shop</b>".to_owned(),
            beginning: "vtr_AbCd".to_owned(),
            scopes: vec!["read", "write"],
            made_by: "Anna".to_owned(),
            made_at: Timestamp(0),
            used_at: None,
        };
        let mut page = ApiKeysPage {
            keys: vec![line],
            new_key: Some("vtr_whole".to_owned()),
            ..ApiKeysPage::default()
        };
        let html = api_keys(frame, &page);
        assert!(html.contains("vtr_whole") && html.contains("&lt;b&gt;Shop"), "{html}");
        page.new_key = None;
        assert!(!api_keys(frame, &page).contains("vtr_whole"));
    }
}
