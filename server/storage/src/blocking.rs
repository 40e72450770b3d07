//! Visitors whom a store does not want to hear from.
//!
//! A browser is blocked, and with it everybody the shop signs in as the same customer; never an address, because many share one.
//!
//! A block is the store's own word about whom it wants to hear; it silences nobody before the marketplace. So it never counts for a dispute
//! (`beyond_blocks!`, the one place of that, asked through a [`VisitorScope`] that is about one conversation), nor for tickets, which stand
//! at the team's desk, where only the team's own blocks are.

use model::{
    id::{ConversationId, CustomerId, VisitorId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{Conversation, all, select_conversation},
    notice::Notice,
    scope::{StoreScope, VisitorScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of the list of those who are blocked.
const BLOCKED_MAX: i64 = 100;

/// Whether visitor $1 of store $2 comes for conversation $3 only, and that is a dispute of theirs: who is accused silences nobody.
macro_rules! beyond_blocks {
    () => {
        "EXISTS (SELECT 1 FROM conversation bc WHERE bc.id = $3 AND bc.store_id = $2 AND bc.visitor_id = $1 AND bc.kind = 'dispute')"
    };
}
pub(crate) use beyond_blocks;

statements! {
    BEYOND_BLOCKS = concat!("SELECT COUNT(*) FROM visitor WHERE id = $1 AND store_id = $2 AND ", beyond_blocks!());
    BLOCK_VISITOR = "UPDATE visitor SET blocked_at_ms = $3 WHERE store_id = $2 AND blocked_at_ms IS NULL
        AND (id = $1 OR customer_id = (SELECT v.customer_id FROM visitor v WHERE v.id = $1 AND v.store_id = $2)) RETURNING id";
    UNBLOCK_VISITOR = "UPDATE visitor SET blocked_at_ms = NULL WHERE store_id = $2
        AND (id = $1 OR customer_id = (SELECT v.customer_id FROM visitor v WHERE v.id = $1 AND v.store_id = $2))";
    VISITOR_BLOCKED = "SELECT COUNT(*) FROM visitor WHERE id = $1 AND store_id = $2 AND blocked_at_ms IS NOT NULL";
    TOKEN_BLOCKED = "SELECT COUNT(*) FROM visitor_session s JOIN visitor v ON v.id = s.visitor_id AND v.store_id = s.store_id
        WHERE s.token_sha256 = $1 AND s.store_id = $2 AND v.blocked_at_ms IS NOT NULL";
    HANDLE_BLOCKED = "SELECT COUNT(*) FROM visitor_session s JOIN visitor v ON v.id = s.visitor_id AND v.store_id = s.store_id
        WHERE s.handle_sha256 = $1 AND s.store_id = $2 AND v.blocked_at_ms IS NOT NULL";
    CUSTOMER_BLOCKED = "SELECT COUNT(*) FROM visitor WHERE customer_id = $1 AND store_id = $2 AND blocked_at_ms IS NOT NULL";
    BLOCKED = select_conversation!(
        "JOIN visitor bv ON bv.id = c.visitor_id AND bv.store_id = c.store_id
        WHERE c.store_id = $1 AND bv.blocked_at_ms IS NOT NULL AND c.erased_at_ms IS NULL
        AND c.id = (SELECT l.id FROM conversation l WHERE l.store_id = $1 AND l.visitor_id = bv.id AND l.erased_at_ms IS NULL
            ORDER BY l.opened_at_ms DESC, l.id DESC LIMIT 1)
        ORDER BY bv.blocked_at_ms DESC, c.id LIMIT $2");
    BLOCKED_SINCE = "SELECT v.blocked_at_ms FROM visitor v JOIN conversation c ON c.visitor_id = v.id AND c.store_id = v.store_id
        WHERE c.id = $1 AND v.store_id = $2";
}

impl Session {
    /// Whether a visitor is blocked.
    pub async fn visitor_blocked(&mut self, scope: VisitorScope) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 =
            on!(self, conn => sqlx::query_scalar(VISITOR_BLOCKED).bind(scope.visitor.0).bind(scope.store.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// Whether what somebody comes for is theirs to say whether the store blocks them or not: one dispute, and nothing else.
    pub async fn beyond_blocks(&mut self, scope: VisitorScope) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(BEYOND_BLOCKS)
            .bind(scope.visitor.0).bind(scope.store.0).bind(scope.only.map(|c| c.0)).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// Whether a session is that of somebody who is blocked. It opens nothing else any more.
    pub async fn token_blocked(&mut self, scope: StoreScope, token_sha256: &[u8]) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(TOKEN_BLOCKED).bind(token_sha256).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// The same of a handle from the shop's page.
    pub async fn handle_blocked(&mut self, scope: StoreScope, handle_sha256: &[u8]) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(HANDLE_BLOCKED).bind(handle_sha256).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// Whether a customer of the shop is blocked, in whichever browser.
    pub async fn customer_blocked(&mut self, scope: StoreScope, customer: CustomerId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(CUSTOMER_BLOCKED).bind(customer.0).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// The last conversations of those who are blocked, with since when, the last one first.
    pub async fn blocked(&mut self, scope: StoreScope) -> Result<Vec<(Conversation, Timestamp)>, StorageError> {
        self.within(scope).await?;
        let conversations = all(on!(self, conn => sqlx::query_as(BLOCKED).bind(scope.0.0).bind(BLOCKED_MAX).fetch_all(conn).await)?)?;
        let mut found = Vec::new();
        for conversation in conversations {
            if let Some(since) = self.blocked_since(scope, conversation.id).await? {
                found.push((conversation, since));
            }
        }
        Ok(found)
    }

    /// Since when the visitor of a conversation is blocked.
    async fn blocked_since(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<Option<Timestamp>, StorageError> {
        self.within(scope).await?;
        let since: Option<Option<i64>> =
            on!(self, conn => sqlx::query_scalar(BLOCKED_SINCE).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(since.flatten().map(Timestamp))
    }
}

impl Tx {
    /// A visitor may write no more, in no browser the shop knows them in; their sockets close.
    pub async fn block_visitor(&mut self, scope: StoreScope, visitor: VisitorId, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        let blocked: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(BLOCK_VISITOR)
            .bind(visitor.0).bind(scope.0.0).bind(at.0).fetch_all(conn).await)?;
        for visitor in blocked.into_iter().map(VisitorId) {
            self.notice(Notice::Visitor { store: scope.0, visitor });
        }
        Ok(())
    }

    /// A visitor may write again, in every browser the shop knows them in.
    pub async fn unblock_visitor(&mut self, scope: StoreScope, visitor: VisitorId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(UNBLOCK_VISITOR).bind(visitor.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
