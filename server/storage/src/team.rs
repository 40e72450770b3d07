//! The marketplace's own desk: a store whose customers are vendors and shoppers, and whose staff is the marketplace's team.

use model::{
    id::{AccountId, StoreId},
    language::Language,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
    store::NewStore,
};

statements! {
    TEAM_STORE = "SELECT id FROM store WHERE desk = 'team'";
    MAKE_TEAM = "UPDATE store SET desk = 'team' WHERE id = $1";
    /// Whoever has owned the first store for longest.
    FOUNDER = "SELECT a.id, a.language FROM membership m JOIN account a ON a.id = m.account_id
        JOIN store s ON s.id = m.store_id AND s.desk = 'store'
        WHERE m.role = 'owner' AND m.until_at_ms IS NULL AND a.deactivated_at_ms IS NULL
        ORDER BY s.created_at_ms, s.id, m.since_at_ms, a.id LIMIT 1";
    STORES_BESIDE_THE_TEAM = "SELECT COUNT(*) FROM store WHERE desk = 'store' AND off_boarded_at_ms IS NULL";
}

impl Session {
    /// The team's desk, once there is one.
    pub async fn team_store(&mut self, _: Installation) -> Result<Option<StoreScope>, StorageError> {
        self.within(Installation).await?;
        let id: Option<Uuid> = on!(self, conn => sqlx::query_scalar(TEAM_STORE).fetch_optional(conn).await)?;
        Ok(id.map(|id| StoreScope(StoreId(id))))
    }

    /// Who set the installation up, as far as that can still be seen; nobody, while nobody has.
    pub async fn founder(&mut self, _: Installation) -> Result<Option<(AccountId, Language)>, StorageError> {
        self.within(Installation).await?;
        let row: Option<(Uuid, String)> = on!(self, conn => sqlx::query_as(FOUNDER).fetch_optional(conn).await)?;
        Ok(row.map(|(id, language)| (AccountId(id), language.parse().unwrap_or_default())))
    }

    /// How many vendors there are.
    pub async fn count_vendors(&mut self, _: Installation) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(STORES_BESIDE_THE_TEAM).fetch_one(conn).await)?)
    }
}

impl Tx {
    /// Makes the team's desk. A second one is refused by the database.
    pub async fn insert_team_store(&mut self, _: Installation, new: &NewStore, at: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        self.insert_store(Installation, new, at).await?;
        on!(self.session, conn => sqlx::query(MAKE_TEAM).bind(new.id.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
