//! What "Where is my order?" reads and counts: orders by the number that somebody typed, how often that went wrong, and what was opened.
//! How many tries are allowed is decided above. Numbers are kept as hashes here, so that those that do not exist are counted alike.

use model::{
    conversation::Money,
    id::{CustomerId, OrderId},
    order::{OrderLine, OrderRow, OrderState, OrderView, Tracking},
    text::{EmailAddress, Sku},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Lines of an order that are shown.
const LINES_MAX: i64 = 200;

statements! {
    ORDERS_ASKED_FOR = "SELECT o.id, o.customer_id, o.number, o.state, o.total_minor, o.currency, o.placed_at_ms, o.updated_at_ms,
        o.tracking, o.carrier, o.tracking_url, o.postcode, COALESCE(o.email, c.email) AS email
        FROM purchase_order o JOIN customer c ON c.id = o.customer_id AND c.store_id = o.store_id
        WHERE o.store_id = $1 AND o.number IN ($2, $3, $4, $5, $6) AND c.erased_at_ms IS NULL ORDER BY o.id LIMIT 5";
    LINES_ASKED_FOR = "SELECT sku, name, quantity, price_minor FROM order_line
        WHERE order_id = $1 AND store_id = $2 ORDER BY position LIMIT $3";
    STORE_HAS_ORDERS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM purchase_order WHERE store_id = $1 LIMIT 1) found";
    // The row's lock makes those who ask at the same time come one after another: each is counted before any of them is answered.
    COUNT_GUESS = "INSERT INTO order_guess (store_id, number_sha256, wrong, mails, since_at_ms) VALUES ($1, $2, 1, 0, $3)
        ON CONFLICT (store_id, number_sha256) DO UPDATE SET
            wrong = CASE WHEN order_guess.since_at_ms <= $4 THEN 1 ELSE order_guess.wrong + 1 END,
            mails = CASE WHEN order_guess.since_at_ms <= $4 THEN 0 ELSE order_guess.mails END,
            since_at_ms = CASE WHEN order_guess.since_at_ms <= $4 THEN excluded.since_at_ms ELSE order_guess.since_at_ms END
        RETURNING wrong, mails";
    UNCOUNT_GUESS = "UPDATE order_guess SET wrong = wrong - 1 WHERE store_id = $1 AND number_sha256 = $2 AND wrong > 0";
    COUNT_CODE = "UPDATE order_guess SET mails = mails + 1 WHERE store_id = $1 AND number_sha256 = $2";
    KEEP_ASKED = "INSERT INTO order_code (store_id, number_sha256, asker_sha256, code_sha256, wrong, expires_at_ms, order_id, opened_by)
        VALUES ($1, $2, $3, $4, 0, $5, $6, $7)";
    TRY_CODE = "UPDATE order_code SET wrong = wrong + 1
        WHERE store_id = $1 AND number_sha256 = $2 AND asker_sha256 = $3 AND expires_at_ms > $4 AND wrong < $5 AND opened_by IS NULL
        RETURNING code_sha256";
    OPEN_BY_CODE = "UPDATE order_code SET opened_by = 'code', wrong = 0, expires_at_ms = $4
        WHERE store_id = $1 AND number_sha256 = $2 AND asker_sha256 = $3";
    OPENED = "SELECT order_id, opened_by FROM order_code
        WHERE store_id = $1 AND number_sha256 = $2 AND asker_sha256 = $3 AND expires_at_ms > $4 AND opened_by IS NOT NULL";
    REMARK_ONCE = "UPDATE order_code SET wrong = 1
        WHERE store_id = $1 AND number_sha256 = $2 AND asker_sha256 = $3 AND opened_by IS NOT NULL AND wrong = 0";
    FORGET_CODES = "DELETE FROM order_code WHERE store_id = $1 AND expires_at_ms <= $2";
    FORGET_GUESSES = "DELETE FROM order_guess WHERE store_id = $1 AND since_at_ms <= $2";
}

/// An order that somebody asks for, with what its owner knows of it.
#[derive(Clone, Debug)]
pub struct AskedOrder {
    /// Whose.
    pub customer: CustomerId,
    /// What may be shown: lines and state, no address.
    pub view: OrderView,
    /// Of the delivery address.
    pub postcode: Option<String>,
    /// The address that it was made with; the customer's, where the shop did not say.
    pub email: Option<EmailAddress>,
}

/// Which asking: the number that was typed, and the asker's ticket, both hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct AskedKey {
    pub number_sha256: Vec<u8>,
    pub asker_sha256: Vec<u8>,
}

/// What is kept of an asking: a code to be typed, or what is open already.
#[derive(Clone, Debug)]
pub struct KeptAsking {
    /// The order that it opens.
    pub order: OrderId,
    /// Of the code in the letter; of nothing, where the order is open.
    pub code_sha256: Vec<u8>,
    /// What the asker knew, where the order is open.
    pub opened_by: Option<&'static str>,
    /// Until when it is good.
    pub until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
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
}

impl TryFrom<Row> for AskedOrder {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        let (carrier, url) = (row.carrier, row.tracking_url.filter(|url| url.starts_with("https://")));
        Ok(Self {
            customer: CustomerId(row.customer_id),
            view: OrderView {
                row: OrderRow {
                    id: OrderId(row.id),
                    number: row.number,
                    state: OrderState::from_code(&row.state).ok_or(StorageError::inconsistent("purchase_order", "state"))?,
                    total: Money {
                        minor: row.total_minor,
                        currency: row.currency,
                    },
                    placed_at: Timestamp(row.placed_at_ms),
                },
                lines: Vec::new(),
                tracking: row.tracking.map(|number| Tracking { number, carrier, url }),
                ship_to: None,
                updated_at: Timestamp(row.updated_at_ms),
            },
            postcode: row.postcode,
            email: row.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()),
        })
    }
}

impl Session {
    /// Orders under any of the spellings of a number, without their lines.
    pub async fn orders_asked_for(&mut self, scope: StoreScope, spellings: &[String; 5]) -> Result<Vec<AskedOrder>, StorageError> {
        self.within(scope).await?;
        let [typed, second, third, fourth, fifth] = spellings;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(ORDERS_ASKED_FOR)
            .bind(scope.0.0).bind(typed).bind(second).bind(third).bind(fourth).bind(fifth).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What is in an order.
    pub async fn lines_asked_for(&mut self, scope: StoreScope, order: &OrderRow) -> Result<Vec<OrderLine>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, String, i64, i64)> = on!(self, conn => sqlx::query_as(LINES_ASKED_FOR)
            .bind(order.id.0).bind(scope.0.0).bind(LINES_MAX).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|(sku, name, quantity, minor)| {
                Ok(OrderLine {
                    sku: Sku::parse(&sku).map_err(|_| StorageError::inconsistent("order_line", "sku"))?,
                    name,
                    quantity,
                    price: Money {
                        minor,
                        currency: order.total.currency.clone(),
                    },
                })
            })
            .collect()
    }

    /// Whether there is any order to ask for.
    pub async fn has_orders(&mut self, scope: StoreScope) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(STORE_HAS_ORDERS).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// What an asker opened, and with what, while that is good.
    pub async fn opened_order(
        &mut self,
        scope: StoreScope,
        key: &AskedKey,
        now: Timestamp,
    ) -> Result<Option<(OrderId, String)>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Option<Uuid>, String)> = on!(self, conn => sqlx::query_as(OPENED)
            .bind(scope.0.0).bind(&key.number_sha256).bind(&key.asker_sha256).bind(now.0).fetch_optional(conn).await)?;
        Ok(row.and_then(|(order, by)| Some((OrderId(order?), by))))
    }
}

impl Tx {
    /// Counts one asking for a number as wrong, until it is known better: how many those are since `since`, and the letters with codes.
    pub async fn count_guess(
        &mut self,
        scope: StoreScope,
        number_sha256: &[u8],
        since: Timestamp,
        at: Timestamp,
    ) -> Result<(i64, i64), StorageError> {
        self.within(scope).await?;
        Ok(on!(self.session, conn => sqlx::query_as(COUNT_GUESS)
            .bind(scope.0.0).bind(number_sha256).bind(at.0).bind(since.0).fetch_one(conn).await)?)
    }

    /// It was right after all.
    pub async fn uncount_guess(&mut self, scope: StoreScope, number_sha256: &[u8]) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(UNCOUNT_GUESS).bind(scope.0.0).bind(number_sha256).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// One more letter with a code.
    pub async fn count_code(&mut self, scope: StoreScope, number_sha256: &[u8]) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(COUNT_CODE).bind(scope.0.0).bind(number_sha256).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what an asking opens, or will.
    pub async fn keep_asking(&mut self, scope: StoreScope, key: &AskedKey, kept: &KeptAsking) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(KEEP_ASKED)
            .bind(scope.0.0).bind(&key.number_sha256).bind(&key.asker_sha256).bind(&kept.code_sha256).bind(kept.until.0)
            .bind(kept.order.0).bind(kept.opened_by).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Types a code: whether it is the one in the letter. Each try counts; after so many none is right.
    pub async fn try_order_code(
        &mut self,
        scope: StoreScope,
        key: &AskedKey,
        code_sha256: &[u8],
        tries: i64,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let kept: Option<Vec<u8>> = on!(self.session, conn => sqlx::query_scalar(TRY_CODE)
            .bind(scope.0.0).bind(&key.number_sha256).bind(&key.asker_sha256).bind(now.0).bind(tries).fetch_optional(conn).await)?;
        Ok(kept.is_some_and(|kept| kept == code_sha256))
    }

    /// The code was right: the order is open to this asker.
    pub async fn open_by_code(&mut self, scope: StoreScope, key: &AskedKey, until: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(OPEN_BY_CODE)
            .bind(scope.0.0).bind(&key.number_sha256).bind(&key.asker_sha256).bind(until.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Whether this is the first time that somebody writes about what they opened.
    pub async fn remark_once(&mut self, scope: StoreScope, key: &AskedKey) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(REMARK_ONCE)
            .bind(scope.0.0).bind(&key.number_sha256).bind(&key.asker_sha256).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows > 0)
    }

    /// Forgets what nobody can use any more, and who went wrong before `since`.
    pub async fn forget_askings(&mut self, scope: StoreScope, since: Timestamp, now: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(FORGET_CODES).bind(scope.0.0).bind(now.0).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(FORGET_GUESSES).bind(scope.0.0).bind(since.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
