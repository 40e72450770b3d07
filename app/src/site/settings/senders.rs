//! Settings, Senders: under which address customers get mail, and how soon. A new sender is good only after its holder typed a code.

use leptos::prelude::*;
use model::{
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{SettingsFrame, done};
use crate::site::sign_in::error_of;

/// Where the page is.
pub const SENDERS: &str = "/desk/pages/senders";
/// Seconds that the page offers: at once, two, five, a quarter of an hour, an hour.
const AFTER_S: [u32; 5] = [0, 120, 300, 900, 3_600];

/// How far the sender's proof is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SenderProof {
    /// There is nothing to prove.
    #[default]
    None,
    /// No code is on its way.
    Needed,
    /// A code was mailed.
    Mailed,
    /// Letters go under it.
    Proven,
    /// It is proven, and can only be answered to.
    AnswersOnly,
}

/// What was typed, or is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct SendersForm {
    pub shop_email: String,
    pub service_email: String,
    pub mail_after_s: u32,
    pub help_url: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SendersPage {
    /// What was typed, or is kept.
    pub typed: SendersForm,
    /// The sender that is kept: what there is to prove.
    pub sender: String,
    /// How far that is.
    pub proof: SenderProof,
    /// Who mail is from without one.
    pub ours: Option<String>,
    /// Whether something was saved just now.
    pub saved: bool,
    /// Whether a code was mailed just now.
    pub code_sent: bool,
    /// Why the sender was refused.
    pub shop_wrong: Option<Refusal>,
    /// Why the mailbox was refused.
    pub service_wrong: Option<Refusal>,
    /// Why the help page's address, or the whole form, was refused.
    pub wrong: Option<Refusal>,
    /// Why the code was refused.
    pub code_wrong: Option<Refusal>,
}

/// The page.
pub fn senders(frame: SettingsFrame<'_>, page: &SendersPage) -> String {
    let words = frame.words;
    frame.around(SENDERS, "site.senders.explained", || {
        view! {
            <div class="stack">
                {page.saved.then(|| done(words.get("site.senders.saved")))}
                {page.code_sent.then(|| done(words.get("site.senders.code_sent")))} {proof(words, page)} {form(words, page)}
            </div>
        }
        .erase()
    })
}

/// Whether the sender is good, and the form that makes it so.
fn proof(words: &Words, page: &SendersPage) -> Option<Erased> {
    let address = [("address", page.sender.as_str())];
    match page.proof {
        SenderProof::None => None,
        SenderProof::Proven => Some(view! { <p>{words.with("site.senders.proven", &address)}</p> }.erase()),
        SenderProof::AnswersOnly => Some(view! { <p class="measure">{words.with("site.senders.answers_only", &address)}</p> }.erase()),
        SenderProof::Needed | SenderProof::Mailed => Some(code(words, page, words.with("site.senders.prove", &address))),
    }
}

fn code(words: &Words, page: &SendersPage, question: String) -> Erased {
    let mailed = page.proof == SenderProof::Mailed;
    let explained = words.get(if mailed { "site.senders.mailed" } else { "site.senders.needed" });
    let (confirm, again) = (words.get("site.senders.confirm"), words.get("site.senders.new_code"));
    // A new code may be refused, too: that stands above its button.
    let whole = page
        .code_wrong
        .filter(|refusal| refusal.field() != Some(Which::Code))
        .map(|refusal| {
            view! {
                <p class="notice" data-tone="danger" role="alert">
                    {words.refusal(refusal)}
                </p>
            }
            .erase()
        });
    let typing = mailed.then(|| {
        view! {
            <form class="stack" method="post" action="/desk/pages/senders/code" novalidate=true>
                <Field
                    id="code"
                    label=words.get("field.code")
                    name="code"
                    autocomplete="one-time-code"
                    required=true
                    text=RwSignal::new(String::new())
                    error=Signal::stored(error_of(words, page.code_wrong, Which::Code))
                />
                <div class="cluster">
                    <Button submit=true>{confirm}</Button>
                </div>
            </form>
        }
        .erase()
    });
    view! {
        <section class="card stack integrations__form" aria-labelledby="prove">
            <h2 class="card__title" id="prove">
                {question}
            </h2>
            <p class="measure">{explained}</p>
            {whole}
            {typing}
            <form method="post" action="/desk/pages/senders/new-code">
                <button class="button button--quiet" type="submit">
                    {again}
                </button>
            </form>
        </section>
    }
    .erase()
}

fn form(words: &Words, page: &SendersPage) -> Erased {
    let typed = page.typed.clone();
    let submit = words.get("site.senders.save");
    let ours = page.ours.clone().unwrap_or_else(|| words.get("site.senders.us"));
    let wrong = page.wrong.filter(|refusal| refusal.field() != Some(Which::Url)).map(|refusal| {
        view! {
            <p class="notice" data-tone="danger" role="alert">
                {words.refusal(refusal)}
            </p>
        }
        .erase()
    });
    view! {
        <form class="card stack integrations__form" method="post" action=SENDERS novalidate=true>
            {wrong}
            <Field
                id="shop-email"
                label=words.get("site.senders.shop_email")
                name="shop_email"
                kind="email"
                text=RwSignal::new(typed.shop_email)
                hint=words.with("site.senders.shop_email_hint", &[("ours", &ours)])
                error=Signal::stored(page.shop_wrong.map(|refusal| words.refusal(refusal)))
            />
            <Field
                id="service-email"
                label=words.get("site.senders.service_email")
                name="service_email"
                kind="email"
                text=RwSignal::new(typed.service_email)
                hint=words.get("site.senders.service_email_hint")
                error=Signal::stored(page.service_wrong.map(|refusal| words.refusal(refusal)))
            />
            {after(words, typed.mail_after_s)}
            <Field
                id="help-url"
                label=words.get("site.senders.help_url")
                name="help_url"
                kind="url"
                text=RwSignal::new(typed.help_url)
                hint=words.get("site.senders.help_url_hint")
                error=Signal::stored(error_of(words, page.wrong, Which::Url))
            />
            <div class="cluster">
                <Button submit=true>{submit}</Button>
            </div>
        </form>
    }
    .erase()
}

fn after(words: &Words, chosen: u32) -> Erased {
    // What was set elsewhere is not lost by saving the page.
    let other = (!AFTER_S.contains(&chosen)).then_some(chosen);
    let options = AFTER_S
        .into_iter()
        .chain(other)
        .map(|seconds| {
            let label = match seconds {
                0 => words.get("site.senders.at_once"),
                _ => words.count("site.senders.minutes", u64::from(seconds.div_ceil(60))),
            };
            view! {
                <option value=seconds.to_string() selected=seconds == chosen>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for="after">
                {words.get("site.senders.after")}
            </label>
            <select class="input" id="after" name="mail_after_s" aria-describedby="after-hint">
                {options}
            </select>
            <p class="field__hint" id="after-hint">
                {words.get("site.senders.after_hint")}
            </p>
        </div>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;

    #[test]
    fn he_22_a_sender_that_is_not_proven_asks_for_its_code_and_what_was_typed_is_not_markup() {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: false,
        };
        let mut page = SendersPage {
            typed: SendersForm {
                shop_email: "\"><b>@x".to_owned(),
                mail_after_s: 77,
                ..SendersForm::default()
            },
            sender: "shop@delft.example".to_owned(),
            proof: SenderProof::Mailed,
            shop_wrong: Some(Refusal::Invalid(Which::Email)),
            ..SendersPage::default()
        };
        let html = senders(frame, &page);
        assert!(html.contains("name=\"code\"") && !html.contains("<b>"), "{html}");
        assert!(html.contains("refusal.invalid_email") && html.contains("value=\"77\""), "{html}");
        page.proof = SenderProof::Proven;
        assert!(!senders(frame, &page).contains("name=\"code\""));
    }
}
