//! What else is kept of a person beside their conversations: tags, notes, orders, ways into the member centre, letters that arrived, what
//! their shop's page said, and news on its way to other programs. Read to be handed over, and taken away when they are erased.

use model::{
    card::{CustomerNote, CustomerTag},
    id::{ConversationId, CustomerId, LetterId, OrderId},
    order::OrderView,
    text::EmailAddress,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Orders of one person: nobody has more.
const ORDERS_MAX: i64 = 2_000;
/// Links and sessions of one person that are still good for something.
const DOORS_MAX: i64 = 500;

statements! {
    PERSONS_ORDERS = "SELECT id FROM purchase_order WHERE store_id = $1 AND customer_id = $2 ORDER BY placed_at_ms, id LIMIT $3";
    ORDERS_OF_ADDRESS = "SELECT id FROM purchase_order WHERE store_id = $1 AND email_key = $2 ORDER BY placed_at_ms, id LIMIT $3";
    PERSONS_SESSIONS = "SELECT created_at_ms, expires_at_ms FROM member_session
        WHERE store_id = $1 AND customer_id = $2 ORDER BY created_at_ms LIMIT $3";
    PERSONS_DOORS = "SELECT purpose, created_at_ms, expires_at_ms FROM door_link
        WHERE store_id = $1 AND lower(email) = $2 ORDER BY created_at_ms LIMIT $3";
    PERSONS_LETTERS = "SELECT subject, verdict, received_at_ms FROM inbound_mail
        WHERE store_id = $1 AND lower(sender) = $2 ORDER BY received_at_ms LIMIT $3";
    ERASE_TAGS = "DELETE FROM customer_tag WHERE store_id = $1 AND customer_id = $2";
    ERASE_NOTES = "DELETE FROM customer_note WHERE store_id = $1 AND customer_id = $2";
    ERASE_MEMBER_SESSIONS = "DELETE FROM member_session WHERE store_id = $1 AND customer_id = $2";
    ERASE_DOORS = "DELETE FROM door_link WHERE store_id = $1 AND customer_id = $2";
    /// What was bought, and for how much, stays the shop's; where it went, and to whom, goes.
    ERASE_ORDERS = "UPDATE purchase_order SET email = NULL, ship_to = NULL, postcode = NULL, tracking = NULL, tracking_url = NULL
        WHERE store_id = $1 AND customer_id = $2";
    ERASE_ORDERS_OF_ADDRESS = "UPDATE purchase_order SET email = NULL, ship_to = NULL, postcode = NULL, tracking = NULL, tracking_url = NULL
        WHERE store_id = $1 AND email_key = $2";
    ERASE_DOORS_OF_ADDRESS = "DELETE FROM door_link WHERE store_id = $1 AND lower(email) = $2";
    /// Also what was told of them while they were two.
    ERASE_NEWS_OF_CUSTOMER = "DELETE FROM webhook_delivery WHERE store_id = $1 AND (customer_id = $2
        OR customer_id IN (SELECT m.id FROM customer m WHERE m.store_id = $1 AND m.merged_into = $2))";
    ERASE_NEWS_OF_CONVERSATION = "DELETE FROM webhook_delivery WHERE store_id = $1 AND conversation_id = $2";
    ERASE_CONTEXT = "DELETE FROM shop_context WHERE store_id = $1 AND conversation_id = $2";
    /// Its subject is somebody's words. Its number is not given again.
    ERASE_CASE = "DELETE FROM case_file WHERE store_id = $1 AND conversation_id = $2";
    ERASE_DISPUTE = "DELETE FROM dispute WHERE store_id = $1 AND conversation_id = $2";
    ERASE_HELD = "DELETE FROM held_message WHERE store_id = $1 AND conversation_id = $2";
    ERASE_SESSIONS_OF_CONVERSATION = "DELETE FROM member_session WHERE store_id = $1 AND conversation_id = $2";
    ERASE_DOORS_OF_CONVERSATION = "DELETE FROM door_link WHERE store_id = $1 AND conversation_id = $2";
}

/// What is handed over of a customer beside their conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptOfCustomer {
    /// What they are sorted under.
    pub tags: Vec<CustomerTag>,
    /// What was noted of them.
    pub notes: Vec<CustomerNote>,
    /// What they ordered.
    pub orders: Vec<OrderView>,
    /// Since when and until when they are in the member centre.
    pub sessions: Vec<(Timestamp, Timestamp)>,
}

/// What is handed over of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptOfAddress {
    /// What was ordered with it.
    pub orders: Vec<OrderView>,
    /// Links that were mailed to it: for what, when, and until when they are good.
    pub links: Vec<(String, Timestamp, Timestamp)>,
    /// Letters that came from it: their subject, what became of them, and when.
    pub letters: Vec<(Option<String>, String, Timestamp)>,
}

impl Session {
    /// What is kept of a customer beside their conversations.
    pub async fn kept_of_customer(&mut self, scope: StoreScope, id: CustomerId) -> Result<KeptOfCustomer, StorageError> {
        self.within(scope).await?;
        let orders: Vec<Uuid> =
            on!(self, conn => sqlx::query_scalar(PERSONS_ORDERS).bind(scope.0.0).bind(id.0).bind(ORDERS_MAX).fetch_all(conn).await)?;
        let sessions: Vec<(i64, i64)> =
            on!(self, conn => sqlx::query_as(PERSONS_SESSIONS).bind(scope.0.0).bind(id.0).bind(DOORS_MAX).fetch_all(conn).await)?;
        Ok(KeptOfCustomer {
            tags: self.customer_tags(scope, id).await?,
            notes: self.customer_notes(scope, id).await?,
            orders: self.opened(scope, orders).await?,
            sessions: sessions.into_iter().map(|(from, to)| (Timestamp(from), Timestamp(to))).collect(),
        })
    }

    /// What is kept of an address, whoever it belongs to.
    pub async fn kept_of_address(&mut self, scope: StoreScope, email: &EmailAddress) -> Result<KeptOfAddress, StorageError> {
        self.within(scope).await?;
        let email = email.as_str().to_lowercase();
        let orders: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(ORDERS_OF_ADDRESS)
            .bind(scope.0.0).bind(&email).bind(ORDERS_MAX).fetch_all(conn).await)?;
        let links: Vec<(String, i64, i64)> =
            on!(self, conn => sqlx::query_as(PERSONS_DOORS).bind(scope.0.0).bind(&email).bind(DOORS_MAX).fetch_all(conn).await)?;
        let letters: Vec<(Option<String>, String, i64)> =
            on!(self, conn => sqlx::query_as(PERSONS_LETTERS).bind(scope.0.0).bind(&email).bind(DOORS_MAX).fetch_all(conn).await)?;
        Ok(KeptOfAddress {
            orders: self.opened(scope, orders).await?,
            links: links
                .into_iter()
                .map(|(purpose, at, until)| (purpose, Timestamp(at), Timestamp(until)))
                .collect(),
            letters: letters
                .into_iter()
                .map(|(subject, verdict, at)| (subject, verdict, Timestamp(at)))
                .collect(),
        })
    }

    async fn opened(&mut self, scope: StoreScope, ids: Vec<Uuid>) -> Result<Vec<OrderView>, StorageError> {
        let mut orders = Vec::with_capacity(ids.len());
        for id in ids {
            orders.extend(self.order(scope, OrderId(id)).await?);
        }
        Ok(orders)
    }
}

impl Tx {
    /// Takes away what is kept of a customer beside their conversations.
    pub(crate) async fn erase_kept_of_customer(&mut self, scope: StoreScope, id: CustomerId) -> Result<(), StorageError> {
        self.within(scope).await?;
        for sql in [
            ERASE_TAGS,
            ERASE_NOTES,
            ERASE_MEMBER_SESSIONS,
            ERASE_DOORS,
            ERASE_ORDERS,
            ERASE_NEWS_OF_CUSTOMER,
        ] {
            on!(self.session, conn => sqlx::query(sql).bind(scope.0.0).bind(id.0).execute(conn).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Takes away what is kept of a conversation beside its log. Answers letters whose bytes are to go.
    pub(crate) async fn erase_kept_of_conversation(
        &mut self,
        scope: StoreScope,
        id: ConversationId,
        at: Timestamp,
    ) -> Result<Vec<LetterId>, StorageError> {
        self.within(scope).await?;
        for sql in [
            ERASE_NEWS_OF_CONVERSATION,
            ERASE_CONTEXT,
            ERASE_CASE,
            ERASE_DISPUTE,
            ERASE_HELD,
            ERASE_SESSIONS_OF_CONVERSATION,
            ERASE_DOORS_OF_CONVERSATION,
        ] {
            on!(self.session, conn => sqlx::query(sql).bind(scope.0.0).bind(id.0).execute(conn).await.map(|_| ()))?;
        }
        self.forget_letters(scope, id, at).await
    }

    /// Takes an address out of everything that names it beside conversations and customers. Answers letters whose bytes are to go.
    pub async fn erase_address(&mut self, scope: StoreScope, email: &EmailAddress, at: Timestamp) -> Result<Vec<LetterId>, StorageError> {
        self.within(scope).await?;
        let lower = email.as_str().to_lowercase();
        for sql in [ERASE_ORDERS_OF_ADDRESS, ERASE_DOORS_OF_ADDRESS] {
            on!(self.session, conn => sqlx::query(sql).bind(scope.0.0).bind(&lower).execute(conn).await.map(|_| ()))?;
        }
        self.forget_letters_of(scope, email, at).await
    }
}
