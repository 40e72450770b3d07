//! Customers as the desk knows them: their cards, their tags and notes, who becomes a member, and when two records are one person.
//!
//! Typing an address proves nothing. Whoever is registered with an address that somebody else has as well stays apart from them until the
//! address is shown to be theirs: by a link in a letter to it, or by the shop's own word ([`prove_email`], [`prove_email_of`]).

mod card;
mod proof;
mod register;

use model::{
    card::{CardDeed, CardOf, CustomerCard, CustomerNote, CustomerRow, CustomerTag, CustomersPage, Edited},
    id::{ConversationId, CustomerId, NoteId, OrderId},
    limits::{SEARCH_CHARS_MAX, TAGS_MAX},
    order::OrderView,
    refusal::{Field, Refusal},
    text::{Body, EmailAddress, Phone, Tag},
    time::Timestamp,
};
use storage::{AuditRow, CUSTOMER_ROWS_MAX, Session, StorageError, StoreScope, Tx};

pub use self::proof::{prove_email, prove_email_of};
use self::{
    card::card_in,
    register::{register_in, register_known},
};
use crate::{Actor, Fault, Services, accounts::still, clock::new_id};

/// The card of whoever a conversation is with.
pub async fn card(services: &Services, actor: &Actor, conversation: ConversationId) -> Result<CustomerCard, Fault> {
    card_of(services, actor, CardOf::Conversation(conversation)).await
}

/// A card, whichever way one comes to it.
pub async fn card_of(services: &Services, actor: &Actor, of: CardOf) -> Result<CustomerCard, Fault> {
    let scope = actor.scope();
    services
        .storage()
        .read(|s| Box::pin(async move { card_in(s, scope, of).await }))
        .await
}

/// What of a search is looked for. PostgreSQL has no text with a zero in it, and nobody has a name with a control character.
fn search_of(typed: &str) -> String {
    typed.trim().chars().filter(|c| !c.is_control()).take(SEARCH_CHARS_MAX).collect()
}

/// A page of the store's customers, the newest first; with a search, those whose name, address or number holds it.
pub async fn page(
    services: &Services,
    actor: &Actor,
    search: &str,
    after: Option<(Timestamp, CustomerId)>,
) -> Result<CustomersPage, Fault> {
    let (scope, search) = (actor.scope(), search_of(search));
    let mut rows: Vec<CustomerRow> = services
        .storage()
        .read(|s| Box::pin(async move { s.customers(scope, &search, after).await }))
        .await?;
    let page = usize::try_from(CUSTOMER_ROWS_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    Ok(CustomersPage { rows, more })
}

/// An order of the store, opened (S-17).
pub async fn order(services: &Services, actor: &Actor, order: OrderId) -> Result<OrderView, Fault> {
    let scope = actor.scope();
    let opened = services
        .storage()
        .read(|s| Box::pin(async move { s.order(scope, order).await }))
        .await?;
    opened.ok_or(Fault::Refused(Refusal::NotFound))
}

/// Makes the visitor of a conversation a member (S-13). What they wrote before in the same browser stays with them (S-i4). Whoever is a
/// member already stays who they are.
pub async fn register(
    services: &Services,
    actor: &Actor,
    conversation: ConversationId,
    phone: Option<Phone>,
    email: EmailAddress,
) -> Result<CustomerCard, Fault> {
    let deed = CardDeed::Register {
        phone: phone.map(String::from).unwrap_or_default(),
        email: email.into(),
    };
    change(services, actor, CardOf::Conversation(conversation), deed).await
}

/// Sorts a customer under a word (S-14).
pub async fn add_tag(services: &Services, actor: &Actor, of: CardOf, tag: &Tag) -> Result<CustomerCard, Fault> {
    change(services, actor, of, CardDeed::AddTag(tag.to_string())).await
}

/// Sorts a customer under a word no longer.
pub async fn remove_tag(services: &Services, actor: &Actor, of: CardOf, tag: &Tag) -> Result<CustomerCard, Fault> {
    change(services, actor, of, CardDeed::RemoveTag(tag.to_string())).await
}

/// Notes something about a customer; they never see it (S-15).
pub async fn add_note(services: &Services, actor: &Actor, of: CardOf, body: &Body) -> Result<CustomerCard, Fault> {
    change(services, actor, of, CardDeed::AddNote(body.to_string())).await
}

/// A note says something else from now on, and who changed it (S-i8).
pub async fn edit_note(services: &Services, actor: &Actor, of: CardOf, note: NoteId, body: &Body) -> Result<CustomerCard, Fault> {
    let body = body.to_string();
    change(services, actor, of, CardDeed::EditNote { note, body }).await
}

/// Does something on a card; answers the card as it is then. What is refused changes nothing.
pub async fn change(services: &Services, actor: &Actor, of: CardOf, deed: CardDeed) -> Result<CustomerCard, Fault> {
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                deed_in(tx, &who, of, deed, at).await?;
                card_in(tx, who.scope(), of).await
            })
        })
        .await
}

async fn deed_in(tx: &mut Tx, who: &Actor, of: CardOf, deed: CardDeed, at: Timestamp) -> Result<(), Fault> {
    let scope = who.scope();
    match deed {
        CardDeed::Register { phone, email } => {
            let email = EmailAddress::parse(&email)?;
            let phone = if phone.trim().is_empty() {
                None
            } else {
                Some(Phone::parse(&phone)?)
            };
            let conversation = match of {
                CardOf::Conversation(conversation) => conversation,
                CardOf::Customer(customer) => return register_known(tx, who, customer, phone.as_ref(), &email, at).await,
            };
            register_in(tx, who, conversation, phone.as_ref(), &email, at).await
        }
        CardDeed::AddTag(text) => {
            let tag = Tag::parse(&text)?;
            let customer = person(tx, scope, of).await?;
            let tags = tx.customer_tags(scope, customer).await?;
            if i64::try_from(tags.len()).is_ok_and(|n| n >= TAGS_MAX) {
                return Err(Refusal::Invalid(Field::Tag).into());
            }
            let by = who.name.clone();
            let tag = CustomerTag { tag, by, at };
            Ok(tx.insert_tag(scope, customer, &tag, who.account.0).await?)
        }
        CardDeed::RemoveTag(text) => {
            let tag = Tag::parse(&text)?;
            let customer = person(tx, scope, of).await?;
            if tx.delete_tag(scope, customer, &tag).await? {
                // The word is gone with its author; that somebody took it away is kept.
                audit(tx, who, "customer.tag.remove", customer, at).await?;
            }
            Ok(())
        }
        CardDeed::AddNote(text) => {
            let body = note(&text)?;
            let customer = person(tx, scope, of).await?;
            let note = CustomerNote {
                id: new_id(),
                body,
                by: who.name.clone(),
                at,
                edited: None,
            };
            Ok(tx.insert_note(scope, customer, &note, who.account.0).await?)
        }
        CardDeed::EditNote { note: id, body } => {
            let body = note(&body)?;
            let customer = person(tx, scope, of).await?;
            let by = who.name.clone();
            if tx.edit_note(scope, customer, id, &body, &Edited { by, at }).await? {
                Ok(())
            } else {
                Err(Refusal::NotFound.into())
            }
        }
    }
}

/// What is noted, with its own name where it cannot be read.
fn note(text: &str) -> Result<Body, Refusal> {
    Body::parse(text).map_err(|refusal| match refusal {
        Refusal::TooLong { max, .. } => Refusal::TooLong { field: Field::Note, max },
        _ => Refusal::Missing(Field::Note),
    })
}

/// Whom a card is of. Of a visitor whom the store does not know there is nothing to keep.
async fn person(s: &mut Session, scope: StoreScope, of: CardOf) -> Result<CustomerId, Fault> {
    let customer = match of {
        CardOf::Customer(id) => Some(id),
        CardOf::Conversation(id) => s.customer_of_conversation(scope, id).await?.flatten(),
    };
    let record = match customer {
        Some(id) => s.customer_record(scope, id).await?,
        None => None,
    };
    record.map(|record| record.id).ok_or(Fault::Refused(Refusal::NotFound))
}

async fn audit(tx: &mut Tx, who: &Actor, action: &str, customer: CustomerId, at: Timestamp) -> Result<(), StorageError> {
    let row = AuditRow {
        account: Some(who.account),
        action: action.to_owned(),
        object: Some(customer.0),
        reason: None,
        at,
    };
    tx.audit(who.scope(), new_id(), &row).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_note_is_said_of_the_note() {
        assert_eq!(note(" "), Err(Refusal::Missing(Field::Note)));
        let max = u32::try_from(model::limits::BODY_CHARS_MAX).expect("small");
        let long = "x".repeat(model::limits::BODY_CHARS_MAX + 1);
        assert_eq!(note(&long), Err(Refusal::TooLong { field: Field::Note, max }));
    }
}
