//! What the member centre shows of one customer: their conversations, their orders, and how much of it is new. Who is in it is in
//! `member`; the logs and the conversations themselves are read as everywhere.

use model::{
    conversation::Kind,
    id::{ConversationId, CustomerId, OrderId, VisitorId},
    language::Language,
    limits::CARD_ORDERS_MAX,
    order::{OrderRow, OrderView},
    party::Side,
    text::{EmailAddress, Name, Phone},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::side,
    scope::{MemberReach, MemberScope, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of one page of the member's conversations.
pub const MEMBER_ROWS_MAX: i64 = 50;

statements! {
    MEMBER = "SELECT name, email, phone, language FROM customer WHERE id = $1 AND store_id = $2 AND erased_at_ms IS NULL";
    MEMBER_CONVERSATIONS = "SELECT id, kind, about_kind, about_name, preview, preview_side, last_event_at_ms, unread_shopper FROM conversation
        WHERE store_id = $1 AND customer_id = $2 AND (last_event_at_ms, id) < ($3, $4) AND erased_at_ms IS NULL
        ORDER BY last_event_at_ms DESC, id DESC LIMIT $5";
    MEMBER_UNREAD = "SELECT
        CAST(COALESCE(SUM(CASE WHEN kind = 'order' THEN 0 ELSE unread_shopper END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN kind = 'order' THEN unread_shopper ELSE 0 END), 0) AS BIGINT)
        FROM conversation WHERE store_id = $1 AND customer_id = $2 AND erased_at_ms IS NULL";
    MEMBER_ORDERS_UNREAD = "SELECT about_ref, unread_shopper FROM conversation
        WHERE store_id = $1 AND customer_id = $2 AND kind = 'order' AND unread_shopper > 0 AND erased_at_ms IS NULL LIMIT $3";
    MEMBER_ORDER = "SELECT id FROM purchase_order WHERE store_id = $1 AND customer_id = $2 AND number = $3";
    ORDERS_OWNER = "SELECT customer_id, number FROM purchase_order WHERE id = $1 AND store_id = $2";
    ORDERS_THREAD = "SELECT id FROM conversation WHERE store_id = $1 AND kind = 'order' AND about_ref = $2 AND erased_at_ms IS NULL";
    CONVERSATIONS_CUSTOMER = "SELECT customer_id FROM conversation WHERE id = $1 AND store_id = $2 AND erased_at_ms IS NULL";
    GIVE_TO_CUSTOMER = "UPDATE conversation SET customer_id = $3 WHERE id = $1 AND store_id = $2 AND customer_id IS NULL AND erased_at_ms IS NULL";
    CUSTOMER_HAS_EMAIL = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM customer
        WHERE store_id = $1 AND email_key = $2 AND erased_at_ms IS NULL LIMIT 1) found";
    FORGET_OLD_THREADS = "DELETE FROM visitor_session
        WHERE visitor_id = $1 AND store_id = $2 AND conversation_id IS NOT NULL AND expires_at_ms <= $3";
}

/// Who a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct MemberRow {
    pub name: Option<Name>,
    pub email: Option<EmailAddress>,
    pub phone: Option<Phone>,
    pub language: Option<Language>,
}

type PersonColumns = (Option<String>, Option<String>, Option<String>, Option<String>);

/// A conversation in the member's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberConversation {
    /// Which.
    pub id: ConversationId,
    /// How it began.
    pub kind: Kind,
    /// The number of the order it is about.
    pub order: Option<String>,
    /// The product it is about, as far as its name is known.
    pub product: Option<String>,
    /// The beginning of the last message.
    pub preview: String,
    /// Whether that was the member's own.
    pub mine: bool,
    /// When something last happened.
    pub at: Timestamp,
    /// Answers that they have not seen.
    pub unread: u32,
}

#[derive(sqlx::FromRow)]
struct ConversationRow {
    id: Uuid,
    kind: String,
    about_kind: String,
    about_name: Option<String>,
    preview: String,
    preview_side: Option<String>,
    last_event_at_ms: i64,
    unread_shopper: i64,
}

impl TryFrom<ConversationRow> for MemberConversation {
    type Error = StorageError;
    fn try_from(row: ConversationRow) -> Result<Self, StorageError> {
        let (order, product) = match row.about_kind.as_str() {
            "order" => (row.about_name, None),
            "product" => (None, row.about_name),
            _ => (None, None),
        };
        Ok(Self {
            id: ConversationId(row.id),
            kind: Kind::from_code(&row.kind).ok_or(StorageError::inconsistent("conversation", "kind"))?,
            order,
            product,
            preview: row.preview,
            mine: row.preview_side.as_deref().and_then(side) == Some(Side::Shopper),
            at: Timestamp(row.last_event_at_ms),
            unread: counted(row.unread_shopper),
        })
    }
}

fn counted(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

impl Session {
    /// Who a member is, unless they were erased.
    pub async fn member(&mut self, scope: MemberScope) -> Result<Option<MemberRow>, StorageError> {
        self.within(scope).await?;
        let row: Option<PersonColumns> = on!(self, conn => sqlx::query_as(MEMBER)
            .bind(scope.customer.0).bind(scope.store.0).fetch_optional(conn).await)?;
        Ok(row.map(|(name, email, phone, language)| MemberRow {
            name: name.and_then(|text| Name::parse(&text).ok()),
            email: email.and_then(|text| EmailAddress::parse(&text).ok()),
            phone: phone.and_then(|text| Phone::parse(&text).ok()),
            language: language.and_then(|code| code.parse().ok()),
        }))
    }

    /// A page of a member's conversations of every kind, the newest first; one row more than a page tells that there is another. Of a
    /// session that came by a letter, none: it opens what its letter was about.
    pub async fn member_conversations(
        &mut self,
        scope: MemberScope,
        after: Option<(Timestamp, ConversationId)>,
    ) -> Result<Vec<MemberConversation>, StorageError> {
        self.within(scope).await?;
        if scope.reach != MemberReach::All {
            return Ok(Vec::new());
        }
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id.0));
        let rows: Vec<ConversationRow> = on!(self, conn => sqlx::query_as(MEMBER_CONVERSATIONS)
            .bind(scope.store.0).bind(scope.customer.0).bind(at).bind(id).bind(MEMBER_ROWS_MAX + 1).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Answers that a member has not seen: in conversations about no order, and in those about one.
    pub async fn member_unread(&mut self, scope: MemberScope) -> Result<(u32, u32), StorageError> {
        self.within(scope).await?;
        if scope.reach != MemberReach::All {
            return Ok((0, 0));
        }
        let (others, orders): (i64, i64) =
            on!(self, conn => sqlx::query_as(MEMBER_UNREAD).bind(scope.store.0).bind(scope.customer.0).fetch_one(conn).await)?;
        Ok((counted(others), counted(orders)))
    }

    /// A member's orders, the newest first, with the answers about each that they have not seen.
    pub async fn member_orders(&mut self, scope: MemberScope) -> Result<Vec<(OrderRow, u32)>, StorageError> {
        self.within(scope).await?;
        if scope.reach != MemberReach::All {
            return Ok(Vec::new());
        }
        let rows = self.customer_orders(StoreScope(scope.store), scope.customer, None).await?;
        let unread: Vec<(Option<String>, i64)> = on!(self, conn => sqlx::query_as(MEMBER_ORDERS_UNREAD)
            .bind(scope.store.0).bind(scope.customer.0).bind(CARD_ORDERS_MAX).fetch_all(conn).await)?;
        let waiting = |row: &OrderRow| {
            let key = row.id.to_string();
            let found = unread.iter().find(|(about, _)| about.as_deref() == Some(key.as_str()));
            found.map_or(0, |(_, n)| counted(*n))
        };
        Ok(rows
            .into_iter()
            .map(|row| {
                let n = waiting(&row);
                (row, n)
            })
            .collect())
    }

    /// A member's order by its number, if the session reaches it. Whoever came by a letter sees no address (hardening E16).
    pub async fn member_order(&mut self, scope: MemberScope, number: &str) -> Result<Option<OrderView>, StorageError> {
        self.within(scope).await?;
        let id: Option<Uuid> = on!(self, conn => sqlx::query_scalar(MEMBER_ORDER)
            .bind(scope.store.0).bind(scope.customer.0).bind(number).fetch_optional(conn).await)?;
        let reached = |id: &Uuid| match scope.reach {
            MemberReach::All => true,
            MemberReach::Order(only) => only.0 == *id,
            MemberReach::Conversation(_) => false,
        };
        let Some(id) = id.filter(reached) else { return Ok(None) };
        let opened = self.order(StoreScope(scope.store), OrderId(id)).await?;
        Ok(opened.map(|view| OrderView {
            ship_to: view.ship_to.filter(|_| scope.reach == MemberReach::All),
            ..view
        }))
    }

    /// Whose an order is, and its number.
    pub async fn owner_of_order(&mut self, scope: StoreScope, order: OrderId) -> Result<Option<(CustomerId, String)>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Uuid, String)> =
            on!(self, conn => sqlx::query_as(ORDERS_OWNER).bind(order.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.map(|(customer, number)| (CustomerId(customer), number)))
    }

    /// The one thread of an order, once somebody wrote about it.
    pub async fn thread_of_order(&mut self, scope: StoreScope, order: OrderId) -> Result<Option<ConversationId>, StorageError> {
        self.within(scope).await?;
        let id: Option<Uuid> =
            on!(self, conn => sqlx::query_scalar(ORDERS_THREAD).bind(scope.0.0).bind(order.to_string()).fetch_optional(conn).await)?;
        Ok(id.map(ConversationId))
    }

    /// With whom a conversation is, if that is known. `None` where there is no such conversation.
    pub async fn customer_of_conversation(
        &mut self,
        scope: StoreScope,
        id: ConversationId,
    ) -> Result<Option<Option<CustomerId>>, StorageError> {
        self.within(scope).await?;
        let row: Option<Option<Uuid>> =
            on!(self, conn => sqlx::query_scalar(CONVERSATIONS_CUSTOMER).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.map(|customer| customer.map(CustomerId)))
    }

    /// Whether the store knows somebody by this address. What a visitor typed who is nobody yet does not count.
    pub async fn knows_address(&mut self, scope: StoreScope, email: &EmailAddress) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let email = email.as_str().to_lowercase();
        let n: i64 = on!(self, conn => sqlx::query_scalar(CUSTOMER_HAS_EMAIL).bind(scope.0.0).bind(&email).fetch_one(conn).await)?;
        Ok(n > 0)
    }
}

impl Tx {
    /// A conversation whose person was unknown is this customer's from now on.
    pub async fn give_to_customer(&mut self, scope: StoreScope, id: ConversationId, customer: CustomerId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(GIVE_TO_CUSTOMER).bind(id.0).bind(scope.0.0).bind(customer.0).execute(conn).await.map(|_| ()))?;
        self.index_person(scope, id).await
    }

    /// Sessions of a visitor's threads that nobody can use any more go.
    pub async fn forget_old_threads(&mut self, scope: StoreScope, visitor: VisitorId, now: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(FORGET_OLD_THREADS).bind(visitor.0).bind(scope.0.0).bind(now.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
