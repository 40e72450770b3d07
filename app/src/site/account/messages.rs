//! `/account/{store}`: everything that was ever said between a member and the store, and the place to write something new.

use leptos::prelude::*;
use model::{
    conversation::Kind,
    refusal::{Field as Which, Refusal},
    time::Timestamp,
};
use ui::{Button, Erase, Erased, Field};

use super::super::sign_in::{error_of, whole_form};
use super::Account;

/// A conversation in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MessageLine {
    pub id: String,
    pub kind: Kind,
    pub order: Option<String>,
    pub product: Option<String>,
    pub preview: String,
    pub mine: bool,
    pub at: Timestamp,
    pub unread: u32,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct MessagesPage {
    /// The newest first.
    pub lines: Vec<MessageLine>,
    /// The query of the next page, if there are older ones.
    pub older: Option<String>,
    /// Of the form, so that what is sent twice is one message.
    pub cid: String,
    /// Why the last message was refused.
    pub answer: Option<Refusal>,
    /// What it said.
    pub typed: String,
}

/// The list, and the form that begins something.
pub fn account_messages(account: &Account<'_>, page: &MessagesPage) -> String {
    let words = account.words;
    account.around(words.get("site.account.messages"), || {
        let lines = page.lines.iter().map(|one| line(account, one)).collect_view();
        let list = if page.lines.is_empty() {
            view! { <p class="muted">{words.get("site.account.no_messages")}</p> }.erase()
        } else {
            view! {
                <ul class="account__list" aria-label=words.get("site.account.messages")>
                    {lines}
                </ul>
            }
            .erase()
        };
        let older = page.older.as_ref().map(|query| {
            view! {
                <p>
                    <a class="button button--quiet" href=query.clone()>
                        {words.get("site.account.older")}
                    </a>
                </p>
            }
            .erase()
        });
        view! {
            {write(account, "/messages", "site.account.write", &page.cid, page.answer, &page.typed)}
            {list}
            {older}
        }
        .erase()
    })
}

fn line(account: &Account<'_>, line: &MessageLine) -> Erased {
    let words = account.words;
    let title = match (&line.order, &line.product, line.kind) {
        (Some(number), ..) => words.with("site.account.about_order", &[("number", number)]),
        (None, Some(product), _) => product.clone(),
        (None, None, Kind::Live) => words.get("site.account.chat"),
        (None, None, _) => words.get("site.account.message"),
    };
    let preview = if line.mine {
        words.with("site.account.you", &[("text", &line.preview)])
    } else {
        line.preview.clone()
    };
    let unread = (line.unread > 0).then_some("");
    view! {
        <li>
            <a class="account__row" href=account.path(&format!("/messages/{}", line.id)) data-unread=unread>
                <strong>{title}</strong>
                <span class="account__when">{account.time(line.at)} {account.badge(line.unread)}</span>
                <span class="account__preview truncate" dir="auto">
                    {preview}
                </span>
            </a>
        </li>
    }
    .erase()
}

/// A box for a message, and the button that sends it: as a plain form, to the page's own address inside.
pub(super) fn write(account: &Account<'_>, rest: &str, heading: &str, cid: &str, answer: Option<Refusal>, typed: &str) -> Erased {
    let words = account.words;
    let send = words.get("site.account.send");
    view! {
        <form class="card stack account__write" method="post" novalidate=true action=account.path(rest)>
            <h2 class="card__title">{words.with(heading, &[("store", account.store)])}</h2>
            {whole_form(words, answer, &[Which::Message])}
            <input type="hidden" name="cid" value=cid.to_owned() />
            <Field
                id="message"
                label=words.get("field.message")
                name="message"
                rows=4
                required=true
                text=RwSignal::new(typed.to_owned())
                error=Signal::stored(error_of(words, answer, Which::Message))
            />
            <div class="cluster">
                <Button submit=true>{send}</Button>
            </div>
        </form>
    }
    .erase()
}

/// `/account/{store}/messages/{id}`: one conversation.
pub fn account_conversation(account: &Account<'_>, id: &str, order: Option<&str>) -> String {
    let words = account.words;
    let title = match order {
        Some(number) => words.with("site.account.about_order", &[("number", number)]),
        None => words.with("site.account.thread", &[("store", account.store)]),
    };
    account.around(title, || {
        let link = order.filter(|_| account.whole).map(|number| {
            view! {
                <p>
                    <a href=account.path(&format!("/orders/{}", super::part(number)))>{words.get("site.account.to_order")}</a>
                </p>
            }
            .erase()
        });
        view! {
            {link}
            {account.thread(id)}
        }
        .erase()
    })
}
