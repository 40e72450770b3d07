//! Customers and orders that the shop's own programs hand over: told as often as they like, kept once.

use model::{
    id::{CustomerId, OrderId},
    refusal::{Field, Refusal},
    text::Name,
    time::Timestamp,
};
use storage::{KnownOrder, StorageError, StoreScope, TOLD_ORDERS_MAX, ToldCustomer, ToldOrder, Tx};

use crate::{
    Fault, Services,
    api_keys::{ApiCaller, standing},
    clock::new_id,
    customers, safety,
    told::is_reference,
};

/// Whether something was told for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing was known of it.
    New,
    /// It is now as it was told.
    Known,
}

impl Told {
    fn of(new: bool) -> Self {
        if new { Self::New } else { Self::Known }
    }
}

/// A customer as the shop tells them.
pub async fn put_customer(services: &Services, caller: &ApiCaller, told: ToldCustomer) -> Result<Told, Fault> {
    let (caller, at) = (*caller, services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                standing(tx, &caller).await?;
                tell_customer(tx, caller.scope(), &told, at).await
            })
        })
        .await
}

/// An order as the shop tells it.
pub async fn put_order(services: &Services, caller: &ApiCaller, told: ToldOrder) -> Result<Told, Fault> {
    let (caller, at) = (*caller, services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                standing(tx, &caller).await?;
                tell_order(tx, caller.scope(), &told, at).await
            })
        })
        .await
}

/// A customer by the shop's id, and since when the store knows them.
pub async fn customer(services: &Services, caller: &ApiCaller, external_id: &str) -> Result<(ToldCustomer, Timestamp), Fault> {
    let (scope, external_id) = (caller.scope(), external_id.to_owned());
    // What cannot be an id is nobody's; and not every database takes every text.
    if !is_reference(&external_id, crate::told::EXTERNAL_ID_CHARS_MAX) {
        return Err(Refusal::NotFound.into());
    }
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.customer_as_told(scope, &external_id).await }))
        .await?;
    found.ok_or(Fault::Refused(Refusal::NotFound))
}

/// An order by the shop's number.
pub async fn order(services: &Services, caller: &ApiCaller, number: &str) -> Result<KnownOrder, Fault> {
    let (scope, number) = (caller.scope(), number.to_owned());
    if !is_reference(&number, crate::told::ORDER_NUMBER_CHARS_MAX) {
        return Err(Refusal::NotFound.into());
    }
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.order_as_told(scope, &number).await }))
        .await?;
    found.ok_or(Fault::Refused(Refusal::NotFound))
}

/// A page of orders by number, after one; and whether there are more.
pub async fn orders(services: &Services, caller: &ApiCaller, after: Option<&str>) -> Result<(Vec<KnownOrder>, bool), Fault> {
    if after.is_some_and(|after| !is_reference(after, crate::told::ORDER_NUMBER_CHARS_MAX)) {
        return Err(Refusal::Invalid(Field::Number).into());
    }
    let (scope, after) = (caller.scope(), after.unwrap_or_default().to_owned());
    let mut found = services
        .storage()
        .read(|s| Box::pin(async move { s.orders_as_told(scope, &after).await }))
        .await?;
    let size = usize::try_from(TOLD_ORDERS_MAX).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    Ok((found, more))
}

/// The same inside a transaction, for whichever door it came by. A program is not asked about what it says: what must not be read by
/// others is not kept. An address that the shop vouches for joins what was written from it.
pub(crate) async fn tell_customer(tx: &mut Tx, scope: StoreScope, told: &ToldCustomer, at: Timestamp) -> Result<Told, Fault> {
    let fresh: CustomerId = new_id();
    let mut told = told.clone();
    if let Some(name) = &mut told.name {
        *name = Name::parse(&safety::quietly(tx, scope, "", name.as_str()).await?)?;
    }
    let id = tx.tell_customer(scope, fresh, &told, at).await?;
    if let Some(email) = told.email.as_ref().filter(|_| told.email_verified) {
        customers::prove_email_of(tx, scope, id, email, at).await?;
    }
    tx.customer_changed(scope, id).await?;
    Ok(Told::of(id == fresh))
}

/// The same of an order. It must say whose it is, the first time.
pub(crate) async fn tell_order(tx: &mut Tx, scope: StoreScope, told: &ToldOrder, at: Timestamp) -> Result<Told, Fault> {
    let fresh: CustomerId = new_id();
    let mut told = told.clone();
    for line in &mut told.lines {
        line.name = safety::quietly(tx, scope, "", &line.name).await?;
    }
    let buyer = tx.buyer(scope, fresh, &told, at).await?;
    let buyer = buyer.ok_or(Fault::Refused(Refusal::Missing(Field::Email)))?;
    let id: OrderId = new_id();
    Ok(Told::of(tx.tell_order(scope, id, buyer, &told, at).await?))
}

/// Two of the same on PostgreSQL can meet; the one that was undone whole finds the other's work, if it is done again.
pub(crate) fn met<T>(result: &Result<T, Fault>) -> bool {
    matches!(result, Err(Fault::Broken(StorageError::Conflict(_))))
}
