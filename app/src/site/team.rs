//! `/team…`: the house of the marketplace's team. Plain documents with one navigation; they run no program, and whoever asks for one and
//! does not belong to the team reads that there is no such page.

mod tickets;

mod audit;
mod oversight;
mod people;
mod reports;
mod safety;
mod stores;

use leptos::prelude::*;
use model::{desk::Theme, time::Timestamp, words::Words};
use ui::{Badge, Erase, Erased, icon};

pub use audit::{AuditLine, AuditPage, team_audit};
pub use oversight::{OverseenPage, OversightPage, PlaceLine, team_overseen, team_oversight, team_oversight_asked};
pub use people::{PeoplePage, PersonLine, PostLine, team_people};
pub use reports::{ReportLine, ReportsPage, team_reports};
pub use safety::{HeldLine, SafetyPage, TriedText, team_safety};
pub use stores::{NewStoreForm, StoreLine, StorePage, StoreTrouble, StoresPage, team_store, team_stores};

pub use tickets::{QueuePage, QueueShown, TeamTicketPage, team_ticket, team_tickets};

/// Where the team's house is.
pub const TEAM: &str = "/team";
/// Where the team's tickets are.
pub const TEAM_TICKETS: &str = "/team/tickets";
/// Where disputes are mediated.
pub const TEAM_DISPUTES: &str = "/team/disputes";
/// Where the stores are.
pub const TEAM_STORES: &str = "/team/stores";
/// Where everybody is who works in the marketplace.
pub const TEAM_PEOPLE: &str = "/team/people";
/// Where somebody of the team asks to read along.
pub const TEAM_OVERSIGHT: &str = "/team/oversight";
/// Where one sees how fast vendors answer.
pub const TEAM_REPORTS: &str = "/team/reports";
/// Where the marketplace says what must not be sent.
pub const TEAM_SAFETY: &str = "/team/safety";
/// Where one sees who did what.
pub const TEAM_AUDIT: &str = "/team/audit";

/// The only list of the house's pages: where each is, the key of its name, and whether it is for administrators only.
const PAGES: &[(&str, &str, bool)] = &[
    (TEAM_TICKETS, "site.team.tickets", false),
    (TEAM_DISPUTES, "site.team.disputes", false),
    (TEAM_STORES, "site.team.stores", true),
    (TEAM_PEOPLE, "site.team.people", true),
    (TEAM_OVERSIGHT, "site.team.oversight", true),
    (TEAM_REPORTS, "site.team.reports", false),
    (TEAM_SAFETY, "site.team.safety", false),
    (TEAM_AUDIT, "site.team.audit", true),
];

/// What every page of the house knows.
#[derive(Clone, Copy, Debug)]
pub struct TeamFrame<'a> {
    /// What it says, in the language of whoever is signed in.
    pub words: &'a Words,
    /// The styles' address.
    pub css: &'a str,
    /// How they like their screens.
    pub theme: Theme,
    /// Who is here.
    pub who: &'a str,
    /// Whether they administer the marketplace: then there are more pages.
    pub administers: bool,
    /// What waits for the team.
    pub waiting: TeamWaiting,
}

/// How much waits for the team behind the doors of its house.
#[derive(Clone, Copy, Debug, Default)]
pub struct TeamWaiting {
    /// Tickets that somebody is to answer or to end.
    pub tickets: u32,
    /// Disputes that the team decides.
    pub disputes: u32,
    /// Messages that wait until somebody has looked at them.
    pub held: u32,
}

impl TeamWaiting {
    /// How much of it is behind one of the doors.
    fn at(self, path: &str) -> u32 {
        match path {
            TEAM_TICKETS => self.tickets,
            TEAM_DISPUTES => self.disputes,
            TEAM_SAFETY => self.held,
            _ => 0,
        }
    }
}

impl TeamFrame<'_> {
    /// A page in the house. `here` is the page of the navigation that it is or belongs to, `title` its heading.
    pub(super) fn around(self, here: &str, title: &str, view: impl FnOnce() -> Erased) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let content = view();
            self.document(here, title, content).to_html()
        })
    }

    fn document(self, here: &str, title: &str, content: Erased) -> Erased {
        let words = self.words;
        let leave = words.get("site.team.sign_out");
        view! {
            <!DOCTYPE html>
            <html lang=words.language().code() data-theme=self.theme.code()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="robots" content="noindex" />
                    <title>{format!("{title} · Vitrine")}</title>
                    <link rel="stylesheet" href=self.css.to_owned() />
                </head>
                <body class="site">
                    <header class="site__head team__head">
                        <a class="site__mark" href=TEAM>
                            "Vitrine"
                        </a>
                        <a href="/desk">{words.get("site.settings.back")}</a>
                        <form class="cluster team__out" method="post" action="/sign-out">
                            <span class="muted small">{self.who.to_owned()}</span>
                            <button class="button button--quiet" type="submit">
                                {leave}
                            </button>
                        </form>
                    </header>
                    <main class="page">
                        {self.navigation(here)} <header class="page__head">
                            <h1>{title.to_owned()}</h1>
                        </header> {content}
                    </main>
                    {icon::sprite(|_| true)}
                </body>
            </html>
        }
        .erase()
    }

    fn navigation(self, here: &str) -> Erased {
        let pages = PAGES
            .iter()
            .filter(|(_, _, administrators)| self.administers || !administrators)
            .map(|(path, key, _)| {
                let current = (*path == here).then_some("page");
                let count = self.waiting.at(path);
                let label = self.words.count("site.team.waiting", u64::from(count));
                view! {
                    <a class="tab" href=*path aria-current=current>
                        {self.words.get(key)}
                        <Badge count=Signal::stored(count) label=Signal::stored(label) />
                    </a>
                }
            })
            .collect_view();
        view! {
            <nav class="tabs tabs--rows team__tabs" aria-label=self.words.get("site.team.title")>
                {pages}
            </nav>
        }
        .erase()
    }
}

/// What became of the last form: good news above everything else.
pub(super) fn done(text: String) -> Erased {
    view! {
        <div class="notice" data-tone="good" role="status">
            <p>{text}</p>
        </div>
    }
    .erase()
}

/// A moment, in UTC and said so: nobody here knows the reader's own zone.
pub(super) fn moment(at: Timestamp) -> Erased {
    let utc = at.rfc3339();
    let (day, minute) = (utc.get(..10).unwrap_or_default(), utc.get(11..16).unwrap_or_default());
    let shown = format!("{day} {minute} UTC");
    view! {
        <time class="no-wrap" datetime=utc>
            {shown}
        </time>
    }
    .erase()
}

/// A table with a name and the keys of its columns; the rows bring their own cells.
pub(super) fn sheet(words: &Words, name: String, columns: &[&str], rows: Erased) -> Erased {
    let head = columns
        .iter()
        .map(|key| view! { <th scope="col">{words.get(key)}</th> })
        .collect_view();
    let region = name.clone();
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=region>
            <table class="table" aria-label=name>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

/// The way to the next page of a table, if there is one.
pub(super) fn further(words: &Words, to: Option<&str>) -> Option<Erased> {
    let to = to?.to_owned();
    Some(
        view! {
            <p>
                <a class="button button--quiet" href=to>
                    {words.get("site.team.further")}
                </a>
            </p>
        }
        .erase(),
    )
}

/// The link of an invitation that was made just now: it is mailed, and shown this once.
fn invited(words: &Words, link: &str) -> Erased {
    view! {
        <div class="notice stack" data-tone="good" role="status">
            <p>{words.get("site.team.invited")}</p>
            <pre class="copy__text" tabindex="0">
                {link.to_owned()}
            </pre>
        </div>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    fn page(administers: bool) -> String {
        let words = Words::new(Language::Nl, BTreeMap::new());
        let frame = TeamFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::Dark,
            who: "<Mira>",
            administers,
            waiting: TeamWaiting {
                tickets: 3,
                disputes: 0,
                held: 1,
            },
        };
        frame.around(TEAM_TICKETS, "<Titel>", || view! { <p>"<Hallo>"</p> }.erase())
    }

    #[test]
    fn the_house_names_its_rooms_and_runs_nothing() {
        let html = page(true);
        for (path, _, _) in PAGES {
            assert!(html.contains(&format!("href=\"{path}\"")), "{html}");
        }
        assert_eq!(html.matches("aria-current=\"page\"").count(), 1, "{html}");
        assert!(
            html.contains("&lt;Mira&gt;") && html.contains("&lt;Titel&gt;") && html.contains("data-theme=\"dark\""),
            "{html}"
        );
        assert!(!html.contains("<script") && !html.contains("style="), "{html}");
    }

    #[test]
    fn what_waits_stands_beside_its_door_and_nothing_where_nothing_waits() {
        let html = page(false);
        assert_eq!(html.matches("class=\"badge\"").count(), 2, "{html}");
    }

    #[test]
    fn support_is_shown_no_door_that_stays_closed() {
        let html = page(false);
        for (path, _, administrators) in PAGES {
            assert_eq!(html.contains(&format!("href=\"{path}\"")), !administrators, "{path}");
        }
    }
}
