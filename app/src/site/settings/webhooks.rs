//! Settings, webhooks: the addresses that a store's news go to, what became of the last ones, and the button that sends one once more.
//! The secret of an address is shown once, on the page that made it.

use leptos::prelude::*;
use model::{
    id::{DeliveryId, WebhookId},
    refusal::{Field as Which, Refusal},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{SettingsFrame, done, moment};
use crate::site::sign_in::{error_of, whole_form};

/// Where the page is.
pub const WEBHOOKS: &str = "/desk/pages/webhooks";

/// An address in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookLine {
    /// Which.
    pub id: WebhookId,
    /// Where it is.
    pub url: String,
    /// The codes of what it wants to hear.
    pub wants: Vec<&'static str>,
    /// Since when nothing arrives there.
    pub failing_since: Option<Timestamp>,
    /// Since when nothing is sent there any more, and what was answered last.
    pub off: Option<(Timestamp, String)>,
}

/// A piece of news in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// Which.
    pub id: DeliveryId,
    /// Its code: `message.created`.
    pub kind: String,
    /// Where it goes.
    pub url: String,
    /// When it happened.
    pub at: Timestamp,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// What was answered last: the number of HTTP, or a code of ours.
    pub answer: Option<String>,
    /// Whether it can be sent once more: it is settled, and its address is on.
    pub replay: bool,
}

/// What was done just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum WebhookDone {
    Removed,
    On,
    Replayed,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct WebhooksPage {
    /// The store's addresses.
    pub addresses: Vec<WebhookLine>,
    /// A page of its news, the newest first.
    pub deliveries: Vec<DeliveryLine>,
    /// The address of the older ones.
    pub older: Option<String>,
    /// Every kind of news, and whether the form has it ticked.
    pub kinds: Vec<(&'static str, bool)>,
    /// What was typed as the address.
    pub url: String,
    /// A secret that was made just now.
    pub secret: Option<String>,
    /// What was done just now.
    pub done: Option<WebhookDone>,
    /// Why the form was refused.
    pub answer: Option<Refusal>,
}

/// The page.
pub fn webhooks(frame: SettingsFrame<'_>, page: &WebhooksPage) -> String {
    let words = frame.words;
    frame.around(WEBHOOKS, "site.webhooks.explained", || {
        let word = page.done.map(|done| match done {
            WebhookDone::Removed => "site.webhooks.removed",
            WebhookDone::On => "site.webhooks.is_on",
            WebhookDone::Replayed => "site.webhooks.replayed",
        });
        let older = page.older.clone().map(|older| {
            view! {
                <p>
                    <a href=older>{words.get("site.webhooks.older")}</a>
                </p>
            }
            .erase()
        });
        view! {
            <div class="stack">
                {word.map(|word| done(words.get(word)))} {page.secret.as_deref().map(|secret| once(words, secret))}
                {addresses(words, &page.addresses)} {form(words, page)} <section class="stack" aria-labelledby="deliveries">
                    <h2 id="deliveries">{words.get("site.webhooks.deliveries")}</h2>
                    {deliveries(words, &page.deliveries)}
                    {older}
                </section>
            </div>
        }
        .erase()
    })
}

/// The secret that is shown this once.
fn once(words: &Words, secret: &str) -> Erased {
    view! {
        <section class="card stack" aria-label=words.get("site.webhooks.secret")>
            {done(words.get("site.webhooks.made"))} <pre class="copy__text" tabindex="0">
                {secret.to_owned()}
            </pre>
        </section>
    }
    .erase()
}

fn addresses(words: &Words, lines: &[WebhookLine]) -> Erased {
    if lines.is_empty() {
        return view! { <p class="muted">{words.get("site.webhooks.none")}</p> }.erase();
    }
    let cards = lines.iter().map(|line| address(words, line)).collect_view();
    view! { <div class="stack">{cards}</div> }.erase()
}

fn address(words: &Words, line: &WebhookLine) -> Erased {
    let wants: Vec<String> = line.wants.iter().map(|code| words.get(kind_key(code))).collect();
    let state = match (&line.off, line.failing_since) {
        (Some((since, answer)), _) => {
            let off = words.with("site.webhooks.off", &[("answer", &said(words, answer))]);
            Some(
                view! {
                    <p class="notice" data-tone="danger">
                        {off} " " {moment(*since)}
                    </p>
                }
                .erase(),
            )
        }
        (None, Some(since)) => {
            let failing = words.get("site.webhooks.failing");
            Some(view! { <p class="notice">{failing} " " {moment(since)}</p> }.erase())
        }
        (None, None) => None,
    };
    let on = line.off.is_some().then(|| {
        deed(
            line,
            "on",
            words.get("site.webhooks.on"),
            words.with("site.webhooks.on_named", &[("address", &line.url)]),
        )
    });
    let again = words.with("site.webhooks.new_secret_named", &[("address", &line.url)]);
    let remove = words.with("site.webhooks.remove_named", &[("address", &line.url)]);
    view! {
        <section class="card stack" aria-label=line.url.clone()>
            <h2 class="card__title integrations__address">{line.url.clone()}</h2>
            <p class="muted small">{wants.join(" · ")}</p>
            {state}
            <div class="cluster">
                {on} {deed(line, "secret", words.get("site.webhooks.new_secret"), again)}
                {deed(line, "remove", words.get("site.webhooks.remove"), remove)}
            </div>
        </section>
    }
    .erase()
}

/// A button that does something with an address.
fn deed(line: &WebhookLine, deed: &str, label: String, named: String) -> Erased {
    view! {
        <form method="post" action=format!("{WEBHOOKS}/{deed}")>
            <input type="hidden" name="id" value=line.id.to_string() />
            <button class="button button--quiet" type="submit" aria-label=named>
                {label}
            </button>
        </form>
    }
    .erase()
}

fn form(words: &Words, page: &WebhooksPage) -> Erased {
    let submit = words.get("site.webhooks.make");
    let none_chosen = (page.answer == Some(Refusal::Missing(Which::Text))).then(|| words.get("site.webhooks.choose"));
    let wrong = none_chosen.is_some().then_some("kinds-error");
    let error = none_chosen.map(|sentence| {
        view! {
            <p class="field__error" id="kinds-error" role="alert">
                {sentence}
            </p>
        }
        .erase()
    });
    let kinds = page
        .kinds
        .iter()
        .map(|(code, ticked)| {
            view! {
                <label class="integrations__choice">
                    <input type="checkbox" name=*code value="on" checked=*ticked />
                    {words.get(kind_key(code))}
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="card stack integrations__form" method="post" action=WEBHOOKS novalidate=true aria-labelledby="new-webhook">
            <h2 class="card__title" id="new-webhook">
                {words.get("site.webhooks.new")}
            </h2>
            {whole_form(words, page.answer, &[Which::Url, Which::Text])}
            <Field
                id="url"
                label=words.get("field.url")
                name="url"
                kind="url"
                required=true
                hint=words.get("site.webhooks.url_hint")
                text=RwSignal::new(page.url.clone())
                error=Signal::stored(error_of(words, page.answer, Which::Url))
            />
            <fieldset class="integrations__choices" aria-describedby=wrong>
                <legend class="field__label">{words.get("site.webhooks.wants")}</legend>
                {kinds}
                {error}
            </fieldset>
            <div class="cluster">
                <Button submit=true>{submit}</Button>
            </div>
        </form>
    }
    .erase()
}

fn deliveries(words: &Words, lines: &[DeliveryLine]) -> Erased {
    if lines.is_empty() {
        return view! { <p class="muted">{words.get("site.webhooks.quiet")}</p> }.erase();
    }
    let rows = lines.iter().map(|line| delivery(words, line)).collect_view();
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.webhooks.deliveries")>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.webhooks.when")}</th>
                        <th scope="col">{words.get("site.webhooks.what")}</th>
                        <th scope="col">{words.get("field.url")}</th>
                        <th scope="col">{words.get("site.webhooks.state")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.get("site.webhooks.replay")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn delivery(words: &Words, line: &DeliveryLine) -> Erased {
    let answer = line.answer.as_deref().map(|answer| said(words, answer));
    let state = match (line.state.as_str(), answer) {
        ("sent", _) => words.get("site.webhooks.sent"),
        ("failed", answer) => words.with("site.webhooks.failed", &[("answer", &answer.unwrap_or_default())]),
        (_, None) => words.get("site.webhooks.waits"),
        (_, Some(answer)) => words.with("site.webhooks.again", &[("answer", &answer), ("n", &line.attempts.to_string())]),
    };
    let next = (line.state == "queued" && line.attempts > 0).then(|| moment(line.due_at));
    let replay = line.replay.then(|| {
        let at = line.at.rfc3339();
        let named = words.with("site.webhooks.replay_named", &[("what", &line.kind), ("when", &at)]);
        view! {
            <form method="post" action=format!("{WEBHOOKS}/replay")>
                <input type="hidden" name="id" value=line.id.to_string() />
                <button class="button button--quiet" type="submit" aria-label=named>
                    {words.get("site.webhooks.replay")}
                </button>
            </form>
        }
        .erase()
    });
    view! {
        <tr>
            <td>{moment(line.at)}</td>
            <th scope="row">
                <code>{line.kind.clone()}</code>
            </th>
            <td class="integrations__address">{line.url.clone()}</td>
            <td>{state} " " {next}</td>
            <td>{replay}</td>
        </tr>
    }
    .erase()
}

/// An answer in words.
fn said(words: &Words, answer: &str) -> String {
    match answer {
        "vitrine:slow" => words.get("site.webhooks.slow"),
        number if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => format!("HTTP {number}"),
        _ => words.get("site.webhooks.unreachable"),
    }
}

fn kind_key(code: &str) -> &'static str {
    match code {
        "conversation.created" => "site.webhooks.conversation_created",
        "conversation.moved" => "site.webhooks.conversation_moved",
        "conversation.closed" => "site.webhooks.conversation_closed",
        "rating.created" => "site.webhooks.rating_created",
        "customer.registered" => "site.webhooks.customer_registered",
        _ => "site.webhooks.message_created",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;

    fn shown(page: &WebhooksPage) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: false,
        };
        webhooks(frame, page)
    }

    #[test]
    fn a_secret_is_shown_once_and_an_address_is_not_markup() {
        let id = "0197aaaa-0000-7000-8000-000000000001";
        let line = WebhookLine {
            id: id.parse().expect("an id"),
            url: "https://shop.example/in?a=<b>".to_owned(),
            wants: vec!["message.created"],
            failing_since: None,
            off: Some((Timestamp(0), "500".to_owned())),
        };
        let delivery = DeliveryLine {
            id: id.parse().expect("an id"),
            kind: "message.created".to_owned(),
            url: line.url.clone(),
            at: Timestamp(0),
            state: "failed".to_owned(),
            attempts: 10,
            due_at: Timestamp(0),
            answer: Some("vitrine:slow".to_owned()),
            replay: false,
        };
        let mut page = WebhooksPage {
            addresses: vec![line],
            deliveries: vec![delivery],
            kinds: vec![("message.created", true)],
            secret: Some("whsec_whole".to_owned()),
            ..WebhooksPage::default()
        };
        let html = shown(&page);
        assert!(html.contains("whsec_whole") && !html.contains("<b>"), "{html}");
        assert!(
            html.contains("/desk/pages/webhooks/on\"") && !html.contains("/desk/pages/webhooks/replay"),
            "{html}"
        );
        page.secret = None;
        page.deliveries[0].replay = true;
        let html = shown(&page);
        assert!(
            !html.contains("whsec_whole") && html.contains("/desk/pages/webhooks/replay"),
            "{html}"
        );
    }
}
