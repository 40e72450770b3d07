//! Customers and orders as the shop tells them, through the API, a signed hook or a file: written whole, read back as they were told. What
//! the desk and the member centre show of them is read elsewhere.

use model::{
    conversation::Money,
    id::{CustomerId, OrderId},
    language::Language,
    order::{OrderLine, OrderState, Tracking},
    text::{EmailAddress, Name, Phone, Sku},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Orders on one page.
pub const TOLD_ORDERS_MAX: i64 = 50;

macro_rules! select_order {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.number, o.state, o.total_minor, o.currency, o.placed_at_ms, o.updated_at_ms, o.tracking, o.carrier,
            o.tracking_url, o.postcode, o.email, o.ship_to, c.external_id
            FROM purchase_order o JOIN customer c ON c.id = o.customer_id AND c.store_id = o.store_id ",
            $rest
        )
    };
}

statements! {
    // What is left out stays as it was. An address that is another one now is no longer proven.
    TELL_CUSTOMER = "INSERT INTO customer (id, store_id, external_id, name, email, phone, language, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (store_id, external_id) DO UPDATE SET
            name = COALESCE(excluded.name, customer.name), email = COALESCE(excluded.email, customer.email),
            phone = COALESCE(excluded.phone, customer.phone), language = COALESCE(excluded.language, customer.language),
            email_proven_at_ms = CASE WHEN excluded.email IS NULL OR lower(excluded.email) = lower(customer.email)
                THEN customer.email_proven_at_ms ELSE NULL END
        RETURNING id";
    TELL_MERGED = "UPDATE customer SET name = COALESCE($3, name), phone = COALESCE($4, phone), language = COALESCE($5, language)
        WHERE id = $1 AND store_id = $2";
    CUSTOMER_NOW = "SELECT id, merged_into FROM customer WHERE store_id = $1 AND external_id = $2 AND erased_at_ms IS NULL";
    CUSTOMER_AS_TOLD = "SELECT c.name, c.email, c.phone, c.language, c.email_proven_at_ms, c.created_at_ms FROM customer c
        WHERE c.store_id = $1 AND c.id = $2 AND c.erased_at_ms IS NULL";
    INSERT_BUYER = "INSERT INTO customer (id, store_id, email, created_at_ms) VALUES ($1, $2, $3, $4)";
    // Somebody who typed an address is not its holder: an order goes to whom has shown that it is theirs, or to the record of nobody but
    // whoever ordered with it before.
    BUYER_OF_EMAIL = "SELECT c.id FROM customer c WHERE c.store_id = $1 AND c.email_key = lower($2) AND c.merged_into IS NULL
        AND c.erased_at_ms IS NULL
        AND (c.email_proven_at_ms IS NOT NULL OR (c.external_id IS NULL AND c.own_number IS NULL
            AND EXISTS (SELECT 1 FROM purchase_order o WHERE o.store_id = $1 AND o.customer_id = c.id AND o.email_key = lower($2))))
        ORDER BY CASE WHEN c.email_proven_at_ms IS NULL THEN 1 ELSE 0 END, c.created_at_ms, c.id LIMIT 1";
    BUYER_OF_ORDER = "SELECT customer_id FROM purchase_order WHERE store_id = $1 AND number = $2";
    TELL_ORDER = "INSERT INTO purchase_order
        (id, store_id, customer_id, number, state, total_minor, currency, placed_at_ms, updated_at_ms, tracking, carrier, tracking_url,
        postcode, email, ship_to)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (store_id, number) DO UPDATE SET
            customer_id = excluded.customer_id, state = excluded.state, total_minor = excluded.total_minor, currency = excluded.currency,
            placed_at_ms = excluded.placed_at_ms, updated_at_ms = excluded.updated_at_ms,
            tracking = COALESCE(excluded.tracking, purchase_order.tracking), carrier = COALESCE(excluded.carrier, purchase_order.carrier),
            tracking_url = COALESCE(excluded.tracking_url, purchase_order.tracking_url),
            postcode = COALESCE(excluded.postcode, purchase_order.postcode), email = COALESCE(excluded.email, purchase_order.email),
            ship_to = COALESCE(excluded.ship_to, purchase_order.ship_to)
        RETURNING id";
    FORGET_LINES = "DELETE FROM order_line WHERE order_id = $1 AND store_id = $2";
    TELL_LINE = "INSERT INTO order_line (order_id, store_id, position, sku, name, quantity, price_minor) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ORDER_AS_TOLD = select_order!("WHERE o.store_id = $1 AND o.number = $2");
    ORDERS_AS_TOLD = select_order!("WHERE o.store_id = $1 AND o.number > $2 ORDER BY o.number LIMIT $3");
    LINES_AS_TOLD = "SELECT sku, name, quantity, price_minor FROM order_line WHERE order_id = $1 AND store_id = $2 ORDER BY position LIMIT 500";
}

/// A customer, as the shop tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct ToldCustomer {
    pub external_id: String,
    pub name: Option<Name>,
    pub email: Option<EmailAddress>,
    /// Whether the shop knows that the address is theirs.
    pub email_verified: bool,
    pub phone: Option<Phone>,
    pub language: Option<Language>,
}

/// An order, as the shop tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldOrder {
    /// The shop's number of it.
    pub number: String,
    /// Where it stands.
    pub state: OrderState,
    /// What it cost.
    pub total: Money,
    /// When it was made.
    pub placed_at: Timestamp,
    /// What is in it.
    pub lines: Vec<OrderLine>,
    /// The shop's id of who made it.
    pub customer: Option<String>,
    /// The address that it was made with.
    pub email: Option<EmailAddress>,
    /// Of the delivery address, without spaces, in capitals.
    pub postcode: Option<String>,
    /// The delivery address.
    pub ship_to: Option<String>,
    /// Where the parcel is.
    pub tracking: Option<Tracking>,
}

/// An order with what only we know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownOrder {
    /// Ours.
    pub id: OrderId,
    /// What the shop told.
    pub told: ToldOrder,
    /// When it last did.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    state: String,
    total_minor: i64,
    currency: String,
    placed_at_ms: i64,
    updated_at_ms: i64,
    tracking: Option<String>,
    carrier: Option<String>,
    tracking_url: Option<String>,
    postcode: Option<String>,
    email: Option<String>,
    ship_to: Option<String>,
    external_id: Option<String>,
}

impl Row {
    fn known(self, lines: Vec<OrderLine>) -> Result<KnownOrder, StorageError> {
        let (carrier, url) = (self.carrier, self.tracking_url);
        Ok(KnownOrder {
            id: OrderId(self.id),
            told: ToldOrder {
                number: self.number,
                state: OrderState::from_code(&self.state).ok_or(StorageError::inconsistent("purchase_order", "state"))?,
                total: Money {
                    minor: self.total_minor,
                    currency: self.currency,
                },
                placed_at: Timestamp(self.placed_at_ms),
                lines,
                customer: self.external_id,
                email: self.email.as_deref().and_then(|e| EmailAddress::parse(e).ok()),
                postcode: self.postcode,
                ship_to: self.ship_to,
                tracking: self.tracking.map(|number| Tracking { number, carrier, url }),
            },
            updated_at: Timestamp(self.updated_at_ms),
        })
    }
}

type CustomerColumns = (Option<String>, Option<String>, Option<String>, Option<String>, Option<i64>, i64);

impl Session {
    /// A customer by the shop's id, and since when we know them.
    pub async fn customer_as_told(
        &mut self,
        scope: StoreScope,
        external_id: &str,
    ) -> Result<Option<(ToldCustomer, Timestamp)>, StorageError> {
        self.within(scope).await?;
        let Some(id) = self.customer_now(scope, external_id).await? else {
            return Ok(None);
        };
        let row: Option<CustomerColumns> =
            on!(self, conn => sqlx::query_as(CUSTOMER_AS_TOLD).bind(scope.0.0).bind(id.0).fetch_optional(conn).await)?;
        Ok(row.map(|(name, email, phone, language, proven, since)| {
            let told = ToldCustomer {
                external_id: external_id.to_owned(),
                name: name.as_deref().and_then(|n| Name::parse(n).ok()),
                email: email.as_deref().and_then(|e| EmailAddress::parse(e).ok()),
                email_verified: proven.is_some(),
                phone: phone.as_deref().and_then(|p| Phone::parse(p).ok()),
                language: language.and_then(|l| l.parse().ok()),
            };
            (told, Timestamp(since))
        }))
    }

    /// Who has the shop's id now: where two records were found to be one person, the one that is left.
    async fn customer_now(&mut self, scope: StoreScope, external_id: &str) -> Result<Option<CustomerId>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Uuid, Option<Uuid>)> =
            on!(self, conn => sqlx::query_as(CUSTOMER_NOW).bind(scope.0.0).bind(external_id).fetch_optional(conn).await)?;
        Ok(row.map(|(id, merged_into)| CustomerId(merged_into.unwrap_or(id))))
    }

    /// The one that is left, if the record with the shop's id is not.
    async fn merged_customer(&mut self, scope: StoreScope, external_id: &str) -> Result<Option<CustomerId>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Uuid, Option<Uuid>)> =
            on!(self, conn => sqlx::query_as(CUSTOMER_NOW).bind(scope.0.0).bind(external_id).fetch_optional(conn).await)?;
        Ok(row.and_then(|(_, merged_into)| merged_into.map(CustomerId)))
    }

    /// An order by the shop's number.
    pub async fn order_as_told(&mut self, scope: StoreScope, number: &str) -> Result<Option<KnownOrder>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(ORDER_AS_TOLD).bind(scope.0.0).bind(number).fetch_optional(conn).await)?;
        let Some(row) = row else { return Ok(None) };
        let lines = self.lines_as_told(scope, &row).await?;
        row.known(lines).map(Some)
    }

    /// A page of a store's orders by number, after one; one more than a page tells that there is another.
    pub async fn orders_as_told(&mut self, scope: StoreScope, after: &str) -> Result<Vec<KnownOrder>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(ORDERS_AS_TOLD)
            .bind(scope.0.0).bind(after).bind(TOLD_ORDERS_MAX + 1).fetch_all(conn).await)?;
        let mut orders = Vec::with_capacity(rows.len());
        for row in rows {
            let lines = self.lines_as_told(scope, &row).await?;
            orders.push(row.known(lines)?);
        }
        Ok(orders)
    }

    async fn lines_as_told(&mut self, scope: StoreScope, order: &Row) -> Result<Vec<OrderLine>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, String, i64, i64)> =
            on!(self, conn => sqlx::query_as(LINES_AS_TOLD).bind(order.id).bind(scope.0.0).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|(sku, name, quantity, minor)| {
                Ok(OrderLine {
                    sku: Sku::parse(&sku).map_err(|_| StorageError::inconsistent("order_line", "sku"))?,
                    name,
                    quantity,
                    price: Money {
                        minor,
                        currency: order.currency.clone(),
                    },
                })
            })
            .collect()
    }
}

impl Tx {
    /// A customer as the shop tells them now; `id` is used if they are new. Answers who they are. Whether the address is theirs is not
    /// said here.
    pub async fn tell_customer(
        &mut self,
        scope: StoreScope,
        id: CustomerId,
        told: &ToldCustomer,
        at: Timestamp,
    ) -> Result<CustomerId, StorageError> {
        self.within(scope).await?;
        let name = told.name.as_ref().map(Name::as_str);
        let phone = told.phone.as_ref().map(Phone::as_str);
        let language = told.language.map(Language::code);
        let known = self.merged_customer(scope, &told.external_id).await?;
        if let Some(left) = known {
            // Two records are one person: the one that is left is shown, and its address is what was proven.
            on!(self.session, conn => sqlx::query(TELL_MERGED)
                .bind(left.0).bind(scope.0.0).bind(name).bind(phone).bind(language).execute(conn).await.map(|_| ()))?;
            return Ok(left);
        }
        let row: Uuid = on!(self.session, conn => sqlx::query_scalar(TELL_CUSTOMER)
            .bind(id.0).bind(scope.0.0).bind(&told.external_id).bind(name).bind(told.email.as_ref().map(EmailAddress::as_str))
            .bind(phone).bind(language).bind(at.0).fetch_one(conn).await)?;
        Ok(CustomerId(row))
    }

    /// Whose an order is: the customer whom the shop names, whoever it is already, or who orders with this address. `None`: nobody is named.
    pub async fn buyer(
        &mut self,
        scope: StoreScope,
        fresh: CustomerId,
        told: &ToldOrder,
        at: Timestamp,
    ) -> Result<Option<CustomerId>, StorageError> {
        self.within(scope).await?;
        if let Some(external_id) = &told.customer {
            if let Some(known) = self.customer_now(scope, external_id).await? {
                return Ok(Some(known));
            }
            let named = ToldCustomer {
                external_id: external_id.clone(),
                name: None,
                email: told.email.clone(),
                email_verified: false,
                phone: None,
                language: None,
            };
            return self.tell_customer(scope, fresh, &named, at).await.map(Some);
        }
        let of_order: Option<Uuid> =
            on!(self.session, conn => sqlx::query_scalar(BUYER_OF_ORDER).bind(scope.0.0).bind(&told.number).fetch_optional(conn).await)?;
        if of_order.is_some() {
            return Ok(of_order.map(CustomerId));
        }
        let Some(email) = &told.email else { return Ok(None) };
        let of_email: Option<Uuid> =
            on!(self.session, conn => sqlx::query_scalar(BUYER_OF_EMAIL).bind(scope.0.0).bind(email.as_str()).fetch_optional(conn).await)?;
        if of_email.is_some() {
            return Ok(of_email.map(CustomerId));
        }
        on!(self.session, conn => sqlx::query(INSERT_BUYER)
            .bind(fresh.0).bind(scope.0.0).bind(email.as_str()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(Some(fresh))
    }

    /// An order as the shop tells it now, with all of its lines; `id` is used if it is new. Whether it is.
    pub async fn tell_order(
        &mut self,
        scope: StoreScope,
        id: OrderId,
        customer: CustomerId,
        told: &ToldOrder,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let tracking = told.tracking.as_ref();
        let row: Uuid = on!(self.session, conn => sqlx::query_scalar(TELL_ORDER)
            .bind(id.0).bind(scope.0.0).bind(customer.0).bind(&told.number).bind(told.state.code()).bind(told.total.minor)
            .bind(&told.total.currency).bind(told.placed_at.0).bind(at.0).bind(tracking.map(|t| t.number.as_str()))
            .bind(tracking.and_then(|t| t.carrier.as_deref())).bind(tracking.and_then(|t| t.url.as_deref()))
            .bind(&told.postcode).bind(told.email.as_ref().map(EmailAddress::as_str)).bind(&told.ship_to).fetch_one(conn).await)?;
        on!(self.session, conn => sqlx::query(FORGET_LINES).bind(row).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        for (position, line) in (0_i64..).zip(&told.lines) {
            on!(self.session, conn => sqlx::query(TELL_LINE)
                .bind(row).bind(scope.0.0).bind(position).bind(line.sku.as_str()).bind(&line.name).bind(line.quantity)
                .bind(line.price.minor).execute(conn).await.map(|_| ()))?;
        }
        Ok(row == id.0)
    }
}
