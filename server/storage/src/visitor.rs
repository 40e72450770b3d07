//! Browsers that wrote to a store, and their sessions.

use model::{
    id::{ConversationId, CustomerId, StoreId, VisitorId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{StoreScope, VisitorScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Visitor $1 of store $2, who comes for conversation $3 only or for all of theirs, if they may still do anything here.
macro_rules! visitor_stands {
    () => {
        concat!(
            "FROM visitor v JOIN store s ON s.id = v.store_id
            WHERE v.id = $1 AND v.store_id = $2 AND s.suspended_at_ms IS NULL AND (v.blocked_at_ms IS NULL OR ",
            $crate::blocking::beyond_blocks!(),
            ")"
        )
    };
}
pub(crate) use visitor_stands;

statements! {
    INSERT_VISITOR = "INSERT INTO visitor (id, store_id, customer_id, created_at_ms) VALUES ($1, $2, $3, $4)";
    INSERT_VISITOR_SESSION = "INSERT INTO visitor_session
        (token_sha256, store_id, visitor_id, handle_sha256, handle_expires_at_ms, created_at_ms, expires_at_ms, conversation_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SESSION_OF_TOKEN = "SELECT s.visitor_id, s.store_id, v.customer_id, s.conversation_id FROM visitor_session s JOIN visitor v ON v.id = s.visitor_id
        WHERE s.token_sha256 = $1 AND s.store_id = $2 AND s.revoked_at_ms IS NULL AND s.expires_at_ms > $3 AND v.blocked_at_ms IS NULL";
    SESSION_OF_HANDLE = "SELECT s.visitor_id, s.store_id, v.customer_id, s.conversation_id FROM visitor_session s JOIN visitor v ON v.id = s.visitor_id
        WHERE s.handle_sha256 = $1 AND s.store_id = $2 AND s.revoked_at_ms IS NULL AND s.expires_at_ms > $3
        AND s.handle_expires_at_ms > $3 AND v.blocked_at_ms IS NULL";
    TAKE_HANDLE = "UPDATE visitor_session SET handle_sha256 = NULL, handle_expires_at_ms = NULL WHERE handle_sha256 = $1 AND store_id = $2";
    SET_HANDLE = "UPDATE visitor_session SET handle_sha256 = $3, handle_expires_at_ms = $4 WHERE token_sha256 = $1 AND store_id = $2";
    VISITOR_STANDS = concat!("SELECT COUNT(*) ", visitor_stands!());
    SET_VISITORS_CUSTOMER = "UPDATE visitor SET customer_id = $3 WHERE id = $1 AND store_id = $2";
}

/// A visitor who has been recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitorSession {
    /// Who, and where.
    pub scope: VisitorScope,
    /// The person behind the browser, once the shop vouched for them.
    pub customer: Option<CustomerId>,
}

/// A new session of a visitor.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewVisitorSession {
    pub token_sha256: Vec<u8>,
    pub handle: Option<(Vec<u8>, Timestamp)>,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

type Row = (Uuid, Uuid, Option<Uuid>, Option<Uuid>);

fn session((visitor, store, customer, only): Row) -> VisitorSession {
    VisitorSession {
        scope: VisitorScope {
            store: StoreId(store),
            visitor: VisitorId(visitor),
            only: only.map(ConversationId),
        },
        customer: customer.map(CustomerId),
    }
}

impl Session {
    /// The visitor whose token this is, at this store.
    pub async fn visitor_of_token(
        &mut self,
        scope: StoreScope,
        token_sha256: &[u8],
        now: Timestamp,
    ) -> Result<Option<VisitorSession>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> =
            on!(self, conn => sqlx::query_as(SESSION_OF_TOKEN).bind(token_sha256).bind(scope.0.0).bind(now.0).fetch_optional(conn).await)?;
        Ok(row.map(session))
    }

    /// Whether the visitor may still do anything here: in their dispute also when the store blocks them.
    pub async fn visitor_stands(&mut self, scope: VisitorScope) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(VISITOR_STANDS)
            .bind(scope.visitor.0).bind(scope.store.0).bind(scope.only.map(|c| c.0)).fetch_one(conn).await)?;
        Ok(n == 1)
    }
}

impl Tx {
    /// A new visitor of the store.
    pub async fn insert_visitor(&mut self, scope: VisitorScope, customer: Option<CustomerId>, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_VISITOR)
            .bind(scope.visitor.0).bind(scope.store.0).bind(customer.map(|c| c.0)).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The person behind the browser is known now.
    pub async fn set_visitors_customer(&mut self, scope: VisitorScope, customer: CustomerId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_VISITORS_CUSTOMER)
            .bind(scope.visitor.0).bind(scope.store.0).bind(customer.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A new session of a visitor.
    pub async fn insert_visitor_session(&mut self, scope: VisitorScope, new: &NewVisitorSession) -> Result<(), StorageError> {
        self.within(scope).await?;
        let (handle, until) = new.handle.clone().unzip();
        on!(self.session, conn => sqlx::query(INSERT_VISITOR_SESSION)
            .bind(&new.token_sha256).bind(scope.store.0).bind(scope.visitor.0).bind(handle).bind(until.map(|t| t.0))
            .bind(new.at.0).bind(new.expires_at.0).bind(scope.only.map(|c| c.0)).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Uses a handle up: `Some` for exactly one of several who hold it.
    pub async fn take_handle(
        &mut self,
        scope: StoreScope,
        handle_sha256: &[u8],
        now: Timestamp,
    ) -> Result<Option<VisitorSession>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self.session, conn => sqlx::query_as(SESSION_OF_HANDLE).bind(handle_sha256).bind(scope.0.0).bind(now.0).fetch_optional(conn).await)?;
        let taken = on!(self.session, conn => sqlx::query(TAKE_HANDLE).bind(handle_sha256).bind(scope.0.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(row.filter(|_| taken == 1).map(session))
    }

    /// A new handle for a session that is there.
    pub async fn set_handle(
        &mut self,
        scope: StoreScope,
        token_sha256: &[u8],
        handle_sha256: &[u8],
        until: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_HANDLE).bind(token_sha256).bind(scope.0.0).bind(handle_sha256).bind(until.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
