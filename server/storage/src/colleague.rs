//! What colleagues know of each other: who is on duty. And what a person wants for themselves: silence.

use model::{desk::Operator, id::AccountId, text::Name, time::Timestamp};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    COLLEAGUES_ON_DUTY = "SELECT DISTINCT a.id, a.name FROM presence_lease l
        JOIN membership m ON m.account_id = l.account_id AND m.store_id = l.store_id
        JOIN account a ON a.id = l.account_id
        WHERE l.store_id = $1 AND l.lease_until_at_ms > $2 AND m.live_chat_since_at_ms IS NOT NULL AND m.until_at_ms IS NULL
        AND a.deactivated_at_ms IS NULL ORDER BY a.name, a.id LIMIT 200";
    IS_MUTED = "SELECT COUNT(*) FROM account WHERE id = $1 AND muted_at_ms IS NOT NULL";
    SET_MUTED = "UPDATE account SET muted_at_ms = $2 WHERE id = $1";
}

impl Session {
    /// Everybody of a store who is there now and may chat, by name.
    pub async fn colleagues_on_duty(&mut self, scope: StoreScope, now: Timestamp) -> Result<Vec<Operator>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(Uuid, String)> =
            on!(self, conn => sqlx::query_as(COLLEAGUES_ON_DUTY).bind(scope.0.0).bind(now.0).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|(id, name)| {
                Ok(Operator {
                    id: AccountId(id),
                    name: Name::parse(&name).map_err(|_| StorageError::inconsistent("account", "name"))?,
                })
            })
            .collect()
    }

    /// Whether a person wants to hear nothing.
    pub async fn is_muted(&mut self, _: Installation, account: AccountId) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(IS_MUTED).bind(account.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }
}

impl Tx {
    /// A person wants to hear nothing, since then; `None` ends it.
    pub async fn set_muted(&mut self, _: Installation, account: AccountId, since: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(SET_MUTED).bind(account.0).bind(since.map(|t| t.0)).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
