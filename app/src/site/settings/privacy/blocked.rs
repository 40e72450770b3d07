//! Who is blocked, and how they are let in again.

use leptos::prelude::*;
use model::{party::Customer, privacy::Blocked, words::Words};
use ui::{Button, Erase, Erased, Look, hidden_fields};

use super::super::{moment, parts::card as framed};

/// The card.
pub(super) fn card(words: &Words, blocked: &[Blocked]) -> Erased {
    let content = if blocked.is_empty() {
        view! { <p class="notice">{words.get("site.privacy.nobody_blocked")}</p> }.erase()
    } else {
        let rows = blocked.iter().map(|blocked| row(words, blocked)).collect_view();
        view! {
            <ul class="sites" role="list" aria-labelledby="blocked">
                {rows}
            </ul>
        }
        .erase()
    };
    framed(
        "blocked",
        words.get("site.privacy.blocked"),
        words.get("site.privacy.blocked_explained"),
        content,
    )
}

fn row(words: &Words, blocked: &Blocked) -> Erased {
    let unblock = words.get("site.privacy.unblock");
    view! {
        <li class="sites__row">
            <span class="truncate">{who(words, &blocked.customer)}</span>
            {moment(blocked.since)}
            <form method="post" action="/desk/pages/privacy/unblock">
                {hidden_fields(vec![("conversation", blocked.conversation.to_string())])}
                <Button look=Look::Quiet submit=true>
                    {unblock}
                </Button>
            </form>
        </li>
    }
    .erase()
}

/// As in the desk's lists: the name that a guest typed stands beside their number, because nobody vouches for it.
fn who(words: &Words, customer: &Customer) -> Erased {
    match customer {
        Customer::Member { number, name } => format!("{name} ({number})").erase(),
        Customer::Guest { number, name } => {
            let typed = name
                .as_ref()
                .map(|name| view! { <span class="row__typed">{name.to_string()}</span> });
            view! {
                {words.with("site.privacy.guest", &[("number", &number.to_string())])}
                " "
                {typed}
            }
            .erase()
        }
    }
}
