//! `/account/{store}/orders`: what a member ordered, and one order with everything that is known of it. At its foot stands the store's
//! mailbox, and the order's own thread.

use leptos::prelude::*;
use model::{
    conversation::Money,
    order::{OrderRow, OrderState, OrderView},
    refusal::Refusal,
    text::EmailAddress,
    words::Words,
};
use ui::{Erase, Erased};

use super::super::{
    disputes::{DisputeLine, of_order},
    written::money,
};
use super::{Account, messages::write, part};

/// An order in the list, with the answers about it that were not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OrderLineOf {
    pub row: OrderRow,
    pub unread: u32,
}

/// An order, opened.
#[derive(Clone, Debug)]
pub struct OrderOf {
    /// All that is known of it.
    pub view: OrderView,
    /// Its thread, once somebody wrote about it.
    pub thread: Option<String>,
    /// The store's mailbox for customers (S-26).
    pub mailbox: Option<EmailAddress>,
    /// The order's own address: mail to it joins the thread.
    pub address: Option<EmailAddress>,
    /// Problems with it that were told already.
    pub disputes: Vec<DisputeLine>,
    /// Where one tells of a problem, where that is possible.
    pub problem: Option<String>,
    /// Of the form, so that what is sent twice is one message.
    pub cid: String,
    /// Why the last message was refused.
    pub answer: Option<Refusal>,
    /// What it said.
    pub typed: String,
}

/// The list.
pub fn account_orders(account: &Account<'_>, orders: &[OrderLineOf]) -> String {
    let words = account.words;
    account.around(words.get("site.account.orders"), || {
        if orders.is_empty() {
            return view! { <p class="muted">{words.get("site.account.no_orders")}</p> }.erase();
        }
        let lines = orders
            .iter()
            .map(|OrderLineOf { row, unread }| {
                let waiting = (*unread > 0).then_some("");
                view! {
                    <li>
                        <a class="account__row" href=account.path(&format!("/orders/{}", part(&row.number))) data-unread=waiting>
                            <strong>{words.with("site.account.about_order", &[("number", &row.number)])}</strong>
                            <span class="account__when">{account.day(row.placed_at)} {account.badge(*unread)}</span>
                            <span class="account__preview">
                                {state(words, row.state)} " · " {money(&row.total, words.language())}
                            </span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="account__list" aria-label=words.get("site.account.orders")>
                {lines}
            </ul>
        }
        .erase()
    })
}

/// One order.
pub fn account_order(account: &Account<'_>, order: &OrderOf) -> String {
    let words = account.words;
    let row = &order.view.row;
    let title = words.with("site.account.about_order", &[("number", &row.number)]);
    account.around(title, || {
        let talk = if let Some(id) = &order.thread {
            view! {
                <h2 class="account__part">{words.with("site.account.thread", &[("store", account.store)])}</h2>
                {account.thread(id)}
            }
            .erase()
        } else {
            let to = format!("/orders/{}", part(&row.number));
            write(account, &to, "site.account.ask", &order.cid, order.answer, &order.typed)
        };
        view! {
            <dl class="account__facts">
                {fact(words, "site.account.state", state(words, row.state).erase())}
                {fact(words, "site.account.placed", account.day(row.placed_at))}
                {parcel(words, &order.view)}
                {order.view.ship_to.clone().map(|to| fact(words, "site.account.ship_to", view! { <span class="account__lines">{to}</span> }.erase()))}
            </dl>
            {lines(words, &order.view)}
            {of_order(words, &order.disputes, order.problem.as_deref(), account.wall)}
            {mailbox(account, order)}
            {talk}
        }
        .erase()
    })
}

fn fact(words: &Words, key: &str, value: Erased) -> Erased {
    view! {
        <div>
            <dt>{words.get(key)}</dt>
            <dd>{value}</dd>
        </div>
    }
    .erase()
}

fn state(words: &Words, state: OrderState) -> String {
    words.get(match state {
        OrderState::Placed => "site.account.order.placed",
        OrderState::Received => "site.account.order.received",
        OrderState::Packed => "site.account.order.packed",
        OrderState::Shipped => "site.account.order.shipped",
        OrderState::Delivered => "site.account.order.delivered",
        OrderState::Cancelled => "site.account.order.cancelled",
        OrderState::Returned => "site.account.order.returned",
    })
}

fn parcel(words: &Words, view: &OrderView) -> Erased {
    let Some(tracking) = &view.tracking else {
        return fact(words, "site.account.parcel", words.get("site.account.no_parcel").erase());
    };
    let named = match &tracking.carrier {
        Some(carrier) => format!("{carrier} {}", tracking.number),
        None => tracking.number.clone(),
    };
    let shown = match &tracking.url {
        Some(url) => view! {
            <a href=url.clone() rel="noopener noreferrer nofollow">
                {named}
            </a>
        }
        .erase(),
        None => named.erase(),
    };
    fact(words, "site.account.parcel", shown)
}

fn lines(words: &Words, view: &OrderView) -> Erased {
    let language = words.language();
    let rows = view
        .lines
        .iter()
        .map(|line| {
            let sum = Money {
                minor: line.price.minor.saturating_mul(line.quantity),
                currency: line.price.currency.clone(),
            };
            view! {
                <tr>
                    <td>{line.name.clone()}</td>
                    <td>{line.quantity}</td>
                    <td class="no-wrap">{money(&line.price, language)}</td>
                    <td class="no-wrap">{money(&sum, language)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.account.lines")>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.account.product")}</th>
                        <th scope="col">{words.get("site.account.quantity")}</th>
                        <th scope="col">{words.get("site.account.price")}</th>
                        <th scope="col">{words.get("site.account.sum")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="3">
                            {words.get("site.account.total")}
                        </th>
                        <td class="no-wrap">
                            <strong>{money(&view.row.total, language)}</strong>
                        </td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .erase()
}

/// The store's mailbox at the foot of the order (S-25): a mail to the order's own address joins its thread.
fn mailbox(account: &Account<'_>, order: &OrderOf) -> Erased {
    let words = account.words;
    let link = |to: &EmailAddress| {
        let subject = words.with("site.account.about_order", &[("number", &order.view.row.number)]);
        let href = format!("mailto:{to}?subject={}", part(&subject));
        view! { <a href=href>{to.to_string()}</a> }.erase()
    };
    let prompt = |key: &str, to: &EmailAddress| {
        view! {
            <p class="account__mailbox">
                {words.get(key)} " " {link(to)}
            </p>
        }
        .erase()
    };
    let service = order.mailbox.as_ref().map(|to| prompt("site.account.mailbox", to));
    let joins = order.address.as_ref().map(|to| prompt("site.account.joins", to));
    (service, joins).erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{
        language::Language,
        order::{OrderLine, Tracking},
        text::Sku,
        time::Timestamp,
    };

    use super::super::{Here, account_messages, messages::MessagesPage};
    use super::*;

    fn euro(minor: i64) -> Money {
        Money {
            minor,
            currency: "EUR".to_owned(),
        }
    }

    fn order() -> OrderOf {
        OrderOf {
            view: OrderView {
                row: OrderRow {
                    id: "018f0000-0000-7000-8000-000000000001".parse().expect("an id"),
                    number: "M/1".to_owned(),
                    state: OrderState::Shipped,
                    total: euro(3_400),
                    placed_at: Timestamp(1_709_215_500_000),
                },
                lines: vec![OrderLine {
                    sku: Sku::parse("plate").expect("fine"),
                    name: "Plate <b>".to_owned(),
                    quantity: 2,
                    price: euro(1_700),
                }],
                tracking: Some(Tracking {
                    number: "3S1".to_owned(),
                    carrier: Some("PostNL".to_owned()),
                    url: Some("https://parcel.example/3S1".to_owned()),
                }),
                ship_to: None,
                updated_at: Timestamp(0),
            },
            thread: None,
            mailbox: EmailAddress::parse("help@delft.example").ok(),
            address: None,
            disputes: Vec::new(),
            problem: None,
            cid: "c".to_owned(),
            answer: None,
            typed: String::new(),
        }
    }

    fn account<'a>(words: &'a Words, wall: &'a (dyn Fn(Timestamp) -> Timestamp + Send + Sync), whole: bool) -> Account<'a> {
        Account {
            words,
            css: "/a.css",
            slug: "delft",
            store: "Delft",
            who: Some("Jane"),
            here: Here::Orders,
            unread: (0, 2),
            whole,
            chosen: false,
            help: None,
            wall,
        }
    }

    #[test]
    fn s_25_an_order_shows_its_lines_its_parcel_and_the_mailbox() {
        let words = Words::new(Language::En, BTreeMap::new());
        let wall = |at| at;
        let html = account_order(&account(&words, &wall, true), &order());
        for part in [
            "Plate &lt;b&gt;",
            "€17.00",
            "€34.00",
            "29 February 2024",
            "https://parcel.example/3S1",
            "mailto:help@delft.example",
            "action=\"/account/delft/orders/M%2F1\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(
            !html.contains("<script") && !html.contains("style=") && !html.contains("<iframe"),
            "{html}"
        );
    }

    #[test]
    fn he_16_whoever_came_by_a_letter_sees_no_way_to_the_rest() {
        let words = Words::new(Language::En, BTreeMap::new());
        let wall = |at| at;
        let mut opened = order();
        opened.thread = Some("018f".to_owned());
        let html = account_order(&account(&words, &wall, false), &opened);
        assert!(
            html.contains("<iframe") && html.contains("/account/delft/thread/018f?lang=en"),
            "{html}"
        );
        assert!(!html.contains("href=\"/account/delft/orders\""), "{html}");
        let html = account_messages(&account(&words, &wall, true), &MessagesPage::default());
        assert!(
            html.contains("href=\"/account/delft/orders\"") && html.contains("site.account.no_messages"),
            "{html}"
        );
    }
}
