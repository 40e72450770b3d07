//! `/team/oversight`: finding a conversation without reading it, saying why one has to, and reading along for an hour. Nothing can be
//! written here; both sides see in the conversation who reads, and why.

use leptos::prelude::*;
use model::{
    conversation::Kind,
    party::Side,
    refusal::{Field as Which, Refusal},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{TEAM_OVERSIGHT, TeamFrame, moment, sheet};
use crate::site::{
    room::{Room, RoomLine, room},
    sign_in::{error_of, whole_form},
};

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PlaceLine {
    pub conversation: String,
    pub store: String,
    pub kind: Kind,
    pub number: Option<i64>,
    pub opened_at: Timestamp,
}

/// What is found, and what one reads along in now.
#[derive(Clone, Debug, Default)]
pub struct OversightPage {
    /// What was looked for.
    pub sought: String,
    /// What was found.
    pub found: Vec<PlaceLine>,
    /// The conversations one reads along in: which, where, why, until when.
    pub mine: Vec<(String, String, String, Timestamp)>,
}

/// A conversation, read along in.
#[derive(Clone, Debug)]
pub struct OverseenPage {
    /// Where it stands.
    pub place: PlaceLine,
    /// Until when.
    pub until: Timestamp,
    /// What was said, the oldest first.
    pub lines: Vec<RoomLine>,
    /// The address of what was said before.
    pub older: Option<String>,
}

/// Finding one.
pub fn team_oversight(frame: TeamFrame<'_>, page: &OversightPage) -> String {
    let words = frame.words;
    let title = words.get("site.team.oversight");
    frame.around(TEAM_OVERSIGHT, &title, || {
        let find = words.get("site.team.oversight.find");
        view! {
            <div class="stack">
                <p class="muted measure">{words.get("site.team.oversight.explained")}</p>
                <form class="cluster team__find" method="get" action=TEAM_OVERSIGHT role="search">
                    <Field
                        id="sought"
                        label=words.get("site.team.oversight.sought")
                        name="q"
                        kind="search"
                        text=RwSignal::new(page.sought.clone())
                    />
                    <Button submit=true>{find}</Button>
                </form>
                {found(words, page)}
                {mine(words, page)}
            </div>
        }
        .erase()
    })
}

fn found(words: &Words, page: &OversightPage) -> Erased {
    if page.sought.trim().is_empty() {
        return ().erase();
    }
    if page.found.is_empty() {
        return view! {
            <p class="notice" role="status">
                {words.get("site.team.oversight.nothing")}
            </p>
        }
        .erase();
    }
    let rows = page
        .found
        .iter()
        .map(|place| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("{TEAM_OVERSIGHT}/{}", place.conversation)>{what(words, place)}</a>
                    </th>
                    <td>{place.store.clone()}</td>
                    <td>{moment(place.opened_at)}</td>
                </tr>
            }
        })
        .collect_view()
        .erase();
    let columns = ["site.team.oversight.what", "site.team.store", "site.team.oversight.begun"];
    sheet(words, words.get("site.team.oversight.found"), &columns, rows)
}

fn mine(words: &Words, page: &OversightPage) -> Erased {
    if page.mine.is_empty() {
        return ().erase();
    }
    let rows = page
        .mine
        .iter()
        .map(|(id, store, reason, until)| {
            view! {
                <li>
                    <a href=format!("{TEAM_OVERSIGHT}/{id}")>{store.clone()}</a>
                    " · "
                    {words.get("site.team.oversight.until")}
                    " "
                    {moment(*until)}
                    " · "
                    <span dir="auto">{reason.clone()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="mine">
            <h2 id="mine">{words.get("site.team.oversight.mine")}</h2>
            <ul class="team__mine">{rows}</ul>
        </section>
    }
    .erase()
}

/// What kind of conversation it is, and its number.
fn what(words: &Words, place: &PlaceLine) -> String {
    let kind = words.get(match place.kind {
        Kind::Live => "site.team.kind.live",
        Kind::Offline => "site.team.kind.offline",
        Kind::Shop => "site.team.kind.shop",
        Kind::Order => "site.team.kind.order",
        Kind::Thread => "site.team.kind.thread",
        Kind::Ticket => "site.team.kind.ticket",
        Kind::Dispute => "site.team.kind.dispute",
    });
    place.number.map_or(kind.clone(), |number| format!("{kind} #{number}"))
}

/// Before one reads: the form that asks why.
pub fn team_oversight_asked(frame: TeamFrame<'_>, conversation: &str, typed: &str, answer: Option<Refusal>) -> String {
    let words = frame.words;
    let title = words.get("site.team.oversight.why");
    frame.around(TEAM_OVERSIGHT, &title, || {
        let open = words.get("site.team.oversight.open");
        view! {
            <p>
                <a href=TEAM_OVERSIGHT>{words.get("site.team.oversight")}</a>
            </p>
            <form class="card stack team__form" method="post" action=format!("{TEAM_OVERSIGHT}/{conversation}") novalidate=true>
                <p class="notice" data-tone="warn">
                    {words.get("site.team.oversight.told")}
                </p>
                {whole_form(words, answer, &[Which::Reason])}
                <Field
                    id="reason"
                    label=words.get("field.reason")
                    name="reason"
                    rows=3
                    required=true
                    text=RwSignal::new(typed.to_owned())
                    error=Signal::stored(error_of(words, answer, Which::Reason))
                />
                <div>
                    <Button submit=true>{open}</Button>
                </div>
            </form>
        }
        .erase()
    })
}

/// Reading along.
pub fn team_overseen(frame: TeamFrame<'_>, page: &OverseenPage) -> String {
    let words = frame.words;
    let title = format!("{} · {}", what(words, &page.place), page.place.store);
    frame.around(TEAM_OVERSIGHT, &title, || {
        // The same clock for everybody who reads here: that of the whole marketplace.
        let wall = |at| at;
        let shown = room(&Room {
            words,
            side: Side::Desk,
            shopper: None,
            lines: &page.lines,
            reply: None,
            more: page.older.as_deref(),
            wall: &wall,
        });
        view! {
            <div class="stack">
                <p class="notice" data-tone="warn">
                    {words.get("site.team.oversight.until")}
                    " "
                    {moment(page.until)}
                    " · "
                    {words.get("site.team.oversight.told")}
                </p>
                {shown}
            </div>
        }
        .erase()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;
    use crate::site::TeamWaiting;

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
    fn what_is_found_is_a_place_and_what_is_typed_is_not_markup() {
        let page = OversightPage {
            sought: "\"><b>".to_owned(),
            found: vec![PlaceLine {
                conversation: "0197".to_owned(),
                store: "<Delft>".to_owned(),
                kind: Kind::Thread,
                number: Some(7),
                opened_at: Timestamp(0),
            }],
            mine: Vec::new(),
        };
        let html = shown(|frame| team_oversight(frame, &page));
        assert!(
            html.contains("site.team.kind.thread #7") && html.contains("&lt;Delft&gt;"),
            "{html}"
        );
        assert!(!html.contains("<b>") && !html.contains("role=\"log\""), "{html}");
        let html = shown(|frame| team_oversight_asked(frame, "0197", "", Some(Refusal::Missing(Which::Reason))));
        assert!(
            html.contains("refusal.missing") && html.contains("site.team.oversight.told"),
            "{html}"
        );
    }

    #[test]
    fn whoever_reads_along_cannot_write() {
        let page = OverseenPage {
            place: PlaceLine {
                conversation: "0197".to_owned(),
                store: "Delft".to_owned(),
                kind: Kind::Order,
                number: None,
                opened_at: Timestamp(0),
            },
            until: Timestamp(1),
            lines: Vec::new(),
            older: None,
        };
        let html = shown(|frame| team_overseen(frame, &page));
        assert!(html.contains("role=\"log\"") && !html.contains("<textarea"), "{html}");
    }
}
