//! The people a store knows, and what they ordered.

use model::{
    id::{CustomerId, OrderId},
    language::Language,
    text::{EmailAddress, Name},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    UPSERT_CUSTOMER = "INSERT INTO customer (id, store_id, external_id, name, email, language, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (store_id, external_id) DO UPDATE SET
            name = COALESCE(excluded.name, customer.name), email = COALESCE(excluded.email, customer.email),
            language = COALESCE(excluded.language, customer.language)
        RETURNING id";
    CUSTOMER_OF_EXTERNAL = "SELECT id FROM customer WHERE store_id = $1 AND external_id = $2";
    INSERT_ORDER = "INSERT INTO purchase_order
        (id, store_id, customer_id, number, state, tracking, total_minor, currency, placed_at_ms, updated_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    INSERT_LINE = "INSERT INTO order_line (order_id, store_id, position, sku, name, quantity, price_minor) VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

/// A person as the shop names them.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// Used when the shop's id is new.
    pub id: CustomerId,
    /// The shop's own id for them.
    pub external_id: String,
    /// Their name.
    pub name: Option<Name>,
    /// Their address.
    pub email: Option<EmailAddress>,
    /// The language they read.
    pub language: Option<Language>,
}

/// An order as the shop tells it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewOrder {
    pub id: OrderId,
    pub customer: CustomerId,
    pub number: String,
    pub state: String,
    pub tracking: Option<String>,
    pub total_minor: i64,
    pub currency: String,
    pub placed_at: Timestamp,
    pub lines: Vec<NewOrderLine>,
}

/// A line of an order.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewOrderLine {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub price_minor: i64,
}

impl Session {
    /// The customer with the shop's id.
    pub async fn customer_of_external(&mut self, scope: StoreScope, external_id: &str) -> Result<Option<CustomerId>, StorageError> {
        let id: Option<Uuid> =
            on!(self, conn => sqlx::query_scalar(CUSTOMER_OF_EXTERNAL).bind(scope.0.0).bind(external_id).fetch_optional(conn).await)?;
        Ok(id.map(CustomerId))
    }
}

impl Tx {
    /// The customer as the shop names them now; answers our id, old or new.
    pub async fn upsert_customer(&mut self, scope: StoreScope, new: &NewCustomer, at: Timestamp) -> Result<CustomerId, StorageError> {
        let id: Uuid = on!(self.session, conn => sqlx::query_scalar(UPSERT_CUSTOMER)
            .bind(new.id.0).bind(scope.0.0).bind(&new.external_id).bind(new.name.as_ref().map(Name::as_str))
            .bind(new.email.as_ref().map(EmailAddress::as_str)).bind(new.language.map(Language::code)).bind(at.0)
            .fetch_one(conn).await)?;
        Ok(CustomerId(id))
    }

    /// A new order with its lines.
    pub async fn insert_order(&mut self, scope: StoreScope, new: &NewOrder) -> Result<(), StorageError> {
        on!(self.session, conn => sqlx::query(INSERT_ORDER)
            .bind(new.id.0).bind(scope.0.0).bind(new.customer.0).bind(&new.number).bind(&new.state).bind(&new.tracking)
            .bind(new.total_minor).bind(&new.currency).bind(new.placed_at.0).execute(conn).await.map(|_| ()))?;
        for (position, line) in (0_i64..).zip(&new.lines) {
            on!(self.session, conn => sqlx::query(INSERT_LINE)
                .bind(new.id.0).bind(scope.0.0).bind(position).bind(&line.sku).bind(&line.name).bind(line.quantity).bind(line.price_minor)
                .execute(conn).await.map(|_| ()))?;
        }
        Ok(())
    }
}
