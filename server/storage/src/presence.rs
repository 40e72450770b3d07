//! Who is on duty: leases that expire, so that a crash heals itself.

use model::{
    desk::WindowKind,
    id::{AccountId, StoreId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    ON_DUTY = "SELECT COUNT(DISTINCT l.account_id) FROM presence_lease l
        JOIN membership m ON m.account_id = l.account_id AND m.store_id = l.store_id
        JOIN account a ON a.id = l.account_id
        WHERE l.store_id = $1 AND l.lease_until_at_ms > $2 AND m.live_chat_since_at_ms IS NOT NULL AND m.until_at_ms IS NULL
        AND a.deactivated_at_ms IS NULL";
    LEASE_OF = "SELECT window_kind, accepting_since_at_ms FROM presence_lease
        WHERE account_id = $1 AND store_id = $2 AND lease_until_at_ms > $3 ORDER BY accepting_since_at_ms LIMIT 1";
    UPSERT_LEASE = "INSERT INTO presence_lease (account_id, node_id, store_id, window_kind, accepting_since_at_ms, lease_until_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, node_id) DO UPDATE SET store_id = excluded.store_id, window_kind = excluded.window_kind,
            accepting_since_at_ms = excluded.accepting_since_at_ms, lease_until_at_ms = excluded.lease_until_at_ms";
    RENEW_LEASE = "UPDATE presence_lease SET lease_until_at_ms = $3 WHERE account_id = $1 AND node_id = $2";
    DELETE_LEASE = "DELETE FROM presence_lease WHERE account_id = $1 AND store_id = $2";
    /// One server's part in a duty: others may hold it, too.
    DROP_LEASE = "DELETE FROM presence_lease WHERE account_id = $1 AND node_id = $2 AND store_id = $3";
    DUTIES_ELSEWHERE = "SELECT DISTINCT store_id FROM presence_lease WHERE account_id = $1 AND store_id <> $2 AND lease_until_at_ms > $3 LIMIT 50";
    /// A duty that went on in another process since then has a lease that holds: the one it had before is no end.
    EXPIRED_LEASES = "SELECT DISTINCT l.account_id, l.store_id FROM presence_lease l WHERE l.lease_until_at_ms <= $1
        AND NOT EXISTS (SELECT 1 FROM presence_lease o WHERE o.account_id = l.account_id AND o.lease_until_at_ms > $1) LIMIT 500";
    END_STANDING_LEASE = "DELETE FROM presence_lease WHERE account_id = $1 AND store_id = $2 AND lease_until_at_ms > $3";
    DELETE_STANDING_LEASE = "DELETE FROM presence_lease WHERE account_id = $1 AND lease_until_at_ms > $2";
    /// Settings are written by one serialiser, so what they say can be looked for as text.
    UNRULY_LEASES = "SELECT DISTINCT l.account_id, l.store_id FROM presence_lease l JOIN store s ON s.id = l.store_id
        WHERE l.lease_until_at_ms > $1 AND s.settings NOT LIKE '%\"presence\":\"until_switched_off\"%' LIMIT 500";
}

/// Somebody's duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The kind of window it was switched on in: only those count for it.
    pub window: WindowKind,
    /// Since when.
    pub since: Timestamp,
}

impl Session {
    /// How many people of a store are there and may chat.
    pub async fn on_duty(&mut self, scope: StoreScope, now: Timestamp) -> Result<u32, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(ON_DUTY).bind(scope.0.0).bind(now.0).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Somebody's own duty at a store, if it holds now.
    pub async fn lease(&mut self, scope: StoreScope, account: AccountId, now: Timestamp) -> Result<Option<Lease>, StorageError> {
        self.within(scope).await?;
        let row: Option<(String, i64)> =
            on!(self, conn => sqlx::query_as(LEASE_OF).bind(account.0).bind(scope.0.0).bind(now.0).fetch_optional(conn).await)?;
        row.map(|(window, since)| {
            let window = WindowKind::from_code(&window).ok_or(StorageError::inconsistent("presence_lease", "window_kind"))?;
            Ok(Lease {
                window,
                since: Timestamp(since),
            })
        })
        .transpose()
    }

    /// Other stores that somebody is on duty at.
    pub async fn duties_elsewhere(&mut self, scope: StoreScope, account: AccountId, now: Timestamp) -> Result<Vec<StoreId>, StorageError> {
        // One account's own leases, at whichever of its stores.
        self.within(Installation).await?;
        let rows: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(DUTIES_ELSEWHERE)
            .bind(account.0).bind(scope.0.0).bind(now.0).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(StoreId).collect())
    }

    /// Leases that ran out, and whose they were.
    pub async fn expired_leases(&mut self, _: Installation, now: Timestamp) -> Result<Vec<(AccountId, StoreId)>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(Uuid, Uuid)> = on!(self, conn => sqlx::query_as(EXPIRED_LEASES).bind(now.0).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(account, store)| (AccountId(account), StoreId(store)))
            .collect())
    }

    /// Duties that stand by themselves (their lease ends after `far`) at stores that want a window for it.
    pub async fn unruly_leases(&mut self, _: Installation, far: Timestamp) -> Result<Vec<(AccountId, StoreId)>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(Uuid, Uuid)> = on!(self, conn => sqlx::query_as(UNRULY_LEASES).bind(far.0).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(account, store)| (AccountId(account), StoreId(store)))
            .collect())
    }
}

impl Tx {
    /// Somebody goes on duty at a store, from this node.
    pub async fn put_lease(
        &mut self,
        scope: StoreScope,
        account: AccountId,
        node: Uuid,
        lease: Lease,
        until: Timestamp,
    ) -> Result<(), StorageError> {
        // One account's own lease, which may have been for another of its stores.
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(UPSERT_LEASE)
            .bind(account.0).bind(node).bind(scope.0.0).bind(lease.window.code()).bind(lease.since.0).bind(until.0)
            .execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// Still there; `false`: the duty was ended elsewhere.
    pub async fn renew_lease(&mut self, _: Installation, account: AccountId, node: Uuid, until: Timestamp) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(RENEW_LEASE)
            .bind(account.0).bind(node).bind(until.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// One server holds somebody's duty no longer; others may.
    pub async fn drop_lease(&mut self, scope: StoreScope, account: AccountId, node: Uuid) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DROP_LEASE).bind(account.0).bind(node).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A duty that stood by itself (its lease ends after `far`) is held by a window again.
    pub async fn delete_standing_lease(&mut self, _: Installation, account: AccountId, far: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(DELETE_STANDING_LEASE).bind(account.0).bind(far.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A duty at a store stands by itself (its lease ends after `far`) no longer; leases that windows hold stay. Answers whether one stood.
    pub async fn end_standing_lease(&mut self, scope: StoreScope, account: AccountId, far: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(END_STANDING_LEASE)
            .bind(account.0).bind(scope.0.0).bind(far.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows > 0)
    }

    /// Off duty, wherever it was switched on. Answers whether there was a duty to end.
    pub async fn delete_lease(&mut self, scope: StoreScope, account: AccountId) -> Result<bool, StorageError> {
        // One account's own leases, for whichever of its stores.
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(DELETE_LEASE).bind(account.0).bind(scope.0.0).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(rows > 0)
    }
}
