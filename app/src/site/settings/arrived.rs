//! Settings, arrived mail: every letter that came for the store, what became of it and why, and the letter itself as it came.

use leptos::prelude::*;
use model::{id::LetterId, time::Timestamp, words::Words};
use ui::{Erase, Erased};

use super::{SettingsFrame, moment};

/// Where the page is.
pub const ARRIVED: &str = "/desk/pages/arrived";

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivedLine {
    /// Which.
    pub id: LetterId,
    /// When it came.
    pub at: Timestamp,
    /// Who says they wrote it.
    pub sender: Option<String>,
    /// One line of theirs.
    pub subject: String,
    /// The code of what became of it.
    pub verdict: String,
    /// The code of why.
    pub reason: Option<String>,
    /// Where it stands, in the desk.
    pub place: Option<String>,
    /// How large it is.
    pub kilobytes: i64,
    /// Whether it can still be read as it came.
    pub kept: bool,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ArrivedPage {
    /// The newest first.
    pub lines: Vec<ArrivedLine>,
    /// The address of the older ones.
    pub older: Option<String>,
    /// The store's own address; `None`: no mail reaches this server.
    pub address: Option<String>,
}

/// The page.
pub fn arrived(frame: SettingsFrame<'_>, page: &ArrivedPage) -> String {
    let words = frame.words;
    frame.around(ARRIVED, "site.arrived.explained", || {
        let about = match &page.address {
            Some(address) => words.with("site.arrived.address", &[("address", address)]),
            None => words.get("site.arrived.off"),
        };
        let older = page.older.clone().map(|older| {
            view! {
                <p>
                    <a href=older>{words.get("site.arrived.older")}</a>
                </p>
            }
        });
        view! {
            <div class="stack">
                <p>{about}</p>
                {table(words, &page.lines)}
                {older}
            </div>
        }
        .erase()
    })
}

fn table(words: &Words, lines: &[ArrivedLine]) -> Erased {
    if lines.is_empty() {
        return view! { <p class="muted">{words.get("site.arrived.none")}</p> }.erase();
    }
    let rows = lines.iter().map(|line| row(words, line)).collect_view();
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.arrived.title")>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.arrived.when")}</th>
                        <th scope="col">{words.get("site.arrived.sender")}</th>
                        <th scope="col">{words.get("site.arrived.subject")}</th>
                        <th scope="col">{words.get("site.arrived.verdict")}</th>
                        <th scope="col">{words.get("site.arrived.letter")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn row(words: &Words, line: &ArrivedLine) -> Erased {
    let verdict = words.get(verdict_key(&line.verdict));
    let reason = line
        .reason
        .as_deref()
        .map(|reason| view! { <p class="muted small">{words.get(reason_key(reason))}</p> });
    let verdict = match &line.place {
        Some(place) => view! { <a href=place.clone()>{verdict}</a> }.erase(),
        None => view! { <span>{verdict}</span> }.erase(),
    };
    let raw = if line.kept {
        let size = words.with("site.arrived.size", &[("n", &line.kilobytes.to_string())]);
        view! {
            <a class="no-wrap" href=format!("{ARRIVED}/{}", line.id) target="_blank">
                {words.get("site.arrived.read")}
                " "
                <span class="muted small">{size}</span>
            </a>
        }
        .erase()
    } else {
        view! { <span class="muted">{words.get("site.arrived.forgotten")}</span> }.erase()
    };
    view! {
        <tr>
            <td>{moment(line.at)}</td>
            <td dir="auto">{line.sender.clone().unwrap_or_else(|| "–".to_owned())}</td>
            <td dir="auto">{line.subject.clone()}</td>
            <td>{verdict} {reason}</td>
            <td>{raw}</td>
        </tr>
    }
    .erase()
}

fn verdict_key(code: &str) -> &'static str {
    match code {
        "added" => "site.arrived.verdict.added",
        "unverified" => "site.arrived.verdict.unverified",
        "began" => "site.arrived.verdict.began",
        "bounce" => "site.arrived.verdict.bounce",
        "ignored" => "site.arrived.verdict.ignored",
        _ => "site.arrived.verdict.quarantined",
    }
}

fn reason_key(code: &str) -> &'static str {
    match code {
        "forged" => "site.arrived.reason.forged",
        "expired" => "site.arrived.reason.expired",
        "gone" => "site.arrived.reason.gone",
        "several_stores" => "site.arrived.reason.several_stores",
        "staff" => "site.arrived.reason.staff",
        "blocked" => "site.arrived.reason.blocked",
        "no_sender" => "site.arrived.reason.no_sender",
        "empty" => "site.arrived.reason.empty",
        "too_many" => "site.arrived.reason.too_many",
        "too_large" => "site.arrived.reason.too_large",
        "automatic" => "site.arrived.reason.automatic",
        "list" => "site.arrived.reason.list",
        "no_return" => "site.arrived.reason.no_return",
        "ours" => "site.arrived.reason.ours",
        _ => "site.arrived.reason.nobody",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;

    #[test]
    fn hc_1_what_strangers_wrote_is_shown_and_never_markup() {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Light,
            part: false,
        };
        let line = ArrivedLine {
            id: "018f0000-0000-7000-8000-000000000001".parse().expect("an id"),
            at: Timestamp(0),
            sender: Some("a@b.example".to_owned()),
            subject: "<script>alert(1)</script>".to_owned(),
            verdict: "quarantined".to_owned(),
            reason: Some("forged".to_owned()),
            place: None,
            kilobytes: 3,
            kept: true,
        };
        let page = ArrivedPage {
            lines: vec![line],
            ..ArrivedPage::default()
        };
        let html = arrived(frame, &page);
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
        assert!(html.contains("/desk/pages/arrived/018f0000-0000-7000-8000-000000000001"), "{html}");
    }
}
