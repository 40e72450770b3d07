//! An order, opened over whatever one is doing (S-17): its lines, its total, where it stands and where the parcel is.

use leptos::{prelude::*, task::spawn_local};
use model::{
    conversation::Money,
    id::OrderId,
    order::{OrderState, OrderView, Tracking},
};
use ui::{Act, Button, Dialog, Erase, Erased, Look, Reading, Slot, Time};

use super::{frame::fact, state::DeskState};
use crate::{api::customers as door, money::money};

/// One dialog, for whichever order is asked for.
#[derive(Clone, Copy)]
pub(super) struct OrderDialog {
    desk: DeskState,
    open: RwSignal<bool>,
    order: Slot<Option<OrderView>>,
}

impl OrderDialog {
    /// Closed.
    pub(super) fn new(desk: DeskState) -> Self {
        Self {
            desk,
            open: RwSignal::new(false),
            order: Slot::new(None),
        }
    }

    /// Fetches an order, and shows it.
    pub(super) fn show(self, id: OrderId) {
        spawn_local(async move {
            match door::fetch_order(id).await {
                Ok(order) => {
                    self.order.set(Some(order));
                    self.open.try_set(true);
                }
                Err(error) => self.desk.refused(&error),
            }
        });
    }

    /// Where it will be; `id` is its own in the page.
    pub(super) fn place(self, id: &'static str) -> Erased {
        let shown = Reading::new(move || self.order.with(|order| order.as_ref().map(|order| opened(self.desk, order))));
        let close = Act::new(move |()| self.open.set(false));
        view! {
            <Dialog id=id title=self.desk.t("desk.order.title") open=self.open>
                {shown}
                <div class="dialog__actions">
                    <Button look=Look::Quiet on_press=close>
                        {self.desk.t("desk.order.close")}
                    </Button>
                </div>
            </Dialog>
        }
        .erase()
    }
}

/// An amount, as the reader writes it.
pub(super) fn amount(desk: DeskState, amount: &Money) -> String {
    money(amount, desk.words().language())
}

/// Where an order stands, in a word.
pub(super) fn state(desk: DeskState, state: OrderState) -> String {
    desk.t(match state {
        OrderState::Placed => "desk.order.placed",
        OrderState::Received => "desk.order.received",
        OrderState::Packed => "desk.order.packed",
        OrderState::Shipped => "desk.order.shipped",
        OrderState::Delivered => "desk.order.delivered",
        OrderState::Cancelled => "desk.order.cancelled",
        OrderState::Returned => "desk.order.returned",
    })
}

fn opened(desk: DeskState, order: &OrderView) -> Erased {
    let row = &order.row;
    let said = |key, value: String| Some(fact(desk.t(key), value.erase()));
    let placed = view! { <Time at=row.placed_at words=desk.words() /> }.erase();
    let facts = [
        said("field.order", row.number.clone()),
        said("desk.order.state", state(desk, row.state)),
        Some(fact(desk.t("desk.order.made"), placed)),
        order
            .tracking
            .as_ref()
            .map(|parcel| fact(desk.t("desk.order.parcel"), tracking(parcel))),
        order.ship_to.clone().and_then(|to| said("desk.order.ship_to", to)),
    ];
    let lines = order.lines.iter().map(|line| {
        let what = [line.quantity.to_string().as_str(), " × ", line.name.as_str()].concat();
        bought(what, amount(desk, &line.price))
    });
    let lines: Vec<Erased> = lines
        .chain([bought(desk.t("desk.order.total"), amount(desk, &row.total))])
        .collect();
    view! {
        <dl class="facts customer__lines">{facts.into_iter().flatten().collect::<Vec<Erased>>()}</dl>
        <ul class="customer__list" role="list">
            {lines}
        </ul>
    }
    .erase()
}

fn bought(what: String, price: String) -> Erased {
    view! {
        <li class="customer__line">
            <span>{what}</span>
            <span class="no-wrap">{price}</span>
        </li>
    }
    .erase()
}

/// The carrier's page about the parcel, if there is one.
fn tracking(parcel: &Tracking) -> Erased {
    let carrier = parcel.carrier.as_deref().unwrap_or_default();
    let said = [carrier, " ", parcel.number.as_str()].concat();
    match &parcel.url {
        Some(url) => view! {
            <a href=url.clone() target="_blank" rel="noopener noreferrer nofollow">
                {said}
            </a>
        }
        .erase(),
        None => said.erase(),
    }
}
