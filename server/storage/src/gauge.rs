//! What waits at this moment in the whole installation, counted for whoever watches over it. Numbers only: no store, no name.

use model::time::Timestamp;

use crate::{
    StorageError,
    scope::Installation,
    session::{Session, on},
    statement::statements,
};

statements! {
    GAUGE_LETTERS = "SELECT state, COUNT(*), MIN(created_at_ms) FROM outbox WHERE state IN ('queued', 'failed') GROUP BY state";
    GAUGE_NEWS = "SELECT state, COUNT(*), MIN(created_at_ms) FROM webhook_delivery WHERE state IN ('queued', 'failed') GROUP BY state";
    GAUGE_CHATS = "SELECT stage, COUNT(*), MIN(waiting_since_at_ms) FROM conversation
        WHERE kind = 'live' AND stage IN ('queued', 'live') GROUP BY stage";
    GAUGE_ON_DUTY = "SELECT COUNT(DISTINCT account_id) FROM presence_lease WHERE lease_until_at_ms > $1";
}

/// How many of a state there are, and since when the oldest of them waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pile {
    /// How many.
    pub count: i64,
    /// Since when.
    pub oldest: Option<Timestamp>,
}

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Letters that are to be sent.
    pub letters_queued: Pile,
    /// Letters that nobody tries to send any more.
    pub letters_failed: Pile,
    /// News for other programs that are to be told.
    pub news_queued: Pile,
    /// News that nobody tries to tell any more.
    pub news_failed: Pile,
    /// Shoppers who wait for somebody.
    pub chats_waiting: Pile,
    /// Chats that go on.
    pub chats_live: Pile,
    /// People of all staffs who are on duty.
    pub on_duty: i64,
}

impl Session {
    /// What waits now.
    pub async fn gauges(&mut self, _: Installation, now: Timestamp) -> Result<Gauges, StorageError> {
        self.within(Installation).await?;
        let letters: Vec<(String, i64, Option<i64>)> = on!(self, conn => sqlx::query_as(GAUGE_LETTERS).fetch_all(conn).await)?;
        let news: Vec<(String, i64, Option<i64>)> = on!(self, conn => sqlx::query_as(GAUGE_NEWS).fetch_all(conn).await)?;
        let chats: Vec<(String, i64, Option<i64>)> = on!(self, conn => sqlx::query_as(GAUGE_CHATS).fetch_all(conn).await)?;
        let on_duty: i64 = on!(self, conn => sqlx::query_scalar(GAUGE_ON_DUTY).bind(now.0).fetch_one(conn).await)?;
        Ok(Gauges {
            letters_queued: pile(&letters, "queued"),
            letters_failed: pile(&letters, "failed"),
            news_queued: pile(&news, "queued"),
            news_failed: pile(&news, "failed"),
            chats_waiting: pile(&chats, "queued"),
            chats_live: pile(&chats, "live"),
            on_duty,
        })
    }
}

fn pile(rows: &[(String, i64, Option<i64>)], state: &str) -> Pile {
    let found = rows.iter().find(|(name, ..)| name == state);
    found.map_or_else(Pile::default, |(_, count, oldest)| Pile {
        count: *count,
        oldest: oldest.map(Timestamp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Storage, pool::tests};

    async fn nothing_waits(storage: &Storage) {
        let gauges = storage
            .read(|s| Box::pin(async move { s.gauges(Installation, Timestamp(1)).await }))
            .await;
        assert_eq!(gauges.expect("counts"), Gauges::default());
    }

    #[tokio::test]
    async fn in_a_new_database_nothing_waits() {
        let (storage, _dir) = tests::scratch().await;
        nothing_waits(&storage).await;
        if let Some(database) = tests::postgres().await {
            nothing_waits(&Storage::open(Engine::Postgres(database)).await.expect("opens")).await;
        }
    }

    #[test]
    fn a_state_that_nothing_is_in_is_nought() {
        let rows = [("queued".to_owned(), 3, Some(17))];
        assert_eq!(
            pile(&rows, "queued"),
            Pile {
                count: 3,
                oldest: Some(Timestamp(17))
            }
        );
        assert_eq!(pile(&rows, "failed"), Pile::default());
    }
}
