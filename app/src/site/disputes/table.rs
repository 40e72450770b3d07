//! The table of disputes: what goes on next is on top.

use leptos::prelude::*;
use model::dispute::Who;
use ui::{Badge, Empty, Erase, Erased, icon};

use super::{DisputeDrawn, DisputeFacts, problem, state, turn};

/// A dispute in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeLine {
    /// Where it is opened.
    pub href: String,
    /// What it is about, and where it stands.
    pub facts: DisputeFacts,
    /// What the reader has not seen.
    pub unread: u32,
}

/// The table's page.
#[derive(Clone, Debug, Default)]
pub struct DisputesPage {
    /// Those.
    pub lines: Vec<DisputeLine>,
    /// Where the page is.
    pub path: String,
    /// Which of them: `waiting`, `open` or `closed`.
    pub shown: String,
    /// The address of the next page.
    pub older: Option<String>,
}

/// The filters, the table, and where the next page is.
pub(super) fn list(drawn: &DisputeDrawn<'_>, page: &DisputesPage) -> Erased {
    let words = drawn.words;
    let rows = if page.lines.is_empty() {
        let (title, text) = (words.get("site.dispute.none"), words.get("site.dispute.none_explained"));
        view! { <Empty glyph=icon::shield title=title text=text /> }.erase()
    } else {
        table(drawn, &page.lines)
    };
    let older = page.older.clone().map(|to| {
        view! {
            <p>
                <a class="button button--quiet" href=to>
                    {words.get("site.dispute.more")}
                </a>
            </p>
        }
        .erase()
    });
    view! {
        <div class="stack">
            {filters(drawn, page)} {rows} {older}
        </div>
    }
    .erase()
}

fn filters(drawn: &DisputeDrawn<'_>, page: &DisputesPage) -> Erased {
    let words = drawn.words;
    let link = |code: &str, key: &str| {
        let current = (page.shown == code).then_some("page");
        view! {
            <a class="tab" href=format!("{}?show={code}", page.path) aria-current=current>
                {words.get(key)}
            </a>
        }
        .erase()
    };
    let waiting = (drawn.who == Who::Team).then(|| link("waiting", "site.dispute.filter.waiting"));
    view! {
        <nav class="tabs" aria-label=words.get("site.dispute.filters")>
            {waiting} {link("open", "site.dispute.filter.open")} {link("closed", "site.dispute.filter.closed")}
        </nav>
    }
    .erase()
}

fn table(drawn: &DisputeDrawn<'_>, lines: &[DisputeLine]) -> Erased {
    let words = drawn.words;
    let team = drawn.who == Who::Team;
    let rows = lines.iter().map(|line| row(drawn, line)).collect_view();
    let store = team.then(|| view! { <th scope="col">{words.get("site.dispute.store")}</th> }.erase());
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.dispute.scrolled")>
            <table class="table cases" aria-label=words.get("site.dispute.title")>
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.dispute.column.number")}</th>
                        <th scope="col">{words.get("site.dispute.column.order")}</th>
                        {store}
                        <th scope="col">{words.get("site.dispute.column.problem")}</th>
                        <th scope="col">{words.get("site.dispute.column.status")}</th>
                        <th scope="col">{words.get("site.dispute.column.date")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.get("site.dispute.view")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn row(drawn: &DisputeDrawn<'_>, line: &DisputeLine) -> Erased {
    let words = drawn.words;
    let facts = &line.facts;
    let number = format!("#{}", facts.number);
    let label = words.count("site.dispute.unread", u64::from(line.unread));
    let buyer = facts.buyer.clone().filter(|_| drawn.who != Who::Buyer);
    let buyer = buyer.map(|name| {
        view! {
            <span class="muted small case__turn" dir="auto">
                {name}
            </span>
        }
        .erase()
    });
    let store = (drawn.who == Who::Team).then(|| view! { <td dir="auto">{facts.store.clone()}</td> }.erase());
    view! {
        <tr data-unread=(line.unread > 0).then_some("")>
            <th scope="row">
                {number.clone()} " " <Badge count=Signal::stored(line.unread) label=Signal::stored(label) />
            </th>
            <td>
                <span class="no-wrap">{facts.order.clone()}</span>
                {buyer}
            </td>
            {store}
            <td>{problem(words, facts.problem)}</td>
            <td>
                <span class="case__status">{state(words, &facts.state)}</span>
                <span class="muted small case__turn">{turn(drawn, facts)}</span>
            </td>
            <td class="no-wrap">{drawn.time(facts.opened_at)}</td>
            <td>
                <a class="button button--quiet" href=line.href.clone()>
                    {words.get("site.dispute.view")}
                    <span class="visually-hidden">": " {number}</span>
                </a>
            </td>
        </tr>
    }
    .erase()
}
