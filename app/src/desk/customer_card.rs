//! The region **Customer** beside a conversation (S-09, S-12 to S-17): who it is, what colleagues noted, and all they ordered.
//!
//! The server answers every deed with the whole card. What is typed stays in its box until it was taken.

mod parts;

use leptos::{prelude::*, task::spawn_local};
use model::{
    card::{CardDeed, CardOf, CustomerCard},
    id::{ConversationId, NoteId},
    party::Customer,
    refusal::{Field as Which, Refusal},
};
use ui::{Act, Button, Erase, Erased, Field, Look, Reading, Slot, effect, submitted};

use super::{frame::loaded, list::Phase, order_dialog::OrderDialog, state::DeskState};
use crate::api::{ApiError, customers as door};

/// What the region holds. It lives with the view.
#[derive(Clone, Copy)]
struct Card {
    desk: DeskState,
    of: Slot<Option<CardOf>>,
    known: Slot<Option<CustomerCard>>,
    phase: Slot<Phase>,
    busy: RwSignal<bool>,
    wrong: Slot<Option<Refusal>>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    tag: RwSignal<String>,
    note: RwSignal<String>,
    /// The note that stands in the box to be changed.
    editing: Slot<Option<NoteId>>,
    orders: OrderDialog,
}

/// The region for whoever a conversation is with.
pub(super) fn region(desk: DeskState, conversation: impl Into<Reading<Option<ConversationId>>>) -> Erased {
    let conversation: Reading<Option<ConversationId>> = conversation.into();
    card(desk, Reading::new(move || conversation.get().map(CardOf::Conversation)))
}

/// The same for anybody.
pub(super) fn card(desk: DeskState, of: Reading<Option<CardOf>>) -> Erased {
    let card = Card {
        desk,
        of: Slot::new(None),
        known: Slot::new(None),
        phase: Slot::new(Phase::Loading),
        busy: RwSignal::new(false),
        wrong: Slot::new(None),
        phone: RwSignal::new(String::new()),
        email: RwSignal::new(String::new()),
        tag: RwSignal::new(String::new()),
        note: RwSignal::new(String::new()),
        editing: Slot::new(None),
        orders: OrderDialog::new(desk),
    };
    let chosen = of.clone();
    effect(move || card.choose(chosen.get()));
    view! {
        <section
            class="customer"
            aria-label=desk.t("desk.customer")
            hidden=Reading::flag(move || of.get().is_none())
        >
            {loaded(desk, card.phase, move || card.load(), move || drawn(card))}
            {card.orders.place("card-order")}
        </section>
    }
    .erase()
}

impl Card {
    /// Another one is looked at. What was typed about somebody else was about them.
    fn choose(self, of: Option<CardOf>) {
        if self.of.get_untracked() == of {
            return;
        }
        self.of.set(of);
        self.known.set(None);
        self.wrong.set(None);
        self.editing.set(None);
        for text in [self.phone, self.email, self.tag, self.note] {
            text.set(String::new());
        }
        self.phase.set(Phase::Loading);
        self.load();
    }

    fn load(self) {
        let Some(of) = self.of.get_untracked() else { return };
        spawn_local(async move {
            let answer = door::fetch_card(of).await;
            if self.is_still(of) {
                match answer {
                    Ok(card) => self.show(card),
                    Err(error) => self.phase.set(Phase::Failed(error)),
                }
            }
        });
    }

    /// Whether this card is still looked at.
    fn is_still(self, of: CardOf) -> bool {
        self.of.try_get_untracked().flatten() == Some(of)
    }

    fn show(self, card: CustomerCard) {
        // What the visitor said of themselves is where a registration begins; what was typed meanwhile stays.
        let fill = |text: RwSignal<String>, said: Option<String>| {
            if text.with_untracked(String::is_empty) {
                text.set(said.unwrap_or_default());
            }
        };
        fill(self.email, card.email.as_ref().map(ToString::to_string));
        fill(self.phone, card.phone.as_ref().map(ToString::to_string));
        self.known.set(Some(card));
        self.phase.set(Phase::Ready);
    }

    /// Does something, and empties the box that it was typed in.
    fn change(self, deed: CardDeed, typed: Option<RwSignal<String>>) {
        let Some(of) = self.of.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(None);
        spawn_local(async move {
            let answer = door::change_card(of, deed).await;
            self.busy.try_set(false);
            if !self.is_still(of) {
                return;
            }
            match answer {
                Ok(card) => {
                    if let Some(typed) = typed {
                        typed.set(String::new());
                        self.editing.set(None);
                    }
                    self.show(card);
                }
                Err(ApiError::Refused(refusal)) if refusal.field().is_some() => self.wrong.set(Some(refusal)),
                Err(error) => self.desk.refused(&error),
            }
        });
    }

    fn register(self) {
        let (phone, email) = (self.phone.get_untracked(), self.email.get_untracked());
        self.change(CardDeed::Register { phone, email }, None);
    }

    fn add_tag(self) {
        self.change(CardDeed::AddTag(self.tag.get_untracked()), Some(self.tag));
    }

    fn keep_note(self) {
        let body = self.note.get_untracked();
        let deed = match self.editing.get_untracked() {
            Some(note) => CardDeed::EditNote { note, body },
            None => CardDeed::AddNote(body),
        };
        self.change(deed, Some(self.note));
    }

    /// A part of the card, drawn again with every answer.
    fn part(self, draw: fn(Card, &CustomerCard) -> Erased) -> Erased {
        Reading::new(move || self.known.with(|known| known.as_ref().map(|known| draw(self, known)))).erase()
    }

    /// Hides what is not for this customer.
    fn hidden(self, is_for: fn(&CustomerCard) -> bool) -> Reading<Option<String>> {
        Reading::flag(move || !self.known.with(|known| known.as_ref().is_some_and(is_for)))
    }

    /// A box, and what is wrong with what was typed in it.
    fn field(self, which: Which, kind: &'static str, text: RwSignal<String>, rows: u32) -> Erased {
        let desk = self.desk;
        let wrong = Reading::new(move || {
            let wrong = self.wrong.get().filter(|wrong| wrong.field() == Some(which));
            wrong.map(|wrong| desk.words().refusal(wrong))
        });
        let label = desk.t(&["field.", which.key()].concat());
        let id = ["card-", which.key()].concat();
        view! { <Field id=id label=label name=which.key() kind=kind text=text rows=rows error=wrong /> }.erase()
    }
}

fn drawn(card: Card) -> Erased {
    let desk = card.desk;
    let registering = view! {
        {card.field(Which::Phone, "tel", card.phone, 1)}
        {card.field(Which::Email, "email", card.email, 1)}
    };
    let unregistered = card.hidden(|known| matches!(known.customer, Customer::Guest { .. }));
    let register = form(
        card,
        unregistered,
        desk.says("desk.card.register"),
        registering.erase(),
        Act::new(move |()| card.register()),
    );
    let somebody = || card.hidden(|known| known.id.is_some());
    let tag = card.field(Which::Tag, "text", card.tag, 1);
    let tag = form(
        card,
        somebody(),
        desk.says("desk.card.add_tag"),
        tag,
        Act::new(move |()| card.add_tag()),
    );
    let keep = Reading::new(move || {
        let is_new = card.editing.with(Option::is_none);
        desk.t(if is_new { "desk.card.add_note" } else { "desk.card.save_note" })
    });
    let note = card.field(Which::Note, "text", card.note, 2);
    let note = form(card, somebody(), keep, note, Act::new(move |()| card.keep_note()));
    view! {
        {card.part(parts::who)} {register} {card.part(parts::tags)} {tag} {card.part(parts::notes)} {note} {card.part(parts::orders)}
        {card.part(parts::context)}
    }
    .erase()
}

fn form(card: Card, hidden: Reading<Option<String>>, button: Reading<String>, fields: Erased, send: Act<()>) -> Erased {
    view! {
        <form class="customer__form" novalidate=true hidden=hidden on:submit=submitted(move || send.run(()))>
            {fields}
            <Button submit=true look=Look::Quiet busy=card.busy>
                {button}
            </Button>
        </form>
    }
    .erase()
}
