//! `/team/reports`: how fast each vendor answers.

use leptos::prelude::*;
use model::words::Words;
use ui::{Erase, Erased};

use super::{TEAM_REPORTS, TeamFrame, further, sheet};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A vendor in the report. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportLine {
    pub store: String,
    pub answered: i64,
    pub median_ms: Option<i64>,
    pub ninetieth_ms: Option<i64>,
    pub unanswered: i64,
    pub longest_ms: Option<i64>,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct ReportsPage {
    /// By name.
    pub rows: Vec<ReportLine>,
    /// The address of the next ones.
    pub next: Option<String>,
}

/// The page.
pub fn team_reports(frame: TeamFrame<'_>, page: &ReportsPage) -> String {
    let words = frame.words;
    let title = words.get("site.team.reports");
    frame.around(TEAM_REPORTS, &title, || {
        let rows = page.rows.iter().map(|row| line(words, row)).collect_view().erase();
        let columns = [
            "site.team.store",
            "site.team.reports.answered",
            "site.team.reports.median",
            "site.team.reports.ninetieth",
            "site.team.reports.unanswered",
            "site.team.reports.longest",
        ];
        view! {
            <div class="stack">
                <p class="muted measure">{words.get("site.team.reports.explained")}</p>
                {sheet(words, title.clone(), &columns, rows)}
                {further(words, page.next.as_deref())}
            </div>
        }
        .erase()
    })
}

fn line(words: &Words, row: &ReportLine) -> Erased {
    let told = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| lasted(words, ms));
    view! {
        <tr>
            <th scope="row">{row.store.clone()}</th>
            <td>{row.answered.to_string()}</td>
            <td>{told(row.median_ms)}</td>
            <td>{told(row.ninetieth_ms)}</td>
            <td>{row.unanswered.to_string()}</td>
            <td>{told(row.longest_ms)}</td>
        </tr>
    }
    .erase()
}

/// How long something lasted, in the largest unit that says something.
fn lasted(words: &Words, ms: i64) -> String {
    let with = |key: &str, n: i64| words.with(key, &[("n", &n.to_string())]);
    match ms {
        ..MINUTE_MS => words.get("site.team.lasted.moment"),
        MINUTE_MS..HOUR_MS => with("site.team.lasted.minutes", ms / MINUTE_MS),
        HOUR_MS..DAY_MS => with("site.team.lasted.hours", ms / HOUR_MS),
        DAY_MS.. => with("site.team.lasted.days", ms / DAY_MS),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn a_time_is_told_in_the_unit_that_says_something() {
        let texts = [
            ("site.team.lasted.minutes", "%{n} min"),
            ("site.team.lasted.hours", "%{n} h"),
            ("site.team.lasted.days", "%{n} d"),
        ];
        let texts: BTreeMap<String, String> = texts.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
        let words = Words::new(Language::En, texts);
        let told = [59_999, 60_000, 3_600_000, 90_000_000].map(|ms| lasted(&words, ms));
        assert_eq!(told, ["site.team.lasted.moment", "1 min", "1 h", "1 d"]);
    }
}
