//! `/team/audit`: who did what, where, and why they say they did.

use leptos::prelude::*;
use model::time::Timestamp;
use ui::Erase;

use super::{TEAM_AUDIT, TeamFrame, further, moment, sheet};

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// Who; `None`: nobody, it was due.
    pub who: Option<String>,
    /// At which store.
    pub store: Option<String>,
    /// The code of what: `store.suspended`. Codes are searched for and compared, so they are the same in every language.
    pub action: String,
    /// Why, in their own words.
    pub reason: Option<String>,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct AuditPage {
    /// The last first.
    pub rows: Vec<AuditLine>,
    /// The address of what was done before.
    pub next: Option<String>,
}

/// The page.
pub fn team_audit(frame: TeamFrame<'_>, page: &AuditPage) -> String {
    let words = frame.words;
    let title = words.get("site.team.audit");
    frame.around(TEAM_AUDIT, &title, || {
        let rows = page
            .rows
            .iter()
            .map(|row| {
                view! {
                    <tr>
                        <td>{moment(row.at)}</td>
                        <td>{row.who.clone().unwrap_or_else(|| words.get("site.team.audit.nobody"))}</td>
                        <td>{row.store.clone()}</td>
                        <td>
                            <code>{row.action.clone()}</code>
                        </td>
                        <td dir="auto">{row.reason.clone()}</td>
                    </tr>
                }
            })
            .collect_view()
            .erase();
        let columns = [
            "site.team.audit.when",
            "site.team.audit.who",
            "site.team.store",
            "site.team.audit.what",
            "field.reason",
        ];
        if page.rows.is_empty() {
            return view! { <p class="muted">{words.get("site.team.audit.none")}</p> }.erase();
        }
        view! {
            <div class="stack">
                {sheet(words, title.clone(), &columns, rows)} {further(words, page.next.as_deref())}
            </div>
        }
        .erase()
    })
}
