//! Tickets for the socket where several servers give them out and take them: what each stands for, under its hash.
//!
//! A single server keeps its tickets in memory; nobody asks here then.

use model::{
    id::{ConversationId, StoreId, VisitorId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, VisitorScope},
    session::{Tx, on},
    statement::statements,
};

/// Tickets that one statement forgets.
const FORGOTTEN_MAX: u32 = 5_000;

statements! {
    PUT_ADMISSION = "INSERT INTO socket_ticket (token_sha256, session, store, visitor_id, only_id, by_cookie, expires_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TAKE_ADMISSION = "DELETE FROM socket_ticket WHERE token_sha256 = $1
        RETURNING session, store, visitor_id, only_id, by_cookie, expires_at_ms";
    FORGET_ADMISSIONS = "DELETE FROM socket_ticket WHERE token_sha256 IN
        (SELECT token_sha256 FROM socket_ticket WHERE expires_at_ms <= $1 ORDER BY expires_at_ms LIMIT $2)";
}

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The session it was given to.
    pub session: Vec<u8>,
    /// Where.
    pub store: StoreId,
    /// Which visitor; `None`: somebody of the desk, whom the session names.
    pub visitor: Option<VisitorScope>,
    /// Whether the browser sent the session's cookie by itself.
    pub by_cookie: bool,
    /// Good until then.
    pub until: Timestamp,
}

type Columns = (Vec<u8>, Uuid, Option<Uuid>, Option<Uuid>, i64, i64);

impl Tx {
    /// Gives a ticket out.
    pub async fn put_admission(&mut self, _: Installation, token_sha256: &[u8], admission: &Admission) -> Result<(), StorageError> {
        self.within(Installation).await?;
        let visitor = admission.visitor.map(|scope| scope.visitor.0);
        let only = admission.visitor.and_then(|scope| scope.only).map(|id| id.0);
        on!(self.session, conn => sqlx::query(PUT_ADMISSION)
            .bind(token_sha256).bind(&admission.session).bind(admission.store.0).bind(visitor).bind(only)
            .bind(i64::from(admission.by_cookie)).bind(admission.until.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Uses a ticket up: something for exactly one of several who show it, whether it is still good or not.
    pub async fn take_admission(&mut self, _: Installation, token_sha256: &[u8]) -> Result<Option<Admission>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Columns> = on!(self.session, conn => sqlx::query_as(TAKE_ADMISSION).bind(token_sha256).fetch_optional(conn).await)?;
        Ok(row.map(|(session, store, visitor, only, by_cookie, until)| Admission {
            session,
            store: StoreId(store),
            visitor: visitor.map(|visitor| VisitorScope {
                store: StoreId(store),
                visitor: VisitorId(visitor),
                only: only.map(ConversationId),
            }),
            by_cookie: by_cookie != 0,
            until: Timestamp(until),
        }))
    }

    /// Forgets tickets that nobody showed in time, a batch of them. Answers whether there may be more.
    pub async fn forget_admissions(&mut self, _: Installation, now: Timestamp) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(FORGET_ADMISSIONS)
            .bind(now.0).bind(i64::from(FORGOTTEN_MAX)).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows >= u64::from(FORGOTTEN_MAX))
    }
}
