//! How long a store lets people wait: counted and ranked by the database, never read row by row.

use model::time::Timestamp;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, on},
    statement::statements,
};

statements! {
    ANSWERED = "SELECT COUNT(*) FROM conversation
        WHERE store_id = $1 AND opened_at_ms >= $2 AND first_answer_at_ms IS NOT NULL AND first_asked_at_ms IS NOT NULL";
    WAITED_AT_RANK = "SELECT first_answer_at_ms - first_asked_at_ms AS waited FROM conversation
        WHERE store_id = $1 AND opened_at_ms >= $2 AND first_answer_at_ms IS NOT NULL AND first_asked_at_ms IS NOT NULL
        ORDER BY first_answer_at_ms - first_asked_at_ms LIMIT 1 OFFSET $3";
    UNANSWERED = "SELECT COUNT(*), MIN(waiting_since_at_ms) FROM conversation
        WHERE store_id = $1 AND waiting_since_at_ms IS NOT NULL AND erased_at_ms IS NULL";
}

impl Session {
    /// How many conversations that were begun since then had a first answer.
    pub async fn answered_since(&mut self, scope: StoreScope, since: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(ANSWERED).bind(scope.0.0).bind(since.0).fetch_one(conn).await)?)
    }

    /// How long the one at this rank (from 0, the shortest first) had waited for it, in milliseconds.
    pub async fn waited_at_rank(&mut self, scope: StoreScope, since: Timestamp, rank: i64) -> Result<Option<i64>, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(WAITED_AT_RANK).bind(scope.0.0).bind(since.0).bind(rank).fetch_optional(conn).await)?)
    }

    /// How many wait for an answer now, and since when the first of them does.
    pub async fn unanswered(&mut self, scope: StoreScope) -> Result<(i64, Option<Timestamp>), StorageError> {
        self.within(scope).await?;
        let (count, first): (i64, Option<i64>) = on!(self, conn => sqlx::query_as(UNANSWERED).bind(scope.0.0).fetch_one(conn).await)?;
        Ok((count, first.map(Timestamp)))
    }
}
