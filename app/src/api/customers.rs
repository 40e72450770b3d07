//! The customer's card beside a conversation, the list of customers, and their orders.

use leptos::prelude::server;
use model::{
    card::{CardDeed, CardOf, CustomerCard, CustomersPage},
    id::{CustomerId, OrderId},
    order::OrderView,
    time::Timestamp,
};

use super::{ApiError, lean::Lean};

/// A card.
#[server(prefix = "/fn", endpoint = "customer_card", protocol = Lean)]
pub(crate) async fn fetch_card(of: CardOf) -> Result<CustomerCard, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::customers::card_of(&services, &actor, of).await?)
}

/// Does something on a card; answers it as it is then.
#[server(prefix = "/fn", endpoint = "change_customer_card", protocol = Lean)]
pub(crate) async fn change_card(of: CardOf, deed: CardDeed) -> Result<CustomerCard, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::customers::change(&services, &actor, of, deed).await?)
}

/// A page of the list of customers, after a place in it.
#[server(prefix = "/fn", endpoint = "customers", protocol = Lean)]
pub(crate) async fn fetch_customers(search: String, after: Option<(Timestamp, CustomerId)>) -> Result<CustomersPage, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::customers::page(&services, &actor, &search, after).await?)
}

/// An order, opened.
#[server(prefix = "/fn", endpoint = "order", protocol = Lean)]
pub(crate) async fn fetch_order(order: OrderId) -> Result<OrderView, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::customers::order(&services, &actor, order).await?)
}
