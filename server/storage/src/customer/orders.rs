//! What a customer ordered, as the desk sees it: on their card, and opened.

use model::{
    conversation::Money,
    id::{CustomerId, OrderId},
    limits::CARD_ORDERS_MAX,
    order::{OrderLine, OrderRow, OrderState, OrderView, Tracking},
    text::{EmailAddress, Sku},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, on},
    statement::statements,
};

/// Lines of an order that are shown.
const LINES_MAX: i64 = 500;

statements! {
    /// Their own, and those that were made with their address.
    ORDERS_OF_CARD = "SELECT id, number, state, total_minor, currency, placed_at_ms FROM purchase_order
        WHERE store_id = $1 AND (customer_id = $2 OR email_key = $3) ORDER BY placed_at_ms DESC, id DESC LIMIT $4";
    ORDER_OF_CARD = "SELECT id, number, state, total_minor, currency, placed_at_ms, updated_at_ms, tracking, tracking_url, carrier, ship_to
        FROM purchase_order WHERE id = $1 AND store_id = $2";
    LINES_OF_CARD = "SELECT sku, name, quantity, price_minor FROM order_line WHERE order_id = $1 AND store_id = $2 ORDER BY position LIMIT $3";
}

#[derive(sqlx::FromRow)]
struct OrderInCard {
    id: Uuid,
    number: String,
    state: String,
    total_minor: i64,
    currency: String,
    placed_at_ms: i64,
}

impl TryFrom<OrderInCard> for OrderRow {
    type Error = StorageError;
    fn try_from(row: OrderInCard) -> Result<Self, StorageError> {
        Ok(Self {
            id: OrderId(row.id),
            number: row.number,
            state: OrderState::from_code(&row.state).ok_or(StorageError::inconsistent("purchase_order", "state"))?,
            total: Money {
                minor: row.total_minor,
                currency: row.currency,
            },
            placed_at: Timestamp(row.placed_at_ms),
        })
    }
}

#[derive(sqlx::FromRow)]
struct OpenedOrder {
    #[sqlx(flatten)]
    row: OrderInCard,
    updated_at_ms: i64,
    tracking: Option<String>,
    tracking_url: Option<String>,
    carrier: Option<String>,
    ship_to: Option<String>,
}

impl Session {
    /// A customer's orders, the last one first, and those that were made with their address.
    pub async fn customer_orders(
        &mut self,
        scope: StoreScope,
        id: CustomerId,
        email: Option<&EmailAddress>,
    ) -> Result<Vec<OrderRow>, StorageError> {
        self.within(scope).await?;
        let email = email.map(|email| email.as_str().to_lowercase());
        let rows: Vec<OrderInCard> = on!(self, conn => sqlx::query_as(ORDERS_OF_CARD)
            .bind(scope.0.0).bind(id.0).bind(&email).bind(CARD_ORDERS_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// An order of the store, opened.
    pub async fn order(&mut self, scope: StoreScope, id: OrderId) -> Result<Option<OrderView>, StorageError> {
        self.within(scope).await?;
        let opened: Option<OpenedOrder> =
            on!(self, conn => sqlx::query_as(ORDER_OF_CARD).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        let Some(opened) = opened else { return Ok(None) };
        let lines: Vec<(String, String, i64, i64)> =
            on!(self, conn => sqlx::query_as(LINES_OF_CARD).bind(id.0).bind(scope.0.0).bind(LINES_MAX).fetch_all(conn).await)?;
        let row = OrderRow::try_from(opened.row)?;
        let lines = lines
            .into_iter()
            .map(|(sku, name, quantity, minor)| {
                Ok(OrderLine {
                    sku: Sku::parse(&sku).map_err(|_| StorageError::inconsistent("order_line", "sku"))?,
                    name,
                    quantity,
                    price: Money {
                        minor,
                        currency: row.total.currency.clone(),
                    },
                })
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        let (carrier, url) = (opened.carrier, opened.tracking_url.filter(|url| url.starts_with("https://")));
        Ok(Some(OrderView {
            row,
            lines,
            tracking: opened.tracking.map(|number| Tracking { number, carrier, url }),
            ship_to: opened.ship_to,
            updated_at: Timestamp(opened.updated_at_ms),
        }))
    }
}
