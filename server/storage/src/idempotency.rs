//! Answers that were given to a program, kept for a day under the name that it gave its request: sent twice, it is done once. No answer
//! that is kept here holds anybody's words.

use model::time::Timestamp;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    KEPT_ANSWER = "SELECT request_sha256, answer FROM idempotency_key WHERE store_id = $1 AND name = $2 AND created_at_ms >= $3";
    FORGET_ANSWERS = "DELETE FROM idempotency_key WHERE store_id = $1 AND created_at_ms < $2";
    KEEP_ANSWER = "INSERT INTO idempotency_key (store_id, name, request_sha256, answer, created_at_ms) VALUES ($1, $2, $3, $4, $5)";
}

/// What was answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// To what.
    pub request_sha256: Vec<u8>,
    /// What, as JSON.
    pub answer: String,
}

impl Session {
    /// What was answered under this name since then.
    pub async fn kept_answer(&mut self, scope: StoreScope, name: &str, since: Timestamp) -> Result<Option<KeptAnswer>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Vec<u8>, String)> =
            on!(self, conn => sqlx::query_as(KEPT_ANSWER).bind(scope.0.0).bind(name).bind(since.0).fetch_optional(conn).await)?;
        Ok(row.map(|(request_sha256, answer)| KeptAnswer { request_sha256, answer }))
    }
}

impl Tx {
    /// Keeps an answer, and forgets those of before `since`. Kept by another transaction first, it is a conflict.
    pub async fn keep_answer(
        &mut self,
        scope: StoreScope,
        name: &str,
        kept: &KeptAnswer,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(FORGET_ANSWERS).bind(scope.0.0).bind(since.0).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(KEEP_ANSWER)
            .bind(scope.0.0).bind(name).bind(&kept.request_sha256).bind(&kept.answer).bind(at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
