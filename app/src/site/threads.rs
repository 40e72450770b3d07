//! My Communication History: the threads between buyer and seller, on either side of the counter. The table, one thread opened, and the
//! form that begins one are drawn here; the frames around them are the desk's (`desk_threads`) and the member centre's (`account`).

use leptos::prelude::*;
use model::{
    case::{CaseStatus, Topic},
    party::Side,
    refusal::{Field as Which, Refusal},
    time::Timestamp,
    words::Words,
};
use ui::{Badge, Button, Erase, Erased, Field};

use super::{
    case_words,
    room::{Room, RoomLine, RoomReply, room},
    sign_in::{error_of, whole_form},
    written,
};

/// A thread in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadLine {
    /// Where it is opened.
    pub href: String,
    /// In one line.
    pub subject: String,
    /// How far it is.
    pub status: CaseStatus,
    /// Whose turn it is.
    pub awaiting: Option<Side>,
    /// Before buying, or anything else.
    pub topic: Topic,
    /// The product it is about.
    pub product: Option<String>,
    /// What the other side is called, if that is known.
    pub with: Option<String>,
    /// When something last happened.
    pub at: Timestamp,
    /// Messages that the reader has not seen.
    pub unread: u32,
}

/// The table's page.
#[derive(Clone, Debug, Default)]
pub struct ThreadsPage {
    /// The newest first.
    pub lines: Vec<ThreadLine>,
    /// Which of them: `all`, or the code of a filter.
    pub shown: String,
    /// Where the page is.
    pub path: String,
    /// Where a thread is begun.
    pub begin: Option<String>,
    /// The address of the next page, if there are older ones.
    pub older: Option<String>,
}

/// One thread, opened.
#[derive(Clone, Debug)]
pub struct ThreadPage {
    /// What it is.
    pub line: ThreadLine,
    /// Its number at the store.
    pub number: i64,
    /// What was said.
    pub lines: Vec<RoomLine>,
    /// The address of what was said before.
    pub more: Option<String>,
    /// How one answers, unless it is closed.
    pub reply: Option<RoomReply>,
    /// Where its status is set.
    pub status_to: String,
    /// Where the table is.
    pub back: String,
    /// Where a ticket is made of it, with all that was said.
    pub escalate: Option<String>,
}

/// The form that begins one.
#[derive(Clone, Debug, Default)]
pub struct NewThreadPage {
    /// Where it is sent to.
    pub action: String,
    /// So that what is sent twice is one thread.
    pub cid: String,
    /// As typed.
    pub subject: String,
    /// As typed.
    pub message: String,
    /// The product it is about: its key and its name.
    pub product: Option<(String, String)>,
    /// With whom: the customer's id, and what they are called.
    pub with: Option<(String, String)>,
    /// Why the last try was refused.
    pub answer: Option<Refusal>,
    /// Where other ways to reach the other side are; what was typed goes along.
    pub other_ways: Option<String>,
}

/// What both sides' pages are drawn with.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'a> {
    pub(super) words: &'a Words,
    pub(super) side: Side,
    /// What the other side is called where nothing better is known.
    pub(super) theirs: &'a str,
    pub(super) wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync),
}

impl Drawn<'_> {
    fn time(&self, at: Timestamp) -> Erased {
        let shown = written::moment((self.wall)(at), self.words.language());
        view! {
            <time class="no-wrap" datetime=at.rfc3339()>
                {shown}
            </time>
        }
        .erase()
    }

    fn standing(&self, line: &ThreadLine) -> Erased {
        let theirs = line.with.as_deref().unwrap_or(self.theirs);
        case_words::standing(self.words, line.status, line.awaiting, self.side, theirs)
    }
}

/// The filters, the table, and where the next page is.
pub(super) fn table(drawn: &Drawn<'_>, page: &ThreadsPage) -> Erased {
    let words = drawn.words;
    let begin = page.begin.clone().map(|to| {
        view! {
            <p>
                <a class="button" href=to>
                    {words.get("site.threads.begin")}
                </a>
            </p>
        }
        .erase()
    });
    let older = page.older.clone().map(|to| {
        view! {
            <p>
                <a class="button button--quiet" href=to>
                    {words.get("site.threads.older")}
                </a>
            </p>
        }
        .erase()
    });
    let rows = if page.lines.is_empty() {
        view! { <p class="muted">{words.get("site.threads.none")}</p> }.erase()
    } else {
        let rows = page.lines.iter().map(|line| row(drawn, line)).collect_view();
        view! {
            <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.threads.title")>
                <table class="table cases" aria-label=words.get("site.threads.title")>
                    <thead>
                        <tr>
                            <th scope="col">{words.get("site.threads.subject")}</th>
                            <th scope="col">{words.get("site.threads.status")}</th>
                            <th scope="col">{words.get("site.threads.type")}</th>
                            <th scope="col">{words.get("site.threads.date")}</th>
                            <th scope="col">
                                <span class="visually-hidden">{words.get("site.threads.view")}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .erase()
    };
    view! {
        <div class="stack">
            {begin} {filters(words, page)} {rows} {older}
        </div>
    }
    .erase()
}

fn filters(words: &Words, page: &ThreadsPage) -> Erased {
    let link = |code: &'static str, key: &str| {
        let current = (page.shown == code).then_some("page");
        view! {
            <a class="tab" href=format!("{}{}show={code}", page.path, joint(&page.path)) aria-current=current>
                {words.get(key)}
            </a>
        }
        .erase()
    };
    view! {
        <nav class="tabs" aria-label=words.get("site.threads.filter")>
            {link("all", "site.threads.all")} {link("open", "site.threads.open")} {link("resolved", "site.case.status.resolved")}
            {link("closed", "site.case.status.closed")}
        </nav>
    }
    .erase()
}

/// What goes on with a query that may have begun.
fn joint(path: &str) -> char {
    if path.contains('?') { '&' } else { '?' }
}

fn row(drawn: &Drawn<'_>, line: &ThreadLine) -> Erased {
    let words = drawn.words;
    let label = words.count("site.threads.unread", u64::from(line.unread));
    let about = line.product.clone().or_else(|| line.with.clone());
    let about = about.map(|text| {
        view! {
            <span class="muted small case__turn" dir="auto">
                {text}
            </span>
        }
        .erase()
    });
    view! {
        <tr data-unread=(line.unread > 0).then_some("")>
            <th scope="row" dir="auto">
                {line.subject.clone()}
                " "
                <Badge count=Signal::stored(line.unread) label=Signal::stored(label) />
                {about}
            </th>
            <td>{drawn.standing(line)}</td>
            <td class="no-wrap">{case_words::topic(words, line.topic)}</td>
            <td>{drawn.time(line.at)}</td>
            <td>
                <a class="button button--quiet" href=line.href.clone()>
                    {words.get("site.threads.view")}
                    <span class="visually-hidden">": " {line.subject.clone()}</span>
                </a>
            </td>
        </tr>
    }
    .erase()
}

/// One thread: what it is, what was said, the answer, and what can be said of its status.
pub(super) fn opened(drawn: &Drawn<'_>, page: &ThreadPage) -> Erased {
    let words = drawn.words;
    let fact = |key: &str, value: Erased| {
        view! {
            <div>
                <dt>{words.get(key)}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
        .erase()
    };
    let line = &page.line;
    let product = line.product.clone().map(|name| fact("site.threads.product", name.erase()));
    let with = line.with.clone().filter(|_| drawn.side == Side::Desk);
    let with = with.map(|name| fact("site.threads.with", name.erase()));
    let escalate = page.escalate.clone().map(|to| {
        view! {
            <a class="button button--quiet" href=to>
                {words.get("site.threads.escalate")}
            </a>
        }
        .erase()
    });
    let shown = Room {
        words,
        side: drawn.side,
        shopper: line.with.as_deref().filter(|_| drawn.side == Side::Desk),
        lines: &page.lines,
        reply: page.reply.as_ref(),
        more: page.more.as_deref(),
        wall: drawn.wall,
    };
    view! {
        <div class="stack">
            <p>
                <a href=page.back.clone()>{words.get("site.threads.title")}</a>
            </p>
            <dl class="account__facts">
                {fact("site.threads.number", format!("#{}", page.number).erase())} {fact("site.threads.status", drawn.standing(line))}
                {fact("site.threads.type", case_words::topic(words, line.topic).erase())} {product} {with}
            </dl>
            {room(&shown)}
            <div class="cluster">{status_forms(drawn, page)} {escalate}</div>
        </div>
    }
    .erase()
}

fn status_forms(drawn: &Drawn<'_>, page: &ThreadPage) -> Erased {
    let words = drawn.words;
    let form = |to: CaseStatus, key: &str| {
        view! {
            <form method="post" action=page.status_to.clone()>
                <input type="hidden" name="to" value=to.code() />
                <button class="button button--quiet" type="submit">
                    {words.get(key)}
                </button>
            </form>
        }
        .erase()
    };
    let close = || (drawn.side == Side::Desk).then(|| form(CaseStatus::Closed, "site.threads.close"));
    match page.line.status {
        CaseStatus::New | CaseStatus::Pending => (form(CaseStatus::Resolved, "site.threads.resolve"), close()).erase(),
        CaseStatus::Resolved => (form(CaseStatus::Pending, "site.threads.reopen"), close()).erase(),
        CaseStatus::Closed => view! { <p class="muted">{words.get("site.threads.is_closed")}</p> }.erase(),
    }
}

/// The form that begins a thread.
pub(super) fn begin_form(words: &Words, page: &NewThreadPage) -> Erased {
    let begin = words.get("site.room.send");
    // A subject is a name in our vocabulary; what is wrong with it is said of the subject.
    let of_subject = words.but("field.name", words.get("site.threads.subject"));
    let hidden = |name: &'static str, value: &str| view! { <input type="hidden" name=name value=value.to_owned() /> }.erase();
    let product = page.product.as_ref().map(|(sku, name)| {
        let called: &str = if name.is_empty() { sku } else { name };
        let shown = words.with("site.threads.about_product", &[("product", called)]);
        view! {
            <p class="muted" dir="auto">
                {shown}
            </p>
            {hidden("product", sku)}
            {hidden("named", name)}
        }
        .erase()
    });
    let with = page.with.as_ref().map(|(id, name)| {
        view! {
            <p dir="auto">{words.with("site.threads.to", &[("name", name)])}</p>
            {hidden("customer", id)}
        }
        .erase()
    });
    let other_ways = page.other_ways.clone().map(|to| {
        view! {
            <button class="button button--quiet" type="submit" formaction=to>
                {words.get("site.threads.other_ways")}
            </button>
        }
        .erase()
    });
    view! {
        <form class="card stack ticket__new" method="post" novalidate=true action=page.action.clone()>
            {whole_form(words, page.answer, &[Which::Name, Which::Message])}
            {hidden("cid", &page.cid)}
            {with}
            {product}
            <Field
                id="subject"
                label=words.get("site.threads.subject")
                name="subject"
                required=true
                text=RwSignal::new(page.subject.clone())
                error=Signal::stored(error_of(&of_subject, page.answer, Which::Name))
            />
            <Field
                id="message"
                label=words.get("field.message")
                name="message"
                rows=6
                required=true
                text=RwSignal::new(page.message.clone())
                error=Signal::stored(error_of(words, page.answer, Which::Message))
            />
            <div class="cluster">
                <Button submit=true>{begin}</Button>
                {other_ways}
            </div>
        </form>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    fn line(status: CaseStatus, awaiting: Side) -> ThreadLine {
        ThreadLine {
            href: "/here/1".to_owned(),
            subject: "<Cups>".to_owned(),
            status,
            awaiting: Some(awaiting),
            topic: Topic::Presale,
            product: Some("Cup".to_owned()),
            with: None,
            at: Timestamp(0),
            unread: 2,
        }
    }

    fn drawn(lines: Vec<ThreadLine>, side: Side) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let wall = |at| at;
        let page = ThreadsPage {
            lines,
            shown: "all".to_owned(),
            path: "/here".to_owned(),
            begin: None,
            older: None,
        };
        let drawn = Drawn {
            words: &words,
            side,
            theirs: "Delft",
            wall: &wall,
        };
        Owner::new().with(|| table(&drawn, &page).to_html())
    }

    #[test]
    fn a_10_a_15_the_table_says_whose_turn_it_is_as_long_as_it_is_somebodys() {
        let html = drawn(vec![line(CaseStatus::Pending, Side::Desk)], Side::Shopper);
        assert!(html.contains("&lt;Cups&gt;") && html.contains("site.case.their_turn"), "{html}");
        let html = drawn(vec![line(CaseStatus::Pending, Side::Desk)], Side::Desk);
        assert!(html.contains("site.case.your_turn"), "{html}");
        let html = drawn(vec![line(CaseStatus::Resolved, Side::Shopper)], Side::Shopper);
        assert!(
            !html.contains("site.case.your_turn") && !html.contains("site.case.their_turn"),
            "{html}"
        );
    }

    #[test]
    fn a_subject_that_is_missing_is_called_so() {
        let words = Words::new(
            Language::En,
            BTreeMap::from([
                ("refusal.missing".to_owned(), "%{field}!".to_owned()),
                ("site.threads.subject".to_owned(), "Subject".to_owned()),
            ]),
        );
        let page = NewThreadPage {
            answer: Some(Refusal::Missing(Which::Name)),
            message: "</textarea><b>".to_owned(),
            ..NewThreadPage::default()
        };
        let html = Owner::new().with(|| begin_form(&words, &page).to_html());
        assert!(html.contains("Subject!") && !html.contains("<b>"), "{html}");
    }
}
