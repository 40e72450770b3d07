//! Giving a written conversation its right place: beside one of its customer's orders, or among the messages to the shop.

use leptos::{prelude::*, task::spawn_local};
use model::{
    conversation::Kind,
    id::{ConversationId, OrderId},
    order::OrderChoice,
};
use ui::{Act, Button, Dialog, Erase, Erased, Look, Slot, pressed};

use super::{chat_window::row_of, deeds, frame::loaded, list::Phase, messages::address, state::DeskState, thread::Thread};
use crate::api::conversation as door;

/// The button, and the dialog in which the place is chosen. `place` tells two views of a page apart.
pub(super) fn moving(desk: DeskState, thread: &Thread, place: &'static str) -> Erased {
    let id = thread.id;
    let row = row_of(desk, thread);
    let open = RwSignal::new(false);
    let (phase, orders) = (Slot::new(Phase::Loading), Slot::new(Vec::<OrderChoice>::new()));
    // Which orders there are is asked each time: a minute later it may be one more.
    let load = move || {
        spawn_local(async move {
            match door::fetch_order_choices(id).await {
                Ok(found) => {
                    orders.set(found);
                    phase.set(Phase::Ready);
                }
                Err(error) => phase.set(Phase::Failed(error)),
            }
        });
    };
    let ask = Act::new(move |()| {
        phase.set(Phase::Loading);
        open.set(true);
        load();
    });
    let close = Act::new(move |()| open.set(false));
    let go = Act::new(move |order| {
        open.set(false);
        deeds::move_to(desk, id, order);
    });
    let ready = move || {
        let in_shop = row.with(|row| row.as_ref().is_some_and(|row| row.kind == Kind::Shop));
        choices(desk, id, orders.get(), in_shop, &go)
    };
    view! {
        <Button look=Look::Quiet on_press=ask>
            {desk.t("desk.move.button")}
        </Button>
        <Dialog id=[place, "-move"].concat() title=desk.t("desk.move.title") open=open>
            {loaded(desk, phase, load, ready)}
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=close>
                    {desk.t("desk.cancel")}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}

/// The shop's own list, if it stands elsewhere, and the customer's orders. An order has one thread: where there is one, that is the way.
fn choices(desk: DeskState, id: ConversationId, orders: Vec<OrderChoice>, in_shop: bool, go: &Act<Option<OrderId>>) -> Erased {
    let choice = |label: String, order: Option<OrderId>| {
        let go = go.clone();
        view! {
            <li>
                <button type="button" class="menu__item" on:click=pressed(move || go.run(order))>
                    {label}
                </button>
            </li>
        }
        .erase()
    };
    let none = orders
        .is_empty()
        .then(|| view! { <p class="dialog__text">{desk.t("desk.move.no_orders")}</p> }.erase());
    let mut rows: Vec<Erased> = Vec::new();
    if !in_shop {
        rows.push(choice(desk.t("desk.messages.shop"), None));
    }
    for order in orders {
        let about = |key: &str| desk.words().with(key, &[("number", &order.number)]);
        rows.push(match order.thread {
            None => choice(about("desk.about_order"), Some(order.id)),
            Some(thread) if thread == id => continue,
            Some(thread) => view! {
                <li>
                    <a class="menu__item" href=address(thread)>
                        {about("desk.move.taken")}
                    </a>
                </li>
            }
            .erase(),
        });
    }
    view! {
        {none}
        <ul class="colleagues" role="list" aria-label=desk.t("desk.move.title")>
            {rows}
        </ul>
    }
    .erase()
}
