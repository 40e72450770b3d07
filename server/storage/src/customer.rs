//! The people a store knows, as the shop's signed token tells of them. What the desk sees of them is in `card` and `orders`, how two of
//! them become one in `merge`; what comes through the API is in `order`.

pub(crate) mod card;
pub(crate) mod merge;
pub(crate) mod orders;

use model::{
    id::CustomerId,
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
    /// What the shop signs is proof of whose an address is. Of an address that is another one now, the old proof says nothing.
    UPSERT_CUSTOMER = "INSERT INTO customer (id, store_id, external_id, name, email, language, created_at_ms, email_proven_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (store_id, external_id) DO UPDATE SET
            name = COALESCE(excluded.name, customer.name), email = COALESCE(excluded.email, customer.email),
            language = COALESCE(excluded.language, customer.language),
            email_proven_at_ms = CASE
                WHEN excluded.email IS NULL OR excluded.email = customer.email
                    THEN COALESCE(customer.email_proven_at_ms, excluded.email_proven_at_ms)
                ELSE excluded.email_proven_at_ms END
        RETURNING id";
    CUSTOMER_OF_EXTERNAL = "SELECT id FROM customer WHERE store_id = $1 AND external_id = $2";
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

impl Session {
    /// The customer with the shop's id.
    pub async fn customer_of_external(&mut self, scope: StoreScope, external_id: &str) -> Result<Option<CustomerId>, StorageError> {
        self.within(scope).await?;
        let id: Option<Uuid> =
            on!(self, conn => sqlx::query_scalar(CUSTOMER_OF_EXTERNAL).bind(scope.0.0).bind(external_id).fetch_optional(conn).await)?;
        Ok(id.map(CustomerId))
    }
}

impl Tx {
    /// The customer as the shop names them now; answers our id, old or new.
    pub async fn upsert_customer(&mut self, scope: StoreScope, new: &NewCustomer, at: Timestamp) -> Result<CustomerId, StorageError> {
        self.within(scope).await?;
        let id: Uuid = on!(self.session, conn => sqlx::query_scalar(UPSERT_CUSTOMER)
            .bind(new.id.0).bind(scope.0.0).bind(&new.external_id).bind(new.name.as_ref().map(Name::as_str))
            .bind(new.email.as_ref().map(EmailAddress::as_str)).bind(new.language.map(Language::code)).bind(at.0)
            .bind(new.email.as_ref().map(|_| at.0)).fetch_one(conn).await)?;
        Ok(CustomerId(id))
    }
}
