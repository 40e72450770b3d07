//! The card of a customer, put together from what the store knows and what was typed.

use model::{
    card::{CardOf, CustomerCard},
    party::Customer,
    refusal::Refusal,
    text::Name,
};
use storage::{ConversationScope, CustomerRecord, Session, StorageError, StoreScope};

use crate::Fault;

/// The card, as it is now.
pub(super) async fn card_in(s: &mut Session, scope: StoreScope, of: CardOf) -> Result<CustomerCard, Fault> {
    match of {
        CardOf::Customer(id) => {
            let record = s.customer_record(scope, id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
            let empty = CustomerCard {
                customer: customer(&record),
                ..nobody()
            };
            Ok(with_record(s, scope, empty, record).await?)
        }
        CardOf::Conversation(id) => {
            let there = s.conversation(ConversationScope::Desk(scope), id).await?;
            let there = there.ok_or(Fault::Refused(Refusal::NotFound))?;
            let card = CustomerCard {
                customer: there.customer,
                email: there.contact.email,
                phone: there.contact.phone,
                language: there.connection.language,
                context: s.context_of_conversation(scope, id).await?,
                ..nobody()
            };
            let record = match s.customer_of_conversation(scope, id).await?.flatten() {
                Some(customer) => s.customer_record(scope, customer).await?,
                None => None,
            };
            match record {
                Some(record) => Ok(with_record(s, scope, card, record).await?),
                None => Ok(card),
            }
        }
    }
}

/// The card with what the store itself knows; that counts for more than what was typed into one form.
async fn with_record(s: &mut Session, scope: StoreScope, card: CustomerCard, record: CustomerRecord) -> Result<CustomerCard, StorageError> {
    let email = record.email.or(card.email);
    Ok(CustomerCard {
        id: Some(record.id),
        email_proven: record.email_proven,
        phone: record.phone.or(card.phone),
        language: record.language.or(card.language),
        since: Some(record.since),
        tags: s.customer_tags(scope, record.id).await?,
        notes: s.customer_notes(scope, record.id).await?,
        orders: s.customer_orders(scope, record.id, email.as_ref()).await?,
        email,
        ..card
    })
}

/// As in lists. Whoever has no name is called by what else is known.
fn customer(record: &CustomerRecord) -> Customer {
    let address = record.email.as_ref().and_then(|email| Name::parse(email.as_str()).ok());
    let name = record.name.clone().or(address);
    let number = record.number().map(str::to_owned);
    match number {
        Some(number) => match name.or_else(|| Name::parse(&number).ok()) {
            Some(name) => Customer::Member { number, name },
            None => Customer::Guest { number: 0, name: None },
        },
        None => Customer::Guest { number: 0, name },
    }
}

/// A card of somebody of whom nothing is known.
fn nobody() -> CustomerCard {
    CustomerCard {
        customer: Customer::Guest { number: 0, name: None },
        id: None,
        email: None,
        email_proven: false,
        phone: None,
        language: None,
        since: None,
        tags: Vec::new(),
        notes: Vec::new(),
        orders: Vec::new(),
        context: None,
    }
}
