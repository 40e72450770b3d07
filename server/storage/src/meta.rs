//! Facts about the database itself.

use model::id::Epoch;
use uuid::Uuid;

use crate::{
    StorageError,
    scope::Installation,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    GET = "SELECT value FROM meta WHERE name = $1";
    SET = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    SET_ONCE = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    DELETE = "DELETE FROM meta WHERE name = $1 AND value = $2";
}

/// The name of the database's history: made with it, kept for good.
pub(crate) async fn epoch(tx: &mut Tx) -> Result<Epoch, StorageError> {
    let fresh = Uuid::from_u128(u128::from_be_bytes(random_bytes(tx).await?));
    let fresh = uuid::Builder::from_random_bytes(fresh.into_bytes()).into_uuid().to_string();
    on!(tx.session, conn => sqlx::query(SET_ONCE).bind("epoch").bind(&fresh).execute(conn).await.map(|_| ()))?;
    let stored = tx.meta(Installation, "epoch").await?.unwrap_or(fresh);
    stored.parse().map(Epoch).map_err(|_| StorageError::inconsistent("meta", "value"))
}

/// The databases' own randomness, so that this crate needs none.
pub(crate) async fn random_bytes(tx: &mut Tx) -> Result<[u8; 16], StorageError> {
    let bytes: Vec<u8> = match &mut tx.session.conn {
        crate::session::Conn::Sqlite(conn) => sqlx::query_scalar("SELECT randomblob(16)").fetch_one(&mut **conn).await?,
        crate::session::Conn::Postgres(conn) => {
            sqlx::query_scalar("SELECT uuid_send(gen_random_uuid())")
                .fetch_one(&mut **conn)
                .await?
        }
    };
    bytes.try_into().map_err(|_| StorageError::inconsistent("meta", "value"))
}

impl Session {
    /// A fact by its name.
    pub async fn meta(&mut self, _: Installation, name: &str) -> Result<Option<String>, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(GET).bind(name).fetch_optional(conn).await)?)
    }
}

impl Tx {
    /// Sets a fact.
    pub async fn set_meta(&mut self, _: Installation, name: &str, value: &str) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(SET).bind(name).bind(value).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Sets a fact unless it is known already, and tells what it is.
    pub async fn settle_meta(&mut self, scope: Installation, name: &str, value: &str) -> Result<String, StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_ONCE).bind(name).bind(value).execute(conn).await.map(|_| ()))?;
        Ok(self.meta(scope, name).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// Takes a fact away, if it has just this value: `true` for exactly one of several who try.
    pub async fn take_meta(&mut self, _: Installation, name: &str, value: &str) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(DELETE).bind(name).bind(value).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }
}
