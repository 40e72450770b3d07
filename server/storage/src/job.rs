//! Work that one server does for all of those on the same database: whose turn it is. Taken for a while, renewed while it is done, and
//! numbered, so that whoever was away for longer than that cannot finish what another has begun.
//!
//! What the work is, and how long a turn lasts, is decided above. On SQLite there is one server, and nobody asks.

use model::time::Timestamp;
use uuid::Uuid;

use crate::{
    StorageError,
    scope::Installation,
    session::{Tx, on},
    statement::statements,
};

statements! {
    /// One's own is prolonged; another's is taken over when it has run out, under the next number.
    TAKE_JOB = "INSERT INTO job_lease (name, holder, token, lease_until_at_ms) VALUES ($1, $2, 1, $4)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until_at_ms = excluded.lease_until_at_ms,
            token = CASE WHEN job_lease.holder = excluded.holder AND job_lease.lease_until_at_ms > $3
                THEN job_lease.token ELSE job_lease.token + 1 END
        WHERE job_lease.holder = excluded.holder OR job_lease.lease_until_at_ms <= $3
        RETURNING token";
    /// Changes nothing, and holds the row until the end of the transaction: whoever wants to take over waits for it.
    HOLD_JOB = "UPDATE job_lease SET token = token WHERE name = $1 AND holder = $2 AND token = $3";
    GIVE_JOBS_BACK = "UPDATE job_lease SET lease_until_at_ms = 0 WHERE holder = $1";
}

impl Tx {
    /// Takes a piece of work until then, or keeps it; answers the number of the turn, or `None` while it is another's.
    pub async fn take_job(
        &mut self,
        _: Installation,
        name: &str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<i64>, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self.session, conn => sqlx::query_scalar(TAKE_JOB)
            .bind(name).bind(holder).bind(now.0).bind(until.0).fetch_optional(conn).await)?)
    }

    /// Whether it is still that turn: until the end of this transaction nobody else's begins.
    pub async fn hold_job(&mut self, _: Installation, name: &str, holder: Uuid, token: i64) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(HOLD_JOB)
            .bind(name).bind(holder).bind(token).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// A server ends: another takes its work at once.
    pub async fn give_jobs_back(&mut self, _: Installation, holder: Uuid) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(GIVE_JOBS_BACK).bind(holder).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Storage};

    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);

    async fn take(storage: &Storage, holder: Uuid, now: i64) -> Option<i64> {
        let (now, until) = (Timestamp(now), Timestamp(now + 10));
        storage
            .write(move |tx| Box::pin(async move { tx.take_job(Installation, "sweep", holder, now, until).await }))
            .await
            .expect("asks")
    }

    async fn holds(storage: &Storage, holder: Uuid, token: i64) -> bool {
        storage
            .write(move |tx| Box::pin(async move { tx.hold_job(Installation, "sweep", holder, token).await }))
            .await
            .expect("asks")
    }

    async fn one_at_a_time(storage: Storage) {
        assert_eq!(take(&storage, A, 0).await, Some(1));
        assert_eq!(take(&storage, B, 9).await, None, "it is another's");
        assert_eq!(take(&storage, A, 9).await, Some(1), "prolonged, and the same turn");
        assert!(holds(&storage, A, 1).await && !holds(&storage, B, 1).await);
        assert_eq!(take(&storage, B, 19).await, Some(2), "it had run out");
        assert!(!holds(&storage, A, 1).await, "whoever was away finishes nothing");
        assert!(holds(&storage, B, 2).await);
        assert_eq!(take(&storage, B, 40).await, Some(3), "one's own, but not without a pause");
        storage
            .write(|tx| Box::pin(async move { tx.give_jobs_back(Installation, B).await }))
            .await
            .expect("gives back");
        assert_eq!(take(&storage, A, 41).await, Some(4), "at once");
    }

    #[tokio::test]
    async fn a_piece_of_work_is_one_servers_at_a_time() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        one_at_a_time(storage).await;
        if let Some(database) = crate::pool::tests::postgres().await {
            one_at_a_time(Storage::open(Engine::Postgres(database)).await.expect("opens")).await;
        }
    }
}
