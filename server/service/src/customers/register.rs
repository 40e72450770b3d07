//! Visitors become members.

use model::{
    id::{ConversationId, CustomerId, VisitorId},
    refusal::Refusal,
    text::{EmailAddress, Phone},
    time::Timestamp,
};
use storage::{ConversationScope, CustomerRecord, StorageError, StoreScope, Tx};

use super::audit;
use crate::{Actor, Fault, clock::new_id};

/// Makes somebody a member whom the store knows already: by an order, say.
pub(super) async fn register_known(
    tx: &mut Tx,
    who: &Actor,
    customer: CustomerId,
    phone: Option<&Phone>,
    email: &EmailAddress,
    at: Timestamp,
) -> Result<(), Fault> {
    let scope = who.scope();
    let record = tx.customer_record(scope, customer).await?;
    let record = record.ok_or(Fault::Refused(Refusal::NotFound))?;
    if record.number().is_none() {
        tx.register_member(scope, record.id, None, phone, email, at).await?;
        is_member_now(tx, who, record.id, at).await?;
    }
    Ok(())
}

/// Told to everybody who wants to know, once they are one.
async fn is_member_now(tx: &mut Tx, who: &Actor, customer: CustomerId, at: Timestamp) -> Result<(), StorageError> {
    tx.customer_changed(who.scope(), customer).await?;
    tx.news_of_member(who.scope(), customer, at).await?;
    audit(tx, who, "customer.register", customer, at).await
}

/// Makes the visitor of a conversation a member.
pub(super) async fn register_in(
    tx: &mut Tx,
    who: &Actor,
    conversation: ConversationId,
    phone: Option<&Phone>,
    email: &EmailAddress,
    at: Timestamp,
) -> Result<(), Fault> {
    let scope = who.scope();
    let there = tx.conversation(ConversationScope::Desk(scope), conversation).await?;
    let there = there.ok_or(Fault::Refused(Refusal::NotFound))?;
    let known = match tx.customer_of_conversation(scope, conversation).await?.flatten() {
        Some(id) => tx.customer_record(scope, id).await?,
        None => None,
    };
    if known.as_ref().is_some_and(|record| record.number().is_some()) {
        return Ok(());
    }
    let found = match (known, there.visitor) {
        (Some(record), _) => Some(record),
        (None, Some(visitor)) => earlier(tx, scope, visitor, email).await?,
        (None, None) => None,
    };
    let name = there.contact.name.as_ref();
    let (customer, is_new) = if let Some(record) = found {
        (record.id, record.number().is_none())
    } else {
        let id = new_id();
        tx.insert_person(scope, id, name, email, at).await?;
        (id, true)
    };
    if is_new {
        tx.register_member(scope, customer, name, phone, email, at).await?;
    }
    tx.give_to_customer(scope, conversation, customer).await?;
    if let Some(visitor) = there.visitor {
        tx.give_visitors_conversations(scope, visitor, customer).await?;
    }
    if is_new {
        is_member_now(tx, who, customer, at).await?;
    }
    Ok(())
}

/// Who the same browser is known as: whom the shop signed in there, or whom it was registered as with this very address.
async fn earlier(tx: &mut Tx, scope: StoreScope, visitor: VisitorId, email: &EmailAddress) -> Result<Option<CustomerRecord>, StorageError> {
    let Some((id, signed_in)) = tx.person_of_visitor(scope, visitor).await? else {
        return Ok(None);
    };
    let record = tx.customer_record(scope, id).await?;
    Ok(record.filter(|record| signed_in || record.email.as_ref().is_some_and(|known| same(known, email))))
}

fn same(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}
