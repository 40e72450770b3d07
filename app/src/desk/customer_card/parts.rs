//! What stands on the card, drawn from what the server said. Every function draws one part.

use leptos::prelude::*;
use model::{
    card::{CardDeed, CustomerCard, CustomerNote, CustomerTag},
    id::OrderId,
    party::Customer,
    text::Name,
    time::Timestamp,
};
use ui::{Act, Button, Erase, Erased, Icon, Look, Time, icon, pressed};

use super::Card;
use crate::desk::{
    facts::{call_link, mail_link},
    frame::fact,
    label::customer_label,
    order_dialog::{amount, state},
    state::DeskState,
};

/// The name, whether it is a member (S-12), and how to reach them.
pub(super) fn who(card: Card, known: &CustomerCard) -> Erased {
    let desk = card.desk;
    let name = match &known.customer {
        Customer::Member { name, .. } | Customer::Guest { name: Some(name), .. } => name.to_string(),
        Customer::Guest { name: None, .. } => customer_label(&desk.words(), &known.customer),
    };
    let status = match &known.customer {
        Customer::Member { number, .. } => [desk.t("desk.card.member").as_str(), " ", number.as_str()].concat(),
        Customer::Guest { .. } => desk.t("desk.card.visitor"),
    };
    let unproven = (known.id.is_some() && known.email.is_some() && !known.email_proven)
        .then(|| view! { <p class="small muted">{desk.t("desk.card.unproven")}</p> }.erase());
    let facts = [
        ("desk.email", known.email.as_ref().map(mail_link)),
        ("desk.phone", known.phone.as_ref().map(call_link)),
        ("desk.language", known.language.map(|language| language.own_name().erase())),
        ("desk.card.since", known.since.map(|at| time(desk, at))),
        ("desk.communication", known.id.map(|id| begin_thread(desk, &id.to_string()))),
    ];
    let facts = facts.into_iter().filter_map(|(key, value)| Some(fact(desk.t(key), value?)));
    view! {
        <h2 class="customer__name">{name}</h2>
        <p class="small muted">{status}</p>
        <dl class="facts">{facts.collect::<Vec<Erased>>()}</dl>
        {unproven}
    }
    .erase()
}

/// The way to a thread with them, whoever begins it (A-i2): a page that the server draws, beside what is open here.
fn begin_thread(desk: DeskState, id: &str) -> Erased {
    let to = ["/desk/pages/communication/new?customer=", id].concat();
    view! {
        <a href=to target="_blank">
            {desk.t("desk.card.begin_thread")}
        </a>
    }
    .erase()
}

/// The words colleagues sort them under (S-14), and who gave each (S-i8).
pub(super) fn tags(card: Card, known: &CustomerCard) -> Erased {
    let tags = known.tags.iter().map(|tag| one_tag(card, tag)).collect();
    section(card.desk, "desk.card.tags", tags)
}

fn one_tag(card: Card, tag: &CustomerTag) -> Erased {
    let word = tag.tag.to_string();
    let label = card.desk.words().with("desk.card.remove_tag", &[("tag", &word)]);
    let said = word.clone();
    let remove = Act::new(move |()| card.change(CardDeed::RemoveTag(word.clone()), None));
    view! {
        <li class="customer__line">
            <span>
                <strong>{said}</strong>
                " "
                {by(card.desk, &tag.by, tag.at)}
            </span>
            <Button look=Look::Icon label=label on_press=remove>
                <Icon glyph=icon::x />
            </Button>
        </li>
    }
    .erase()
}

/// What colleagues noted (S-15), with who and when (S-i8).
pub(super) fn notes(card: Card, known: &CustomerCard) -> Erased {
    let notes = known.notes.iter().map(|note| one_note(card, note)).collect();
    section(card.desk, "desk.card.notes", notes)
}

fn one_note(card: Card, note: &CustomerNote) -> Erased {
    let desk = card.desk;
    let (id, text) = (note.id, note.body.to_string());
    let edited = note.edited.as_ref().map(|edited| {
        view! {
            <span class="small muted">{desk.t("desk.card.edited")}</span>
            " "
            {by(desk, &edited.by, edited.at)}
        }
        .erase()
    });
    let said = text.clone();
    // Pressed once more, it is a new note again.
    let edit = Act::new(move |()| {
        let again = card.editing.get_untracked() == Some(id);
        card.editing.set((!again).then_some(id));
        card.note.set(if again { String::new() } else { text.clone() });
    });
    view! {
        <li class="customer__line">
            <span class="customer__note">
                <span class="customer__said">{said}</span>
                {by(desk, &note.by, note.at)}
                {edited}
            </span>
            <Button look=Look::Icon label=desk.t("desk.card.edit_note") on_press=edit>
                <Icon glyph=icon::pencil />
            </Button>
        </li>
    }
    .erase()
}

/// All they ordered (S-16); a number opens its order (S-17).
pub(super) fn orders(card: Card, known: &CustomerCard) -> Erased {
    let desk = card.desk;
    let orders = known.orders.iter().map(|order| {
        let said = [state(desk, order.state), amount(desk, &order.total)].join(" · ");
        one_order(card, order.id, order.number.clone(), said, order.placed_at)
    });
    section(desk, "desk.card.orders", orders.collect())
}

fn one_order(card: Card, id: OrderId, number: String, said: String, at: Timestamp) -> Erased {
    view! {
        <li class="customer__line">
            <button type="button" class="button button--quiet" on:click=pressed(move || card.orders.show(id))>
                {number}
            </button>
            <span class="small muted">
                {said}
                " · "
                {time(card.desk, at)}
            </span>
        </li>
    }
    .erase()
}

/// What the shop's page said when the conversation began, and how long ago that was.
pub(super) fn context(card: Card, known: &CustomerCard) -> Erased {
    let desk = card.desk;
    let Some(context) = &known.context else { return ().erase() };
    let cart = context
        .cart
        .iter()
        .map(|line| [line.quantity.to_string().as_str(), " × ", line.name.as_str()].concat());
    let total = context
        .cart_total
        .iter()
        .map(|total| [desk.t("desk.order.total").as_str(), " ", amount(desk, total).as_str()].concat());
    let orders = context
        .orders
        .iter()
        .map(|order| [order.number.as_str(), ": ", order.state.as_str()].concat());
    let mut lines: Vec<Erased> = cart
        .chain(total)
        .chain(orders)
        .map(|said| view! { <li>{said}</li> }.erase())
        .collect();
    lines.push(view! { <li class="small muted">{time(desk, context.at)}</li> }.erase());
    section(desk, "desk.card.context", lines)
}

/// A part with its heading; without lines, nothing.
fn section(desk: DeskState, title: &str, lines: Vec<Erased>) -> Erased {
    if lines.is_empty() {
        return ().erase();
    }
    let title = desk.t(title);
    let label = title.clone();
    view! {
        <h3 class="customer__title">{title}</h3>
        <ul class="customer__list" role="list" aria-label=label>
            {lines}
        </ul>
    }
    .erase()
}

fn by(desk: DeskState, name: &Name, at: Timestamp) -> Erased {
    view! {
        <span class="small muted">
            {name.to_string()}
            " · "
            {time(desk, at)}
        </span>
    }
    .erase()
}

fn time(desk: DeskState, at: Timestamp) -> Erased {
    view! { <Time at=at words=desk.words() /> }.erase()
}
