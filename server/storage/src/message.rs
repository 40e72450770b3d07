//! The message center's own statements: finding written conversations by words and by the numbers of orders, and giving a conversation
//! another place. Its lists are those of `inbox`; the index of words is kept in `search`.

use model::{
    conversation::Kind,
    desk::InboxCursor,
    id::{ConversationId, CustomerId, OrderId},
    limits::{CARD_ORDERS_MAX, INBOX_ROWS_MAX, SEARCH_ENTRIES_MAX},
    order::OrderChoice,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{Conversation, Row, all, select_conversation},
    notice::Notice,
    owed::Settled,
    scope::StoreScope,
    search::{Query, sqlite_match},
    session::{Conn, Session, Tx, on},
    statement::statements,
};

statements! {
    ORDERS_TO_MOVE_TO = "SELECT id, number FROM purchase_order WHERE store_id = $1 AND customer_id = $2
        ORDER BY placed_at_ms DESC, id DESC LIMIT $3";
    THREADS_OF_ORDERS = "SELECT about_ref, id FROM conversation
        WHERE store_id = $1 AND customer_id = $2 AND kind = 'order' AND erased_at_ms IS NULL ORDER BY last_event_at_ms DESC, id DESC LIMIT $3";
    /// The product that it was about is kept: its key and name here, everything else where it is.
    MOVE_TO_ORDER = "UPDATE conversation SET kind = 'order',
        product_ref = CASE WHEN about_kind = 'product' THEN about_ref ELSE product_ref END,
        product_name = CASE WHEN about_kind = 'product' THEN about_name ELSE product_name END,
        about_kind = 'order', about_ref = $3, about_name = $4
        WHERE id = $1 AND store_id = $2 AND erased_at_ms IS NULL";
    /// It is about the order no longer, and about the product again if there was one.
    MOVE_TO_SHOP = "UPDATE conversation SET kind = 'shop',
        about_ref = CASE WHEN about_kind = 'order' THEN product_ref ELSE about_ref END,
        about_name = CASE WHEN about_kind = 'order' THEN product_name ELSE about_name END,
        about_kind = CASE WHEN about_kind <> 'order' THEN about_kind WHEN product_ref IS NULL THEN 'nothing' ELSE 'product' END
        WHERE id = $1 AND store_id = $2 AND erased_at_ms IS NULL";
}

/// Those whose words or person match, and those of whoever made the order with this number. The two engines look into their own index.
macro_rules! found {
    ($words:literal) => {
        concat!(
            select_conversation!(
                "WHERE c.store_id = $1 AND c.kind = $4 AND (c.last_event_at_ms, c.id) < ($5, $6) AND c.erased_at_ms IS NULL AND c.id IN ("
            ),
            $words,
            " UNION SELECT n.id FROM purchase_order o JOIN conversation n ON n.store_id = o.store_id AND n.customer_id = o.customer_id
            WHERE o.store_id = $1 AND o.number IN ($7, $8))
            ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $9"
        )
    };
}

// What only one of the engines understands; the tests below prepare each on its own.
const SQLITE_FOUND: &str = found!(
    "SELECT s.conversation_id FROM (SELECT rowid AS entry FROM search_text WHERE search_text MATCH $2 ORDER BY rowid DESC LIMIT $3) f
    JOIN search_entry s ON s.id = f.entry AND s.store_id = $1"
);
const POSTGRES_FOUND: &str = found!(
    "SELECT s.conversation_id FROM (SELECT t.entry_id AS entry FROM search_text t
        WHERE t.found @@ $2::text::tsquery ORDER BY t.entry_id DESC LIMIT $3) f
    CROSS JOIN LATERAL (SELECT s.conversation_id FROM search_entry s WHERE s.id = f.entry AND s.store_id = $1 OFFSET 0) s"
);

impl Session {
    /// A page of the conversations of a kind that hold all words of a search or are with whoever made the order with that number, newest
    /// first; one row more than a page tells that there is another. Of a very common word, the newest matches only.
    pub async fn found_of_kind(
        &mut self,
        _: Settled,
        scope: StoreScope,
        kind: Kind,
        text: &str,
        after: Option<InboxCursor>,
    ) -> Result<Vec<Conversation>, StorageError> {
        self.within_planned(scope).await?;
        let Some(query) = Query::parse(scope.0, text) else {
            return Ok(Vec::new());
        };
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |cursor| (cursor.at.0, cursor.id.0));
        // As people write it down: with a sign in front, in small letters.
        let number = text.trim().trim_start_matches('#');
        let capitals = number.to_uppercase();
        let rows: Vec<Row> = match &mut self.conn {
            Conn::Sqlite(conn) => {
                sqlx::query_as(SQLITE_FOUND)
                    .bind(scope.0.0)
                    .bind(sqlite_match(conn, &query).await?)
                    .bind(SEARCH_ENTRIES_MAX)
                    .bind(kind.code())
                    .bind(at)
                    .bind(id)
                    .bind(number)
                    .bind(&capitals)
                    .bind(INBOX_ROWS_MAX + 1)
                    .fetch_all(&mut **conn)
                    .await?
            }
            Conn::Postgres(conn) => {
                sqlx::query_as(POSTGRES_FOUND)
                    .bind(scope.0.0)
                    .bind(query.tsquery())
                    .bind(SEARCH_ENTRIES_MAX)
                    .bind(kind.code())
                    .bind(at)
                    .bind(id)
                    .bind(number)
                    .bind(&capitals)
                    .bind(INBOX_ROWS_MAX + 1)
                    .fetch_all(&mut **conn)
                    .await?
            }
        };
        all(rows)
    }

    /// The orders that a conversation with this customer can be moved to, the last one first, each with the thread it has already.
    pub async fn orders_to_move_to(&mut self, scope: StoreScope, customer: CustomerId) -> Result<Vec<OrderChoice>, StorageError> {
        self.within(scope).await?;
        let orders: Vec<(Uuid, String)> = on!(self, conn => sqlx::query_as(ORDERS_TO_MOVE_TO)
            .bind(scope.0.0).bind(customer.0).bind(CARD_ORDERS_MAX).fetch_all(conn).await)?;
        let threads: Vec<(Option<String>, Uuid)> = on!(self, conn => sqlx::query_as(THREADS_OF_ORDERS)
            .bind(scope.0.0).bind(customer.0).bind(CARD_ORDERS_MAX).fetch_all(conn).await)?;
        let thread_of = |order: OrderId| {
            let reference = order.to_string();
            let thread = threads.iter().find(|(about, _)| about.as_deref() == Some(reference.as_str()));
            thread.map(|(_, id)| ConversationId(*id))
        };
        Ok(orders
            .into_iter()
            .map(|(id, number)| OrderChoice {
                id: OrderId(id),
                number,
                thread: thread_of(OrderId(id)),
            })
            .collect())
    }
}

impl Tx {
    /// A conversation stands among the messages about orders from now on, and is about this one; or among those to the shop. It is found
    /// by what it is about then.
    pub async fn move_conversation(
        &mut self,
        scope: StoreScope,
        id: ConversationId,
        order: Option<(OrderId, &str)>,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        match order {
            Some((order, number)) => on!(self.session, conn => sqlx::query(MOVE_TO_ORDER)
                .bind(id.0).bind(scope.0.0).bind(order.to_string()).bind(number).execute(conn).await.map(|_| ()))?,
            None => on!(self.session, conn => sqlx::query(MOVE_TO_SHOP).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?,
        }
        self.index_person(scope, id).await?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Executor, SqlSafeStr};

    use super::*;
    use crate::{Engine, Storage};

    async fn prepare(storage: &Storage, sql: &'static str) {
        let prepared = storage
            .write(move |tx| {
                Box::pin(async move {
                    match &mut tx.session.conn {
                        Conn::Sqlite(conn) => (&mut **conn).prepare(sql.into_sql_str()).await.map(|_| ()),
                        Conn::Postgres(conn) => (&mut **conn).prepare(sql.into_sql_str()).await.map(|_| ()),
                    }
                    .map_err(StorageError::from)
                })
            })
            .await;
        assert!(prepared.is_ok(), "{prepared:?}\n{sql}");
    }

    #[tokio::test]
    async fn sqlite_understands_its_own_search() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        prepare(&storage, SQLITE_FOUND).await;
    }

    #[tokio::test]
    async fn postgres_understands_its_own_search() {
        if let Some(database) = crate::pool::tests::postgres().await {
            prepare(&Storage::open(Engine::Postgres(database)).await.expect("opens"), POSTGRES_FOUND).await;
        }
    }
}
